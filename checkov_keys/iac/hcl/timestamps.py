"""Timestamps (RFC 3339) and durations as Go reads and writes them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from checkov_keys.iac.hcl.errors import EvaluationError, UndecidedError

_TIMESTAMP = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{1,2}):([0-9]{2}):([0-9]{2})(?:([.,])([0-9]+))?"
    r"(?:(Z)|([+-])([0-9]{2}):([0-9]{2}))"
)
_DURATION_PART = re.compile(r"(?:([0-9]+)(?:\.([0-9]*))?|\.([0-9]+))(ns|us|µs|μs|ms|s|m|h)")
_NANOSECONDS = {
    "ns": 1,
    "us": 1000,
    "µs": 1000,
    "μs": 1000,
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60_000_000_000,
    "h": 3_600_000_000_000,
}
SECOND = 1_000_000_000
_MOST_DIGITS = 60
_LARGEST_DURATION = (1 << 63) - 1
SECONDS_OF_DAY = 86_400


@dataclass(frozen=True)
class Moment:
    """A moment: its day (counted as datetime.date does), the nanosecond of that day, and the offset in minutes."""

    day: date
    nanosecond: int
    offset: int

    @property
    def instant(self) -> int:
        """Nanoseconds since the first day of year 1, in UTC."""
        return (self.day.toordinal() * SECONDS_OF_DAY - self.offset * 60) * SECOND + self.nanosecond

    @property
    def clock(self) -> tuple[int, int, int]:
        """Hour, minute and second."""
        seconds = self.nanosecond // SECOND
        return seconds // 3600, seconds // 60 % 60, seconds % 60


def parse_timestamp(text: str, *, strict: bool = True) -> Moment:
    """Return the moment that a timestamp says; raise EvaluationError if it is not one.

    Go itself also takes an hour of one digit and a comma; what is `strict` does not.
    """
    match = _TIMESTAMP.fullmatch(text)
    if match is None or (strict and (len(match[4]) != 2 or match[7] == ",")):  # noqa: PLR2004  # digits
        raise EvaluationError(f'not a valid RFC3339 timestamp: "{text}"')
    hour, minute, second = int(match[4]), int(match[5]), int(match[6])
    fraction = int((match[8] or "").ljust(9, "0")[:9])
    offset = 0 if match[9] else (int(match[11]) * 60 + int(match[12])) * (-1 if match[10] == "-" else 1)
    late = match[11] is not None and (int(match[11]) > 23 or int(match[12]) > 59)  # noqa: PLR2004  # a day's clock
    if hour > 23 or minute > 59 or second > 59 or late:  # noqa: PLR2004  # as above
        raise EvaluationError(f'not a valid RFC3339 timestamp: "{text}"')
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError as error:
        if int(match[1]) == 0:
            raise UndecidedError("the year 0 is not known here") from error
        raise EvaluationError(f'not a valid RFC3339 timestamp: "{text}"') from error
    return Moment(day, ((hour * 60 + minute) * 60 + second) * SECOND + fraction, offset)


def format_timestamp(moment: Moment) -> str:
    """Return a moment as a timestamp without fractions of seconds."""
    hour, minute, second = moment.clock
    return f"{moment.day.isoformat()}T{hour:02}:{minute:02}:{second:02}{spell_zone(moment, 'Z', ':')}"


def spell_zone(moment: Moment, utc: str, colon: str) -> str:
    """Return the offset of a moment, with or without a colon; `utc`, if it is not empty, for none."""
    if moment.offset == 0 and utc:
        return utc
    hours, minutes = divmod(abs(moment.offset), 60)
    return f"{'-' if moment.offset < 0 else '+'}{hours:02}{colon}{minutes:02}"


def parse_duration(text: str) -> int:
    """Return the nanoseconds of a duration such as `-1h30m`; raise EvaluationError if it is not one."""
    rest = text[1:] if text[:1] in {"+", "-"} else text
    if rest == "0":
        return 0
    total, position = 0, 0
    while position < len(rest):
        match = _DURATION_PART.match(rest, position)
        if match is None:
            raise EvaluationError(f'time: invalid duration "{text}"')
        whole, part = match[1] or "0", match[2] or match[3] or ""
        if len(whole) + len(part) > _MOST_DIGITS:
            raise EvaluationError("time: invalid duration: too many digits")
        unit = _NANOSECONDS[match[4]]
        total += int(whole) * unit + int(Fraction(int(part or "0") * unit, 10 ** len(part)))
        if total > _LARGEST_DURATION:
            raise EvaluationError(f'time: invalid duration "{text}"')
        position = match.end()
    if not rest:
        raise EvaluationError(f'time: invalid duration "{text}"')
    return -total if text[0] == "-" else total
