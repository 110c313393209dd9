"""Terraform's functions of timestamps (RFC 3339) and durations."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from checkov_keys.iac.hcl.binary_numbers import ShortInteger
from checkov_keys.iac.hcl.errors import EvaluationError, UndecidedError
from checkov_keys.iac.hcl.functions.calling import CallContext, Function, Parameter, text_of
from checkov_keys.iac.hcl.timestamps import (
    SECOND,
    SECONDS_OF_DAY,
    Moment,
    format_timestamp,
    parse_duration,
    parse_timestamp,
    spell_zone,
)
from checkov_keys.iac.hcl.value_types import NUMBER, STRING
from checkov_keys.iac.hcl.values import Value, number, string

if TYPE_CHECKING:
    from collections.abc import Sequence

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _timeadd(arguments: Sequence[Value], _context: CallContext) -> Value:
    moment, step = parse_timestamp(text_of(arguments[0])), parse_duration(text_of(arguments[1]))
    days, nanosecond = divmod(moment.nanosecond + step, SECONDS_OF_DAY * SECOND)
    ordinal = moment.day.toordinal() + days
    if not date.min.toordinal() <= ordinal <= date.max.toordinal():
        raise UndecidedError("the year is not known here")
    return string(format_timestamp(Moment(date.fromordinal(ordinal), nanosecond, moment.offset)))


def _timecmp(arguments: Sequence[Value], _context: CallContext) -> Value:
    left, right = (parse_timestamp(text_of(argument), strict=False).instant for argument in arguments)
    return number(ShortInteger((left > right) - (left < right)))


def _formatdate(arguments: Sequence[Value], _context: CallContext) -> Value:
    layout, moment = text_of(arguments[0]), parse_timestamp(text_of(arguments[1]))
    result, position = [], 0
    while position < len(layout):
        if layout[position] == "'":
            text, position = _read_literal(layout, position)
            result.append(text)
            continue
        letter, group = next(groupby(layout[position:]))
        size = len(list(group))
        is_verb = letter.isascii() and letter.isalpha()
        result.append(_format_verb(letter, size, moment) if is_verb else letter * size)
        position += size
    return string("".join(result))


def _read_literal(layout: str, start: int) -> tuple[str, int]:
    if layout[start : start + 2] == "''":
        return "'", start + 2
    position = start + 1
    while position < len(layout):
        if layout[position] == "'":
            if layout[position + 1 : position + 2] != "'":
                return layout[start + 1 : position].replace("''", "'"), position + 1
            position += 1
        position += 1
    raise EvaluationError("unterminated literal '")


def _format_verb(letter: str, size: int, moment: Moment) -> str:
    hour, minute, second = moment.clock
    day = moment.day
    half = "AM" if hour < 12 else "PM"  # noqa: PLR2004  # noon
    names = {
        "YY": f"{day.year % 100:02}", "YYYY": f"{day.year:04}",
        "M": str(day.month), "MM": f"{day.month:02}",
        "MMM": _MONTHS[day.month - 1][:3], "MMMM": _MONTHS[day.month - 1],
        "D": str(day.day), "DD": f"{day.day:02}",
        "EEE": _DAYS[day.weekday()][:3], "EEEE": _DAYS[day.weekday()],
        "h": str(hour), "hh": f"{hour:02}", "H": str((hour - 1) % 12 + 1), "HH": f"{(hour - 1) % 12 + 1:02}",
        "AA": half, "aa": half.lower(), "m": str(minute), "mm": f"{minute:02}", "s": str(second), "ss": f"{second:02}",
        "Z": spell_zone(moment, "Z", ":"), "ZZZ": spell_zone(moment, "UTC", ""),
        "ZZZZ": spell_zone(moment, "", ""), "ZZZZZ": spell_zone(moment, "", ":"),
    }  # fmt: skip
    text = names.get(letter * min(size, 9))
    if text is None:
        raise EvaluationError(f'invalid date format verb "{letter * min(size, 9)}"')
    return text


def _two(first: str, second: str) -> tuple[Parameter, ...]:
    return Parameter(first, STRING), Parameter(second, STRING)


FUNCTIONS = (
    Function("formatdate", _two("format", "time"), _formatdate, STRING),
    Function("timeadd", _two("timestamp", "duration"), _timeadd, STRING),
    Function("timecmp", _two("timestamp_a", "timestamp_b"), _timecmp, NUMBER),
)
