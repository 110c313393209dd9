"""Which of a user's active keys to turn off, and why."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import NamedTuple

from checkov_keys.domain.rules import active_keys
from checkov_keys.domain.users import AccessKey, LastUse, NoUse, User

# What AWS says about a key may lag behind by hours; a month covers jobs that run monthly.
IN_USE_DAYS = 30
_LONG_AGO = datetime.min.replace(tzinfo=timezone.utc)


class Proposal(NamedTuple):
    """What to do about a user with several active keys: the key to turn off, None to decide by hand; and why."""

    key: str | None
    sentence: str


def propose_key(
    user: User, now: datetime, *, in_use_days: int = IN_USE_DAYS, signing_key: str | None = None
) -> Proposal:
    """Return which active key of a violating user to turn off, in one sentence.

    A key that was never used comes before one that was, then the one that is longest unused, then the older one. A key
    that was used within `in_use_days` days before `now` is never proposed, nor is `signing_key`, which signed the calls
    of this very audit, and no key is if the last use of one is unknown.
    """
    active = active_keys(user)
    unread = next((key for key in active if key.last_use is NoUse.NOT_READ), None)
    if unread is not None:
        return Proposal(None, f"Decide by hand: when {unread.address} was last used is not known.")
    candidates = sorted((key for key in active if key.address != signing_key), key=_rank)
    first = candidates[0]
    if _time_of_last_use(first) >= now - timedelta(days=in_use_days):
        since = min(now if key.address == signing_key else _time_of_last_use(key) for key in active)
        return Proposal(None, f"{_count(len(active))} in use since {since:%Y-%m-%d}: decide by hand.")
    rival = max((key for key in active if key is not first), key=_rank)
    return Proposal(first.address, f"Turn off {first.address}: {_compare(first, rival, signing_key)}.")


def _rank(key: AccessKey) -> tuple[datetime, datetime, str]:
    return _time_of_last_use(key), key.created or _LONG_AGO, key.address


def _time_of_last_use(key: AccessKey) -> datetime:
    return key.last_use.at if isinstance(key.last_use, LastUse) else _LONG_AGO


def _count(number: int) -> str:
    return "Both" if number == 2 else f"All {number}"  # noqa: PLR2004  # both are two


def _compare(first: AccessKey, rival: AccessKey, signing_key: str | None) -> str:
    """Return what sets a key apart from the one that was used last, without a full stop."""
    if rival.address == signing_key:
        return f"it was {_describe_use(first)}, and {rival.address} signed this audit"
    if _time_of_last_use(first) == _time_of_last_use(rival):
        return f"it and {rival.address} were {_describe_use(first)}, and it is the older one"
    return f"it was {_describe_use(first)}, {rival.address} was {_describe_use(rival)}"


def _describe_use(key: AccessKey) -> str:
    if not isinstance(key.last_use, LastUse):
        return "never used"
    return f"last used on {key.last_use.at:%Y-%m-%d} ({key.last_use.service})"
