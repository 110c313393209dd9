"""A key is proposed only if it is out of use by the evidence: boundaries, odd dates, and random users."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkov_keys.domain.assessment import end_of_rotation
from checkov_keys.domain.proposal import propose_key
from checkov_keys.domain.users import AccessKey, KeyStatus, LastUse, NoUse, User

NOW = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)
NEVER, NOT_READ = NoUse.NEVER, NoUse.NOT_READ
FIRST = datetime(1, 1, 1, tzinfo=timezone.utc)
LAST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone.utc)
SECOND = timedelta(seconds=1)


def days(number):
    return NOW - timedelta(days=number)


def key(name, created, used=NEVER, status="Active"):
    last_use = used if isinstance(used, NoUse) else LastUse(used, "s3", "eu-west-1")
    return AccessKey(name, KeyStatus(status), created, last_use)


def user(*keys):
    return User("1", "u", "u", tuple(keys))


# One key, and whether it is proposed beside another one that was used an hour ago.
IN_USE = key("IN-USE", days(400), NOW - timedelta(hours=1))
BOUNDARIES = {
    "used 30 days ago": (key("K", days(400), days(30)), 30, False),
    "used 30 days and a second ago": (key("K", days(400), days(30) - SECOND), 30, True),
    "used a second less than 30 days ago": (key("K", days(400), days(30) + SECOND), 30, False),
    "made 30 days ago, never used": (key("K", days(30)), 30, False),
    "made 30 days and a second ago, never used": (key("K", days(30) - SECOND), 30, True),
    "made a second less than 30 days ago, never used": (key("K", days(30) + SECOND), 30, False),
    "made two minutes ago, never used": (key("K", NOW - timedelta(minutes=2)), 30, False),
    "made 29 days ago, used 31 days ago": (key("K", days(29), days(31)), 30, False),
    "no days in use, used a second ago": (key("K", days(400), NOW - SECOND), 0, True),
    "no days in use, used now": (key("K", days(400), NOW), 0, False),
    "no days in use, made now": (key("K", NOW), 0, False),
    "no days in use, made a second ago": (key("K", NOW - SECOND), 0, True),
    "a century": (key("K", days(400), days(399)), 36_500, False),
    "used in the future": (key("K", days(400), NOW + SECOND), 30, False),
    "used in the future, no days in use": (key("K", days(400), NOW + SECOND), 0, False),
    "made in the future": (key("K", NOW + timedelta(days=90)), 0, False),
    "made in the future, used long ago": (key("K", NOW + timedelta(days=90), days(90)), 30, False),
    "made at an unknown time, never used": (key("K", None), 30, False),
    "made at an unknown time, used long ago": (key("K", None, days(31)), 30, True),
    "made at an unknown time, used lately": (key("K", None, days(29)), 30, False),
    "made in year 1": (key("K", FIRST), 30, True),
    "used in year 1": (key("K", FIRST, FIRST), 36_500, True),
    "made in year 9999": (key("K", LAST), 30, False),
    "used in year 9999": (key("K", days(400), LAST), 30, False),
    "last use not read": (key("K", days(400), NOT_READ), 30, False),
    "inactive": (key("K", days(400), NEVER, "Inactive"), 30, False),
}


@pytest.mark.parametrize(("tested", "in_use_days", "proposed"), BOUNDARIES.values(), ids=BOUNDARIES)
def test_boundaries(tested, in_use_days, proposed):
    """To the second: last used more than so long ago, or never and made more than so long ago."""
    for keys in ([tested, IN_USE], [IN_USE, tested], [IN_USE, tested, key("SIGNS", days(400))]):
        if in_use_days:
            made = propose_key(user(*keys), NOW, in_use_days=in_use_days, signing_keys={"SIGNS"})
            assert ("K" if proposed else None) == made.key
        made = propose_key(user(*keys[:2]), NOW, in_use_days=in_use_days, signing_keys={"IN-USE", "SIGNS"})
        assert proposed is (made.key == "K")


SENTENCES = {
    "a rotation": (
        [key("OLD", days(400), NOW - timedelta(hours=1)), key("NEW", days(2))],
        "OLD was last used on 2026-11-24 (s3); NEW is 2 days old and was probably just rotated in: decide by hand.",
    ),
    "a rotation that is over": (
        [key("OLD", days(400), days(40)), key("NEW", days(1), NOW)],
        "Turn off OLD: it was last used on 2026-10-15 (s3), and NEW is 1 day old and was probably just rotated in.",
    ),
    "three keys": (
        [key("A", days(400), NOW), key("B", NOW - SECOND), key("C", None)],
        (
            "A was last used on 2026-11-24 (s3); B is less than a day old and was probably just rotated in; "
            "C was never used since a day that is not known: decide by hand."
        ),
    ),
    "three keys, two out of use": (
        [key("A", days(400), days(50)), key("B", days(300)), key("C", days(3))],
        "Turn off B: it was never used, A was last used on 2026-10-05 (s3).",
    ),
    "a clock that is wrong": (
        [key("A", days(400), NOW), key("B", NOW + SECOND)],
        (
            "A was last used on 2026-11-24 (s3); B was made after these facts were read and was probably just rotated "
            "in: decide by hand."
        ),
    ),
    "exactly so old": (
        [key("A", days(400), NOW), key("B", days(30))],
        "A was last used on 2026-11-24 (s3); B is 30 days old and was probably just rotated in: decide by hand.",
    ),
    "the same day": (
        [key("A", days(400), days(40)), key("B", days(400), days(40))],
        "Turn off A: it and B were last used on 2026-10-15 (s3), and nothing shows which is the older one.",
    ),
    "the last active key": (
        [key("A", days(400)), key("B", days(400), NEVER, "Inactive")],
        "Decide by hand: the user has no other active key.",
    ),
    "no key": ([], "Decide by hand: the user has no other active key."),
    "year 1": (
        [key("A", FIRST, FIRST), IN_USE],
        "Turn off A: it was last used on 0001-01-01 (s3), IN-USE was last used on 2026-11-24 (s3).",
    ),
}


@pytest.mark.parametrize(("keys", "sentence"), SENTENCES.values(), ids=SENTENCES)
def test_the_evidence_is_said(keys, sentence):
    """Each key that stays is named with what speaks against turning it off."""
    assert sentence == propose_key(user(*keys), NOW).sentence


MOMENTS = st.one_of(
    st.none(),
    st.sampled_from([FIRST, LAST, NOW, *(days(30) + SECOND * off for off in (-1, 0, 1))]),
    st.integers(-100_000, 5_000_000).map(lambda seconds: NOW - timedelta(seconds=seconds)),
)
USES = st.one_of(st.sampled_from([NEVER, NEVER, NOT_READ]), MOMENTS.filter(lambda moment: moment is not None))
KEYS = st.lists(st.tuples(MOMENTS, USES, st.sampled_from(["Active", "Active", "Inactive", "Unknown"])), max_size=4)


def is_safe(tested, in_use_days, signing):
    """The rule, as it is written down."""
    limit = timedelta(days=in_use_days)
    if tested.status is not KeyStatus.ACTIVE or tested.address in signing or tested.last_use is NOT_READ:
        return False
    if tested.created is not None and NOW - tested.created < limit:
        return False
    if tested.last_use is NEVER:
        return tested.created is not None and NOW - tested.created > limit
    return NOW - tested.last_use.at > limit


@given(KEYS, st.sampled_from([0, 1, 30, 36_500]), st.frozensets(st.sampled_from("ABCD")))
def test_random_users(drawn, in_use_days, signing):
    """A key is proposed if and only if one is safe and every last use is known: the longest unused."""
    keys = [key(name, *facts) for name, facts in zip("ABCD", drawn)]
    active = [each for each in keys if each.status is KeyStatus.ACTIVE]
    safe = [each for each in keys if is_safe(each, in_use_days, signing)]
    proposed = propose_key(user(*keys), NOW, in_use_days=in_use_days, signing_keys=signing)
    if len(active) < 2 or not safe or any(each.last_use is NOT_READ for each in active):
        assert proposed.key is None
        assert "ecide by hand" in proposed.sentence
        return
    (chosen,) = (each for each in safe if each.address == proposed.key)
    used = [FIRST if each.last_use is NEVER else each.last_use.at for each in (chosen, *safe)]
    assert min(used) == used[0]


@pytest.mark.parametrize("created", [FIRST, LAST], ids=["year 1", "year 9999"])
def test_a_rotation_at_the_ends_of_time(created):
    """A date that nothing can be added to costs nobody the audit."""
    until = end_of_rotation(user(key("A", days(1)), key("B", created)), NOW, 36_500)
    assert (days(1) + timedelta(days=36_500) if created is FIRST else until) == until
    assert until is not None
    assert NOW < until
