"""What is seen at a terminal: nothing wider than it, colours if they are wanted, one style of line."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios

import pytest

USERS = {**{f"/a-long-path/of-a-team/deployer-{n}": ["Active", "Active"] for n in range(3)}, "/lost": ["Active"]}
FAULTS = {("ListAccessKeys", "lost"): "AccessDenied", ("GetAccessKeyLastUsed", "*"): "AccessDenied"}
EXEMPT = "- {arn: 'arn:aws:iam::*:user/nobody-of-that-name', reason: a reason that takes some room on the line}\n"


@pytest.fixture
def seen(clean_environment, aws_environment, tmp_path):
    """Run a command whose output, errors and input are a terminal of so many columns; returns exit code and text."""

    def run(columns, *command, **environment):
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        plain = {name: value for name, value in clean_environment.items() if name not in {"COLUMNS", "NO_COLOR"}}
        process = subprocess.Popen(
            ["checkov-keys", *command],
            cwd=tmp_path,
            env={**plain, **aws_environment, "TERM": "xterm", **environment},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)
        shown = b""
        while True:
            try:
                more = os.read(ours, 65536)
            except OSError:  # Linux's way to say that it has been closed
                break
            if not more:
                break
            shown += more
        os.close(ours)
        return process.wait(60), shown.decode().replace("\r\n", "\n")

    return run


def lines_of(text):
    """The lines as the terminal shows them in the end: without colours, and without the bars, which are gone."""
    shown = re.sub("\x1b\\[[0-9;]*[A-Za-z]", "", text)
    return [line.rpartition("\r")[2] for line in shown.splitlines()]


@pytest.mark.parametrize("columns", [40, 80])
@pytest.mark.parametrize("name", ["audit", "remediate"])
def test_nothing_is_wider(iam_server, seen, tmp_path, columns, name):
    """Whatever is, is one word that cannot be parted; what could not be judged is told once."""
    (tmp_path / "exempt").write_text(EXEMPT)
    server = iam_server(USERS, FAULTS)
    code, text = seen(columns, name, "--endpoint-url", server.url, "--exemptions", "exempt")
    assert 2 == code
    lines = lines_of(text)
    assert [] == [line for line in lines if len(line) > columns and " " in line.strip().removeprefix("> ")]
    assert 1 == " ".join(" ".join(lines).split()).count("user/lost")
    assert not re.search(r"\[(WARNI|ERROR|MainThread)", text)
    warned = "cannot read the last use"
    assert f"checkov-keys {name}: warning: account 123456789012: {warned}" in " ".join(" ".join(lines).split())


COLOURS = {"a terminal": ({}, True), "NO_COLOR": ({"NO_COLOR": "1"}, False), "a dumb one": ({"TERM": "dumb"}, False)}


@pytest.mark.parametrize(("environment", "coloured"), COLOURS.values(), ids=COLOURS)
def test_colours(iam_server, seen, environment, coloured):
    """They are for terminals, and can be turned off."""
    _, text = seen(80, "audit", "--endpoint-url", iam_server(USERS).url, **environment)
    assert coloured == ("\x1b[31mFAILED" in text)


def test_no_colours_elsewhere(iam_server, audit):
    """A pipe has none, and whole lines."""
    done = audit(iam_server(USERS, FAULTS).url, FORCE_COLOR="1", COLUMNS="40")
    assert "\x1b" not in done.stdout + done.stderr
    assert "FAILED for resource: arn:aws:iam::123456789012:user/a-long-path/of-a-team/deployer-0\n" in done.stdout


def test_a_log_of_everything(iam_server, audit):
    """LOG_LEVEL=DEBUG keeps Checkov's form, which has the time of each line."""
    done = audit(iam_server(USERS, FAULTS).url, LOG_LEVEL="INFO")
    assert 2 == done.returncode
    assert "checkov-keys audit: warning:" not in done.stderr
    assert "cannot read the last use" in done.stderr
