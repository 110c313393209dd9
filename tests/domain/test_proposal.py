"""Which key to turn off, and the time that a rotation may take."""

from datetime import datetime, timedelta, timezone

import pytest

from checkov_keys.domain.assessment import end_of_rotation
from checkov_keys.domain.proposal import propose_key
from checkov_keys.domain.users import AccessKey, KeyStatus, LastUse, NoUse, User

NOW = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)
NEVER, NOT_READ = NoUse.NEVER, NoUse.NOT_READ


def _days_ago(days):
    return NOW - timedelta(days=days)


def key(name, created, used, status="Active"):
    """A key that was created, and last used, so many days ago."""
    last_use = used if isinstance(used, NoUse) else LastUse(_days_ago(used), "s3", "eu-west-1")
    return AccessKey(name, KeyStatus(status), _days_ago(created), last_use)


def user(*keys):
    return User("1", "u", "u", tuple(keys))


@pytest.mark.parametrize(
    ("keys", "turned_off", "sentence"),
    [
        (
            [key("A", 400, 1), key("B", 300, NEVER)],
            "B",
            "Turn off B: it was never used, A was last used on 2026-11-23 (s3).",
        ),
        (
            [key("A", 400, 200), key("B", 300, 90)],
            "A",
            "Turn off A: it was last used on 2026-05-08 (s3), B was last used on 2026-08-26 (s3).",
        ),
        (
            [key("B", 300, NEVER), key("A", 400, NEVER)],
            "A",
            "Turn off A: it and B were never used, and it is the older one.",
        ),
        (
            [key("A", 300, 50), key("B", 400, 50)],
            "B",
            "Turn off B: it and A were last used on 2026-10-05 (s3), and it is the older one.",
        ),
        ([key("A", 400, 30), key("B", 300, 2)], None, "Both in use since 2026-10-25: decide by hand."),
        (
            [key("A", 400, 31), key("B", 300, 2)],
            "A",
            "Turn off A: it was last used on 2026-10-24 (s3), B was last used on 2026-11-22 (s3).",
        ),
        (
            [key("A", 400, 1), key("B", 300, 2), key("C", 200, 3)],
            None,
            "All 3 in use since 2026-11-21: decide by hand.",
        ),
        (
            [key("A", 400, 1), key("B", 300, NEVER), key("C", 200, 100)],
            "B",
            "Turn off B: it was never used, A was last used on 2026-11-23 (s3).",
        ),
        (
            [key("A", 400, 1), key("B", 300, NOT_READ)],
            None,
            "Decide by hand: when B was last used is not known.",
        ),
        (
            [key("A", 400, 90), key("B", 300, NEVER, "Inactive"), key("C", 200, 1)],
            "A",
            "Turn off A: it was last used on 2026-08-26 (s3), C was last used on 2026-11-23 (s3).",
        ),
    ],
)
def test_proposal(keys, turned_off, sentence):
    """Never used before used, longest unused, then the older one; keys in use, or unread, are left to people."""
    assert (turned_off, sentence) == propose_key(user(*keys), NOW)[:2]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (
            [key("OWN", 400, NEVER), key("B", 300, 90)],
            ("B", "Turn off B: it was last used on 2026-08-26 (s3), and OWN signs these calls, or may."),
        ),
        (
            [key("OWN", 300, 1), key("B", 400, NEVER)],
            ("B", "Turn off B: it was never used, and OWN signs these calls, or may."),
        ),
        (
            [key("OWN", 400, 200), key("B", 300, 3)],
            (None, "OWN signs these calls, or may; B was last used on 2026-11-21 (s3): decide by hand."),
        ),
        (
            [key("OWN", 400, 200), key("OWN-TOO", 300, NEVER)],
            (None, "OWN signs these calls, or may; OWN-TOO signs these calls, or may: decide by hand."),
        ),
    ],
)
def test_the_key_that_signs_the_audit_stays(keys, expected):
    """Whatever its last use says, a key that signed this very audit, or may have, is in use."""
    assert expected == propose_key(user(*keys), NOW, signing_keys={"OWN", "OWN-TOO"})[:2]


@pytest.mark.parametrize(("days", "turned_off"), [(0, "A"), (7, "A"), (8, "A"), (10, None), (365, None)])
def test_days_in_use(days, turned_off):
    """How long a key counts as in use after its last use is the reader's to say."""
    assert turned_off == propose_key(user(key("A", 400, 9), key("B", 300, 1)), NOW, in_use_days=days).key


@pytest.mark.parametrize(
    ("keys", "grace", "until"),
    [
        ([key("A", 400, 1), key("B", 3, 1)], 0, None),
        ([key("A", 400, 1), key("B", 3, 1)], 3, None),
        ([key("A", 400, 1), key("B", 3, 1)], 4, _days_ago(-1)),
        ([key("A", 400, 1), key("B", 3, 1)], 14, _days_ago(-11)),
        ([key("A", 400, 1), key("B", 300, 1), key("C", 1, 1, "Inactive")], 14, None),
        ([AccessKey("A", KeyStatus.ACTIVE), AccessKey("B", KeyStatus.ACTIVE)], 14, None),
        ([], 14, None),
    ],
)
def test_rotation(keys, grace, until):
    """A rotation lasts so many days from the day when its newest active key was created."""
    assert until == end_of_rotation(user(*keys), NOW, grace)
