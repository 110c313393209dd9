"""Unified diffs, as git and patch apply them."""

import subprocess

import pytest
from programs import need

from checkov_keys.report.unified_diff import unified_diff

# A name, and the text before and after.
CHANGES = {
    "a line in the middle": ("a.tf", "a\nb\nc\n", "a\nx\nc\n"),
    "an empty file": ("a.tf", "", "a\n"),
    "no final line break": ("a.tf", "a\nb", "a\nx"),
    "a final line break that appears": ("a.tf", "a\nb", "a\nb\n"),
    "CRLF": ("a.tf", "a\r\nb\r\n", "a\r\nx\r\nb\r\n"),
    "what other programs take for line breaks": ("a.tf", "a\x0bb\u2028c\rd\x85\ne\n", "a\x0bb\u2028c\rd\x85\nx\n"),
    "a byte order mark": ("a.tf", "\ufeffa\n", "\ufeffx\n"),
    "a folder": ("dev/a.tf", "a\n", "b\n"),
    "a space": ("de v/a b.tf", "a\n", "b\n"),
    "letters beyond ASCII": ("dév/é.tf", "é\n", "è\n"),
    "a quote and a backslash": ('a"\\b.tf', "a\n", "b\n"),
    "a command of a CI service": ("##[error]a\n::error::b.tf", "a\n", "b\n"),
    "another direction": ("a\u202eb用.tf", "a\n", "b\n"),
}


def test_no_change():
    """Equal texts have an empty diff."""
    assert "" == unified_diff("a.tf", "a\nb", "a\nb")


@pytest.mark.parametrize("command", [("git", "apply"), ("patch", "-p1", "--binary", "--quiet")], ids=["git", "patch"])
@pytest.mark.parametrize(("name", "before", "after"), CHANGES.values(), ids=CHANGES)
def test_it_applies(name, before, after, command, tmp_path, clean_environment):
    """Both programs make the file what it is to be, byte by byte."""
    need(command[0])
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(before.encode())
    diff = unified_diff(name, before, after).encode()
    done = subprocess.run(command, cwd=tmp_path, env=clean_environment, input=diff, capture_output=True, check=False)
    assert (0, after.encode()) == (done.returncode, file.read_bytes()), done.stdout + done.stderr


def test_names_are_not_commands():
    """What is before the lines of the file reaches no runner of a CI service as a command, and hides nothing."""
    header = "".join(unified_diff("##[error]a\n::error::b\u202e用.tf", "a\n", "b\n").splitlines(keepends=True)[:2])
    assert header.replace("\n", "").isprintable()
    assert "##" not in header
    assert 2 == len(header.splitlines())
    assert "用" in header
