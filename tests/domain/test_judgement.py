"""The one judgement."""

import pytest

from checkov_keys.domain.rules.one_active_key import judge_key, judge_user
from checkov_keys.domain.rules.rule import Verdict
from checkov_keys.domain.users import AccessKey, KeyStatus, User, status_named

A, OFF, U = KeyStatus.ACTIVE, KeyStatus.INACTIVE, KeyStatus.UNKNOWN
PASSED, FAILED, UNKNOWN = Verdict.PASSED, Verdict.FAILED, Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("statuses", "user", "keys"),
    [
        ([], PASSED, []),
        ([A], PASSED, [PASSED]),
        ([OFF, OFF], PASSED, [PASSED, PASSED]),
        ([A, OFF], PASSED, [PASSED, PASSED]),
        ([U], PASSED, [UNKNOWN]),
        ([A, U], UNKNOWN, [PASSED, UNKNOWN]),
        ([A, A], FAILED, [FAILED, FAILED]),
        ([A, OFF, A], FAILED, [FAILED, PASSED, FAILED]),
        ([A, A, U], FAILED, [FAILED, FAILED, UNKNOWN]),
        ([A] * 4, FAILED, [FAILED] * 4),
    ],
)
def test_judgement(statuses, user, keys):
    """More than one key known to be active violates the rule; unknown is neither active nor inactive."""
    someone = User("1", "u", "u", tuple(AccessKey(str(n), status) for n, status in enumerate(statuses)))
    assert user is judge_user(someone)
    assert keys == [judge_key(key, judge_user(someone)) for key in someone.keys]


@pytest.mark.parametrize(
    ("name", "status"),
    [(None, A), ("Active", A), ("Inactive", OFF), ("Expired", OFF), ("active", U), ("", U), (True, U), (["Active"], U)],
)
def test_status_names(name, status):
    """Omitted and null are active; a spelling that AWS does not have is unknown."""
    assert status is status_named(name)
