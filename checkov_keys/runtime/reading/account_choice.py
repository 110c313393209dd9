"""Which accounts to audit, and by which role each is entered."""

from __future__ import annotations

import logging
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from checkov_keys.domain.errors import AuditError, UsageError
from checkov_keys.domain.text import one_line
from checkov_keys.runtime.reading.organization import Member, organization_members
from checkov_keys.runtime.session.faults import explained
from checkov_keys.runtime.session.identity import caller_account
from checkov_keys.runtime.session.roles import ROLE_NAME, SESSION_NAME, Role, check_role_name
from checkov_keys.runtime.session.worker_threads import LateError, call_in_time

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checkov_keys.runtime.session.aws_session import AwsSession
    from checkov_keys.runtime.session.identity import AccountInPartition

logger = logging.getLogger(__name__)

# https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html
_ACCOUNT_ID = re.compile(r"\d{12}", re.ASCII)
# https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListOrganizationalUnitsForParent.html
# Seconds: 10,000 accounts are 500 pages, and AWS allows a few calls a second.
_LONGEST_LISTING = 1800
_UNIT_ID = re.compile(r"r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}", re.ASCII)


@dataclass(frozen=True)
class AccountChoice:
    """What the user asked to audit; raises UsageError if AWS cannot have such a thing.

    The accounts of `role_arns`, of `account_ids`, of the organization (`organization`) and of organizational units
    with all below (`units`) add up, less `excluded`, a list of ids; the account of the credentials if none of them
    is given. A role ARN decides how its account is entered, `role_name` (with its path, if it has one) any other.
    """

    role_arns: tuple[str, ...] = ()
    account_ids: tuple[str, ...] = ()
    organization: bool = False
    units: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    role_name: str = ROLE_NAME
    external_id: str | None = field(default=None, repr=False)
    role_session_name: str = SESSION_NAME

    def __post_init__(self) -> None:
        """Check the spelling of everything, before AWS is asked anything."""
        check_role_name(self.role_name)
        # Any account shows what else a role may be wrong about.
        self.role_in("123456789012", "aws")
        for account in (*self.account_ids, *self.excluded):
            if not _ACCOUNT_ID.fullmatch(account):
                raise UsageError(f"{account!r} is not the id of an account: it has twelve digits")
        for unit in self.units:
            if not _UNIT_ID.fullmatch(unit):
                raise UsageError(
                    f"{unit!r} is not the id of an organizational unit: it should look like ou-a1b2-c3d4e5f6"
                )
        counts = Counter(role.account for role in self.roles())
        twice = [account for account, count in counts.items() if count > 1]
        if twice:
            raise UsageError(f"more than one role for account {', '.join(twice)}: choose one")

    def roles(self) -> tuple[Role, ...]:
        """Return the roles that were given by their ARN, each once."""
        return tuple(self.role_of(arn) for arn in dict.fromkeys(self.role_arns))

    def role_in(self, account: str, partition: str) -> Role:
        """Return the role by which an account is entered that was chosen by its id."""
        return self.role_of(f"arn:{partition}:iam::{account}:role/{self.role_name.lstrip('/')}")

    def role_of(self, arn: str) -> Role:
        """Return the role of an ARN, with what its trust policy may ask for; raise UsageError if it is not one."""
        return Role(arn, self.external_id, self.role_session_name)


@dataclass(frozen=True)
class AccountToAudit:
    """An account to audit: by assuming `role`, or by the credentials of the session if it is None.

    `name` is its name in its organization, "" if it was not read. `problem` says why it cannot be entered at all, ""
    if it can be tried; its id may be anything then.
    """

    id: str
    partition: str
    name: str = ""
    role: Role | None = None
    problem: str = ""


def accounts_to_audit(session: AwsSession, choice: AccountChoice) -> tuple[AccountToAudit, ...]:
    """Return the chosen accounts, each once, in the order of their ids.

    The session's own account, which is the management account of an organization as a rule, is audited with the
    session's credentials, unless a role ARN says otherwise. Accounts of the organization that are closed are left
    out, and named in one warning. Raises AuditError if AWS does not answer, UsageError if the choice does not fit
    what is there.
    """
    own = caller_account(session, "cannot tell which account the credentials belong to")
    by_arn = {role.account: role for role in choice.roles()}
    _check_partition(by_arn.values(), own)
    members: dict[str, Member] = {}
    broken: list[Member] = []
    if choice.organization or choice.units:
        for member in _list_members(session, choice):
            if member.problem:
                broken.append(member)
            else:
                members[member.id] = member
    # An account that is named is tried, whatever its state.
    chosen = {*by_arn, *choice.account_ids, *(member.id for member in members.values() if not member.closed)}
    if not (by_arn or choice.account_ids or choice.organization or choice.units):
        chosen = {own.account}
    _check_excluded(choice.excluded, chosen | members.keys())
    _warn([member for member in members.values() if member.id not in chosen.union(choice.excluded)])
    accounts = sorted(chosen - set(choice.excluded))
    if not (accounts or broken):
        raise UsageError("no account is left to audit: see the accounts chosen, and those excluded")
    return (
        *(
            AccountToAudit(
                account,
                own.partition,
                members[account].name if account in members else "",
                by_arn.get(account)
                or (None if account == own.account else choice.role_in(*own._replace(account=account))),
            )
            for account in accounts
        ),
        *(AccountToAudit(member.id, own.partition, problem=member.problem) for member in broken),
    )


def _list_members(session: AwsSession, choice: AccountChoice) -> list[Member]:
    try:
        return call_in_time(lambda: organization_members(session, choice.units), _LONGEST_LISTING)
    except LateError as error:
        raise AuditError(explained("cannot list the accounts of the organization", error)) from error


def _check_partition(roles: Iterable[Role], own: AccountInPartition) -> None:
    """Raise UsageError for roles that no credentials of this partition can assume.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
    """
    for role in roles:
        if role.partition != own.partition:
            raise UsageError(
                f"role {role.arn} is in partition {role.partition}, the credentials are of {own.partition}: "
                "audit each partition with credentials of its own"
            )


def _check_excluded(excluded: tuple[str, ...], known: set[str]) -> None:
    unknown = [account for account in dict.fromkeys(excluded) if account not in known]
    if unknown:
        raise UsageError(f"accounts to exclude that are not among those chosen: {', '.join(unknown)}")


def _warn(inactive: list[Member]) -> None:
    if inactive:
        named = ", ".join(
            f"{member.id} ({one_line(member.name)}, {' and '.join(dict.fromkeys(member.states))})"
            for member in inactive
        )
        logger.warning("accounts of the organization that are closed are left out: %s", named)
