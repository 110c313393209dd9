"""Reads the accounts that a command's flags name, from AWS or from a snapshot, and enters those to be changed."""

from __future__ import annotations

import time
from contextlib import nullcontext
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.cli.accounts.terminal import show_progress
from checkov_keys.domain.assessment import Policy
from checkov_keys.domain.errors import UsageError
from checkov_keys.domain.rules.judging import Thresholds
from checkov_keys.domain.shards import list_missing
from checkov_keys.domain.source_addresses import leave_out_all
from checkov_keys.domain.users import Account
from checkov_keys.report.files import check_writable, write_whole
from checkov_keys.runtime.changing.entrance import Entrance
from checkov_keys.runtime.reading.account_audit import audit_accounts
from checkov_keys.runtime.reading.account_choice import AccountChoice, accounts_to_audit
from checkov_keys.runtime.reading.collector import collect_account
from checkov_keys.runtime.reading.facts_to_read import DEFAULT_FACTS
from checkov_keys.runtime.reading.snapshot import read_snapshot, snapshot_text
from checkov_keys.runtime.session.aws_session import AwsSession
from checkov_keys.runtime.session.identity import find_caller
from checkov_keys.runtime.session.pace import MOST
from checkov_keys.runtime.session.roles import ROLE_NAME
from checkov_keys.runtime.usage.account_histories import add_histories

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping

    from checkov_keys.domain.exemptions import Exemption
    from checkov_keys.domain.shards import Shard
    from checkov_keys.domain.users import Unjudged
    from checkov_keys.report.destinations import Attempts
    from checkov_keys.runtime.reading.facts_to_read import FactsToRead
    from checkov_keys.runtime.reading.progress import Progress

# A user's keys are asked for at once before one is changed.
_LEAST_CONNECTIONS = 10
_ENTRY_FLAGS = ("profile", "region", "endpoint_url", "role_arn")
_CHOICE_FLAGS = ("role_arn", "accounts", "organization", "ou", "exclude_accounts")
# Those that may choose more than one account.
_CHOOSING_FLAGS = ("role_arn", "accounts", "organization", "ou")


class Reading(NamedTuple):
    """What was read: the accounts, which shard they are (None for all), and the shards that a merged snapshot lacks."""

    accounts: list[Account]
    shard: Shard | None = None
    missing: tuple[Shard, ...] = ()

    @property
    def unjudged(self) -> tuple[Unjudged, ...]:
        """What cannot be judged since nobody has read it."""
        return list_missing(self.missing)


