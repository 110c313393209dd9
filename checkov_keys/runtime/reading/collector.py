"""Reads every IAM user of a live account with its access keys.

The facts are iam:ListUsers and iam:ListAccessKeys, all pages. The credential report may be four hours old and knows
two keys per user, so it is not used:
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, NamedTuple

from checkov_keys.domain.errors import AuditError
from checkov_keys.domain.rules import RULES, Verdict
from checkov_keys.domain.users import AccessKey, Account, LastUse, NoUse, Unjudged, User, status_named
from checkov_keys.runtime.reading.progress import SILENT
from checkov_keys.runtime.reading.side_facts import LostFact, lost_fact, warn_of
from checkov_keys.runtime.reading.skip_tags import read_skip_tag_of
from checkov_keys.runtime.session.answers import entries_of, text_of
from checkov_keys.runtime.session.faults import CALL_FAULTS, error_code, explained
from checkov_keys.runtime.session.identity import account_of, caller_account
from checkov_keys.runtime.session.outage import Outage
from checkov_keys.runtime.session.worker_threads import in_order, threads

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor

    from checkov_keys.runtime.reading.progress import Progress
    from checkov_keys.runtime.session.aws_session import AwsSession

logger = logging.getLogger(__name__)

# Users read at once. More reads faster, but is throttled past what retries make good: accounts allow about 20 calls
# a second when they are busy.
WORKERS = 10
# The most that ListUsers answers at a time: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUsers.html
_USERS_A_PAGE = 1000
# After this many failed rounds of all workers, nothing more is asked.
_ROUNDS_IN_VAIN = 3
# Without users there is no ARN that tells the account.
_NO_USERS = "cannot tell which account has no users"


class _Listed(NamedTuple):
    """A user as ListUsers names it."""

    account: str
    name: str
    arn: str
    created: datetime | None
    password_last_used: datetime | None


def collect_account(session: AwsSession, *, workers: int = WORKERS, progress: Progress = SILENT) -> Account:
    """Return the account of the session's identity: users by name, each with its keys, and what could not be read.

    Reads `workers` users at once. Tags, and the last use of keys, are read for violating users only; where that
    fails it is logged as a warning and costs no verdict. Where AWS does not answer any more, the other users are not
    waited for, and are among what could not be read. Raises AuditError if the users cannot be listed at all.
    """
    read_at = datetime.now(timezone.utc)
    # Now, since temporary credentials may expire until the users are read.
    signers = session.signers
    iam = session.client("iam")
    listing = _UserListing(iam)
    keys = iam.get_paginator("list_access_keys")
    outage = Outage(_ROUNDS_IN_VAIN * workers)

    def read(listed: _Listed) -> User | Unjudged | None:
        try:
            return _read_user(keys, listed, outage)
        finally:
            progress.user_done()

    with threads(workers) as pool:
        if progress.counts_users:
            pool.submit(_count_users, iam, progress)
        # The pool starts on the users of a page while the next page is on its way.
        outcomes = list(in_order(pool, read, listing))
        users = [outcome for outcome in outcomes if isinstance(outcome, User)]
        users = _with_side_facts(pool, iam, users)
    unread = [outcome for outcome in outcomes if isinstance(outcome, Unjudged)]
    account, partition = account_of(listing.last.arn) if listing.last else caller_account(session, _NO_USERS)
    if listing.ended_early:
        unread.append(Unjudged(f"arn:{partition}:iam::{account}:user/*", listing.ended_early))
    return Account(
        account,
        partition,
        tuple(sorted(users, key=lambda user: user.name)),
        tuple(sorted(unread, key=lambda unjudged: unjudged.address)),
        read_at,
        signers.protect(users),
    )


def read_again(session: AwsSession, user: User, outage: Outage) -> User | Unjudged | None:
    """Return a user with its keys as they are now, None if it was deleted.

    For a violating one, the last uses and the tag are read too. Of `user`, only account, name and address count.
    Raises AuditError if there can be no client of IAM.
    """
    iam = session.client("iam")
    listed = _Listed(user.account, user.name, user.address, user.created, user.password_last_used)
    now = _read_user(iam.get_paginator("list_access_keys"), listed, outage)
    if not isinstance(now, User):
        return now
    with threads(len(now.keys) + 1) as pool:
        return _with_side_facts(pool, iam, [now])[0]


def _count_users(iam: Any, progress: Progress) -> None:  # noqa: ANN401
    """Tell how many users there are.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html
    """
    try:
        progress.expect_users(int(iam.get_account_summary()["SummaryMap"]["Users"]))
    except CALL_FAULTS as error:
        logger.info("%s", explained("the number of users is not known (iam:GetAccountSummary)", error))


class _UserListing:
    """The users of an account, page by page; iterate once.

    Raises AuditError if the first users cannot be listed. A later fault ends the list, and `ended_early` says why.
    """

    def __init__(self, iam: Any) -> None:  # noqa: ANN401  # boto3 makes its clients at run time
        self._pages = iam.get_paginator("list_users").paginate(PaginationConfig={"PageSize": _USERS_A_PAGE})
        self.last: _Listed | None = None
        self.ended_early = ""

    def __iter__(self) -> Iterator[_Listed]:
        try:
            for entry in entries_of(self._pages, "Users"):
                arn = text_of(entry, "Arn")
                password = entry.get("PasswordLastUsed")
                user = _Listed(
                    account_of(arn).account,
                    text_of(entry, "UserName"),
                    arn,
                    _utc(entry["CreateDate"]),
                    _utc(password) if password else None,
                )
                self.last = user
                yield user
        except CALL_FAULTS as error:
            if self.last is None:
                raise AuditError(explained("cannot list the users", error)) from error
            reason = explained("the list of users ended early", error)
            self.ended_early = f"{reason}; the users after {self.last.name} are missing"


def _read_user(keys: Any, listed: _Listed, outage: Outage) -> User | Unjudged | None:  # noqa: ANN401  # a paginator
    """Return a user with its keys, None if it was deleted meanwhile."""
    if outage.reason:
        return Unjudged(listed.arn, outage.reason)
    try:
        entries = entries_of(keys.paginate(UserName=listed.name), "AccessKeyMetadata")
        keys_read = tuple(_key(entry) for entry in entries)
        outage.answered()
        return User(listed.account, listed.name, listed.arn, keys_read, listed.created, listed.password_last_used)
    except CALL_FAULTS as error:
        if error_code(error) == "NoSuchEntity":
            return None
        reason = explained("cannot list the access keys", error)
        outage.failed(error, reason)
        return Unjudged(listed.arn, reason)


def _key(entry: dict[str, Any]) -> AccessKey:
    status = status_named(text_of(entry, "Status"))
    return AccessKey(text_of(entry, "AccessKeyId"), status, _utc(entry["CreateDate"]))


def _with_side_facts(pool: Executor, iam: Any, users: list[User]) -> list[User]:  # noqa: ANN401
    """Return the users, those that violate a rule with the last uses of their keys and their tag `checkov:skip`."""
    violating = [user for user in users if any(rule.judge(user) is Verdict.FAILED for rule in RULES)]
    asked = [key for user in violating for key in user.keys]
    pages = iam.get_paginator("list_user_tags")
    # Both are under way before either is waited for.
    tags = in_order(pool, lambda user: read_skip_tag_of(pages, user.name), violating)
    uses = in_order(pool, lambda key: _last_use(iam, key), asked)
    tag_of = dict(zip((user.name for user in violating), tags))
    use_of = dict(zip(asked, uses))
    for answers in (tag_of.values(), use_of.values()):
        lost = [answer for answer in answers if isinstance(answer, LostFact)]
        if lost:
            warn_of(violating[0].account, lost)
    return [_with_side_facts_of(user, tag_of[user.name], use_of) if user.name in tag_of else user for user in users]


def _with_side_facts_of(
    user: User, tag: str | LostFact | None, uses: dict[AccessKey, LastUse | NoUse | LostFact]
) -> User:
    keys = []
    for key in user.keys:
        use = uses[key]
        keys.append(replace(key, last_use=NoUse.NOT_READ if isinstance(use, LostFact) else use))
    return replace(user, keys=tuple(keys), skip_tag=None if isinstance(tag, LostFact) else tag)


def _last_use(iam: Any, key: AccessKey) -> LastUse | NoUse | LostFact:  # noqa: ANN401
    """Return when a key was last used: service and region are "N/A" if it never was.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKeyLastUsed.html
    """
    try:
        used = iam.get_access_key_last_used(AccessKeyId=key.address)["AccessKeyLastUsed"]
        if used.get("LastUsedDate") is None:
            return NoUse.NEVER
        return LastUse(_utc(used["LastUsedDate"]), str(used["ServiceName"]), str(used["Region"]))
    except CALL_FAULTS as error:
        return lost_fact(f"cannot read the last use of access key {key.address} (iam:GetAccessKeyLastUsed)", error)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(timezone.utc)
