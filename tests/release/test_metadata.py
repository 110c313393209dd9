"""What the package says of itself: one version, one address, and the Pythons that it was tried on."""

import re
from configparser import ConfigParser
from importlib.metadata import version

import pytest

import checkov_keys
from checkov_keys.cli.commands import COMMANDS

VERSIONS = f"checkov-keys {checkov_keys.__version__}\nCheckov {version('checkov')}\nboto3 {version('boto3')}\n"


@pytest.fixture
def described(root):
    """The sections of setup.cfg."""
    parser = ConfigParser(interpolation=None)
    parser.read(root / "setup.cfg")
    return parser


def test_one_version(described):
    """The version is in one place: setup.cfg reads it there."""
    assert "attr: checkov_keys.__version__" == described["metadata"]["version"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", checkov_keys.__version__)


def test_one_address(described, root):
    """Every address of the project begins with the same one, whatever file names it."""
    metadata = described["metadata"]
    addresses = [line.partition(" = ")[2] for line in metadata["project_urls"].split("\n") if line]
    assert checkov_keys.PROJECT_URL == metadata["url"]
    assert all(address.startswith(checkov_keys.PROJECT_URL) for address in addresses)
    pages = [root / "README.md", *(root / "docs").rglob("*.md"), *(root / "examples").rglob("*.txt")]
    named = {
        found for page in pages for found in re.findall(r"https?://[\w.-]+/[\w.-]+/checkov-keys", page.read_text())
    }
    assert {checkov_keys.PROJECT_URL} == named


def test_nothing_that_is_not_published(root):
    """No line to copy installs from an index, or from a tag, that does not have this project yet."""
    files = [*(root / "docs").rglob("*.md"), *(root / "examples").rglob("*"), root / "README.md"]
    lines = [
        line for file in files if file.is_file() and file.suffix != ".png" for line in file.read_text().splitlines()
    ]
    assert [] == [line for line in lines if re.match(r"^[^`]*pip[^`]* install (--quiet )?checkov-keys", line)]
    assert [] == [line for line in lines if re.search(r"checkov-keys@v\d|rev: v\d", line)]


def test_pythons(described):
    """The Pythons are those that are supported, without a gap, from the oldest one on."""
    named = [int(minor) for minor in re.findall(r"Python :: 3\.(\d+)\n", described["metadata"]["classifiers"])]
    oldest = int(described["options"]["python_requires"].removeprefix(">=3."))
    assert list(range(oldest, oldest + len(named))) == named
    assert len(named) > 1


def test_extras_are_described(root):
    """Each extra has a line that says what it is for."""
    text = (root / "setup.cfg").read_text()
    section = text.partition("[options.extras_require]\n")[2].partition("\n[")[0]
    assert re.findall(r"^(\w+) =$", section, re.MULTILINE) == re.findall(r"^# (\w+): .+\.$", section, re.MULTILINE)


@pytest.mark.parametrize("name", [None, *(command.name for command in COMMANDS)])
def test_versions(name, run_command):
    """The command, and every command of it, shows the three versions that a bug report needs."""
    done = run_command("checkov-keys", *filter(None, [name]), "--version")
    assert (0, VERSIONS, "") == (done.returncode, done.stdout, done.stderr)
