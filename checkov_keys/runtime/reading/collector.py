"""Reads every IAM user of a live account with its access keys.

The facts are iam:ListUsers and iam:ListAccessKeys, all pages, and what else the rules need. The credential report may
be four hours old and knows two keys per user, so it only spares calls (credential_report.py).
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from dataclasses import replace
from datetime import datetime, timezone
from functools import partial
from typing import TYPE_CHECKING, Any

from checkov_keys.domain.rules.judging import Fact
from checkov_keys.domain.rules.quarantined_users import QUARANTINE_POLICIES
from checkov_keys.domain.users import Account, NotRead, Unjudged, User
from checkov_keys.runtime.reading.account_facts import (
    AccountSummary,
    join_quarantine,
    read_policy_users,
    read_summary,
)
from checkov_keys.runtime.reading.facts_to_read import DEFAULT_FACTS, FactsToRead, is_accepted
from checkov_keys.runtime.reading.key_reading import read_user
from checkov_keys.runtime.reading.progress import SILENT
from checkov_keys.runtime.reading.user_facts import UserFacts
from checkov_keys.runtime.reading.user_listing import LATE, ListedUser, UserListing
from checkov_keys.runtime.reading.user_reading import UserReading
from checkov_keys.runtime.session.clocks import choose_time
from checkov_keys.runtime.session.identity import account_of, caller_account
from checkov_keys.runtime.session.outage import Outage
from checkov_keys.runtime.session.pace import START
from checkov_keys.runtime.session.worker_threads import ENDLESS, Patience, in_order, threads, wait_for

if TYPE_CHECKING:
    from collections.abc import Mapping
    from concurrent.futures import Future

    from checkov_keys.runtime.reading.progress import Progress
    from checkov_keys.runtime.session.aws_session import AwsSession
    from checkov_keys.runtime.session.identity import AccountInPartition
    from checkov_keys.runtime.session.worker_threads import Workers

logger = logging.getLogger(__name__)

# How long an account is read, in seconds: 5,000 users at 20 calls a second take five minutes.
MAX_WAIT = 30 * 60
# One user, or one page of users, may take a sixth of that: a throttled call is tried again for half a minute.
_SHARE = 6
# After this many failed rounds of all workers that there are at first, nothing more is asked.
_ROUNDS_WITHOUT_ANSWER = 3
# Without users there is no ARN that tells the account.
_NO_USERS = "cannot tell which account has no users"
_ODD_USERS = "cannot tell which account the users belong to"
_SEVERAL = "AWS names users of several accounts, and does not tell which one the credentials belong to"
# A number of users that a progress bar can be trusted with.
_MOST_USERS = 10_000_000


def collect_account(
    session: AwsSession,
    facts: FactsToRead = DEFAULT_FACTS,
    *,
    workers: int | None = None,
    progress: Progress = SILENT,
    max_wait: float = MAX_WAIT,
) -> Account:
    """Return the account of the session's identity: users by name, each with its keys, and what could not be read.

    Reads `workers` users at once, or as many as AWS answers without throttling, for at most `max_wait` seconds, and the
    `facts` that rules need. Of violating users, tags and the last uses of all keys are read too; if that fails it is
    logged as a warning and costs no verdict. Where AWS does not answer any more, the other users are not waited for,
    and are among what could not be read. Raises AuditError if the users cannot be listed at all.
    """
    read_at = datetime.now(timezone.utc)
    # Now, since temporary credentials may expire until the users are read.
    signers = session.signers
    iam = session.client("iam")
    patience = Patience(time.monotonic() + max_wait, max_wait / _SHARE)
    with threads(workers or session.pace) as pool:
        summary = _begin_summary(pool, iam, facts, progress)
        outage = Outage(_ROUNDS_WITHOUT_ANSWER * (workers or START))
        reading = UserReading(pool, partial(read_user, iam, outage=outage), patience, progress)
        listing = UserListing(iam, patience)
        reading.read(listing)
        if reading.gone or listing.ended_early or listing.pages > 1:
            listing = UserListing(iam, patience)
            reading.read_changes(listing)
        users, unjudged = _split(reading)
        number, partition = _identify(session, reading)
        users, foreign = _set_foreign_aside(users, number)
        unjudged += foreign
        read_at = choose_time(read_at, listing.clock)
        account = Account(number, partition, read_at=read_at, signing_keys=signers.protect(users))
        if facts.need(Fact.ROOT_KEY):
            account = replace(account, root_has_key=_end_summary(pool, summary, patience).root_has_key)
        if facts.need(Fact.QUARANTINE) and any(map(is_accepted, users)):
            names = [user.name for user in users] + [one.address.rpartition("/")[2] for one in unjudged]
            users, strangers = _add_quarantine(pool, iam, users, account, patience, [*names, *_names_of(reading.gone)])
            unjudged += strangers
        users = _add_user_facts(UserFacts(iam, pool, patience, facts, read_at, outage=outage), users, account, facts)
    if listing.ended_early:
        unjudged.append(Unjudged(f"arn:{partition}:iam::{number}:user/*", listing.ended_early))
    return replace(
        account,
        users=tuple(sorted(users, key=lambda user: user.name)),
        unjudged=tuple(sorted(unjudged, key=lambda one: one.address)),
    )


def read_again(session: AwsSession, user: User, outage: Outage, *, with_tag: bool = True) -> User | Unjudged | None:
    """Return a user with its keys as they are now and their last uses; None if it was deleted.

    `with_tag`, its tag is read, too. Of `user`, only account, name and address count. Raises AuditError if there can be
    no client of IAM.
    """
    iam = session.client("iam")
    listed = ListedUser(user.account, user.name, user.address, "", user.created, user.password_last_used)
    now = read_user(iam, listed, outage)
    if not isinstance(now, User):
        return now
    with threads(len(now.keys) + 1) as pool:
        facts = UserFacts(iam, pool, ENDLESS, DEFAULT_FACTS, datetime.now(timezone.utc), outage=outage)
        found = facts.add_details([now], [now] if with_tag else [], [now])
        facts.warn_of_lost(found)
        return found[0]


def _identify(session: AwsSession, reading: UserReading) -> AccountInPartition:
    """Return the account that was read, by the ARNs of its users, else by what AWS says of the credentials."""
    if not reading.accounts:
        return caller_account(session, _ODD_USERS if reading.outcomes else _NO_USERS)
    if len(reading.accounts) > 1:
        return caller_account(session, _SEVERAL)
    return account_of(next(iter(reading.accounts.values())))


def _begin_summary(pool: Workers, iam: Any, facts: FactsToRead, progress: Progress) -> Future[AccountSummary] | None:  # noqa: ANN401
    """Ask for the summary of the account if anybody wants to know it."""
    if not (progress.counts_users or facts.need(Fact.ROOT_KEY)):
        return None

    def ask() -> AccountSummary:
        summary = read_summary(iam)
        if summary.users is not None and progress.counts_users:
            progress.expect_users(max(0, min(summary.users, _MOST_USERS)))
        return summary

    return pool.submit(ask)


def _end_summary(pool: Workers, summary: Future[AccountSummary] | None, patience: Patience) -> AccountSummary:
    if summary is None or not wait_for(pool, summary, patience):
        return AccountSummary(None, NotRead(f"cannot tell whether the root user has an access key: {LATE}"))
    return summary.result()


def _add_quarantine(
    pool: Workers,
    iam: Any,  # noqa: ANN401
    users: list[User],
    account: Account,
    patience: Patience,
    names: list[str],
) -> tuple[list[User], list[Unjudged]]:
    """Return users with the policies by which AWS has quarantined them, and quarantined ones of other names."""
    late = NotRead(f"cannot tell which users AWS has quarantined: {LATE}")
    ask = partial(read_policy_users, iam, account.partition)
    quarantine = join_quarantine(in_order(pool, ask, QUARANTINE_POLICIES, patience, lambda _: late))
    strangers = quarantine.find_strangers(names, f"arn:{account.partition}:iam::{account.id}:user/")
    return [replace(user, quarantine=quarantine.of_user(user)) for user in users], strangers


def _add_user_facts(reader: UserFacts, users: list[User], account: Account, facts: FactsToRead) -> list[User]:
    users = reader.add_needed(users, account)
    violating = [user for user in users if facts.is_violating(user, account)]
    users = reader.add_details(users, violating)
    reader.warn_of_lost(users)
    return users


def _names_of(gone: Mapping[str, ListedUser]) -> list[str]:
    return [listed.name for listed in gone.values()]


def _split(reading: UserReading) -> tuple[list[User], list[Unjudged]]:
    """Return the users that can be judged, and what cannot.

    An access key belongs to one user. If AWS names it for several, one of these answers was for another question.
    """
    users = [outcome for outcome in reading.outcomes.values() if isinstance(outcome, User)]
    unjudged = [outcome for outcome in reading.outcomes.values() if isinstance(outcome, Unjudged)]
    holders = Counter(key.address for user in users for key in user.keys)
    shared = {
        user.address: f"AWS lists access key {key.address} for another user too"
        for user in users
        for key in user.keys
        if holders[key.address] > 1
    }
    unjudged += [Unjudged(address, reason) for address, reason in shared.items()]
    return [user for user in users if user.address not in shared], unjudged


def _set_foreign_aside(users: list[User], account: str) -> tuple[list[User], list[Unjudged]]:
    """Return the users of an account, and those that AWS has listed though they are of another one."""
    reason = f"AWS lists this user in account {account} (check --endpoint-url)"
    foreign = [Unjudged(user.address, reason) for user in users if user.account != account]
    return [user for user in users if user.account == account], foreign
