"""Enough root modules for several batches, by the commands: what `checkov` with the pack says, in its order."""

import json

import pytest
from generated_monorepo import write_monorepo

# Checkov's main has a flag for each variable, and takes its own way if one is set.
BY_MAIN = {"CKV_EVAL_VARS": "True"}
WAYS = {
    "in batches": {},
    "in batches, one at a time": {"CHECKOV_WORKERS_NUMBER": "1"},
    "in batches, in no sensible number of processes": {"CHECKOV_WORKERS_NUMBER": "-3"},
    "in batches, in one process": {"CHECKOV_PARALLELIZATION_TYPE": "none"},
    "by main": BY_MAIN,
}


@pytest.fixture
def repository(run_command):
    """A working directory with 120 roots, half of which hold keys."""
    write_monorepo(run_command.folder, 120, resources=3, share=0.5)
    return run_command.folder


def list_records(report):
    """Return the records of a report in their order."""
    return {
        kind: [(each["check_id"], each["file_path"], each["resource"]) for each in report["results"][kind]]
        for kind in ("passed_checks", "failed_checks", "skipped_checks")
    }


def test_the_records_of_checkov_in_its_order(run_command, repository):  # noqa: ARG001
    """In however many processes, and by Checkov's main, which makes one graph of all."""
    checks = run_command("checkov-keys", "checks-dir").stdout.strip()
    pack = ("--external-checks-dir", checks, "--check", "CKV2_KEYS_1,CKV2_KEYS_5")
    plain = run_command("checkov", "-d", ".", "--framework", "terraform", *pack, "-o", "json")
    expected = list_records(json.loads(plain.stdout))
    assert 60 == len(expected["failed_checks"])
    for name, environment in WAYS.items():
        done = run_command("checkov-keys", "scan", "-d", ".", "-o", "json", **environment)
        assert expected == list_records(json.loads(done.stdout)), name


@pytest.mark.parametrize("environment", [{}, BY_MAIN], ids=["in batches", "by main"])
def test_no_pattern_for_each_directory(run_command, repository, environment):
    """Reports carry the facts of a scan: none is as long as the list of the directories that are left out, or kept."""
    flags = ("-o", "junitxml", "--output-file-path", "a.xml,")
    assert 1 == run_command("checkov-keys", "scan", "-d", ".", *flags, **environment).returncode
    longest = max((repository / "a.xml").read_text().splitlines(), key=len)
    assert len(longest) < 1_000, longest


def test_five_scans_are_the_same(run_command, repository):  # noqa: ARG001
    """Processes end in any order, and the reports are the same bytes."""
    seen = {run_command("checkov-keys", "scan", "-d", ".", "-o", "json", "-o", "cli").stdout for _ in range(5)}
    assert 1 == len(seen)
