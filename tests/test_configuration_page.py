"""The page about configuration files names every key that a table of the code names."""

import re

import pytest

from checkov_keys.cli.accounts import audit_flags, remediate_flags, rollback_flags
from checkov_keys.cli.files import fix_flags
from checkov_keys.cli.scanning.scan_configuration import NO_SCAN, OF_NO_FILE, OF_NO_FOLDER

PARSERS = {"audit": audit_flags, "remediate": remediate_flags, "rollback": rollback_flags, "fix": fix_flags}


@pytest.fixture
def sections(root):
    """The page's sections: the words in code of each, by its heading."""
    parts = re.split(r"^## (.+)$", (root / "docs" / "configuration.md").read_text(), flags=re.MULTILINE)
    return {title: set(re.findall(r"`([\w-]+)`", text)) for title, text in zip(parts[1::2], parts[2::2])}


def test_audit(sections):
    """What may be set is on the page, and nothing else is said to be."""
    assert set(audit_flags.OPEN_KEYS) == {word for word in sections["audit"] if not word.startswith("--")}


def test_scan(sections):
    """What may not be set is on the page."""
    assert {*OF_NO_FILE, *OF_NO_FOLDER, *NO_SCAN} <= sections["scan"]


@pytest.mark.parametrize("name", PARSERS)
def test_tables_name_flags(sections, name):
    """Every key of a table is a flag of its command, has a reason, and what must be typed is on the page."""
    parser = PARSERS[name].build_parser()
    flags = {flag[2:] for action in parser._actions for flag in action.option_strings}  # noqa: SLF001
    assert set(parser.open_keys) <= flags
    assert all(parser.open_keys.values())
    if name != "audit":
        named = sections["remediate, rollback and fix"]
        assert {*parser.open_keys, *parser.typed} - {"journal"} <= named
