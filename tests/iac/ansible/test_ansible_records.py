"""What Checkov's records of Ansible tasks look like: names, lines, code and skip comments."""

import pytest
from checkov.ansible.runner import Runner
from checkov.runner_filter import RunnerFilter

from checkov_keys.iac.host.registration import register

PLAYBOOK = """\
---
- name: Access keys
  hosts: localhost
  pre_tasks:
    - name: before
      amazon.aws.iam_access_key:
        user_name: deployer

  tasks:
    - name: key
      amazon.aws.iam_access_key:
        user_name: deployer

    - name: key
      # checkov:skip=CKV2_KEYS_1:rotation
      amazon.aws.iam_access_key: {user_name: deployer}
    - block:
        - {name: inner,
           iam_access_key: {user_name: deployer}}
        - iam_access_key:
            user_name: deployer
      rescue:
        - name: after
          amazon.aws.iam_access_key: user_name=deployer
"""
FAILED = {
    "pre_tasks.amazon.aws.iam_access_key.before": (5, 8),
    "tasks.amazon.aws.iam_access_key.key (1 of 2)": (10, 13),
    "tasks.block.iam_access_key.inner": (18, 19),
    "tasks.block.iam_access_key.unknown": (20, 21),
    "tasks.rescue.amazon.aws.iam_access_key.after": (23, 24),
}
SKIPPED = {"tasks.amazon.aws.iam_access_key.key": (14, 16)}


@pytest.fixture
def report(tmp_path):
    """Checkov's report of the playbook."""
    (tmp_path / "site.yml").write_text(PLAYBOOK)
    register()
    return Runner().run(
        root_folder=str(tmp_path), runner_filter=RunnerFilter(framework=["ansible"], checks=["CKV2_KEYS_1"])
    )


def test_each_record_stands_at_its_task(report):
    """A skip comment skips the task in which it stands, and no other of its name."""
    assert SKIPPED == {record.resource: tuple(record.file_line_range) for record in report.skipped_checks}
    assert FAILED == {record.resource: tuple(record.file_line_range) for record in report.failed_checks}


def test_the_code_is_that_of_the_task(report):
    """Also where Checkov's graph does not hold the task; of a task in braces Checkov leaves the last line out."""
    lines = PLAYBOOK.splitlines(keepends=True)
    for record in report.failed_checks:
        first, last = record.file_line_range
        code = [line for _, line in record.code_block]
        assert code in (lines[first - 1 : last], lines[first - 1 : last - 1])
        assert code


def test_a_name_is_logged_in_one_line(tmp_path, caplog):
    """YAML lets a task's name hold line breaks and the control characters of terminals."""
    name = '"one\\n\\e[31mtwo"'
    (tmp_path / "site.yml").write_text(f"- name: {name}\n  iam_access_key:\n")
    register()
    Runner().run(root_folder=str(tmp_path), runner_filter=RunnerFilter(framework=["ansible"], checks=["CKV2_KEYS_1"]))
    (logged,) = (record.getMessage() for record in caplog.records if "UNKNOWN" in record.getMessage())
    assert "tasks.iam_access_key.one  [31mtwo" in logged


NAMELESS = """
- hosts: localhost
  tasks:
    - amazon.aws.iam_access_key:
        user_name: carrier
    - amazon.aws.iam_access_key: user_name=carrier
"""


def test_tasks_without_names(scan, tmp_path):
    """Checkov takes such a file for something else than Ansible's; its keys have records all the same."""
    (tmp_path / "site.yml").write_text(NAMELESS)
    assert ["failed", "failed"] == [verdict for _, verdict in scan("ansible", tmp_path)]


def test_files_without_names_and_keys_stay_unread(scan, tmp_path):
    """Other YAML is left to Checkov."""
    (tmp_path / "values.yml").write_text("- hosts: localhost\n  tasks:\n    - debug: {msg: hello}\n")
    assert [] == list(scan("ansible", tmp_path))
