"""Reads the accounts that a command's flags name: from AWS, or from a snapshot."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from checkov_keys.domain.errors import UsageError

if TYPE_CHECKING:
    from argparse import Namespace

    from checkov_keys.domain.users import Account

_CHOICE_FLAGS = ("role_arn", "accounts", "organization", "ou", "exclude_accounts")
_AWS_FLAGS = ("profile", "region", "endpoint_url", "save_snapshot", *_CHOICE_FLAGS)


def read_accounts(options: Namespace) -> list[Account]:
    """Return the accounts that flags of account_flags.py name, in the order of their ids; write --save-snapshot.

    Raises UsageError and AuditError.
    """
    from checkov_keys.report.whole_file import check_writable, write_whole  # noqa: PLC0415
    from checkov_keys.runtime.snapshot import snapshot_text  # noqa: PLC0415

    if options.from_snapshot:
        return _from_snapshot(options)
    if not options.save_snapshot:
        return _from_aws(options)
    path = Path(options.save_snapshot)
    check_writable(path)
    accounts = _from_aws(options)
    write_whole(path, snapshot_text(accounts), private=True)
    return accounts


def _from_aws(options: Namespace) -> list[Account]:
    from checkov_keys.cli.progress_bar import progress_shown  # noqa: PLC0415
    from checkov_keys.domain.users import Account  # noqa: PLC0415
    from checkov_keys.runtime.account_audit import audit_accounts  # noqa: PLC0415  # boto3 takes its time
    from checkov_keys.runtime.account_choice import AccountChoice, accounts_to_audit  # noqa: PLC0415
    from checkov_keys.runtime.aws_session import AwsSession  # noqa: PLC0415
    from checkov_keys.runtime.collector import collect_account  # noqa: PLC0415

    choice = AccountChoice(
        role_arns=tuple(options.role_arn or ()),
        account_ids=_ids(options.accounts),
        organization=options.organization,
        units=tuple(options.ou or ()),
        excluded=_ids(options.exclude_accounts),
        role_name=options.role_name,
        external_id=options.external_id,
        role_session_name=options.role_session_name,
    )
    session = AwsSession(
        profile=options.profile,
        region=options.region,
        endpoint_url=options.endpoint_url,
        connections=options.user_workers,
    )
    # What is asked for at the terminal comes before the progress bar.
    session.sign_in()
    chosen = accounts_to_audit(session, choice) if any(getattr(options, name) for name in _CHOICE_FLAGS) else ()
    with progress_shown(several=bool(chosen)) as progress:
        read = partial(collect_account, workers=options.user_workers, progress=progress)
        if not chosen:
            return [read(session)]
        outcomes = audit_accounts(session, chosen, read, account_workers=options.account_workers, progress=progress)
        accounts = [outcome if isinstance(outcome, Account) else outcome.as_account() for outcome in outcomes]
    return sorted(accounts, key=lambda account: account.id)


def _ids(given: list[str] | None) -> tuple[str, ...]:
    """Return ids that may be repeated flags, or stand with commas in one."""
    return tuple(part.strip() for text in given or () for part in text.split(",") if part.strip())


def _from_snapshot(options: Namespace) -> list[Account]:
    from checkov_keys.runtime.snapshot import accounts_of  # noqa: PLC0415

    asked = [f"--{name.replace('_', '-')}" for name in _AWS_FLAGS if getattr(options, name)]
    if asked:
        raise UsageError(f"--from-snapshot asks AWS nothing: leave out {', '.join(asked)}")
    path = Path(options.from_snapshot)
    try:
        return accounts_of(path.read_text(encoding="utf-8"), f"--from-snapshot {path}")
    except OSError as error:
        raise UsageError(f"--from-snapshot {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"--from-snapshot {path}: not text in UTF-8") from error
