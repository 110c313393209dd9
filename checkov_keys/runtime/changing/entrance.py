"""Enters accounts to change something in them, each by the credentials or the role that the user named for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from checkov_keys.domain.errors import AuditError, UsageError
from checkov_keys.runtime.session.identity import account_of, caller_arn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checkov_keys.runtime.reading.account_choice import AccountChoice
    from checkov_keys.runtime.session.aws_session import AwsSession
    from checkov_keys.runtime.session.roles import Role


class Entered(NamedTuple):
    """A session in an account, with the ARN of the role by which it was entered, "" if by the credentials."""

    session: AwsSession
    role: str = ""

    @property
    def iam(self) -> Any:  # noqa: ANN401  # boto3 makes its clients at run time
        """The client of IAM; AuditError if there can be none."""
        return self.session.client("iam")

    def signs_with(self, account: str, user: str, key: str) -> str:
        """Return why a user's key signs these calls, or may, "" if it does not."""
        signers = self.session.signers
        if key in signers.keys:
            return f"{key} signs these calls, or may"
        # https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
        if signers.may_be(account, user, key):
            return f"a key of this same user signs these calls, and it may be {key}"
        return ""


class Entrance:
    """The way into accounts. Each is entered once.

    The accounts of the choice's role ARNs are entered by these, and the session's own account by its credentials. Any
    other is entered by the choice's role name, if `others` says that the user named one. `known` maps ids of accounts
    to the ARNs of the roles by which they were entered before, which count if the user named nothing for an account.
    """

    def __init__(
        self, session: AwsSession, choice: AccountChoice, *, others: bool, known: Mapping[str, str] | None = None
    ) -> None:
        """Find out which account the session is in; raise AuditError if AWS does not say."""
        self._session = session
        self._choice = choice
        self._others = others
        self._known = known or {}
        self._own = account_of(caller_arn(session, "cannot tell which account the credentials belong to"))
        self._roles = {role.account: role for role in choice.roles()}
        self._entered: dict[str, Entered] = {}

    def enter(self, account: str) -> Entered:
        """Return a session in an account; raise AuditError if there is no way in, or it leads elsewhere."""
        if account not in self._entered:
            self._entered[account] = self._enter(account)
        return self._entered[account]

    def _enter(self, account: str) -> Entered:
        role = self._role_for(account)
        if role is None:
            return Entered(self._session)
        session = self._session.for_role(role)
        entered = account_of(caller_arn(session, f"cannot tell which account role {role.arn} belongs to")).account
        if entered != account:
            raise AuditError(f"role {role.arn} leads to account {entered} (check --endpoint-url)")
        return Entered(session, role.arn)

    def _role_for(self, account: str) -> Role | None:
        """Return the role by which to enter an account, None for the credentials; raise AuditError if nobody knows."""
        if account in self._roles:
            return self._roles[account]
        is_own = account == self._own.account
        if self._others and not is_own:
            return self._choice.role_in(account, self._own.partition)
        if account in self._known:
            try:
                return self._choice.role_of(self._known[account])
            except UsageError as error:
                raise AuditError(str(error)) from error
        if is_own:
            return None
        raise AuditError(
            f"the credentials belong to account {self._own.account}: use those of {account}, "
            "or name a role with --role-arn or --role-name"
        )
