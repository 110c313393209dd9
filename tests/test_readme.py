"""The first screen of the README is what happens."""

import re
import shlex

import pytest


@pytest.fixture
def readme(root):
    """The README's text."""
    return (root / "README.md").read_text()


def test_the_example_and_its_output(readme, root, run_command):
    """The first screen's template is the example, and its output is real."""
    example = (root / "examples" / "terraform" / "failing" / "main.tf").read_text()
    shown = re.search(r"```terraform\n(.*?)```", readme, re.DOTALL).group(1)
    assert example.split("\n", 1)[1] == shown
    command, output = re.search(r"```console\n\$ (.*?)\n(.*?)```", readme, re.DOTALL).groups()
    done = run_command(*shlex.split(command), cwd=root)
    assert 1 == done.returncode
    assert output.strip() == done.stdout.strip()


def test_the_three_uses(readme):
    """Checkov with the pack, a scan and an audit are each one line."""
    uses = [line for line in readme.splitlines() if re.match(r"checkov -d|checkov-keys (scan|audit) ", line)]
    assert ["checkov", "checkov-keys", "checkov-keys"] == [line.split()[0] for line in uses]


def test_the_exit_codes(readme):
    """The README names the three that every command has."""
    assert ["0", "1", "2"] == re.findall(r"^\| (\d) \|", readme, re.MULTILINE)
