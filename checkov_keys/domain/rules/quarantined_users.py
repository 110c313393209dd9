"""CKV2_KEYS_6: AWS has quarantined no user with an active access key.

AWS attaches a policy to users whose keys it finds in public. The policy denies some actions, and leaves the key active.
https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCompromisedKeyQuarantineV3.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkov_keys.domain.proposal import Proposal
from checkov_keys.domain.rules.judging import PASSED, Fact, Judgement, LiveRule, fail
from checkov_keys.domain.rules.rule import TURN_OFF, Rule, Verdict, conformity
from checkov_keys.domain.rules.wording import name_keys, write_command, write_turning_off
from checkov_keys.domain.users import UNKNOWN_STATUS, KeyStatus, NotRead, active_keys

if TYPE_CHECKING:
    from checkov_keys.domain.rules.judging import Context
    from checkov_keys.domain.users import User

QUARANTINE_POLICIES = (
    "AWSCompromisedKeyQuarantine",
    "AWSCompromisedKeyQuarantineV2",
    "AWSCompromisedKeyQuarantineV3",
)
_RULE = Rule(
    id="CKV2_KEYS_6",
    title="Quarantined access keys",
    name="Ensure AWS has quarantined no user with an active access key",
    severity="CRITICAL",
    category="IAM",
    guideline="https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCompromisedKeyQuarantineV3.html",
    benchmarks=conformity("IAM Users with Compromised Credentials"),
    why=(
        "AWS attaches its quarantine policy to a user whose access key it has found in public. "
        "The policy denies a few actions; the key still works for everything else, and somebody has it."
    ),
    remedy=(
        "Turn the key off at once, then look in CloudTrail at what it did, and undo that. "
        "Do not just detach the policy: the key stays known."
    ),
    command=TURN_OFF,
)


def _judge(user: User, context: Context) -> Judgement:
    accepted = [key for key in user.keys if key.status is not KeyStatus.INACTIVE]
    if not accepted or user.quarantine == ():
        return PASSED
    if isinstance(user.quarantine, NotRead):
        reason = user.quarantine.reason or "nobody asked which users AWS has quarantined"
        return Judgement(Verdict.UNKNOWN, (), reason)
    active = active_keys(user)
    if not active:
        return Judgement(Verdict.UNKNOWN, (), UNKNOWN_STATUS)
    prefix = f"AWS has found a key of this user in public and attached {name_keys(user.quarantine)}; "
    return fail(((key, "is still active") for key in active), context.now, prefix)


def _advise(user: User, context: Context, judgement: Judgement) -> Proposal:
    """Say what a person does now: everything here must be looked at, whatever the key is used for."""
    signing = [key for key in judgement.keys if key in context.account.signing_keys]
    sentence = (
        f"By hand, now: turn {name_keys(judgement.keys)} off, then look at what it did. Do not just detach the policy."
    )
    if signing:
        sentence += f" {name_keys(tuple(signing))} signs these calls, or may: use other credentials."
    steps = []
    for key in judgement.keys:
        steps.append(write_turning_off(key, user))
        attribute = f"AttributeKey=AccessKeyId,AttributeValue={key}"
        steps.append(write_command("cloudtrail", "lookup-events", lookup_attributes=attribute))
    return Proposal(None, sentence, tuple(steps))


QUARANTINED_USERS = LiveRule(_RULE, _judge, _advise, frozenset({Fact.QUARANTINE}))
