"""Which of a user's active keys to turn off, and why: only a key that is out of use by the evidence."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.domain.users import AccessKey, LastUse, NoUse, User, active_keys

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

# What AWS says about a key may lag behind by hours; a month covers jobs that run monthly.
IN_USE_DAYS = 30
_LONG_AGO = datetime.min.replace(tzinfo=timezone.utc)


class Proposal(NamedTuple):
    """What to do about a user: the key to turn off, None to decide by hand; and why, in one or more sentences.

    `steps` are commands for a person to run, in their order, where no key is proposed: nothing here runs them.
    """

    key: str | None
    sentence: str
    steps: tuple[str, ...] = ()


class _Evidence(NamedTuple):
    """What keys are judged by: the time, the days in which a key counts as in use, the keys that sign the calls."""

    now: datetime
    in_use: timedelta
    signing_keys: AbstractSet[str]


def propose_key(
    user: User,
    now: datetime,
    *,
    in_use_days: int = IN_USE_DAYS,
    signing_keys: AbstractSet[str] = frozenset(),
    among: AbstractSet[str] | None = None,
) -> Proposal:
    """Return which active key of a violating user to turn off, in one sentence; of the ids `among`, if these are given.

    A key is proposed only if it was last used more than `in_use_days` days before `now`, or never and made more than
    `in_use_days` days before. A key that is younger than that is never proposed: it was probably just rotated in. Nor
    is one of `signing_keys`, which sign the calls of this very audit, or may; and no key is if the last use of one is
    unknown. Of several keys, one that was never used comes first, then the one that is longest unused, then the older.
    """
    evidence = _Evidence(now, timedelta(days=in_use_days), signing_keys)
    active = active_keys(user)
    if len(active) < 2:  # noqa: PLR2004  # the last key of a user is never turned off
        return Proposal(None, "Decide by hand: the user has no other active key.")
    unread = next((key for key in active if _is_use_unknown(key, evidence)), None)
    if unread is not None:
        return Proposal(None, f"Decide by hand: when {unread.address} was last used is not known.")
    unused = sorted((key for key in active if _is_out_of_use(key, evidence)), key=_rank)
    candidates = [key for key in unused if among is None or key.address in among]
    if not candidates:
        return Proposal(None, f"{_describe_all(active, evidence)}: decide by hand.")
    first = candidates[0]
    rival = max((key for key in active if key is not first), key=_rank)
    return Proposal(first.address, f"Turn off {first.address}: {_compare(first, rival, evidence)}.")


def is_out_of_use(
    key: AccessKey, now: datetime, *, in_use_days: int = IN_USE_DAYS, signing_keys: AbstractSet[str] = frozenset()
) -> bool:
    """Tell whether a key may be turned off by the evidence: it is neither in use nor young, and signs no calls here."""
    evidence = _Evidence(now, timedelta(days=in_use_days), signing_keys)
    return not _is_use_unknown(key, evidence) and _is_out_of_use(key, evidence)


def _is_use_unknown(key: AccessKey, evidence: _Evidence) -> bool:
    if isinstance(key.latest_use, LastUse):
        return key.latest_use.at_least and evidence.now - key.latest_use.at > evidence.in_use
    return key.latest_use is NoUse.NOT_READ


def _is_out_of_use(key: AccessKey, evidence: _Evidence) -> bool:
    if key.address in evidence.signing_keys or _is_young(key, evidence):
        return False
    if isinstance(key.latest_use, LastUse):
        return evidence.now - key.latest_use.at > evidence.in_use
    return key.created is not None and evidence.now - key.created > evidence.in_use


def _is_young(key: AccessKey, evidence: _Evidence) -> bool:
    return key.created is not None and evidence.now - key.created < evidence.in_use


def _rank(key: AccessKey) -> tuple[datetime, datetime, str]:
    return _time_of_last_use(key), key.created or _LONG_AGO, key.address


def _time_of_last_use(key: AccessKey) -> datetime:
    return key.latest_use.at if isinstance(key.latest_use, LastUse) else _LONG_AGO


def _compare(first: AccessKey, rival: AccessKey, evidence: _Evidence) -> str:
    """Return what sets a key apart from the one that was used last, without a full stop."""
    # If that one is protected by more than its last use, that says more.
    if rival.address in evidence.signing_keys or _is_young(rival, evidence):
        return f"it was {_describe_use(first)}, and {_describe(rival, evidence)}"
    if _time_of_last_use(first) != _time_of_last_use(rival):
        return f"it was {_describe_use(first)}, {rival.address} was {_describe_use(rival)}"
    both = f"it and {rival.address} were {_describe_use(first)}"
    if first.created is None or first.created == rival.created:
        return f"{both}, and nothing shows which is the older one"
    return f"{both}, and it is the older one"


def _describe_all(active: Sequence[AccessKey], evidence: _Evidence) -> str:
    """Return why none of several keys is proposed."""
    uses = [key.latest_use.at for key in active if isinstance(key.latest_use, LastUse)]
    if len(uses) < len(active) or any(
        key.address in evidence.signing_keys or _is_young(key, evidence) for key in active
    ):
        return "; ".join(_describe(key, evidence) for key in active)
    count = "Both" if len(active) == 2 else f"All {len(active)}"  # noqa: PLR2004  # both are two
    return f"{count} in use since {min(uses).date()}"


def _describe(key: AccessKey, evidence: _Evidence) -> str:
    """Return a key in words, with what speaks against turning it off, if anything does."""
    if key.address in evidence.signing_keys:
        return f"{key.address} signs these calls, or may"
    # A key that was never used is turned off when it is more than so old, not when it is exactly that.
    if key.created is not None and (
        _is_young(key, evidence) or (key.latest_use is NoUse.NEVER and evidence.now - key.created == evidence.in_use)
    ):
        return f"{key.address} {_describe_age(evidence.now - key.created)} and was probably just rotated in"
    unknown = " since a day that is not known" if key.created is None and key.latest_use is NoUse.NEVER else ""
    return f"{key.address} was {_describe_use(key)}{unknown}"


def _describe_age(age: timedelta) -> str:
    if age < timedelta(0):
        return "was made after these facts were read"
    if age.days == 0:
        return "is less than a day old"
    return f"is {age.days} day{'' if age.days == 1 else 's'} old"


def _describe_use(key: AccessKey) -> str:
    if not isinstance(key.latest_use, LastUse):
        return "never used"
    if key.latest_use.at_least:
        return f"last used on {key.latest_use.at.date()} or later"
    return f"last used on {key.latest_use.at.date()} ({key.latest_use.service})"
