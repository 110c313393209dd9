"""Two people who turn off opposite keys of one user at once: nobody is left without an active key."""

import threading
from datetime import datetime, timezone

import pytest
from emulated_aws import OWN
from faulty_moto_server import age_keys

from checkov_keys.domain.users import LastUse, NoUse

USERS = 20
NO_KEY = "no key of this user was active any more: another one was turned off too"


@pytest.fixture
def opposite(violators):
    """An account of twenty users with two active keys each, and two plans that turn off opposite ones."""

    def start(faults=None, **settings):
        account = violators(faults, users=(USERS, 1), **settings)
        age_keys()
        now = LastUse(datetime.now(timezone.utc), "s3", "us-east-1")
        for name, kept in (("first", 1), ("second", 0)):
            account.save_snapshot(name, lambda number, kept=kept: now if number == kept else NoUse.NEVER)
        return account

    return start


def active(account):
    """How many active keys each user has."""
    return [sum(key.status == "Active" for key in user.access_keys) for user in account.backend.users.values()]


def test_at_the_same_time(opposite, start_command):
    """Each call waits for the other, for twenty users: whoever reads that no key is active takes its own back."""
    both = threading.Barrier(2)
    off = {}

    def seen(action, user):
        if action == "UpdateAccessKey":
            off[user] = off.get(user, 0) + 1
            if off[user] <= 2:
                both.wait(60)

    account = opposite(seen=seen)
    flags = ("remediate", "--apply", "--yes", "--from-snapshot")
    runs = [start_command(account, *flags, name, "--journal", f"{name}.jsonl") for name in ("first", "second")]
    texts = [run.communicate(timeout=120)[0] for run in runs]
    assert set() == {0} & set(active(account)), texts
    assert USERS == len(off)
    taken_back = 0
    for name, text in zip(("first", "second"), texts):
        lines = account.journal(f"{name}.jsonl")
        taken_back += text.count(f" in account {OWN}: {NO_KEY}\n")
        assert USERS == sum(after == "Inactive" for _, after, _ in lines)
        assert text.count("\nturned on again: ") == sum(after == "Active" for _, after, _ in lines)
    assert USERS <= taken_back
    assert 2 in [run.returncode for run in runs]
    assert 2 * USERS == sum(active(account)) + (2 * USERS - taken_back)


@pytest.fixture
def alone(violators):
    """An account in which somebody turns off the other key of a user between the last look and the call."""

    def start(faults=None, then=None):
        calls = []

        def seen(action, user):
            if (action, user) == ("UpdateAccessKey", "user-00000"):
                calls.append(action)
                if len(calls) == 1:
                    account.turn_off_the_other()
                elif then:
                    then()

        account = violators(faults, seen=seen)
        return account

    return start


def test_it_cannot_be_turned_on_again(alone, apply, rollback):
    """That is said in one line, the exit code is 2, and the rollback goes on where it ended."""
    account = alone({("UpdateAccessKey", "user-00000"): ["ok", "AccessDenied"]})
    done = apply(account)
    ours, other = account.keys()
    (line,) = (line for line in done.stdout.splitlines() if NO_KEY in line)
    assert line.startswith(f"turned off: {ours} of user-00000 in account {OWN}: {NO_KEY}, and this one could not be ")
    assert "(allow iam:UpdateAccessKey for it)" in line
    assert (2, [ours, other]) == (done.returncode, account.inactive()[:2])
    assert [(ours, "Inactive", "changed"), (ours, "Active", "unchanged")] == account.journal()[:2]
    account.server.faults.clear()
    back = rollback(account)
    assert (0, [other]) == (back.returncode, account.inactive()), back.stdout


def test_aws_does_not_say_whether_it_is_on_again(alone, apply, rollback):
    """It may be."""
    account = alone({("UpdateAccessKey", "user-00000"): ["ok", *["InternalFailure"] * 9]})
    done = apply(account)
    assert f"{NO_KEY}, and this one may not be on again: " in done.stdout
    assert 2 == done.returncode
    account.server.faults.clear()
    assert (0, account.keys()[1:]) == (rollback(account).returncode, account.inactive())


@pytest.mark.parametrize("is_made", [True, False], ids=["after the call", "before the call"])
def test_killed_in_between(alone, rollback, start_command, is_made):
    """The journal's last line has no end; the rollback turns on what is off."""
    started = []
    account = alone(
        None if is_made else {("UpdateAccessKey", "user-00000"): ["ok", "AccessDenied"]},
        then=lambda: (started[0].kill(), started[0].wait()),
    )
    started.append(start_command(account, "remediate", "--apply", "--yes", "--journal", "journal.jsonl"))
    started[0].wait(60)
    account.server.seen = None
    ours, other = account.keys()
    back = rollback(account)
    assert (0, [other]) == (back.returncode, account.inactive()), back.stdout + back.stderr
    assert [(ours, "Inactive", "changed"), (ours, "Active", "interrupted")] == account.journal()[:2]
    assert (ours, "Active", "left alone" if is_made else "changed") == account.journal()[2]
