"""The access keys of one user, and when they were last used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checkov_keys.domain.users import AccessKey, LastUse, NoUse, Unjudged, User, status_named
from checkov_keys.runtime.reading.side_facts import OUTAGE, LostFact, lost_fact
from checkov_keys.runtime.session.answers import check_belongs, list_entries, text_of, time_of
from checkov_keys.runtime.session.faults import CALL_FAULTS, BrokenAnswerError, error_code, explained

if TYPE_CHECKING:
    from checkov_keys.runtime.reading.user_listing import ListedUser
    from checkov_keys.runtime.session.outage import Outage

# How IAM names the service and the region of a key that was never used.
# https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKeyLastUsed.html
_NOT_USED = frozenset({"N/A", ""})


def read_user(iam: Any, listed: ListedUser, outage: Outage) -> User | Unjudged | None:  # noqa: ANN401  # a client
    """Return a user with its keys, None if IAM says that there is no such user."""
    if outage.reason:
        return Unjudged(listed.arn, outage.reason)
    try:
        keys = _read_keys(iam, listed.name)
        outage.answered()
        return User(listed.account, listed.name, listed.arn, keys, listed.created, listed.password_last_used)
    except CALL_FAULTS as error:
        if error_code(error) == "NoSuchEntity":
            return None
        reason = explained("cannot list the access keys", error)
        outage.failed(error, reason)
        return Unjudged(listed.arn, reason)


def _read_keys(iam: Any, user: str) -> tuple[AccessKey, ...]:  # noqa: ANN401
    """Return a user's keys, each once; raise BrokenAnswerError if AWS contradicts itself."""
    keys: dict[str, AccessKey] = {}
    for entry in list_entries(iam.list_access_keys, "AccessKeyMetadata", UserName=user):
        check_belongs(entry, user)
        key = AccessKey(
            text_of(entry, "AccessKeyId"), status_named(text_of(entry, "Status")), time_of(entry, "CreateDate")
        )
        if keys.setdefault(key.address, key).status is not key.status:
            raise BrokenAnswerError(f"AWS's answer gives access key {key.address} two statuses")
    return tuple(keys.values())


def read_last_use(iam: Any, user: str, key: str, outage: Outage) -> LastUse | NoUse | LostFact:  # noqa: ANN401
    """Return when a key was last used, or why that cannot be told.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKeyLastUsed.html
    """
    what = f"cannot read the last use of access key {key} (iam:GetAccessKeyLastUsed)"
    if outage.reason:
        return LostFact(OUTAGE, f"{what}: {outage.reason}")
    try:
        used = _ask_last_use(iam, user, key)
    except CALL_FAULTS as error:
        lost = lost_fact(what, error)
        outage.failed(error, lost.line)
        return lost
    outage.answered()
    return used


def _ask_last_use(iam: Any, user: str, key: str) -> LastUse | NoUse:  # noqa: ANN401
    answer = iam.get_access_key_last_used(AccessKeyId=key)
    used = answer["AccessKeyLastUsed"]
    check_belongs(answer, user)
    if used.get("LastUsedDate") is None:
        if used.get("ServiceName") not in {*_NOT_USED, None}:
            raise BrokenAnswerError("AWS's answer names a service, and no date")
        return NoUse.NEVER
    at = time_of(used, "LastUsedDate")
    if at is None:
        raise BrokenAnswerError(f"AWS's answer has the date {used['LastUsedDate']!r}")
    return LastUse(at, text_of(used, "ServiceName"), text_of(used, "Region"))
