"""CKV2_KEYS_4, 6 and 8: one fact of AWS's each, which is true, false, or not known."""

import shlex

import pytest
from judged_users import ACCOUNT, ACTIVE, DENIED, INACTIVE, ODD, context, key, user

from checkov_keys.domain.rules.console_users import CONSOLE_USERS
from checkov_keys.domain.rules.judging import Subject
from checkov_keys.domain.rules.quarantined_users import QUARANTINE_POLICIES, QUARANTINED_USERS
from checkov_keys.domain.rules.root_key import ROOT_KEY
from checkov_keys.domain.rules.rule import Verdict
from checkov_keys.domain.users import NotRead

PASSED, FAILED, UNKNOWN = Verdict.PASSED, Verdict.FAILED, Verdict.UNKNOWN
ODD_STATUS = "AWS gives a key a status that this program does not know"
V2 = (QUARANTINE_POLICIES[1],)

# The statuses of the keys, and the fact: true, false, not known, nobody asked.
CASES = {
    "no key, and the fact holds": ((), True, PASSED),
    "no key, and nobody knows": ((), DENIED, PASSED),
    "an inactive key, and the fact holds": ((INACTIVE,), True, PASSED),
    "an inactive key, and nobody knows": ((INACTIVE,), DENIED, PASSED),
    "an active key, and the fact does not hold": ((ACTIVE,), False, PASSED),
    "an unknown status, and the fact does not hold": ((ODD,), False, PASSED),
    "an active key": ((ACTIVE,), True, FAILED),
    "one of each": ((INACTIVE, ACTIVE), True, FAILED),
    "two active keys": ((ACTIVE, ACTIVE), True, FAILED),
    "an active key beside an unknown status": ((ACTIVE, ODD), True, FAILED),
    "an unknown status": ((ODD,), True, UNKNOWN),
    "an active key, and nobody knows": ((ACTIVE,), DENIED, UNKNOWN),
    "an active key, and nobody asked": ((ACTIVE,), NotRead(), UNKNOWN),
    "an unknown status, and nobody knows": ((ODD,), DENIED, UNKNOWN),
}
RULES = {"8": (CONSOLE_USERS, "has_password"), "6": (QUARANTINED_USERS, "quarantine")}
UNASKED = {
    "8": "nobody asked whether the user has a console password",
    "6": "nobody asked which users AWS has quarantined",
}


def give(fact, holds):
    """A fact of a user as the collector writes it."""
    return holds if isinstance(holds, NotRead) or fact == "has_password" else V2 if holds else ()


@pytest.mark.parametrize(("statuses", "holds", "verdict"), CASES.values(), ids=CASES)
@pytest.mark.parametrize("number", RULES)
def test_users(number, statuses, holds, verdict):
    """A user fails with an active key if the fact holds; without any key that AWS accepts, it does not matter."""
    rule, fact = RULES[number]
    keys = [key(f"K{at}", status=status) for at, status in enumerate(statuses)]
    found = rule.judge(user(*keys, **{fact: give(fact, holds)}), context())
    active = tuple(each.address for each in keys if each.status is ACTIVE)
    assert (verdict, active if verdict is FAILED else ()) == (found.verdict, found.keys)
    if verdict is UNKNOWN:
        known = not isinstance(holds, NotRead)
        assert (ODD_STATUS if known else holds.reason or UNASKED[number]) == found.text


def test_what_is_said_of_a_quarantined_user():
    """Which of AWS's policies it has, and what a person does at once; the key that signs is warned of."""
    leaked = user(key(), key("B"), quarantine=QUARANTINE_POLICIES[:2])
    judgement = QUARANTINED_USERS.judge(leaked, context())
    assert judgement.summary == (
        "AWS has found a key of this user in public and attached AWSCompromisedKeyQuarantine and "
        "AWSCompromisedKeyQuarantineV2; K is still active; B is still active"
    )
    advice = QUARANTINED_USERS.advise(leaked, context(signing=["B"]), judgement)
    assert advice.key is None
    assert "turn K and B off, then look at what it did. Do not just detach the policy. B signs these calls" in (
        advice.sentence
    )
    assert ["update-access-key", "lookup-events"] * 2 == [shlex.split(step)[2] for step in advice.steps]


def test_what_is_said_of_a_console_user():
    """Whether it is a person or a program, somebody else must know: there are steps for both, and no proposal."""
    person = user(key(), key("OFF", status=INACTIVE), has_password=True)
    judgement = CONSOLE_USERS.judge(person, context())
    assert "the user has a console password, and K is active" == judgement.summary
    advice = CONSOLE_USERS.advise(person, context(), judgement)
    assert (None, "Decide by hand whether this is a person or a program.") == (advice.key, advice.sentence[:53])
    assert ["update-access-key", "delete-login-profile"] == [shlex.split(step)[2] for step in advice.steps]


ROOTS = {
    "no key": (False, PASSED, ""),
    "a key": (True, FAILED, "has an access key; AWS does not tell how many, or whether one is active"),
    "AWS does not tell": (DENIED, UNKNOWN, DENIED.reason),
    "nobody asked": (NotRead(), UNKNOWN, "nobody asked whether the root user has an access key"),
}


@pytest.mark.parametrize(("fact", "verdict", "said"), ROOTS.values(), ids=ROOTS)
def test_the_root_user(fact, verdict, said):
    """A flag of the account, and not a count; it is not said that the key is active."""
    where = context(root_has_key=fact)
    assert (verdict, (), said) == ROOT_KEY.judge(where.account.root, where)[:3]


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_what_is_said_of_a_root_user(partition):
    """The remedy is the person's who can sign in as it, or the organization's, in the partition of the account."""
    where = context(root_has_key=True, partition=partition)
    root = where.account.root
    assert (Subject.ROOT, f"arn:{partition}:iam::{ACCOUNT}:root") == (ROOT_KEY.subject, root.address)
    advice = ROOT_KEY.advise(root, where, ROOT_KEY.judge(root, where))
    assert advice.key is None
    assert f"arn=arn:{partition}:iam::aws:policy/root-task/IAMDeleteRootUserCredentials" in advice.steps[-1]
