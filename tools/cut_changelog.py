"""Turns "Unreleased" of CHANGELOG.md into the section of a version, and prints that section for the release.

    python tools/cut_changelog.py 0.1.0 2026-11-29    # writes the file
    python tools/cut_changelog.py 0.1.0               # only prints the section that was cut before

The format is that of https://keepachangelog.com/en/1.1.0/. The version must be `checkov_keys.__version__`, so
that the tag, the package and the page agree. Exit codes: 0 printed, 2 refused, and then nothing is written.
"""

from __future__ import annotations

import re
import sys
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_UNRELEASED = "## Unreleased"
_HEADING = re.compile(r"^## .*$", re.MULTILINE)
_VERSION = re.compile(r"\d+\.\d+\.\d+")
_OURS = re.compile(r'^__version__ = "([^"]+)"$', re.MULTILINE)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class ChangelogError(Exception):
    """The version, the date or the page is not what a release needs; the text says why."""


def cut(text: str, version: str, day: str) -> str:
    """Return the page with an empty "Unreleased" above the section of the version. Raises ChangelogError."""
    if not _DATE.fullmatch(day):
        raise ChangelogError(f"not a date such as 2026-11-29: {day!r}")
    try:
        date.fromisoformat(day)
    except ValueError as error:
        raise ChangelogError(f"not a day of the calendar: {day}") from error
    if _find_headings(text, version):
        raise ChangelogError(f"{version} has a section already")
    headings = [found for found in _HEADING.findall(text) if found.rstrip() == _UNRELEASED]
    if len(headings) != 1:
        raise ChangelogError(f"the page has {len(headings)} sections {_UNRELEASED!r}, not one")
    if not read_section(text, headings[0]):
        raise ChangelogError(f"nothing is below {_UNRELEASED!r}")
    return text.replace(f"{headings[0]}\n", f"{_UNRELEASED}\n\n## {version} - {day}\n", 1)


def read_notes(text: str, version: str) -> str:
    """Return what is below the heading of a version, without the heading. Raises ChangelogError."""
    headings = _find_headings(text, version)
    if len(headings) != 1:
        raise ChangelogError(f"the page has {len(headings)} sections of {version}, not one")
    notes = read_section(text, headings[0])
    if not notes:
        raise ChangelogError(f"nothing is below {headings[0]!r}")
    return notes


def read_section(text: str, heading: str) -> str:
    """Return what is between a heading and the next of its level, without white space around it."""
    below = text.partition(f"{heading}\n")[2]
    return _HEADING.split(below, maxsplit=1)[0].strip()


def check_version(version: str, source: str) -> None:
    """Raise ChangelogError if a version is not the one that the source of `checkov_keys/__init__.py` has."""
    if not _VERSION.fullmatch(version):
        raise ChangelogError(f"not a version such as 0.1.0: {version!r}")
    ours = _OURS.search(source)
    if not ours or ours[1] != version:
        raise ChangelogError(f"checkov_keys.__version__ is {ours[1] if ours else 'not there'}, not {version}")


def _find_headings(text: str, version: str) -> list[str]:
    return re.findall(rf"^## \[?{re.escape(version)}\]?(?: - .*)?$", text, re.MULTILINE)


def main(arguments: list[str], root: Path = ROOT) -> int:
    """Cut if a date is given, and print the section; returns the exit code."""
    if len(arguments) not in (1, 2):
        print(__doc__, file=sys.stderr)
        return 2
    version, *days = arguments
    page = root / "CHANGELOG.md"
    try:
        check_version(version, (root / "checkov_keys" / "__init__.py").read_text(encoding="utf-8"))
        text = page.read_text(encoding="utf-8")
        for day in days:
            text = cut(text, version, day)
        notes = read_notes(text, version)
    except (ChangelogError, OSError, UnicodeDecodeError) as error:
        print(f"refused: {error}", file=sys.stderr)
        return 2
    if days:
        page.write_text(text, encoding="utf-8")
    print(notes)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
