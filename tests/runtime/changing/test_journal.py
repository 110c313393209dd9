"""The journal of changes: what of it survives a crash at any moment."""

import json
from dataclasses import replace

import pytest

from checkov_keys.domain.errors import UsageError
from checkov_keys.domain.key_changes import Change, Done, Outcome, turned_off
from checkov_keys.runtime.changing.journal import Journal

OFF = Change("123456789012", "ada", "AKIA1", "Active", "Inactive")
ON = Change("123456789012", "ada", "AKIA1", "Inactive", "Active")
BY_ROLE = replace(OFF, role="arn:aws:iam::123456789012:role/Admin")
# IAM allows no quotes in a name, but a journal must not depend on that.
ODD = Change("123456789012", 'a, "outcome": "changed"}', "AKIA2", "Active", "Inactive")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal.jsonl"


def write(path, *done):
    journal = Journal(path, new=True)
    for change, outcome, reason in done:
        journal.announce(change)
        journal.end(outcome, reason)
    journal.close()
    return path.read_bytes()


def read(path):
    journal = Journal(path, new=False)
    journal.close()
    return journal.entries


@pytest.mark.parametrize(
    ("history", "standing"),
    [
        ((), ()),
        (((OFF, Outcome.CHANGED, ""),), (OFF,)),
        (((OFF, Outcome.UNCHANGED, "denied"),), ()),
        (((OFF, Outcome.UNKNOWN, "no answer"),), (OFF,)),
        (((OFF, Outcome.INTERRUPTED, ""),), (OFF,)),
        (((OFF, Outcome.CHANGED, ""), (ON, Outcome.CHANGED, "")), ()),
        (((OFF, Outcome.CHANGED, ""), (ON, Outcome.UNCHANGED, "denied")), (OFF,)),
        (((OFF, Outcome.CHANGED, ""), (ON, Outcome.INTERRUPTED, "")), (OFF,)),
        (((OFF, Outcome.CHANGED, ""), (ON, Outcome.CHANGED, ""), (OFF, Outcome.CHANGED, "")), (OFF,)),
        (((OFF, Outcome.CHANGED, ""), (OFF, Outcome.UNCHANGED, "")), (OFF,)),
        (((OFF, Outcome.CHANGED, ""), (OFF, Outcome.LEFT_ALONE, "")), (OFF,)),
        (((OFF, Outcome.CHANGED, ""), (ON, Outcome.LEFT_ALONE, "it is active already")), ()),
        (((OFF, Outcome.CHANGED, ""), (ON, Outcome.LEFT_ALONE, ""), (BY_ROLE, Outcome.CHANGED, "")), (BY_ROLE,)),
        (((OFF, Outcome.CHANGED, ""), (ODD, Outcome.CHANGED, "")), (OFF, ODD)),
    ],
)
def test_what_is_to_be_taken_back(path, history, standing):
    """What was turned off, or may have been, and was not turned on since."""
    write(path, *history)
    assert tuple(Done(*entry) for entry in history) == read(path)
    assert standing == turned_off(read(path))


def test_torn_anywhere(path):
    """Cut after any byte it tells the lines that are whole, and of the last one that nobody knows, or nothing.

    It is whole again afterwards: every line is JSON, and more can be written.
    """
    whole = write(path, (OFF, Outcome.CHANGED, ""), (ODD, Outcome.CHANGED, "late"))
    first = whole.index(b"\n") + 1
    announced = whole.rindex(b'"outcome": ') + len(b'"outcome": ')
    for cut in range(first, len(whole) + 1):
        path.write_bytes(whole[:cut])
        entries = read(path)
        assert Done(OFF, Outcome.CHANGED, "") == entries[0]
        if cut < announced:
            assert 1 == len(entries)
        elif cut < len(whole) - 1:
            assert (ODD, Outcome.INTERRUPTED) == entries[1][:2]
        else:
            assert Done(ODD, Outcome.CHANGED, "late") == entries[1]
        assert entries == read(path)
        assert len(entries) == len([json.loads(line) for line in path.read_text().splitlines()])
        assert whole[:first] == path.read_bytes()[:first]


@pytest.mark.parametrize("zeros", [1, 4096])
def test_zeros_after_a_loss_of_power(path, zeros):
    """A file system may show zeros where it had not written yet."""
    whole = write(path, (OFF, Outcome.CHANGED, ""), (ODD, Outcome.CHANGED, ""))
    first = whole.index(b"\n") + 1
    path.write_bytes(whole[:first] + b"\0" * zeros)
    assert (Done(OFF, Outcome.CHANGED),) == read(path)
    assert whole[:first] == path.read_bytes()
    path.write_bytes(whole[:-1] + b"\0" * zeros)
    assert 2 == len(read(path))
    assert whole == path.read_bytes()


LINE = {
    "format": "checkov-keys journal 1",
    "time": "2026-11-25T09:00:00+00:00",
    **vars(OFF),
    "outcome": "changed",
    "reason": "",
}


@pytest.mark.parametrize(
    "text",
    [
        "\n",
        "null\n",
        "[]\n",
        "{}\n",
        "{\n",
        "\0\n",
        "\ufeff{}\n",
        "[" * 100_000 + "\n",
        "x",
        json.dumps({**LINE, "format": "checkov-keys journal 2"}) + "\n",
        json.dumps({**LINE, "format": "checkov-keys journal 2"}),
        json.dumps({**LINE, "outcome": "lost"}) + "\n",
        json.dumps({**LINE, "outcome": None}) + "\n",
        json.dumps({**LINE, "outcome": []}) + "\n",
        json.dumps({**LINE, "key": 1}) + "\n",
        json.dumps({**LINE, "role": None}) + "\n",
        json.dumps({**LINE, "user": ""}) + "\n",
        json.dumps({name: text for name, text in LINE.items() if name != "account"}) + "\n",
        json.dumps({name: text for name, text in LINE.items() if name != "account"}),
        json.dumps(LINE)[:-30] + "\n" + json.dumps(LINE) + "\n",
    ],
    ids=lambda text: text[:20] + text[-20:],
)
def test_no_journal_or_a_damaged_one(path, text):
    """It is refused in one line that names the place, and stays as it is."""
    path.write_text(text)
    for new in (False, True):
        with pytest.raises(UsageError) as caught:
            Journal(path, new=new)
        assert f"{path}, line 1: not a journal of checkov-keys, or damaged; nothing was changed" == str(caught.value)
        assert text == path.read_text()


def test_the_damaged_line_is_named(path):
    """A damaged line before the last one is an error that gives its number."""
    line = json.dumps(LINE)
    path.write_text(f"{line}\n{line}\n{line[:-1]}\n{line}\n")
    with pytest.raises(UsageError, match="line 3: not a journal of checkov-keys"):
        Journal(path, new=False)


@pytest.mark.parametrize(
    ("name", "said"), [("", "Is a directory"), ("/dev/null", "is not a file that can be read again")]
)
def test_what_is_no_file(tmp_path, name, said):
    """A journal on a device, or in the place of a folder, could not be taken back."""
    for new in (True, False):
        with pytest.raises(UsageError, match=said):
            Journal(tmp_path / name, new=new)


def test_folders_are_made(tmp_path):
    """A new journal gets the folders it needs, and a journal to go on with must exist."""
    path = tmp_path / "a" / "b" / "journal.jsonl"
    write(path, (OFF, Outcome.CHANGED, ""))
    assert 1 == len(read(path))
    with pytest.raises(UsageError, match="No such file"):
        Journal(tmp_path / "none.jsonl", new=False)
