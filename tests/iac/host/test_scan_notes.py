"""Notes that processes make apart: whole lines, in the order of the processes."""

import pytest

from checkov_keys.domain.users import Unjudged
from checkov_keys.iac.host.scan_notes import VARIABLE, collect_notes, note_apart, note_unjudged, note_users, read_notes


@pytest.fixture
def notes(tmp_path, monkeypatch):
    """The file of notes of a scan."""
    path = tmp_path / "notes"
    path.touch()
    monkeypatch.setenv(VARIABLE, str(path))
    return path


def test_nothing_is_noted_unless_asked_for(monkeypatch, tmp_path):
    """Without the variable there is no file."""
    monkeypatch.delenv(VARIABLE, raising=False)
    with note_apart(1):
        note_unjudged(Unjudged("a", "x"))
    collect_notes(1)
    assert [] == list(tmp_path.iterdir())


def test_notes_apart(notes):
    """They are collected once, and nothing is left of them; what is unjudged is in the order of addresses."""
    for number, address in ((2, "b"), (1, "a")):
        with note_apart(number):
            note_unjudged(Unjudged(address, "x"))
            note_users([("account", "name", address)])
    assert "" == notes.read_text()
    for number in (1, 2, 2, 3):
        collect_notes(number)
    found = read_notes(notes)
    assert ((Unjudged("a", "x"), Unjudged("b", "x")), 2) == (found.unjudged, found.users)
    assert [notes] == list(notes.parent.iterdir())


def test_a_line_that_was_begun(notes):
    """A process may be killed within a line: what it noted before counts, and so does what others note."""
    with note_apart(1):
        note_unjudged(Unjudged("a", "x"))
    with notes.with_name("notes.1").open("a") as file:
        file.write('{"address": "c", "rea')
    collect_notes(1)
    note_unjudged(Unjudged("b", "x"))
    assert (Unjudged("a", "x"), Unjudged("b", "x")) == read_notes(notes).unjudged
