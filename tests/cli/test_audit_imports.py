"""What an audit imports is what a person waits for."""

import json
import sys

import pytest

from checkov_keys.cli.commands import COMMANDS


@pytest.mark.parametrize(
    ("unneeded", "modules"),
    [
        # Help and completion need nothing of what takes longer than themselves.
        ({"checkov", "boto3", "botocore", "tqdm"}, " ".join(f"cli.{command.parser}" for command in COMMANDS)),
        # Some of Checkov's own formats bring an HTTP client along, and the models of CycloneDX.
        (
            {"aiohttp", "cyclonedx", "boto3"},
            "report.live.live_report report.formats.live_formats report.writer report.thresholds",
        ),
        # Only a report needs Checkov, and nothing configargparse but a scan.
        (
            {"checkov", "configargparse", "moto"},
            "cli.accounts.audit cli.accounts.usage cli.accounts.remediate cli.accounts.rollback report.thresholds",
        ),
        (
            {"checkov", "moto"},
            "runtime.reading.account_audit runtime.reading.account_choice runtime.reading.collector",
        ),
    ],
)
def test_what_is_not_needed_is_not_imported(run_command, unneeded, modules):
    """A module is imported without the slow packages that it does not need."""
    names = [f"checkov_keys.{module}" for module in modules.split()]
    done = run_command(sys.executable, "-c", f"import sys, {', '.join(names)}\nprint(*sys.modules, sep='\\n')")
    assert set() == unneeded & set(done.stdout.split()), done.stderr
    assert set(names) <= set(done.stdout.split())


# A Python that says when a command has read what it asks for, and which of the slow packages are there by then.
WATCH = """
import sys
from checkov_keys.cli import commands

SLOW = ("checkov", "configargparse", "tabulate", "junit_xml")


def say(when):
    print(when, *(name for name in SLOW if name in sys.modules), file=sys.__stderr__)


def watch(module, function):
    read = getattr(module, function)

    def reading(*args, **settings):
        say("begins")
        try:
            return read(*args, **settings)
        finally:
            say("has read")

    setattr(module, function, reading)


if sys.argv[1] != "-":
    import importlib
    module, function = sys.argv[1].rsplit(".", 1)
    watch(importlib.import_module(module), function)
code = commands.main(sys.argv[2:])
say("ends")
sys.exit(code)
"""
ACCESS = "checkov_keys.cli.accounts.{}.read_accounts"
NONE = ["begins", "has read"]
CHANGE = {
    "format": "checkov-keys journal 1",
    "time": "2026-01-01T00:00:00+00:00",
    "account": "123456789012",
    "user": "ci",
    "before": "Active",
    "after": "Inactive",
    "outcome": "changed",
    "reason": "",
}
# What is run, where it reads, its exit code, and what is imported at which time.
COMMANDS_THAT_RUN = {
    "usage of files": (("usage", "--key", f"AKIA{'A' * 16}", "--trail", "logs"), "-", 2, ["ends tabulate"]),
    "rollback": (("rollback", "journal.jsonl", "--yes"), "-", 0, ["ends"]),
    "rollback of nothing": (("rollback", "empty.jsonl"), "-", 0, ["ends"]),
    "malformed: a journal that is none": (("rollback", "config"), "-", 2, ["ends"]),
    "remediate": (("remediate",), ACCESS.format("remediate"), 1, [*NONE, "ends"]),
    "audit": (("audit",), ACCESS.format("audit"), 1, [*NONE, "ends checkov tabulate junit_xml"]),
    "malformed: a format that is none": (("audit", "-o", "none"), ACCESS.format("audit"), 2, ["ends"]),
    "malformed: a region that is none": (("audit", "--region", "?"), ACCESS.format("audit"), 2, [*NONE, "ends"]),
}


@pytest.mark.parametrize(("command", "reads", "code", "expected"), COMMANDS_THAT_RUN.values(), ids=COMMANDS_THAT_RUN)
def test_when_a_command_imports(run_command, aws_environment, iam_server, command, reads, code, expected):
    """Checkov is imported when a report needs it, after AWS has answered; configargparse is not imported at all."""
    folder = run_command.folder
    (folder / "logs").mkdir()
    (folder / "config").write_text("no journal\n")
    (folder / "empty.jsonl").write_text("")
    server = iam_server({"ci": ["Active", "Active"]})
    (folder / "journal.jsonl").write_text(f"{json.dumps({**CHANGE, 'key': server.key_id('ci')})}\n")
    run = [sys.executable, "-c", WATCH, reads, *command]
    done = run_command(*run, **aws_environment, AWS_ENDPOINT_URL=server.url)
    times = [line for line in done.stderr.splitlines() if line.split()[0] in ("begins", "has", "ends")]
    assert expected == times, done.stderr
    assert code == done.returncode, done.stderr
