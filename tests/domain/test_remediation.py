"""What is planned for a violating user, and who is left alone."""

from datetime import date, datetime, timedelta, timezone

import pytest

from checkov_keys.domain.assessment import Policy
from checkov_keys.domain.errors import UsageError
from checkov_keys.domain.exemptions import Exemption
from checkov_keys.domain.remediation import ByHand, describe_change, find_unjudged, has_violations, make_plan
from checkov_keys.domain.users import AccessKey, Account, KeyStatus, LastUse, NoUse, Unjudged, User

NOW = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)
ONE = "111111111111"
ARN = f"arn:aws:iam::{ONE}:user/u"


def key(name, created=400, used=NoUse.NEVER, status="Active"):
    """A key that was created, and last used, so many days ago."""
    last_use = used if isinstance(used, NoUse) else LastUse(NOW - timedelta(days=used), "s3", "eu-west-1")
    return AccessKey(name, KeyStatus(status), NOW - timedelta(days=created), last_use)


def account(*keys, tag=None, signing_keys=(), name="u", unread=()):
    user = User(ONE, name, f"arn:aws:iam::{ONE}:user/{name}", tuple(keys), skip_tag=tag)
    return Account(ONE, "aws", (user,), tuple(unread), NOW, frozenset(signing_keys))


PASSES = {
    "no key": (),
    "one active key": (key("A"),),
    "one of two": (key("A"), key("B", status="Inactive")),
    "a status that is not known": (key("A"), key("B", status=KeyStatus.UNKNOWN)),
}


@pytest.mark.parametrize("keys", PASSES.values(), ids=PASSES)
def test_nothing_is_planned_for_users_that_do_not_violate_the_rule(keys):
    """A user who passes is not in the plan."""
    assert () == make_plan([account(*keys)])


LEFT_ALONE = {
    "both in use": (
        account(key("A", 400, 3), key("B", 300, 1)),
        {},
        "in use since 2026-11-21: decide by hand",
    ),
    "one in use, one just made": (
        account(key("A", 400, 0), key("B", 0)),
        {},
        "A was last used on 2026-11-24 (s3); B is less than a day old and was probably just rotated in: decide by hand",
    ),
    "last use unknown": (account(key("A", 400, NoUse.NOT_READ), key("B")), {}, "when A was last used is not known"),
    "the caller's own key, and one in use": (
        account(key("OWN"), key("B", 300, 1), signing_keys={"OWN"}),
        {},
        "decide by hand",
    ),
    "exempted by a tag": (account(key("A"), key("B"), tag="CKV2_KEYS_1: SES"), {}, "Left alone: exempted by the user"),
    "exempted by the file": (
        account(key("A"), key("B")),
        {"exemptions": (Exemption(ARN, "two safes"),)},
        "Left alone: exempted without expiry: two safes.",
    ),
    "in rotation grace": (
        account(key("A"), key("B", 3)),
        {"rotation_grace_days": 7},
        "Left alone: rotation in progress until 2026-11-28.",
    ),
}


