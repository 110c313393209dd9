"""Reads every IAM user of a live account with its access keys.

The facts are iam:ListUsers and iam:ListAccessKeys, all pages. The credential report may be four hours old and knows
two keys a user, so it is not asked:
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
"""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, NamedTuple, Union

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from checkov_keys.domain.errors import AuditError
from checkov_keys.domain.rules import RULES, Verdict
from checkov_keys.domain.users import AccessKey, Account, LastUse, NoUse, Unjudged, User, status_named
from checkov_keys.runtime.aws_session import error_code, explained

if TYPE_CHECKING:
    from checkov_keys.runtime.aws_session import AwsSession

logger = logging.getLogger(__name__)

# Users read at once. More reads faster, but is throttled past what retries make good: accounts allow about 20 calls
# a second when they are busy.
WORKERS = 10

# What a call can end with: AWS says no, AWS cannot be reached or understood, the answer lacks what it must have.
_CALL_FAULTS = (ClientError, BotoCoreError, ResponseParserError, KeyError, TypeError, ValueError, AttributeError)


class _Listed(NamedTuple):
    """A user as ListUsers names it."""

    name: str
    arn: str


def collect_account(session: AwsSession) -> Account:
    """Return the account of the session's identity: users by name, each with its keys, and what could not be read.

    The last use of a key is read for the keys of violating users only. Raises AuditError where the users cannot be
    listed at all.
    """
    iam = session.client("iam")
    listed, ended_early = _list_users(iam)
    account, partition = _identity(session, listed)
    with ThreadPoolExecutor(WORKERS) as pool:
        outcomes = list(pool.map(lambda user: _read_user(iam, account, user), listed))
        users = [outcome for outcome in outcomes if isinstance(outcome, User)]
        users = list(pool.map(lambda user: _with_last_use(iam, user), users))
    unread = [outcome for outcome in outcomes if isinstance(outcome, Unjudged)]
    if ended_early:
        unread.append(Unjudged(f"arn:{partition}:iam::{account}:user/*", ended_early))
    return Account(account, partition, tuple(sorted(users, key=lambda user: user.name)), tuple(unread))


def _list_users(iam: Any) -> tuple[list[_Listed], str]:  # noqa: ANN401  # boto3 makes its clients at run time
    """Return the users, and why the list ended early where it did."""
    listed: list[_Listed] = []
    try:
        for page in iam.get_paginator("list_users").paginate():
            listed += [_Listed(user["UserName"], user["Arn"]) for user in page["Users"]]
    except _CALL_FAULTS as error:
        what = explained("cannot list the users", error, "iam:ListUsers")
        if not listed:
            raise AuditError(what) from error
        return listed, f"{what}; the users after {listed[-1].name} are missing"
    return listed, ""


def _identity(session: AwsSession, listed: list[_Listed]) -> tuple[str, str]:
    """Return account id and partition, which users' ARNs tell; only an account without users must be asked."""
    if listed:
        arn = listed[0].arn
    else:
        try:
            arn = session.client("sts").get_caller_identity()["Arn"]
        except _CALL_FAULTS as error:
            raise AuditError(explained("cannot tell the account", error, "sts:GetCallerIdentity")) from error
    _, partition, _, _, account, _ = arn.split(":", 5)
    return account, partition


def _read_user(iam: Any, account: str, listed: _Listed) -> User | Unjudged | None:  # noqa: ANN401
    """Return a user with its keys, None where it was deleted meanwhile."""
    try:
        pages = iam.get_paginator("list_access_keys").paginate(UserName=listed.name)
        keys = tuple(_key(entry) for page in pages for entry in page["AccessKeyMetadata"])
    except _CALL_FAULTS as error:
        if error_code(error) == "NoSuchEntity":
            return None
        return Unjudged(listed.arn, explained("cannot list the access keys", error, "iam:ListAccessKeys"))
    return User(account, listed.name, listed.arn, keys)


def _key(entry: dict[str, Any]) -> AccessKey:
    return AccessKey(entry["AccessKeyId"], status_named(str(entry["Status"])), _utc(entry["CreateDate"]))


def _with_last_use(iam: Any, user: User) -> User:  # noqa: ANN401
    if not any(rule.judge(user) is Verdict.FAILED for rule in RULES):
        return user
    return replace(user, keys=tuple(replace(key, last_use=_last_use(iam, user, key)) for key in user.keys))


def _last_use(iam: Any, user: User, key: AccessKey) -> Union[LastUse, NoUse]:  # noqa: ANN401, UP007
    """Return when a key was last used.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html
    """
    try:
        used = iam.get_access_key_last_used(AccessKeyId=key.address)["AccessKeyLastUsed"]
        if used.get("LastUsedDate") is None:
            return NoUse.NEVER
        return LastUse(_utc(used["LastUsedDate"]), str(used["ServiceName"]), str(used["Region"]))
    except _CALL_FAULTS as error:
        what = f"cannot read the last use of {key.address} of user {user.name}"
        logger.warning("%s", explained(what, error, "iam:GetAccessKeyLastUsed"))
        return NoUse.NOT_READ


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(timezone.utc)
