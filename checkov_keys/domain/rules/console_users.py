"""CKV2_KEYS_8: console users have no access key.

Who signs in at the console is a person; what uses an access key is a program, which has a role or a user of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkov_keys.domain.proposal import Proposal
from checkov_keys.domain.rules.judging import PASSED, Fact, Judgement, LiveRule, fail
from checkov_keys.domain.rules.rule import TURN_OFF, Rule, Verdict, cis, conformity
from checkov_keys.domain.rules.wording import name_keys, write_command, write_turning_off
from checkov_keys.domain.users import UNKNOWN_STATUS, KeyStatus, NotRead, active_keys

if TYPE_CHECKING:
    from checkov_keys.domain.rules.judging import Context
    from checkov_keys.domain.users import User

_RULE = Rule(
    id="CKV2_KEYS_8",
    title="Access keys of console users",
    name="Ensure console users have no access key",
    severity="MEDIUM",
    category="IAM",
    guideline="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
    benchmarks=(
        *cis(
            "No access key is made at initial setup for console users",
            v1_2="1.21",
            v1_3="1.11",
            v5_0="1.10",
            v6_0="2.10",
        ),
        *conformity("IAM User with Password and Access Keys"),
    ),
    why=(
        "A user with a password is a person. A key beside the password is a second way in, without the second factor "
        "that the console asks for, and it often lies in files of that person's machine."
    ),
    remedy=(
        "Give people temporary credentials (IAM Identity Center), and programs a role or a user of their own. "
        "Then turn the key off, or remove the password."
    ),
    if_named=True,
    command=TURN_OFF,
)


def _judge(user: User, context: Context) -> Judgement:
    accepted = [key for key in user.keys if key.status is not KeyStatus.INACTIVE]
    if not accepted or user.has_password is False:
        return PASSED
    if isinstance(user.has_password, NotRead):
        reason = user.has_password.reason or "nobody asked whether the user has a console password"
        return Judgement(Verdict.UNKNOWN, (), reason)
    active = active_keys(user)
    if not active:
        return Judgement(Verdict.UNKNOWN, (), UNKNOWN_STATUS)
    return fail(((key, "is active") for key in active), context.now, "the user has a console password, and ")


def _advise(user: User, context: Context, judgement: Judgement) -> Proposal:
    """Say how to part people and programs; which of the two a user is, only its owner knows."""
    del context
    keys = name_keys(judgement.keys)
    sentence = (
        f"Decide by hand whether this is a person or a program. A person: turn {keys} off once nothing uses it. "
        "A program: remove the password."
    )
    off = (write_turning_off(key, user) for key in judgement.keys)
    return Proposal(None, sentence, (*off, write_command("iam", "delete-login-profile", user_name=user.name)))


CONSOLE_USERS = LiveRule(_RULE, _judge, _advise, frozenset({Fact.PASSWORD}))
