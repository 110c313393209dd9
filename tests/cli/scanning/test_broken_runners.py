"""A runner that breaks, or whose process does, is not a clean scan, whatever the runners run in."""

import json
import sys

import pytest
from filled_folders import FAILING, fill_from, fill_with


@pytest.mark.parametrize("kind", ["fork", "none", "spawn", "thread"])
def test_kinds_of_processes(run_command, root, kind):
    """Whatever Checkov is told to run its runners in has the checks."""
    for language in ("terraform", "cloudformation"):
        fill_from(root / "examples" / language / "failing")(run_command.folder / language)
    flags = ("-d", ".", "--framework", "cloudformation,terraform", "-o", "json")
    done = run_command("checkov-keys", "scan", *flags, CHECKOV_PARALLELIZATION_TYPE=kind)
    found = [(each["check_type"], each["summary"]["failed"]) for each in json.loads(done.stdout)]
    assert [("terraform", 2), ("cloudformation", 2)] == found


BREAKING = """
import sys
from checkov.terraform.runner import Runner

def run(*args, **kwargs):
    {what}

Runner.run = run
from checkov_keys.cli.commands import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize("frameworks", ["terraform", "terraform,cloudformation"])
@pytest.mark.parametrize(
    ("what", "said"),
    {
        "raise RuntimeError('no\\nluck')": "Checkov's runner broke: RuntimeError: no luck",
        "return None": "Checkov's runner broke: it made no report",
    }.items(),
)
def test_a_runner_that_breaks(run_command, frameworks, what, said):
    """It is named and costs the exit code, and what the others found is reported."""
    template = '{"Resources": {"Key": {"Type": "AWS::IAM::AccessKey", "Properties": {"UserName": "u"}}}}'
    fill_with({"main.tf": FAILING, "stack.json": template})(run_command.folder)
    command = (sys.executable, "-c", BREAKING.format(what=what), "scan", "-d", ".", "--framework", frameworks)
    done = run_command(*command, "-o", "json", "--soft-fail")
    assert f"checkov-keys scan: not judged: every terraform template in .: {said}" in done.stderr.splitlines()
    found = json.loads(done.stdout)
    assert (2, "," in frameworks) == (done.returncode, found.get("check_type") == "cloudformation")


@pytest.mark.parametrize(
    "what",
    [
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        "from checkov.common.output.report import Report; r = Report('terraform'); r.odd = lambda: r; return r",
    ],
)
def test_a_runner_whose_report_is_lost(run_command, what):
    """A process that is killed, or cannot hand over what it found, is no clean scan."""
    fill_with({"main.tf": FAILING})(run_command.folder)
    # The second one has nothing to find, but with it each has a process of its own.
    flags = ("-d", ".", "--framework", "terraform,cloudformation", "--whole-tree")
    done = run_command(sys.executable, "-c", BREAKING.format(what=what), "scan", *flags)
    said = "every terraform template in .: Checkov's runner broke: its process ended without a report"
    assert f"checkov-keys scan: not judged: {said}" in done.stderr.splitlines()
    assert 2 == done.returncode
