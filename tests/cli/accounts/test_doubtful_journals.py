"""What `rollback` shows of a journal, whom it trusts, and what it does not turn on a second time."""

import json
import os

import pytest
from emulated_aws import OWN
from violating_account import JOURNAL


def test_what_a_journal_says_is_shown_in_one_line(violators, command):
    """Nothing in it moves a cursor, turns the direction of writing, or reaches a CI runner as a command."""
    account = violators()
    odd = "a\x1b[2J\n::error::b\u202ec\u2028d\x07\ud800"
    line = {
        "format": "checkov-keys journal 1",
        **dict.fromkeys(("account", "user", "key", "role"), odd),
        "before": "Active",
        "after": "Inactive",
        "outcome": "changed",
    }
    (account.folder / JOURNAL).write_text(json.dumps(line) + "\n")
    done = command(account, "rollback", JOURNAL, typed="no\n")
    shown = "a ::error::b c d"
    assert f"turn on {shown} of {shown} in account {shown}, which is entered by {shown}\n" == done.stdout
    assert 1 == done.returncode
    done = command(account, "rollback", JOURNAL, "--yes")
    assert 2 == done.returncode
    assert [] == [line for line in done.stdout.splitlines() if not line.isprintable() or line.startswith("::")]


def _give_away(path):
    if os.getuid():
        pytest.skip("only root gives files away")
    os.chown(path, 4711, -1)


DOUBTS = {
    "a group may write to it": (lambda path: path.chmod(0o660), "others may write to it (mode 660)"),
    "anybody may write to it": (lambda path: path.chmod(0o602), "others may write to it (mode 602)"),
    "it belongs to somebody else": (_give_away, "it belongs to another user (id 4711)"),
}


@pytest.mark.parametrize(("change", "doubt"), DOUBTS.values(), ids=DOUBTS)
def test_a_journal_that_others_may_have_written(violators, apply, command, rollback, change, doubt):
    """One line says so before the question, and without one nothing is turned on."""
    account = violators()
    apply(account)
    off = account.inactive()
    change(account.folder / JOURNAL)
    refused = rollback(account)
    said = f"checkov-keys rollback: {JOURNAL} may hold what others wrote, because {doubt}: "
    assert (2, off) == (refused.returncode, account.inactive())
    assert f"{said}leave out --yes, and look at each key; nothing was changed\n" == refused.stderr
    asked = command(account, "rollback", JOURNAL, typed="2\n")
    assert (0, []) == (asked.returncode, account.inactive())
    assert asked.stderr.startswith(f"{said}look at each key before you confirm\nType the number of keys to turn on (2)")
    assert "Nothing to undo" in rollback(account).stdout


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o400], ids=oct)
def test_a_journal_that_others_may_read(violators, apply, rollback, mode):
    """That is no doubt."""
    account = violators()
    apply(account)
    (account.folder / JOURNAL).chmod(mode)
    back = rollback(account)
    if mode == 0o400 and os.getuid():
        assert "cannot write the journal" in back.stderr
    else:
        assert (0, "", []) == (back.returncode, back.stderr, account.inactive())


def test_a_journal_before_roles_were_written(violators, apply, rollback):
    """It is read as ever."""
    account = violators()
    apply(account)
    path = account.folder / JOURNAL
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert {""} == {line.pop("role") for line in lines}
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    back = rollback(account)
    assert (0, []) == (back.returncode, account.inactive()), back.stdout


@pytest.mark.parametrize("by_hand", [False, True], ids=["by us", "by hand"])
def test_a_key_that_was_turned_off_again_later(violators, apply, rollback, by_hand):
    """It stays off: whoever did so after it was turned on, by us or by hand, had reasons of their own."""
    account = violators()
    apply(account)
    first, second = account.inactive()
    if by_hand:
        account.backend.update_access_key("user-00000", first, "Active")
    back = rollback(account)
    assert (0, []) == (back.returncode, account.inactive())
    told = f"left alone: {first} of user-00000 in account {OWN}: it is active already\n"
    assert (told in back.stdout) is by_hand
    account.backend.update_access_key("user-00000", first, "Inactive")
    again = rollback(account)
    assert (0, f"Nothing to undo: {JOURNAL} has no key that is turned off\n") == (again.returncode, again.stdout)
    assert [first] == account.inactive()
    assert [(first, "Active", "left alone" if by_hand else "changed"), (second, "Active", "changed")] == (
        account.journal()[2:]
    )
