"""Since when nobody has used an access key: by its last use, else by its creation; and who has such keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.domain.rules.judging import combine, is_ahead, is_over
from checkov_keys.domain.rules.wording import add_days
from checkov_keys.domain.users import UNKNOWN_STATUS, KeyStatus, LastUse, NoUse

if TYPE_CHECKING:
    from datetime import datetime

    from checkov_keys.domain.rules.judging import Context, Judgement
    from checkov_keys.domain.users import AccessKey, User


class Idle(NamedTuple):
    """Since when a key is not used (UTC), or why that is not known; neither if the key is in use, or young."""

    since: datetime | None = None
    unknown: str = ""


_BUSY = Idle()


def find_idle(key: AccessKey, now: datetime, days: int) -> Idle:
    """Return since when nobody has used a key, if that is so many times 24 hours ago, or more.

    Of a key that is younger than that, nobody needs to know the last use.
    """
    used = key.latest_use
    moments = [key.created, used.at if isinstance(used, LastUse) else None]
    if any(moment is not None and is_ahead(moment, now) for moment in moments):
        return Idle(None, f"AWS gives access key {key.address} a date in the future")
    if key.created is not None and not is_over(key.created, now, days):
        return _BUSY
    if used is NoUse.NOT_READ:
        return Idle(None, _name_fault(key))
    since = used.at if isinstance(used, LastUse) else key.created
    if since is None:
        return Idle(None, f"access key {key.address} was never used, and when it was created is not known")
    if not is_over(since, now, days):
        return _BUSY
    return Idle(None, _name_fault(key)) if isinstance(used, LastUse) and used.at_least else Idle(since)


def _name_fault(key: AccessKey) -> str:
    return key.last_use_fault or f"nobody asked when access key {key.address} was last used"


def judge_idle(user: User, context: Context, days: int, *, spared: KeyStatus, clause: str) -> Judgement:
    """Return the judgement over a user's idle keys, but for those of the status `spared`.

    `clause` says what is wrong with a key of which it is the subject, with {over}, the day on which the days were over.
    """
    violating, unknown = [], []
    for key in user.keys:
        if key.status is spared:
            continue
        idle = find_idle(key, context.now, days)
        if idle.unknown:
            unknown.append(idle.unknown)
        elif idle.since is not None and key.status is KeyStatus.UNKNOWN:
            unknown.append(UNKNOWN_STATUS)
        elif idle.since is not None:
            violating.append((key, clause.format(over=add_days(idle.since, days).date())))
    return combine(violating, unknown, context.now)
