"""Reads every IAM user of a live account with its access keys.

The facts are iam:ListUsers and iam:ListAccessKeys, all pages. The credential report may be four hours old and knows
two keys per user, so it is not used:
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from dataclasses import replace
from datetime import datetime, timezone
from functools import partial
from typing import TYPE_CHECKING, Any

from checkov_keys.domain.rules import RULES, Verdict
from checkov_keys.domain.users import AccessKey, Account, LastUse, NoUse, Unjudged, User
from checkov_keys.runtime.reading.key_reading import read_last_use, read_user
from checkov_keys.runtime.reading.progress import SILENT
from checkov_keys.runtime.reading.side_facts import LostFact, warn_of
from checkov_keys.runtime.reading.skip_tags import read_skip_tag_of
from checkov_keys.runtime.reading.user_listing import LATE, ListedUser, UserListing
from checkov_keys.runtime.reading.user_reading import UserReading
from checkov_keys.runtime.session.faults import CALL_FAULTS, explained
from checkov_keys.runtime.session.identity import account_of, caller_account
from checkov_keys.runtime.session.outage import Outage
from checkov_keys.runtime.session.pace import START
from checkov_keys.runtime.session.worker_threads import ENDLESS, Patience, in_order, threads

if TYPE_CHECKING:
    from checkov_keys.runtime.reading.progress import Progress
    from checkov_keys.runtime.session.aws_session import AwsSession
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
    session: AwsSession, *, workers: int | None = None, progress: Progress = SILENT, max_wait: float = MAX_WAIT
) -> Account:
    """Return the account of the session's identity: users by name, each with its keys, and what could not be read.

    Reads `workers` users at once, or as many as AWS answers without throttling, for at most `max_wait` seconds. Tags,
    and the last use of keys, are read for violating users only; where that fails it is logged as a warning and costs no
    verdict. Where AWS does not answer any more, the other users are not waited for, and are among what could not be
    read. Raises AuditError if the users cannot be listed at all.
    """
    read_at = datetime.now(timezone.utc)
    # Now, since temporary credentials may expire until the users are read.
    signers = session.signers
    iam = session.client("iam")
    patience = Patience(time.monotonic() + max_wait, max_wait / _SHARE)
    with threads(workers or session.pace) as pool:
        if progress.counts_users:
            pool.submit(_count_users, iam, progress)
        outage = Outage(_ROUNDS_WITHOUT_ANSWER * (workers or START))
        reading = UserReading(pool, partial(read_user, iam, outage=outage), patience, progress)
        listing = UserListing(iam, patience)
        reading.read(listing)
        if reading.gone or listing.ended_early or listing.pages > 1:
            listing = UserListing(iam, patience)
            reading.read_changes(listing)
        users, unjudged = _split(reading)
        users = _with_side_facts(pool, iam, users, patience)
    if reading.accounts:
        account, partition = account_of(next(iter(reading.accounts.values())))
        if len(reading.accounts) > 1:
            account, partition = caller_account(session, _SEVERAL)
    else:
        account, partition = caller_account(session, _ODD_USERS if reading.outcomes else _NO_USERS)
    users, foreign = _set_foreign_aside(users, account)
    unjudged += foreign
    if listing.ended_early:
        unjudged.append(Unjudged(f"arn:{partition}:iam::{account}:user/*", listing.ended_early))
    return Account(
        account,
        partition,
        tuple(sorted(users, key=lambda user: user.name)),
        tuple(sorted(unjudged, key=lambda one: one.address)),
        read_at,
        signers.protect(users),
    )


def read_again(session: AwsSession, user: User, outage: Outage) -> User | Unjudged | None:
    """Return a user with its keys as they are now, None if it was deleted.

    For a violating one, the last uses and the tag are read too. Of `user`, only account, name and address count.
    Raises AuditError if there can be no client of IAM.
    """
    iam = session.client("iam")
    listed = ListedUser(user.account, user.name, user.address, "", user.created, user.password_last_used)
    now = read_user(iam, listed, outage)
    if not isinstance(now, User):
        return now
    with threads(len(now.keys) + 1) as pool:
        return _with_side_facts(pool, iam, [now], ENDLESS)[0]


def _count_users(iam: Any, progress: Progress) -> None:  # noqa: ANN401
    """Tell how many users there are.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html
    """
    try:
        users = int(iam.get_account_summary()["SummaryMap"]["Users"])
    except CALL_FAULTS as error:
        logger.info("%s", explained("the number of users is not known (iam:GetAccountSummary)", error))
        return
    progress.expect_users(max(0, min(users, _MOST_USERS)))


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


def _with_side_facts(pool: Workers, iam: Any, users: list[User], patience: Patience) -> list[User]:  # noqa: ANN401
    """Return the users, those that violate a rule with the last uses of their keys and their tag `checkov:skip`."""
    violating = [user for user in users if any(rule.judge(user) is Verdict.FAILED for rule in RULES)]
    asked = [(user, key) for user in violating for key in user.keys]
    # Both are under way before either is waited for.
    tags = in_order(pool, lambda user: read_skip_tag_of(iam, user.name), violating, patience, _late_tag)
    uses = in_order(pool, lambda of: read_last_use(iam, of[0].name, of[1].address), asked, patience, _late_use)
    tag_of = dict(zip((user.address for user in violating), tags))
    use_of = dict(zip((key.address for _, key in asked), uses))
    for lost in (
        [tag for tag in tag_of.values() if isinstance(tag, LostFact)],
        [use for use in use_of.values() if isinstance(use, LostFact)],
        [_lost_date(key) for user in users for key in user.keys if key.created is None],
    ):
        if lost:
            warn_of(users[0].account, lost)
    return [_add_side_facts(user, tag_of[user.address], use_of) if user.address in tag_of else user for user in users]


def _late_tag(user: User) -> LostFact:
    return LostFact("late", f"cannot read the tags of user {user.name} (iam:ListUserTags), so none exempts it: {LATE}")


def _late_use(asked: tuple[User, AccessKey]) -> LostFact:
    key = asked[1].address
    return LostFact("late", f"cannot read the last use of access key {key} (iam:GetAccessKeyLastUsed): {LATE}")


def _lost_date(key: AccessKey) -> LostFact:
    return LostFact("date", f"AWS's answer has a creation date of access key {key.address} that is not a date")


def _add_side_facts(user: User, tag: str | LostFact | None, uses: dict[str, LastUse | NoUse | LostFact]) -> User:
    keys = []
    for key in user.keys:
        use = uses[key.address]
        keys.append(replace(key, last_use=NoUse.NOT_READ if isinstance(use, LostFact) else use))
    return replace(user, keys=tuple(keys), skip_tag=None if isinstance(tag, LostFact) else tag)
