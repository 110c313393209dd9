"""Access keys, users and commands in words, as the rules say them."""

from __future__ import annotations

import shlex
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from checkov_keys.domain.text import one_line
from checkov_keys.domain.users import LastUse, NoUse

if TYPE_CHECKING:
    from checkov_keys.domain.users import AccessKey, User

_END_OF_TIME = datetime.max.replace(tzinfo=timezone.utc)
# https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKeyLastUsed.html
_FIRST_RECORDED = datetime(2015, 4, 22, tzinfo=timezone.utc)


def describe_key(key: AccessKey, now: datetime) -> str:
    """Return a key with its age and its last use: access key AKIA… (created 2026-01-02, 330 days ago; never used)."""
    age = f"created {key.created.date()}, {_count_days(now - key.created)} ago" if key.created else "age unknown"
    return f"access key {one_line(key.address)} ({age}; {describe_use(key)})"


def describe_use(key: AccessKey) -> str:
    """Return when, for what and in which region a key was last used."""
    used = key.latest_use
    if isinstance(used, LastUse):
        at = used.at.date()
        if used.at_least:
            return f"last used {at} or later"
        return f"last used {at} by {one_line(used.service)} in {one_line(used.region)}"
    if used is NoUse.NOT_READ:
        return "last use unknown"
    old = key.created is not None and key.created < _FIRST_RECORDED
    return f"never used since {_FIRST_RECORDED.date()}" if old else "never used"


def add_days(moment: datetime, days: int) -> datetime:
    """Return a moment so many times 24 hours later, or the end of time: a snapshot may hold any date."""
    return moment + min(timedelta(days=days), _END_OF_TIME - moment)


def name_keys(addresses: tuple[str, ...]) -> str:
    """Return access keys by their ids: AKIA1, AKIA2 and AKIA3."""
    named = [one_line(address) for address in addresses]
    return " and ".join(filter(None, (", ".join(named[:-1]), named[-1]))) if named else "no key"


def write_command(service: str, action: str, **flags: str) -> str:
    """Return a command of the AWS CLI as it can be pasted into a shell; underscores become hyphens."""
    words = ["aws", service, action]
    for name, value in flags.items():
        words += [f"--{name.replace('_', '-')}", value]
    return shlex.join(words)


def write_turning_off(key: str, user: User) -> str:
    """Return the command that turns the key of an id off, which can be undone."""
    return write_command("iam", "update-access-key", access_key_id=key, status="Inactive", user_name=user.name)


def _count_days(age: timedelta) -> str:
    days = max(age.days, 0)
    return f"{days} day{'' if days == 1 else 's'}"
