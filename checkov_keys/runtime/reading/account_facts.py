"""What is read once per account: whether the root user has a key, and which users AWS has quarantined."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, NamedTuple, Union

from checkov_keys.domain.rules.quarantined_users import QUARANTINE_POLICIES, QUARANTINED_USERS
from checkov_keys.domain.users import NotRead, Unjudged
from checkov_keys.runtime.session.answers import check_belongs, list_entries, text_of
from checkov_keys.runtime.session.faults import CALL_FAULTS, BrokenAnswerError, error_code, explained

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checkov_keys.domain.users import User
    from checkov_keys.runtime.session.outage import Outage

logger = logging.getLogger(__name__)

# 5,000 users of one account, 100 on a page.
_MOST_PAGES = 1_000


class AccountSummary(NamedTuple):
    """How many users an account has, None if that is not known, and whether its root user has an access key."""

    users: int | None
    root_has_key: Union[bool, NotRead]  # noqa: UP007  # evaluated by Python 3.9


def read_summary(iam: Any) -> AccountSummary:  # noqa: ANN401  # a client of boto3
    """Return the summary of an account; it has the reason if AWS does not tell.

    AccountAccessKeysPresent is a flag, 0 or 1, and says nothing about the keys of users:
    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html
    """
    try:
        summary = iam.get_account_summary()["SummaryMap"]
        users = summary.get("Users")
        present = summary["AccountAccessKeysPresent"]
        if not isinstance(present, int) or present < 0:
            raise BrokenAnswerError(f"AWS's answer says {present!r} of AccountAccessKeysPresent")
    except CALL_FAULTS as error:
        reason = explained("cannot tell whether the root user has an access key (iam:GetAccountSummary)", error)
        return AccountSummary(None, NotRead(reason))
    return AccountSummary(users if isinstance(users, int) else None, present != 0)


class Quarantine(NamedTuple):
    """The names of the policies by which AWS has quarantined users, by user names in small letters."""

    policies: dict[str, tuple[str, ...]]
    fault: str = ""

    def of_user(self, user: User) -> tuple[str, ...] | NotRead:
        """Return the policies of a user; if one could not be asked for, what the others say still holds."""
        found = self.policies.get(user.name.lower(), ())
        return NotRead(self.fault) if self.fault and not found else found

    def find_strangers(self, names: Iterable[str], prefix: str) -> list[Unjudged]:
        """Return the quarantined users that have none of the names; `prefix` begins the ARN of a user."""
        known = {name.lower() for name in names}
        return [
            Unjudged(
                f"{prefix}{name}",
                f"AWS has attached {' and '.join(policies)} to this user, and does not list it",
                rule=QUARANTINED_USERS.text.id,
            )
            for name, policies in self.policies.items()
            if name not in known
        ]


def read_policy_users(iam: Any, partition: str, policy: str) -> tuple[str, ...] | NotRead:  # noqa: ANN401
    """Return the names of the users that one of AWS's policies is attached to; or why that is not known.

    A policy that does not exist in a partition is attached to nobody.
    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListEntitiesForPolicy.html
    """
    arn = f"arn:{partition}:iam::aws:policy/{policy}"
    asked = {"PolicyArn": arn, "EntityFilter": "User"}
    try:
        entries = list_entries(iam.list_entities_for_policy, "PolicyUsers", most_pages=_MOST_PAGES, **asked)
        return tuple(text_of(entry, "UserName") for entry in entries)
    except CALL_FAULTS as error:
        if error_code(error) == "NoSuchEntity":
            return ()
        return NotRead(explained("cannot tell which users AWS has quarantined (iam:ListEntitiesForPolicy)", error))


def join_quarantine(answers: Iterable[tuple[str, ...] | NotRead]) -> Quarantine:
    """Return who is quarantined, by the answers for each of the policies in their order."""
    policies: dict[str, tuple[str, ...]] = {}
    fault = ""
    for policy, answer in zip(QUARANTINE_POLICIES, answers):
        if isinstance(answer, NotRead):
            fault = fault or answer.reason
            continue
        for name in answer:
            policies[name.lower()] = (*policies.get(name.lower(), ()), policy)
    return Quarantine(policies, fault)


def read_password(iam: Any, user: str, outage: Outage) -> bool | NotRead:  # noqa: ANN401
    """Tell whether a user has a password for the console; or why that is not known.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetLoginProfile.html
    """
    what = "cannot tell whether the user has a console password (iam:GetLoginProfile)"
    if outage.reason:
        return NotRead(f"{what}: {outage.reason}")
    try:
        check_belongs(iam.get_login_profile(UserName=user)["LoginProfile"], user)
    except CALL_FAULTS as error:
        # IAM says the same of a user that is gone, or has another name now.
        if error_code(error) == "NoSuchEntity" and "profile" in str(error).lower():
            outage.answered()
            return False
        reason = explained(what, error)
        outage.failed(error, reason)
        return NotRead(reason)
    outage.answered()
    return True
