"""An account as it was read → the same account, with who uses the keys of its violating users by event history."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Callable

from checkov_keys.domain.callers import GLOBAL_REGIONS
from checkov_keys.domain.key_history import KeyHistory
from checkov_keys.domain.source_addresses import leave_out_addresses
from checkov_keys.domain.users import KeyStatus, LastUse
from checkov_keys.runtime.reading.progress import SILENT
from checkov_keys.runtime.usage.enabled_regions import choose_regions
from checkov_keys.runtime.usage.event_history import read_event_history
from checkov_keys.runtime.usage.key_search import is_key_id
from checkov_keys.runtime.usage.mail_access import read_mail_access

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checkov_keys.domain.users import AccessKey, Account, User
    from checkov_keys.runtime.reading.progress import Progress
    from checkov_keys.runtime.session.aws_session import AwsSession
    from checkov_keys.runtime.usage.event_history import HistoryReading

logger = logging.getLogger(__name__)


def add_histories(
    session: AwsSession,
    account: Account,
    is_violating: Callable[[User, Account], bool],
    *,
    end: float,
    all_events: bool = False,
    with_addresses: bool = True,
    progress: Progress = SILENT,
) -> Account:
    """Return an account whose violating users have the histories of all keys that AWS may accept.

    Reading ends at `end`, a time of time.monotonic(). What was not read is named in the histories and logged as a
    warning; it costs no verdict, since IAM's last uses are what rules judge by. `session` is the one of the account.
    """
    users = [user for user in account.users if is_violating(user, account)]
    keys = {key.address: key for user in users for key in user.keys if _may_be_used(key)}
    if not keys:
        return account
    choice = choose_regions(session, list_first_regions(session, account.partition, keys.values()))
    progress.expect_regions(len(choice.regions))
    reading = read_event_history(
        session,
        sorted(keys),
        choice,
        all_events=all_events,
        max_wait=max(0.0, end - time.monotonic()),
        note_region=progress.region_done,
    )
    _warn(account, reading)
    mail = read_mail_access(session, (user.address for user in users if any(map(_may_be_used, user.keys))))
    histories = {usage.key: _make_history(reading, usage.key, with_addresses) for usage in reading.usages}
    return replace(account, users=tuple(_add_to(user, histories, mail.get(user.address)) for user in account.users))


def list_first_regions(session: AwsSession, partition: str, keys: Iterable[AccessKey]) -> list[str]:
    """Return the regions to read first: those in which IAM last saw the keys, and the one of global services."""
    used = [key.last_use.region for key in keys if isinstance(key.last_use, LastUse)]
    # IAM names no region for what has none.
    known = [region for region in dict.fromkeys(used) if session.knows("cloudtrail", region)]
    return [*known, GLOBAL_REGIONS.get(partition, session.region or "")]


def _may_be_used(key: AccessKey) -> bool:
    return key.status is not KeyStatus.INACTIVE and is_key_id(key.address)


def _make_history(reading: HistoryReading, key: str, with_addresses: bool) -> KeyHistory:  # noqa: FBT001  # in one place
    coverage = reading.coverage
    usage = next(usage for usage in reading.usages if usage.key == key)
    return KeyHistory(
        usage if with_addresses else leave_out_addresses(usage),
        coverage.since,
        coverage.until,
        coverage.list_sampled(key),
        tuple((", ".join(regions) or "other regions", fault) for fault, regions in coverage.list_faults(key)),
        with_addresses,
    )


def _add_to(user: User, histories: dict[str, KeyHistory], may_send_mail: bool | None) -> User:  # noqa: FBT001  # a fact
    if not any(key.address in histories for key in user.keys):
        return user
    known = (histories.get(key.address) for key in user.keys)
    own = {each.usage.key: replace(each, may_send_mail=may_send_mail) for each in known if each}
    return replace(user, keys=tuple(replace(key, history=own.get(key.address)) for key in user.keys))


def _warn(account: Account, reading: HistoryReading) -> None:
    """Log what was not read: each reason once, with its regions."""
    faults: dict[str, dict[str, None]] = {}
    for usage in reading.usages:
        for fault, regions in reading.coverage.list_faults(usage.key):
            faults.setdefault(fault, {}).update(dict.fromkeys(regions or ("other regions",)))
    for fault, names in faults.items():
        logger.warning("account %s: event history of %s was not read: %s", account.id, ", ".join(names), fault)
