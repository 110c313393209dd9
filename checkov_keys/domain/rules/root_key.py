"""CKV2_KEYS_4: the root user has no access key.

AccountAccessKeysPresent is a flag: it tells neither how many keys there are nor whether they are active.
https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkov_keys.domain.proposal import Proposal
from checkov_keys.domain.rules.judging import PASSED, Fact, Judgement, LiveRule, Subject
from checkov_keys.domain.rules.rule import Rule, Verdict, cis, conformity, security_hub
from checkov_keys.domain.rules.wording import write_command
from checkov_keys.domain.users import NotRead

if TYPE_CHECKING:
    from checkov_keys.domain.rules.judging import Context
    from checkov_keys.domain.users import User

_RULE = Rule(
    id="CKV2_KEYS_4",
    title="Root access key",
    name="Ensure the root user has no access key",
    severity="CRITICAL",
    category="IAM",
    guideline="https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-4",
    benchmarks=(
        *cis("No root user access key exists", v1_2="1.12", v1_3="1.4", v5_0="1.3", v6_0="2.3", v7_0="2.4"),
        *security_hub("No root user access key exists", "IAM.4"),
        *conformity("Root Account Access Keys Present"),
    ),
    why=(
        "A key of the root user may do everything in the account, and no policy of the account limits it. "
        "Nothing needs one: whoever has it can close the account."
    ),
    remedy=(
        "Sign in as the root user and delete the key. In an organization, centralized root access deletes the root "
        "credentials of member accounts without signing in, and keeps new ones from being made."
    ),
)
_TASK = "policy/root-task/IAMDeleteRootUserCredentials"


def _judge(user: User, context: Context) -> Judgement:
    del user
    fact = context.account.root_has_key
    if isinstance(fact, NotRead):
        return Judgement(Verdict.UNKNOWN, (), fact.reason or "nobody asked whether the root user has an access key")
    if not fact:
        return PASSED
    text = "has an access key; AWS does not tell how many, or whether one is active"
    return Judgement(Verdict.FAILED, (), text, text)


def _advise(user: User, context: Context, judgement: Judgement) -> Proposal:
    """Say how a person deletes the key: only the root user can, or an organization's centralized root access."""
    del user, judgement
    account, partition = context.account.id, context.account.partition
    policy = f"arn=arn:{partition}:iam::aws:{_TASK}"
    sentence = (
        "By hand: see what uses the key, then sign in as the root user and delete it (Security credentials, Access "
        "keys). For a member account of an organization, use centralized root access from the management account:"
    )
    steps = (
        write_command("iam", "enable-organizations-root-credentials-management"),
        write_command("sts", "assume-root", target_principal=account, task_policy_arn=policy),
    )
    return Proposal(None, sentence, steps)


ROOT_KEY = LiveRule(_RULE, _judge, _advise, frozenset({Fact.ROOT_KEY}), Subject.ROOT)