@pytest.mark.parametrize(("read", "settings", "said"), LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_users_are_left_alone_with_the_reason(read, settings, said):
    """A user for whom no key is chosen is in the plan with the reason."""
    (decision,) = make_plan([read], Policy(**settings))
    assert ("u", None) == (decision.user.name, decision.key)
    assert said in decision.reason
    assert decision.excused is decision.reason.startswith("Left alone")


PLANNED = {
    "never used": (account(key("A", 400, 1), key("B")), {}, "B"),
    "not the caller's own": (account(key("OWN"), key("B", 300, 90), signing_keys={"OWN"}), {}, "B"),
    "an exemption that has expired": (
        account(key("A", 400, 1), key("B")),
        {"exemptions": (Exemption(ARN, "r", expires=date(2026, 11, 23)),)},
        "B",
    ),
    "a grace that is over": (account(key("A"), key("B", 7, 1)), {"rotation_grace_days": 7}, "A"),
    "not the one that was just made": (account(key("A", 400, 40), key("B", 2)), {}, "A"),
    "fewer days in use": (account(key("A", 400, 9), key("B", 300, 1)), {"in_use_days": 7}, "A"),
}


@pytest.mark.parametrize(("read", "settings", "turned_off"), PLANNED.values(), ids=PLANNED)
def test_a_key_is_planned_with_the_reason(read, settings, turned_off):
    """The plan names the key to turn off and says why it is that one."""
    (decision,) = make_plan([read], Policy(**settings))
    assert turned_off == decision.key
    assert decision.reason.startswith(f"Turn off {turned_off}: ")


def test_a_decision_by_hand_is_the_only_one():
    """It overrides what would be proposed, keys in use and exemptions too, for its user alone."""
    accounts = [account(key("A", 400, 1), key("B", 300, 1), tag="CKV2_KEYS_1: SES"), account(key("C"), key("D"))]
    (decision,) = make_plan(accounts, by_hand=ByHand("u", "A"))
    assert ("A", "Turn off A: decided by hand.") == (decision.key, decision.reason)


BY_HAND_REFUSED = {
    "the key that signs the calls": (account(key("A"), key("B"), signing_keys={"A"}), "A", "signs these calls"),
    "an inactive key": (account(key("A", status="Inactive"), key("B"), key("C")), "A", "is not one of several active"),
    "a key of nobody": (account(key("B"), key("C")), "A", "is not one of several active"),
    "the only active key": (account(key("A")), "A", "is not one of several active"),
    "another user's key": (account(key("A"), key("B"), name="v"), "A", "is not one of several active"),
}


@pytest.mark.parametrize(("read", "chosen", "said"), BY_HAND_REFUSED.values(), ids=BY_HAND_REFUSED)
def test_a_decision_by_hand_is_refused_where_it_would_do_harm(read, chosen, said):
    """A key chosen by hand is refused if turning it off would do harm."""
    with pytest.raises(UsageError, match=said):
        make_plan([read], by_hand=ByHand("u", chosen))


def test_what_could_not_be_judged_is_named():
    """Unread users, and users with a key of a status that is not known."""
    unread = Unjudged(f"arn:aws:iam::{ONE}:user/lost", "AccessDenied")
    missed = find_unjudged([account(key("A"), key("B", status=KeyStatus.UNKNOWN), unread=(unread,)), account(key("A"))])
    assert [unread.address, ARN] == [each.address for each in missed]


def user(*keys, tag=None):
    return account(*keys, tag=tag).users[0]


AS_PLANNED = {
    "nothing changed": (user(key("A"), key("B", 300, 1)), user(key("A"), key("B", 300, 1))),
    "in another order": (user(key("A"), key("B")), user(key("B"), key("A"))),
    "the other key was used": (user(key("A"), key("B", 300, 9)), user(key("A"), key("B", 300, 0))),
    "a tag that was there": (user(key("A"), key("B"), tag="other"), user(key("A"), key("B"), tag="other")),
    "a tag that is gone, or cannot be read": (user(key("A"), key("B"), tag="other"), user(key("A"), key("B"))),
    "a last use that nobody knew": (user(key("A", used=NoUse.NOT_READ)), user(key("A", used=1))),
}


@pytest.mark.parametrize(("planned", "now"), AS_PLANNED.values(), ids=AS_PLANNED)
def test_a_user_that_is_as_planned(planned, now):
    """What does not matter to the plan may have changed since it was made."""
    assert "" == describe_change(planned, now, "A")


DIFFERENT = {
    "gone": (user(key("B")), "access key A is gone since the plan was made"),
    "no key": (user(), "access key A is gone since the plan was made"),
    "another gone": (user(key("A")), "access key B is gone since the plan was made"),
    "a new one": (user(key("A"), key("B"), key("C")), "access key C is new since the plan was made"),
    "off": (user(key("A", status="Inactive"), key("B")), "access key A is Inactive since the plan was made"),
    "another off": (user(key("A"), key("B", status="Inactive")), "access key B is Inactive since the plan was made"),
    "expired": (user(key("A"), key("B", status=KeyStatus.UNKNOWN)), "access key B is Unknown since the plan was made"),
    "exempted": (user(key("A"), key("B"), tag="CKV2_KEYS_1: SES"), "the user has the tag checkov:skip since the plan"),
    "used": (user(key("A", used=0), key("B")), "A was used since the plan was made: at 2026-11-24 12:00 UTC (s3)"),
    "last use lost": (user(key("A", used=NoUse.NOT_READ), key("B")), "when A was last used could not be read again"),
}


@pytest.mark.parametrize(("now", "said"), DIFFERENT.values(), ids=DIFFERENT)
def test_a_user_that_differs_from_the_plan(now, said):
    """Whatever differs, one key of two was to be turned off: it must not be the last one, nor one in use."""
    assert describe_change(user(key("A"), key("B")), now, "A").startswith(said)


@pytest.mark.parametrize(
    ("left", "keys", "off"),
    [
        (False, (), ()),
        (True, (key("A"), key("B")), ()),
        (False, (key("A"), key("B")), ("A",)),
        (True, (key("A"), key("B")), ("C",)),
        (True, (key("A"), key("B"), key("C")), ("A",)),
        (False, (key("A"), key("B"), key("C")), ("A", "B")),
    ],
)
def test_users_that_are_left_to_decide_about(left, keys, off):
    """Those with more than one active key still, but for the excused."""
    assert left is has_violations(make_plan([account(*keys)]), off)
    assert not has_violations(make_plan([account(*keys, tag="CKV2_KEYS_1: SES")]), off)
