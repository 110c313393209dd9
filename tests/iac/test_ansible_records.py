"""What Checkov's records of Ansible tasks look like: names, lines, code and skip comments."""

import pytest
from checkov.ansible.runner import Runner
from checkov.runner_filter import RunnerFilter

from checkov_keys.iac.registration import register

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
        - {name: inner, iam_access_key: {user_name: deployer}}
        - iam_access_key:
            user_name: deployer
      rescue:
        - name: after
          amazon.aws.iam_access_key: user_name=deployer
"""
FAILED = {
    "pre_tasks.amazon.aws.iam_access_key.before": (5, 8),
    "tasks.amazon.aws.iam_access_key.key (1 of 2)": (10, 13),
    "tasks.block.iam_access_key.inner": (18, 18),
    "tasks.block.iam_access_key.unknown": (19, 20),
    "tasks.rescue.amazon.aws.iam_access_key.after": (22, 23),
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
    """Also where Checkov's graph does not hold the task."""
    code = {record.resource: record.code_block for record in report.failed_checks}
    for name, (first, last) in FAILED.items():
        assert PLAYBOOK.splitlines(keepends=True)[first - 1 : last] == [line for _, line in code[name]]