class AwsAccess:
    """The way to AWS by the flags of add_account_flags(), or by those of add_entry_flags() alone."""

    def __init__(
        self,
        options: Namespace,
        known_roles: Mapping[str, str] | None = None,
        facts: FactsToRead = DEFAULT_FACTS,
    ) -> None:
        """No AWS call is made yet.

        `known_roles` are ARNs by the accounts that they entered before, `facts` what is read of each account.
        """
        self._options = options
        self._facts = facts
        self._known_roles = known_roles
        self._entered: AwsSession | None = None

    @cached_property
    def session(self) -> AwsSession:
        """The session of the credentials, signed in; raises AuditError if that fails."""
        options = self._options
        session = AwsSession(
            profile=options.profile,
            region=options.region,
            endpoint_url=options.endpoint_url,
            connections=max(getattr(options, "user_workers", None) or MOST, _LEAST_CONNECTIONS),
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

    def enter(self) -> AwsSession:
        """Return the session of the one account of --role-arn, else of the credentials; raises AuditError."""
        if self._entered is None:
            roles = self._make_choice().roles()
            self._entered = self.session.for_role(roles[0]) if roles else self.session
        return self._entered

    def read(self) -> list[Account]:
        """Return the accounts that the flags name, in the order of their ids; raises UsageError and AuditError.

        There are none if they all are in other shards.
        """
        options = self._options
        if options.shard and not any(getattr(options, name) for name in _CHOOSING_FLAGS):
            raise UsageError(
                "--shard is a part of several accounts: add --organization, --ou, --accounts or --role-arn"
            )
        choice = self._make_choice()
        session = self.session
        several = any(getattr(options, name) for name in _CHOICE_FLAGS)
        chosen = accounts_to_audit(session, choice) if several else ()
        if options.shard:
            # Also those that AWS names by an id that is not one: they are named in the report of one shard.
            chosen = tuple(account for account in chosen if options.shard.holds(account.id))
        with show_progress(several=several) as progress:
            seconds = options.max_wait_minutes * 60
            read = partial(self._read_account, progress=progress, max_wait=seconds)
            if not several:
                account = read(session)
                return [replace(account, caller=find_caller(session))]
            outcomes = audit_accounts(
                session, chosen, read, account_workers=options.account_workers, progress=progress, max_wait=seconds
            )
            accounts = [outcome if isinstance(outcome, Account) else outcome.as_account() for outcome in outcomes]
        caller = find_caller(session)
        return [replace(account, caller=caller) for account in sorted(accounts, key=lambda account: account.id)]

    def _read_account(self, session: AwsSession, progress: Progress, max_wait: float) -> Account:
        options, end = self._options, time.monotonic() + max_wait
        account = collect_account(
            session, self._facts, workers=options.user_workers, progress=progress, max_wait=max_wait
        )
        if not options.usage:
            return account
        return add_histories(
            session,
            account,
            self._facts.is_violating,
            end=end,
            with_addresses=not options.no_addresses,
            progress=progress,
        )

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


def read_thresholds(options: Namespace) -> Thresholds:
    """Return the thresholds of the flags."""
    return Thresholds(options.unused_days, options.max_age_days, options.left_over_days)


def build_policy(options: Namespace, exemptions: tuple[Exemption, ...]) -> Policy:
    """Return the policy of the flags of add_account_flags()."""
    return Policy(options.in_use_days, options.rotation_grace_days, exemptions, read_thresholds(options))


def read_accounts(
    options: Namespace, access: AwsAccess, *, asks_aws: bool = False, attempts: Attempts | None = None
) -> Reading:
    """Return the accounts that the flags name, from AWS or from --from-snapshot; write --save-snapshot.

    `asks_aws` says that AWS is asked something even if a snapshot is judged. `attempts` keep it if the snapshot cannot
    be written although it could before. Raises UsageError and AuditError.
    """
    if options.from_snapshot:
        return _read_snapshot(options, asks_aws=asks_aws)
    if not options.save_snapshot:
        return Reading(access.read(), options.shard)
    path = Path(options.save_snapshot)
    check_writable(path)
    accounts = access.read()
    with attempts.attempt() if attempts else nullcontext():
        write_whole(path, snapshot_text(accounts, options.shard), private=True)
    return Reading(accounts, options.shard)


def _split_ids(given: list[str] | None) -> tuple[str, ...]:
    """Return ids that may be in repeated flags, or separated by commas in one."""
    return tuple(part.strip() for text in given or () for part in text.split(",") if part.strip())


def _read_snapshot(options: Namespace, *, asks_aws: bool) -> Reading:
    refused = dict.fromkeys((*_ENTRY_FLAGS, "save_snapshot", *_CHOICE_FLAGS, "shard", "usage"))
    why = "--from-snapshot asks AWS nothing"
    if asks_aws:
        refused = dict.fromkeys(name for name in refused if name not in _ENTRY_FLAGS)
        why = "--from-snapshot says which accounts"
    asked = [f"--{name.replace('_', '-')}" for name in refused if getattr(options, name)]
    if asked:
        raise UsageError(f"{why}: leave out {', '.join(asked)}")
    path = Path(options.from_snapshot)
    try:
        snapshot = read_snapshot(path.read_text(encoding="utf-8"), f"--from-snapshot {path}")
    except OSError as error:
        raise UsageError(f"--from-snapshot {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"--from-snapshot {path}: not text in UTF-8") from error
    accounts = [leave_out_all(each) if options.no_addresses else each for each in snapshot.accounts]
    return Reading(accounts, snapshot.shard, snapshot.missing)
