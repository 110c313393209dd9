"""Reads many accounts at a time; what cannot be read is named, and does not stop the others."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Callable, Union

from checkov_keys.domain.errors import AuditError
from checkov_keys.domain.users import Account, UnjudgedAccount
from checkov_keys.runtime.reading.collector import MAX_WAIT, collect_account
from checkov_keys.runtime.reading.progress import SILENT
from checkov_keys.runtime.reading.user_listing import LATE
from checkov_keys.runtime.session.aws_session import AwsSession
from checkov_keys.runtime.session.faults import CALL_FAULTS, explained
from checkov_keys.runtime.session.worker_threads import Patience, as_they_end, threads

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from concurrent.futures import Future

    from checkov_keys.runtime.reading.account_choice import AccountToAudit
    from checkov_keys.runtime.reading.progress import Progress

logger = logging.getLogger(__name__)

# Entering an account, and asking for its name, come on top of reading it.
_WITH_ENTERING = 1.1
_TO_ENTER = 60  # seconds
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
    max_wait: float = MAX_WAIT,
) -> Iterator[Outcome]:
    """Yield one outcome for each account, as soon as it is there, `account_workers` accounts at once.

    `read` reads the account of the session that it is given, in a thread, and raises AuditError if it cannot. An
    account that is read has its name in the organization, else its alias if iam:ListAccountAliases is allowed.
    An unforeseen error affects only its account, and is logged with its traceback. An account that takes much longer
    than `max_wait` seconds, the time that `read` itself takes at most, is not waited for. Closing the iterator starts
    no other account and waits for none.
    """
    chosen = list(accounts)
    progress.expect_accounts(len(chosen))
    patience = Patience(each=max_wait * _WITH_ENTERING + _TO_ENTER)
    with threads(account_workers) as pool:
        for account, future in as_they_end(pool, partial(_audit, session, read), chosen, account_workers, patience):
            progress.account_done()
            yield _outcome_of(future, account)


def _outcome_of(future: Future[Outcome], chosen: AccountToAudit) -> Outcome:
    if not future.done():
        return _unjudged(chosen, LATE)
    crash = future.exception()
    return _crashed(chosen, crash) if isinstance(crash, Exception) else future.result()


def _audit(session: AwsSession, read: Reader, chosen: AccountToAudit) -> Outcome:
    if chosen.problem:
        return _unjudged(chosen, chosen.problem)
    try:
        with _entered(session, chosen) as entered:
            account = _read_named(entered, chosen, read)
    except AuditError as error:
        return _unjudged(chosen, str(error))
    if account.id != chosen.id:
        return _unjudged(chosen, f"AWS answered with the users of account {account.id} instead (check --endpoint-url)")
    return account


@contextmanager
def _entered(session: AwsSession, chosen: AccountToAudit) -> Iterator[AwsSession]:
    """Yield the session of an account; what is of this account only is closed at the end."""
    if chosen.role is None:
        yield session
        return
    entered = session.for_role(chosen.role)
    try:
        yield entered
    finally:
        entered.close()


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
