"""CKV2_KEYS_2: active access keys are in use.

A key that was never used is the worst case. AWS records a use about every 15 minutes, and since 2015-04-22:
https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKeyLastUsed.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkov_keys.domain.proposal import Proposal, is_out_of_use, propose_key
from checkov_keys.domain.rules.idle_keys import judge_idle
from checkov_keys.domain.rules.judging import Fact, LiveRule
from checkov_keys.domain.rules.rule import TURN_OFF, Rule, cis, conformity, security_hub
from checkov_keys.domain.rules.wording import write_turning_off
from checkov_keys.domain.users import KeyStatus, active_keys

if TYPE_CHECKING:
    from checkov_keys.domain.rules.judging import Context, Judgement
    from checkov_keys.domain.users import User

_RULE = Rule(
    id="CKV2_KEYS_2",
    title="Unused access keys",
    name="Ensure active access keys are in use",
    severity="MEDIUM",
    category="IAM",
    guideline="https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-22",
    benchmarks=(
        *cis(
            "Credentials that are unused are disabled", v1_2="1.3", v1_3="1.12", v5_0="1.11", v6_0="2.11", v7_0="2.11"
        ),
        *security_hub("Credentials of IAM users that are unused are removed", "IAM.8", "IAM.22"),
        *conformity("Credentials Last Used", "Unused IAM User"),
    ),
    why=(
        "A key that nobody uses does nothing for you, and everything for whoever finds it. "
        "Nobody misses it when it is turned off, and nobody notices when somebody else begins to use it."
    ),
    remedy="Set the unused key to Inactive, which can be undone; delete it only later, if nothing has missed it.",
    command=TURN_OFF,
)


def _judge(user: User, context: Context) -> Judgement:
    days = context.thresholds.unused_days
    clause = f"is active and unused: {days} days were over on {{over}}"
    return judge_idle(user, context, days, spared=KeyStatus.INACTIVE, clause=clause)


def _advise(user: User, context: Context, judgement: Judgement) -> Proposal:
    """Propose an unused key, unless the user has no other: nothing tells that the user itself is not needed."""
    active = active_keys(user)
    if len(active) > 1:
        return propose_key(
            user,
            context.now,
            in_use_days=context.in_use_days,
            signing_keys=context.account.signing_keys,
            among=frozenset(judgement.keys),
        )
    (key,) = active
    signing = context.account.signing_keys
    if key.address in signing:
        return Proposal(None, f"Decide by hand: {key.address} signs these calls, or may.")
    if not is_out_of_use(key, context.now, in_use_days=context.in_use_days):
        days = context.in_use_days
        return Proposal(None, f"Decide by hand: {key.address} was made or used within the last {days} days.")
    sentence = f"Decide by hand: {key.address} is the user's last active key. If nothing needs it, turn it off:"
    return Proposal(None, sentence, (write_turning_off(key.address, user),))


UNUSED_KEYS = LiveRule(_RULE, _judge, _advise, frozenset({Fact.LAST_USE_OF_ACTIVE}))
