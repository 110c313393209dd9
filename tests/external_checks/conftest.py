"""The real `checkov` command with the pack loaded."""

import json

import pytest
from pack_records import RULE


@pytest.fixture
def checks_dir(root):
    """The directory that `checkov-keys checks-dir` prints."""
    return root / "checkov_keys" / "external_checks"


@pytest.fixture
def checkov(run_command, checks_dir):
    """Run checkov on a folder of files with the pack loaded; returns the process and the reports of its JSON."""

    def run(files, *flags, load=("--external-checks-dir", checks_dir), chosen=("--check", RULE), **environment):
        for name, text in files.items():
            (run_command.folder / name).write_text(text)
        command = ["checkov", "-d", ".", *load, *chosen, "-o", "json", *flags]
        done = run_command(*command, **environment)
        try:
            found = json.loads(done.stdout)
        except ValueError:
            pytest.fail(f"no JSON: {done.stdout}\n{done.stderr}")
        reports = found if isinstance(found, list) else [found]
        return done, [report for report in reports if "results" in report]

    return run
