"""CKV2_KEYS_1: IAM users have at most one active access key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkov_keys.domain.proposal import propose_key
from checkov_keys.domain.rules.judging import PASSED, Judgement, LiveRule, TemplateRule
from checkov_keys.domain.rules.rule import STANDARD, TURN_OFF, Benchmark, Rule, Verdict, cis
from checkov_keys.domain.users import UNKNOWN_STATUS, AccessKey, KeyStatus, active_keys

if TYPE_CHECKING:
    from checkov_keys.domain.proposal import Proposal
    from checkov_keys.domain.rules.judging import Context
    from checkov_keys.domain.users import User

_RULE = Rule(
    id="CKV2_KEYS_1",
    title="Unnecessary access keys",
    name="Ensure IAM users have at most one active access key",
    severity="MEDIUM",
    category="IAM",
    guideline=("https://www.trendmicro.com/cloudoneconformity/knowledge-base/aws/IAM/unnecessary-access-keys.html"),
    benchmarks=(
        *cis("Only one active access key for any single IAM user", v1_3="1.13", v5_0="1.12", v6_0="2.12"),
        Benchmark("Trend Micro Cloud One Conformity", "IAM-004", "Unnecessary Access Keys"),
        Benchmark("AWS Well-Architected", "Security pillar", "Manage identities and their long-lived credentials"),
        # Trend Micro's page of the rule names these, and none of their controls.
        Benchmark("NIST 800-53 Rev. 4", "", STANDARD),
        Benchmark("APRA", "", STANDARD),
        Benchmark("MAS", "", STANDARD),
    ),
    why=(
        "AWS lets an IAM user hold two access keys so that one can replace the other during rotation. "
        "Outside rotation a second active key is attack surface that nobody needs: "
        "one more long-lived secret that can leak, and one more to find and turn off when it does."
    ),
    remedy=(
        "Choose the key to keep, move applications to it and test them, "
        "then set the other key to Inactive, which can be undone; delete it only later."
    ),
    command=TURN_OFF,
)


def judge_user(user: User) -> Verdict:
    """Return the verdict on a user: FAILED with more than one active key, whatever the others may be."""
    active = undecided = 0
    for key in user.keys:
        active += key.status is KeyStatus.ACTIVE
        undecided += key.status is KeyStatus.UNKNOWN
    if active > 1:
        return Verdict.FAILED
    return Verdict.UNKNOWN if undecided and active + undecided > 1 else Verdict.PASSED


def judge_key(key: AccessKey, over_user: Verdict) -> Verdict:
    """Return the verdict on a key, given that on its user: FAILED for each active key of a user that fails."""
    if key.status is KeyStatus.UNKNOWN:
        return Verdict.UNKNOWN
    violates = key.status is KeyStatus.ACTIVE and over_user is Verdict.FAILED
    return Verdict.FAILED if violates else Verdict.PASSED


def _judge(user: User, context: Context) -> Judgement:
    del context
    verdict = judge_user(user)
    if verdict is Verdict.PASSED:
        return PASSED
    if verdict is Verdict.UNKNOWN:
        return Judgement(verdict, (), UNKNOWN_STATUS)
    active = active_keys(user)
    text = f"{len(active)} active access keys"
    return Judgement(verdict, tuple(key.address for key in active), text, text)


def _advise(user: User, context: Context, judgement: Judgement) -> Proposal:
    del judgement
    return propose_key(user, context.now, in_use_days=context.in_use_days, signing_keys=context.account.signing_keys)


ONE_ACTIVE_KEY = LiveRule(_RULE, _judge, _advise)
ONE_ACTIVE_KEY_IN_TEMPLATES = TemplateRule(_RULE, judge_user, judge_key)
