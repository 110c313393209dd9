"""Enters accounts to change something in them, each by the credentials or the role that the user named for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from checkov_keys.domain.errors import AuditError
from checkov_keys.runtime.session.identity import account_of, caller_arn

if TYPE_CHECKING:
    from checkov_keys.runtime.reading.account_choice import AccountChoice
    from checkov_keys.runtime.session.aws_session import AwsSession


class Entered(NamedTuple):
    """A session in an account, with the ARN of its identity."""

    session: AwsSession
    arn: str

    @property
    def iam(self) -> Any:  # noqa: ANN401  # boto3 makes its clients at run time
        """The client of IAM; AuditError if there can be none."""
        return self.session.client("iam")

    def signs_with(self, user_arn: str, key: str) -> str:
        """Return why a user's key signs these calls, or may, "" where it does not."""
        if key in self.session.signing_keys:
            return f"{key} signs these calls"
        # Temporary credentials of GetSessionToken do not say which key they were made with.
        # https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
        if user_arn == self.arn and self.session.access_key_id is None:
            return f"a key of this same user signs these calls, and it may be {key}"
        return ""


class Entrance:
    """The way into accounts. Each is entered once.

    The session's own account is entered by its credentials, those of the choice's role ARNs by these, and any other
    by the choice's role name, if `others` says that the user named one.
    """

    def __init__(self, session: AwsSession, choice: AccountChoice, *, others: bool) -> None:
        """Find out which account the session is in; raise AuditError if AWS does not say."""
        self._session = session
        self._choice = choice
        self._others = others
        self._arn = caller_arn(session, "cannot tell which account the credentials belong to")
        self._roles = {role.account: role for role in choice.roles()}
        self._entered: dict[str, Entered] = {}

    def enter(self, account: str) -> Entered:
        """Return a session in an account; raise AuditError if there is no way in, or it leads elsewhere."""
        if account not in self._entered:
            self._entered[account] = self._enter(account)
        return self._entered[account]

    def _enter(self, account: str) -> Entered:
        own = account_of(self._arn)
        role = self._roles.get(account)
        if role is None and account == own.account:
            return Entered(self._session, self._arn)
        if role is None:
            if not self._others:
                raise AuditError(
                    f"the credentials belong to account {own.account}: use those of {account}, "
                    "or name a role with --role-arn or --role-name"
                )
            role = self._choice.role_in(account, own.partition)
        session = self._session.for_role(role)
        arn = caller_arn(session, f"cannot tell which account role {role.arn} belongs to")
        if account_of(arn).account != account:
            raise AuditError(f"role {role.arn} leads to account {account_of(arn).account} (check --endpoint-url)")
        return Entered(session, arn)
