"""What `remediate --apply` does and says when AWS fails during a change."""

import pytest
from emulated_aws import OWN

# What the call ends in, whether the key is off then, what the journal says of it, and the command.
FAULTS = {
    "throttled once": (["Throttling"], True, "changed", ""),
    "throttled": ("Throttling", False, "unchanged", "AWS throttles this account"),
    "denied": ("AccessDenied", False, "unchanged", "(allow iam:UpdateAccessKey for it)"),
    "vanished": ("NoSuchEntity", False, "unchanged", "NoSuchEntity happened"),
    "expired": ("ExpiredToken", False, "unchanged", "the credentials have expired"),
    "no answer to what was done": ("cut", True, "changed", ""),
    "a fault of AWS": ("InternalFailure", False, "unknown", "AWS shows Active"),
    "not AWS": ("garbage", False, "unknown", "AWS shows Active"),
}


@pytest.mark.parametrize(("fault", "off", "outcome", "said"), FAULTS.values(), ids=FAULTS)
def test_a_fault_of_a_call(violators, apply, rollback, fault, off, outcome, said):
    """The journal tells what came of it, the other user's key is turned off, and the rollback takes back just that."""
    account = violators({("UpdateAccessKey", "user-00000"): fault})
    first, second = (account.keys(name)[0] for name in ("user-00000", "user-00020"))
    done = apply(account)
    assert (0 if off else 2, [first, second] if off else [second]) == (done.returncode, account.inactive())
    assert [(first, "Inactive", outcome), (second, "Inactive", "changed")] == account.journal()
    assert said in done.stdout
    account.server.faults.clear()
    back = rollback(account)
    assert (0, []) == (back.returncode, account.inactive()), back.stdout + back.stderr
    restored = [key for key, after, ended in account.journal() if (after, ended) == ("Active", "changed")]
    assert ([first, second] if off else [second]) == restored
    assert ("it is active already" in back.stdout) is (outcome == "unknown")


def test_the_user_cannot_be_read_again(violators, apply):
    """Nothing is changed of whom nobody knows what it is like now."""
    account = violators({("ListAccessKeys", "user-00000"): ["ok", *["AccessDenied"] * 9]})
    done = apply(account)
    assert (2, account.keys("user-00020")[:1]) == (done.returncode, account.inactive())
    assert f"failed: {account.keys()[0]} of user-00000 in account {OWN}: cannot list the access keys: " in done.stdout
    assert "1 turned off, 1 failed. Journal: " in done.stdout


def test_the_state_cannot_be_read_back(violators, apply, rollback):
    """AWS accepted the call: the key is off, and that nobody has seen it is said."""
    account = violators({("ListAccessKeys", "user-00000"): ["ok", "ok", *["AccessDenied"] * 9]})
    done = apply(account)
    assert (2, 2) == (done.returncode, len(account.inactive()))
    assert f"turned off: {account.keys()[0]} of user-00000 in account {OWN}: cannot read it back: " in done.stdout
    assert ["changed", "changed"] == [outcome for _, _, outcome in account.journal()]
    account.server.faults.clear()
    assert (0, []) == (rollback(account).returncode, account.inactive())


def test_both_keys_of_a_user_turned_off_at_once(violators, apply):
    """Somebody turns off the other key between the last look and the call: ours is turned on again, and no success."""
    account = violators(
        seen=lambda action, user: (action, user) == ("UpdateAccessKey", "user-00000") and account.turn_off_the_other()
    )
    done = apply(account)
    ours, other = account.keys()
    assert (
        f"\nturned on again: {ours} of user-00000 in account {OWN}: "
        "no key of this user was active any more: another one was turned off too\n"
    ) in done.stdout
    assert "\n1 turned off, 1 turned on again. Journal: " in done.stdout
    assert (2, [other, account.keys("user-00020")[0]]) == (done.returncode, account.inactive())
    assert [(ours, "Inactive", "changed"), (ours, "Active", "changed")] == account.journal()[:2]


def test_aws_shows_a_change_late(violators, apply):
    """IAM is eventually consistent: it is looked at again."""
    fault = ("ListAccessKeys", "user-00000")
    account = violators({fault: ["ok", "ok", "stale", "stale"]})
    done = apply(account)
    assert (0, 2) == (done.returncode, len(account.inactive())), done.stdout
    assert [] == account.server.faults[fault]
    assert ["changed", "changed"] == [outcome for _, _, outcome in account.journal()]


def test_aws_never_shows_a_change(violators, apply, rollback):
    """It accepted the call, so the key may be off: that is neither a success nor nothing."""
    account = violators({("ListAccessKeys", "user-00000"): ["ok", "ok", *["stale"] * 9]})
    done = apply(account)
    assert (2, 2) == (done.returncode, len(account.inactive()))
    assert "AWS accepted the call; AWS shows Active" in done.stdout
    assert ["unknown", "changed"] == [outcome for _, _, outcome in account.journal()]
    account.server.faults.clear()
    assert (0, []) == (rollback(account).returncode, account.inactive())
