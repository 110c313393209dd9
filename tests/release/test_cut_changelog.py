"""The section of a version in the changelog, and the notes of its release."""

import pytest
from cut_changelog import ChangelogError, check_version, cut, main, read_notes

import checkov_keys

VERSION = checkov_keys.__version__
PAGE = "# Changelog\n\nText.\n\n## Unreleased\n\n### Added\n\n- A.\n\n## 0.0.1 - 2026-01-01\n\n- B.\n"
CUT = (
    "# Changelog\n\nText.\n\n## Unreleased\n\n## 9.8.7 - 2026-11-29\n\n### Added\n\n- A.\n\n"
    "## 0.0.1 - 2026-01-01\n\n- B.\n"
)


def test_cut():
    """What was not released is below the heading of the version, and the place for what comes next is above it."""
    assert CUT == cut(PAGE, "9.8.7", "2026-11-29")


NOTES = {
    "the section that was cut": (CUT, "9.8.7", "### Added\n\n- A."),
    "the last section": (CUT, "0.0.1", "- B."),
    "a heading with a link": ("## [1.0.0] - 2026-01-01\n- C.\n", "1.0.0", "- C."),
    "a heading without a date": ("## 1.0.0\n- C.\n", "1.0.0", "- C."),
}


@pytest.mark.parametrize(("page", "version", "expected"), NOTES.values(), ids=NOTES)
def test_notes(page, version, expected):
    """The notes are what is below the heading of a version, up to the next."""
    assert expected == read_notes(page, version)


REFUSED = {
    "a date of another form": (PAGE, "9.8.7", "29.11.2026", "not a date"),
    "a date with a time": (PAGE, "9.8.7", "2026-11-29T10:00", "not a date"),
    "a day that does not exist": (PAGE, "9.8.7", "2026-02-30", "not a day of the calendar"),
    "no date": (PAGE, "9.8.7", "", "not a date"),
    "a version that was released": (PAGE, "0.0.1", "2026-11-29", "has a section already"),
    "a page without the heading": ("# Changelog\n", "9.8.7", "2026-11-29", "has 0 sections"),
    "a page with two of them": (f"{PAGE}{PAGE}", "9.8.7", "2026-11-29", "has 2 sections"),
    "nothing to release": ("## Unreleased\n\n## 0.0.1\n\n- B.\n", "9.8.7", "2026-11-29", "nothing is below"),
    "an empty page": ("", "9.8.7", "2026-11-29", "has 0 sections"),
}


@pytest.mark.parametrize(("page", "version", "day", "why"), REFUSED.values(), ids=REFUSED)
def test_refused(page, version, day, why):
    """What a release cannot be made of is refused with a reason."""
    with pytest.raises(ChangelogError, match=why):
        cut(page, version, day)


NO_NOTES = {
    "a version without a section": (PAGE, "9.8.7", "has 0 sections"),
    "a version with two": (f"{CUT}{CUT}", "9.8.7", "has 2 sections"),
    "a section without a line": ("## 9.8.7\n\n## 0.0.1\n\n- B.\n", "9.8.7", "nothing is below"),
    "a version that another begins with": ("## 9.8.70\n\n- B.\n", "9.8.7", "has 0 sections"),
}


@pytest.mark.parametrize(("page", "version", "why"), NO_NOTES.values(), ids=NO_NOTES)
def test_no_notes(page, version, why):
    """A release without notes is refused."""
    with pytest.raises(ChangelogError, match=why):
        read_notes(page, version)


VERSIONS = {
    "another": ("0.0.2", '__version__ = "0.0.1"\n', "is 0.0.1, not 0.0.2"),
    "a source without one": ("0.0.2", "", "is not there, not 0.0.2"),
    "malformed: with a v": ("v0.0.1", '__version__ = "0.0.1"\n', "not a version"),
    "malformed: two numbers": ("0.1", '__version__ = "0.1"\n', "not a version"),
    "malformed: a pattern": ("0.0.*", '__version__ = "0.0.1"\n', "not a version"),
}


@pytest.mark.parametrize(("version", "source", "why"), VERSIONS.values(), ids=VERSIONS)
def test_other_versions(version, source, why):
    """Only the version of the package is released."""
    with pytest.raises(ChangelogError, match=why):
        check_version(version, source)


@pytest.fixture
def project(tmp_path):
    """A project with a page, and the version of this one."""
    (tmp_path / "checkov_keys").mkdir()
    (tmp_path / "checkov_keys" / "__init__.py").write_text(f'__version__ = "{VERSION}"\n')
    (tmp_path / "CHANGELOG.md").write_text(PAGE)
    return tmp_path


def test_the_command(project, capsys):
    """It writes and prints, then only prints; what is refused writes nothing."""
    page = project / "CHANGELOG.md"
    assert 2 == main([VERSION], project)
    assert 2 == main(["9.9.9", "2026-11-29"], project)
    assert 2 == main([], project)
    assert ("", PAGE) == (capsys.readouterr().out, page.read_text())
    assert 0 == main([VERSION, "2026-11-29"], project)
    assert cut(PAGE, VERSION, "2026-11-29") == (written := page.read_text())
    assert 0 == main([VERSION], project)
    assert ("### Added\n\n- A.\n" * 2, written) == (capsys.readouterr().out, page.read_text())
    page.unlink()
    assert 2 == main([VERSION], project)


def test_this_page_can_be_cut(root):
    """The changelog of this project is one that a release can be made of."""
    text = (root / "CHANGELOG.md").read_text()
    assert read_notes(cut(text, "9.9.9", "2099-01-01"), "9.9.9")
