"""`remediate --apply` and `rollback` that are killed at random moments, again and again, over one account and journal.

`KILLS=100` kills as often as that; `KILLS_SEED` repeats a run.
"""

import json
import os
import random
import sys

import pytest
from emulated_aws import OWN
from faulty_moto_server import age_keys
from violating_account import JOURNAL

USERS = 6
# A run makes about so many calls before it changes anything, and two or three for each user after that.
CALLS = {"remediate": (30, 60), "rollback": (1, 32)}
BEFORE, AFTER = "before AWS has done it", "after AWS has done it"


class Killer:
    """Kills a process at one of its calls, before AWS has done what it asks for or after."""

    def __init__(self, server, at, when):
        self.server, self.at, self.when, self.count = server, at, when, 0
        self.process = None

    def __call__(self, action, subject):
        self.count += 1
        if self.count == self.at:
            if self.when == BEFORE:
                self.server.faults[action, subject] = ["InternalFailure"]
            self.process.kill()
            self.process.wait()


def statuses(account):
    """Every key's status."""
    return {key.access_key_id: key.status for user in account.backend.users.values() for key in user.access_keys}


def assert_equal(account, path):
    """Compare each key with the last line about it: a line without an end leaves open whether its call was made."""
    told = {}
    for line in path.read_text().splitlines() if path.exists() else ():
        try:
            entry = json.loads(line)
        except ValueError:
            # The line that the kill tore: its key, if it got as far as that, may be in either state.
            entry = json.loads(line.partition(', "outcome"')[0] + "}") if '"after"' in line else {}
        if entry:
            told[entry["key"]] = entry
    for key, status in statuses(account).items():
        if key not in told:
            assert "Active" == status
            continue
        entry = told[key]
        outcome = entry.get("outcome", "interrupted")
        if outcome == "changed":
            assert entry["after"] == status, entry
        elif outcome == "left alone":
            assert "Active" == status == entry["after"], entry
        else:
            assert status in {entry["before"], entry["after"]}, entry
    for user in account.backend.users.values():
        assert "Active" in {key.status for key in user.access_keys}


@pytest.mark.parametrize("kills", [int(os.environ.get("KILLS", "20"))])
def test_killed_at_random(violators, start_command, rollback, kills):
    """After each kill account and journal say the same, and a rollback at the end restores the account."""
    seed = int(os.environ.get("KILLS_SEED", random.randrange(10**6)))  # noqa: S311  # no secret
    sys.stdout.write(f"KILLS_SEED={seed}\n")
    chance = random.Random(seed)  # noqa: S311  # no secret
    account = violators(users=(USERS, 1))
    age_keys(OWN)
    path = account.folder / JOURNAL
    killed = dict.fromkeys(CALLS, 0)
    while sum(killed.values()) < kills:
        name = "rollback" if path.exists() and chance.random() < 0.5 else "remediate"
        flags = (JOURNAL, "--yes") if name == "rollback" else ("--apply", "--yes", "--journal", JOURNAL)
        killer = account.server.seen = Killer(
            account.server, chance.randint(*CALLS[name]), chance.choice([BEFORE, AFTER])
        )
        killer.process = process = start_command(account, name, *flags)
        process.wait(60)
        process.communicate()
        account.server.seen = None
        account.server.faults.clear()
        killed[name] += process.returncode < 0
        assert process.returncode in {-9, 0, 1, 2}
        assert_equal(account, path)
    sys.stdout.write(f"{killed}\n")
    back = rollback(account)
    assert (0, {"Active"}) == (back.returncode, set(statuses(account).values())), back.stdout + back.stderr
    assert_equal(account, path)
    assert "Nothing to undo" in rollback(account).stdout
    assert min(killed.values()) >= kills // 10
