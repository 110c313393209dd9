"""Reads the accounts that a command's flags name, from AWS or from a snapshot, and enters those to be changed."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from checkov_keys.cli.accounts.terminal import show_progress
from checkov_keys.domain.errors import UsageError
from checkov_keys.domain.users import Account
from checkov_keys.report.files import check_writable, write_whole
from checkov_keys.runtime.changing.entrance import Entrance
from checkov_keys.runtime.reading.account_audit import audit_accounts
from checkov_keys.runtime.reading.account_choice import AccountChoice, accounts_to_audit
from checkov_keys.runtime.reading.collector import collect_account
from checkov_keys.runtime.reading.snapshot import accounts_of, snapshot_text
from checkov_keys.runtime.session.aws_session import AwsSession
from checkov_keys.runtime.session.identity import find_caller
from checkov_keys.runtime.session.pace import MOST
from checkov_keys.runtime.session.roles import ROLE_NAME

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping

    from checkov_keys.report.destinations import Attempts

_ENTRY_FLAGS = ("profile", "region", "endpoint_url", "role_arn")
_CHOICE_FLAGS = ("role_arn", "accounts", "organization", "ou", "exclude_accounts")


class AwsAccess:
    """The way to AWS by the flags of add_account_flags(), or by those of add_entry_flags() alone."""

    def __init__(self, options: Namespace, known_roles: Mapping[str, str] | None = None) -> None:
        """No AWS call is made yet. `known_roles` are ARNs by the accounts that they entered before."""
        self._options = options
        self._known_roles = known_roles

    @cached_property
    def session(self) -> AwsSession:
        """The session of the credentials, signed in; raises AuditError if that fails."""
        options = self._options
        session = AwsSession(
            profile=options.profile,
            region=options.region,
            endpoint_url=options.endpoint_url,
            connections=getattr(options, "user_workers", 1) or MOST,
        )
        # What is asked for at the terminal comes before the progress bar.
        session.sign_in()
        return session

    @cached_property
    def entrance(self) -> Entrance:
        """The way into accounts to be changed, as they were entered to be read; raises UsageError and AuditError.

        A snapshot does not say how its accounts are entered: those of other credentials need a role.
        """
        options = self._options
        choice = self._make_choice()
        others = bool(options.role_name) or any(getattr(options, name, None) for name in _CHOICE_FLAGS[1:])
        return Entrance(self.session, choice, others=others, known=self._known_roles)

    def read(self) -> list[Account]:
        """Return the accounts that the flags name, in the order of their ids; raises UsageError and AuditError."""
        options = self._options
        choice = self._make_choice()
        session = self.session
        chosen = accounts_to_audit(session, choice) if any(getattr(options, name) for name in _CHOICE_FLAGS) else ()
        with show_progress(several=bool(chosen)) as progress:
            seconds = options.max_wait_minutes * 60
            read = partial(collect_account, workers=options.user_workers, progress=progress, max_wait=seconds)
            if not chosen:
                account = read(session)
                return [replace(account, caller=find_caller(session))]
            outcomes = audit_accounts(
                session, chosen, read, account_workers=options.account_workers, progress=progress, max_wait=seconds
            )
            accounts = [outcome if isinstance(outcome, Account) else outcome.as_account() for outcome in outcomes]
        caller = find_caller(session)
        return [replace(account, caller=caller) for account in sorted(accounts, key=lambda account: account.id)]

    def _make_choice(self) -> AccountChoice:
        options = self._options
        return AccountChoice(
            role_arns=tuple(options.role_arn or ()),
            account_ids=_split_ids(getattr(options, "accounts", None)),
            organization=getattr(options, "organization", False),
            units=tuple(getattr(options, "ou", None) or ()),
            excluded=_split_ids(getattr(options, "exclude_accounts", None)),
            role_name=options.role_name or ROLE_NAME,
            external_id=options.external_id,
            role_session_name=options.role_session_name,
        )


def read_accounts(
    options: Namespace, access: AwsAccess, *, asks_aws: bool = False, attempts: Attempts | None = None
) -> list[Account]:
    """Return the accounts that the flags name, from AWS or from --from-snapshot; write --save-snapshot.

    `asks_aws` says that AWS is asked something even if a snapshot is judged. `attempts` keep it if the snapshot cannot
    be written although it could before. Raises UsageError and AuditError.
    """
    if options.from_snapshot:
        return _read_snapshot(options, asks_aws=asks_aws)
    if not options.save_snapshot:
        return access.read()
    path = Path(options.save_snapshot)
    check_writable(path)
    accounts = access.read()
    with attempts.attempt() if attempts else nullcontext():
        write_whole(path, snapshot_text(accounts), private=True)
    return accounts


def _split_ids(given: list[str] | None) -> tuple[str, ...]:
    """Return ids that may be in repeated flags, or separated by commas in one."""
    return tuple(part.strip() for text in given or () for part in text.split(",") if part.strip())


def _read_snapshot(options: Namespace, *, asks_aws: bool) -> list[Account]:
    refused = dict.fromkeys((*_ENTRY_FLAGS, "save_snapshot", *_CHOICE_FLAGS))
    why = "--from-snapshot asks AWS nothing"
    if asks_aws:
        refused = dict.fromkeys(name for name in refused if name not in _ENTRY_FLAGS)
        why = "--from-snapshot says which accounts"
    asked = [f"--{name.replace('_', '-')}" for name in refused if getattr(options, name)]
    if asked:
        raise UsageError(f"{why}: leave out {', '.join(asked)}")
    path = Path(options.from_snapshot)
    try:
        return accounts_of(path.read_text(encoding="utf-8"), f"--from-snapshot {path}")
    except OSError as error:
        raise UsageError(f"--from-snapshot {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"--from-snapshot {path}: not text in UTF-8") from error
