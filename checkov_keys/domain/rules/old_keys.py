"""CKV2_KEYS_3: active access keys are rotated.

The age is that of the key itself. The credential report's `last_rotated` is not used: turning a key off and on resets
it. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkov_keys.domain.proposal import Proposal
from checkov_keys.domain.rules.judging import LiveRule, combine, is_ahead, is_over
from checkov_keys.domain.rules.rule import Rule, cis, conformity, security_hub
from checkov_keys.domain.rules.wording import add_days, name_keys, write_command
from checkov_keys.domain.users import UNKNOWN_STATUS, KeyStatus

if TYPE_CHECKING:
    from checkov_keys.domain.rules.judging import Context, Judgement
    from checkov_keys.domain.users import User

_RULE = Rule(
    id="CKV2_KEYS_3",
    title="Old access keys",
    name="Ensure active access keys are rotated",
    severity="MEDIUM",
    category="IAM",
    guideline="https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-3",
    benchmarks=(
        *cis(
            "Access keys are rotated every 90 days or less",
            v1_2="1.4",
            v1_3="1.14",
            v5_0="1.13",
            v6_0="2.13",
            v7_0="2.12",
        ),
        *security_hub("Access keys of IAM users are rotated every 90 days or less", "IAM.3"),
        *conformity("Access Keys Rotated 30 Days", "Access Keys Rotated 45 Days", "Access Keys Rotated 90 Days"),
    ),
    why=(
        "The older a key is, the more machines, backups and people have had its secret. "
        "A key that is replaced now and then is worth less to whoever copied it, and shows that it can be replaced."
    ),
    remedy=(
        "Make a new key, move what uses the old one to it, test it, and only then turn the old one off. "
        "A role with temporary credentials needs no rotation at all."
    ),
    command="aws iam create-access-key --user-name <user>",
)
# IAM allows a user two: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
_MOST_KEYS = 2


def _judge(user: User, context: Context) -> Judgement:
    violating, unknown = [], []
    days = context.thresholds.max_age_days
    for key in user.keys:
        if key.status is KeyStatus.INACTIVE:
            continue
        if key.created is None:
            unknown.append(f"when access key {key.address} was created is not known")
        elif is_ahead(key.created, context.now):
            unknown.append(f"AWS says that access key {key.address} was created on {key.created.date()}")
        elif is_over(key.created, context.now, days):
            if key.status is KeyStatus.UNKNOWN:
                unknown.append(UNKNOWN_STATUS)
                continue
            over = add_days(key.created, days).date()
            violating.append((key, f"is active and was to be rotated by {over}, after {days} days"))
    return combine(violating, unknown, context.now)


def _advise(user: User, context: Context, judgement: Judgement) -> Proposal:
    """Say how to rotate; a key is never turned off for its age alone, because that breaks what uses it."""
    del context
    old = name_keys(judgement.keys)
    steps = [write_command("iam", "get-access-key-last-used", access_key_id=key) for key in judgement.keys]
    if len(user.keys) >= _MOST_KEYS:
        first = "The user has no room for a new key: first remove the one that is not needed."
        return Proposal(None, f"Rotate {old}. {first}", tuple(steps))
    sentence = f"Rotate {old}: make a new key, move what uses the old one to it, and turn the old one off only then."
    return Proposal(None, sentence, (write_command("iam", "create-access-key", user_name=user.name), *steps))


OLD_KEYS = LiveRule(_RULE, _judge, _advise)
