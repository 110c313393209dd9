"""The help of every command, and that the documentation shows it as it is."""

import re
import shlex

import pytest

from checkov_keys.cli.commands import COMMANDS, build_parser

NAMES = [command.name for command in COMMANDS]
FORM = re.compile(
    r"usage: checkov-keys (?P<name>\S+) [\s\S]*?\n\n[A-Z][\s\S]*?\.\n\n"
    r"(positional arguments:\n[\s\S]*?\n\n)?options:\n[\s\S]*?\n\n"
    r"([A-Z][a-z ]+:\n[\s\S]*?\n\n)*"
    r"examples:\n(?P<examples>(  \S.*\n)+)\n"
    r"([\s\S]*\n\n)?exit codes:\n(  [012]  \S.*\n(     \S.*\n)*)+"
)


def normal(text):
    """A help text without what differs between versions of Python: a heading, and how flags with a value are shown."""
    text = re.sub(r"(?<=\n)optional arguments:", "options:", text)
    text = re.sub(r"(-\w) (\S.*?), (--[\w-]+ \2)", r"\1, \3", text)
    return " ".join(text.split())


@pytest.fixture
def shown_help(run_command):
    """Run a command line as the documentation shows it."""
    return lambda *words: run_command(*words, COLUMNS="100").stdout


def test_what_the_documentation_shows(root, shown_help):
    """`make docs` has been run since the last change of a help text."""
    page = (root / "docs" / "commands.md").read_text()
    blocks = re.findall(r"```console\n\$ (checkov-keys .*--help)\n([^`]*)```", page)
    assert len(NAMES) + 1 == len(blocks)
    for line, shown in blocks:
        assert normal(shown) == normal(shown_help(*line.split()))


def test_every_command_has_a_section(root):
    """The page has all commands in their order, and the table of exit codes leads to each section."""
    page = (root / "docs" / "commands.md").read_text()
    assert NAMES == re.findall(r"^## checkov-keys (\S+)$", page, re.MULTILINE)
    assert NAMES == re.findall(r"^\$ checkov-keys (\S+) --help$", page, re.MULTILINE)
    assert NAMES == re.findall(r"\]\(commands\.md#checkov-keys-([\w-]+)\)", (root / "docs" / "ci.md").read_text())


@pytest.mark.parametrize("name", NAMES)
def test_form(shown_help, name):
    """Usage, a paragraph, flags, examples of the command, exit codes."""
    text = shown_help("checkov-keys", name, "--help").replace("optional arguments:", "options:")
    found = FORM.fullmatch(text)
    assert found, text
    assert name == found["name"]
    assert all(f"checkov-keys {name}" in line for line in found["examples"].splitlines())


@pytest.mark.parametrize("command", COMMANDS, ids=NAMES)
def test_examples(shown_help, command):
    """The command takes the flags of its examples."""
    lines = re.findall(
        rf"^  checkov-keys {command.name}(.*)$", shown_help("checkov-keys", command.name, "-h"), re.MULTILINE
    )
    parser = build_parser(command.name)
    assert lines or command.name == "checks-dir"
    for line in lines:
        parser.parse_args(shlex.split(line.partition("|")[0]))


def test_older_pythons():
    """Python 3.9 and 3.13 show the same flags differently."""
    old = "usage: x\n\noptional arguments:\n  -o {a,b}, --output {a,b}\n                        format\n"
    new = "usage: x\n\noptions:\n  -o, --output {a,b}  format\n"
    assert normal(new) == normal(old)
    assert normal(new) != normal(old.replace("format", "formats"))
