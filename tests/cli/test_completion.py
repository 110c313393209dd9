"""What Tab offers in a shell."""

import re
import shlex
import sys

import pytest

from checkov_keys.cli.commands import COMMANDS

NAMES = [command.name for command in COMMANDS]
FORMATS = ["cli", "json", "junitxml", "sarif", "github_failed_only", "gitlab_sast"]


@pytest.fixture
def offered(run_command, tmp_path):
    """Complete a line by argcomplete's protocol, without Checkov and boto3; returns what is offered."""
    (tmp_path / "checkov.py").write_text("raise AssertionError('Tab must not wait for Checkov')\n")
    (tmp_path / "boto3.py").write_text("raise AssertionError('Tab must not wait for boto3')\n")

    def complete(line, program="checkov-keys", start="1", **environment):
        protocol = {"_ARGCOMPLETE": start, "_ARGCOMPLETE_IFS": "\n", "COMP_LINE": line, "COMP_POINT": str(len(line))}
        environment = {**protocol, "PYTHONPATH": str(tmp_path), **environment}
        done = run_command("bash", "-c", f"{program} 8> offered", **environment)
        assert ("", 0) == (done.stdout, done.returncode), done.stderr
        return (run_command.folder / "offered").read_text().split("\n")

    return complete


LINES = {
    "silent: a command that takes nothing but flags": ("checkov-keys list x", [""]),
    "silent: no such flag": ("checkov-keys audit --nothing", [""]),
    "silent: no such command": ("checkov-keys frob", [""]),
    "commands": ("checkov-keys ", ["--help", "--version", *NAMES]),
    "a command": ("checkov-keys rem", ["remediate "]),
    "the cursor stands behind a command": ("checkov-keys audit", ["audit "]),
    "a flag": ("checkov-keys audit --sa", ["--save-snapshot", "--sarif-per-account"]),
    "a flag after others": ("checkov-keys audit --profile prod --organ", ["--organization "]),
    "formats of audit": ("checkov-keys audit -o ", [*FORMATS, "csv"]),
    "formats of scan": ("checkov-keys scan -d . --output ", FORMATS),
    "behind an equals sign": ("checkov-keys list --output=j", ["--output=json "]),
    "languages": ("checkov-keys scan --framework an", ["ansible "]),
    "malformed: an open quote": ("checkov-keys list -o 'js", ["json"]),
}


@pytest.mark.parametrize(("line", "expected"), LINES.values(), ids=LINES)
def test_line(offered, line, expected):
    """Commands come first, then the flags of that command, then their values."""
    assert expected == offered(line)


@pytest.mark.parametrize("name", NAMES)
def test_every_flag(offered, run_command, name):
    """Each command offers the long flags that its help shows."""
    shown = re.findall(r"^  (?:-\w.*, )?(--[\w-]+)", run_command("checkov-keys", name, "--help").stdout, re.MULTILINE)
    assert sorted(shown) == sorted(word.strip() for word in offered(f"checkov-keys {name} --"))


def test_files(offered, run_command):
    """Where a file is expected, files are offered."""
    (run_command.folder / "journal.jsonl").touch()
    assert ["journal.jsonl "] == offered("checkov-keys rollback jou")


def test_a_configuration_file_that_is_broken(offered, run_command):
    """It is no reason to offer nothing."""
    (run_command.folder / ".checkov.yaml").write_text("{")
    assert ["--organization "] == offered("checkov-keys audit --org")


def test_zsh(offered):
    """zsh shows what each command does."""
    assert "list:list the rules" in offered("checkov-keys ", _ARGCOMPLETE_SHELL="zsh")


def test_the_module(offered):
    """`python -m checkov_keys` is completed too."""
    assert ["rollback "] == offered(
        "python -m checkov_keys rol", program=f"{shlex.quote(sys.executable)} -m checkov_keys", start="3"
    )


def test_bash(run_command):
    """The line for ~/.bashrc makes bash complete."""
    script = r"""
        eval "$(register-python-argcomplete checkov-keys)"
        function=$(complete -p checkov-keys | sed 's/.*-F \([^ ]*\).*/\1/')
        COMP_WORDS=(checkov-keys audit --sarif) COMP_CWORD=2 COMP_TYPE=9 COMP_KEY=9
        COMP_LINE="checkov-keys audit --sarif" COMP_POINT=26
        $function checkov-keys --sarif audit
        printf '%s\n' "${COMPREPLY[@]}"
    """
    assert "--sarif-per-account \n" == run_command("bash", "-c", script).stdout
