"""CKV2_KEYS_7: inactive access keys are removed.

IAM does not tell when a key was turned off, so "at least" is all that can be said. In templates, a key that is declared
as inactive is left over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkov_keys.domain.proposal import Proposal
from checkov_keys.domain.rules.idle_keys import judge_idle
from checkov_keys.domain.rules.judging import Fact, LiveRule, TemplateRule
from checkov_keys.domain.rules.rule import Rule, Verdict
from checkov_keys.domain.rules.wording import name_keys, write_command
from checkov_keys.domain.users import KeyStatus

if TYPE_CHECKING:
    from checkov_keys.domain.rules.judging import Context, Judgement
    from checkov_keys.domain.users import AccessKey, User

_RULE = Rule(
    id="CKV2_KEYS_7",
    title="Left-over access keys",
    name="Ensure inactive access keys are removed",
    severity="LOW",
    category="IAM",
    guideline="https://docs.aws.amazon.com/IAM/latest/UserGuide/id-credentials-access-keys-update.html",
    benchmarks=(),
    why=(
        "An inactive key can be turned on again by whoever may change it, and it blocks the next rotation: "
        "IAM allows a user two keys."
    ),
    remedy="Delete the key once nothing has missed it for a while. This cannot be undone.",
    if_named=True,
    command="aws iam delete-access-key --user-name <user> --access-key-id <key id>",
)


def _judge(user: User, context: Context) -> Judgement:
    days = context.thresholds.left_over_days
    clause = f"is inactive and left over: on {{over}}, it was unused for at least {days} days"
    return judge_idle(user, context, days, spared=KeyStatus.ACTIVE, clause=clause)


def _advise(user: User, context: Context, judgement: Judgement) -> Proposal:
    """Name the commands that delete the keys; a person runs them, since that cannot be undone."""
    del context
    keys = name_keys(judgement.keys)
    sentence = f"By hand: if nothing has missed {keys}, delete it, which cannot be undone; this tool deletes nothing."
    return Proposal(
        None,
        sentence,
        tuple(
            write_command("iam", "delete-access-key", access_key_id=key, user_name=user.name) for key in judgement.keys
        ),
    )


def _judge_declared_user(user: User) -> Verdict:
    """Return FAILED if a template declares an inactive key for a user; what is not known is said key by key."""
    return Verdict.FAILED if any(key.status is KeyStatus.INACTIVE for key in user.keys) else Verdict.PASSED


def _judge_declared_key(key: AccessKey, over_user: Verdict) -> Verdict:
    del over_user
    if key.status is KeyStatus.UNKNOWN:
        return Verdict.UNKNOWN
    return Verdict.FAILED if key.status is KeyStatus.INACTIVE else Verdict.PASSED


LEFT_OVER_KEYS = LiveRule(_RULE, _judge, _advise, frozenset({Fact.LAST_USE_OF_INACTIVE}))
LEFT_OVER_KEYS_IN_TEMPLATES = TemplateRule(_RULE, _judge_declared_user, _judge_declared_key)
