"""Reads many accounts at a time; what cannot be read is named, and does not stop the others."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Callable, Union

from checkov_keys.domain.errors import AuditError
from checkov_keys.domain.users import Account, UnjudgedAccount
from checkov_keys.runtime.reading.collector import collect_account
from checkov_keys.runtime.reading.progress import SILENT
from checkov_keys.runtime.session.aws_session import AwsSession
from checkov_keys.runtime.session.faults import CALL_FAULTS, explained
from checkov_keys.runtime.session.worker_threads import as_they_end, threads

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checkov_keys.runtime.reading.account_choice import AccountToAudit
    from checkov_keys.runtime.reading.progress import Progress

logger = logging.getLogger(__name__)

# Accounts read at once, each with workers of its own. AWS throttles every account by itself.
ACCOUNT_WORKERS = 4

Reader = Callable[[AwsSession], Account]
Outcome = Union[Account, UnjudgedAccount]


def audit_accounts(
    session: AwsSession,
    accounts: Iterable[AccountToAudit],
    read: Reader = collect_account,
    *,
    account_workers: int = ACCOUNT_WORKERS,
    progress: Progress = SILENT,
) -> Iterator[Outcome]:
    """Yield one outcome for each account, as soon as it is there, `account_workers` accounts at once.

    `read` reads the account of the session that it is given, in a thread, and raises AuditError if it cannot. An
    account that is read has its name in the organization, else its alias if iam:ListAccountAliases is allowed.
    An unforeseen error affects only its account, and is logged with its traceback. Closing the iterator starts
    no other account and waits for none.
    """
    with threads(account_workers) as pool:
        futures = {pool.submit(_audit, session, account, read): account for account in accounts}
        progress.expect_accounts(len(futures))
        for future in as_they_end(futures):
            progress.account_done()
            crash = future.exception()
            yield _crashed(futures[future], crash) if isinstance(crash, Exception) else future.result()


def _audit(session: AwsSession, chosen: AccountToAudit, read: Reader) -> Outcome:
    try:
        entered = session.for_role(chosen.role) if chosen.role else session
        account = _read_named(entered, chosen, read)
    except AuditError as error:
        return _unjudged(chosen, str(error))
    if account.id != chosen.id:
        return _unjudged(chosen, f"AWS answered with the users of account {account.id} instead (check --endpoint-url)")
    return account


def _crashed(chosen: AccountToAudit, crash: Exception) -> UnjudgedAccount:
    logger.error("account %s could not be judged", chosen.id, exc_info=crash)
    return _unjudged(chosen, f"unexpected {type(crash).__name__}: the log has its traceback")


def _unjudged(chosen: AccountToAudit, reason: str) -> UnjudgedAccount:
    return UnjudgedAccount(chosen.id, chosen.partition, chosen.name, reason)


def _read_named(session: AwsSession, chosen: AccountToAudit, read: Reader) -> Account:
    account = read(session)
    return replace(account, name=chosen.name or _alias(session))


def _alias(session: AwsSession) -> str:
    """Return the account's alias, of which it has one at most; "" if it has none or the call is not allowed.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccountAliases.html
    """
    try:
        return str(next(iter(session.client("iam").list_account_aliases()["AccountAliases"]), ""))
    except CALL_FAULTS as error:
        logger.info("%s", explained("the account's alias is not known", error))
        return ""
