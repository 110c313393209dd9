"""`checkov-keys remediate --apply` reads each user again, and leaves alone who differs from the plan."""

import json

import pytest
from emulated_aws import OWN


def _replaced(account):
    account.backend.delete_access_key(account.keys()[1], "user-00000")
    account.backend.create_access_key("user-00000")


CHANGED = {
    "the key is off already": (
        lambda account: account.backend.update_access_key("user-00000", account.keys()[0], "Inactive"),
        "left alone: {key} of user-00000 in account 123456789012: access key {key} is Inactive since the plan was made",
    ),
    "the other key is off": (
        lambda account: account.turn_off_the_other(),
        "access key {other} is Inactive since the plan was made",
    ),
    "the other key is gone": (
        lambda account: account.backend.delete_access_key(account.keys()[1], "user-00000"),
        "access key {other} is gone since the plan was made",
    ),
    "another key instead of it": (_replaced, "access key {other} is gone since the plan was made"),
    "an exemption": (
        lambda account: account.backend.tag_user("user-00000", [{"Key": "checkov:skip", "Value": "CKV2_KEYS_1: two"}]),
        "the user has the tag checkov:skip since the plan was made: CKV2_KEYS_1: two",
    ),
    "the key was used": (lambda account: account.use(), "{key} was used since the plan was made: at 20"),
}


@pytest.mark.parametrize(("change", "said"), CHANGED.values(), ids=CHANGED)
def test_a_user_that_differs_from_the_plan(violators, apply, command, change, said):
    """It is left alone and named, and the others go on; that is no fault."""
    account = violators()
    command(account, "audit", "--save-snapshot", "evidence")
    key, other = account.keys()
    change(account)
    before = account.inactive()
    done = apply(account, "--from-snapshot", "evidence")
    assert said.format(key=key, other=other) in done.stdout, done.stderr
    assert "1 turned off, 1 left alone. Journal: " in done.stdout
    assert {*before, account.keys("user-00020")[0]} == set(account.inactive())
    assert [(account.keys("user-00020")[0], "Inactive", "changed")] == account.journal()
    assert (1, "") == (done.returncode, done.stderr)


def test_an_old_snapshot_is_warned_of_and_compared(violators, apply, command):
    """It may be applied all the same: each user is read again."""
    account = violators()
    command(account, "audit", "--save-snapshot", "evidence")
    snapshot = json.loads((account.folder / "evidence").read_text())
    snapshot["accounts"][0]["read_at"] = "2026-01-02T03:04:05+00:00"
    (account.folder / "evidence").write_text(json.dumps(snapshot))
    done = apply(account, "--from-snapshot", "evidence")
    assert f"account {OWN} was read on 2026-01-02: keys may have been used since" in done.stderr
    assert (0, 2) == (done.returncode, len(account.inactive()))
