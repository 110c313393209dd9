"""The time at which an account is judged, if this machine's clock and AWS's differ."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from checkov_keys.domain.errors import AuditError

logger = logging.getLogger(__name__)

# AWS refuses signatures that are older than this.
_TOLERANCE = timedelta(minutes=15)
# What a wrong time zone can make of a clock, and no more.
_MOST = timedelta(days=1, minutes=15)


def read_clock(header: object) -> datetime | None:
    """Return the time (UTC) of an HTTP answer's Date header, None if it is not one."""
    try:
        moment = parsedate_to_datetime(header) if isinstance(header, str) else None
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    if moment is None or moment.tzinfo is None:
        return None
    return moment.astimezone(timezone.utc)


def choose_time(ours: datetime, theirs: datetime | None) -> datetime:
    """Return the later one of this machine's time and AWS's, if they differ by more than signatures may be old.

    By the later one, no key is taken to be younger than it is. Raises AuditError if they differ by more than a day.
    """
    if theirs is None or abs(theirs - ours) <= _TOLERANCE:
        return ours
    line = f"this machine's clock says {ours:%Y-%m-%d %H:%M} UTC, AWS's {theirs:%Y-%m-%d %H:%M}"
    if abs(theirs - ours) > _MOST:
        raise AuditError(f"{line}: set it, for example by turning on time synchronization (NTP)")
    logger.warning("%s: the account is judged as of the later one; set the clock", line)
    return max(ours, theirs)
