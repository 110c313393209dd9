"""The verdict that people see: rule, exemption, rotation and proposal, assembled once."""

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest

from checkov_keys.domain.assessment import Assessment, Policy, assess, time_of
from checkov_keys.domain.exemptions import Exemption
from checkov_keys.domain.proposal import Proposal
from checkov_keys.domain.rules.one_active_key import ONE_ACTIVE_KEY
from checkov_keys.domain.rules.rule import Verdict
from checkov_keys.domain.users import AccessKey, Account, KeyStatus, NoUse, User

NOW = datetime(2026, 7, 1, tzinfo=timezone.utc)
ACCOUNT = Account("111122223333", "aws", read_at=NOW)
ARN = "arn:aws:iam::111122223333:user/u"


def key(address, status=KeyStatus.ACTIVE, days=400):
    return AccessKey(address, status, NOW - timedelta(days=days), NoUse.NEVER)


OLD, NEW = key("OLD"), key("NEW", days=5)
OFF = Proposal("OLD", "Turn off OLD: it was never used, and NEW is 5 days old and was probably just rotated in.")
EXEMPTED = Exemption(ARN, "two safes")
EXPIRED = replace(EXEMPTED, expires=date(2026, 6, 30))
CASES = {
    "silent: no key": ((), Policy(), Assessment(Verdict.PASSED)),
    "silent: one active key": ((OLD, key("B", KeyStatus.INACTIVE)), Policy(), Assessment(Verdict.PASSED)),
    "silent: an exemption that nobody needs": ((OLD,), Policy(exemptions=(EXEMPTED,)), Assessment(Verdict.PASSED)),
    "unknown": ((OLD, key("B", KeyStatus.UNKNOWN)), Policy(), Assessment(Verdict.UNKNOWN)),
    "failed": ((OLD, NEW), Policy(), Assessment(Verdict.FAILED, "", OFF)),
    "exempted": (
        (OLD, NEW),
        Policy(exemptions=(EXEMPTED,), rotation_grace_days=30),
        Assessment(Verdict.SKIPPED, "exempted without expiry: two safes", OFF),
    ),
    "rotating": (
        (OLD, NEW),
        Policy(rotation_grace_days=30),
        Assessment(Verdict.SKIPPED, "rotation in progress until 2026-07-26", OFF),
    ),
    "rotated too long": ((OLD, NEW), Policy(rotation_grace_days=5), Assessment(Verdict.FAILED, "", OFF)),
    "exempted once": (
        (OLD, NEW),
        Policy(exemptions=(EXPIRED,)),
        Assessment(Verdict.FAILED, f"exemption of {ARN} expired on 2026-06-30: two safes", OFF),
    ),
}


@pytest.mark.parametrize(("keys", "policy", "expected"), [pytest.param(*case, id=name) for name, case in CASES.items()])
def test_an_assessment(keys, policy, expected):
    """An exemption comes before a rotation; the key to turn off is proposed for whoever violates the rule."""
    user = User(ACCOUNT.id, "u", ARN, keys)
    assert expected[:3] == assess(ONE_ACTIVE_KEY, user, ACCOUNT, policy)[:3]


def test_the_signing_key():
    """The key that signed the calls is never the one to turn off."""
    user = User(ACCOUNT.id, "u", ARN, (OLD, key("OTHER"), NEW))
    proposal = assess(ONE_ACTIVE_KEY, user, replace(ACCOUNT, signing_keys=frozenset({"OLD"}))).proposal
    assert "OTHER" == proposal.key


def test_an_account_without_a_time():
    """An account is judged as of now if nobody knows when it was read."""
    assert NOW == time_of(ACCOUNT)
    assert NOW < time_of(replace(ACCOUNT, read_at=None))
