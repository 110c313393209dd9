"""The CSV that Amazon Athena gives for our query → who uses some keys.

https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html
An answer is read as a whole or not at all: a row that is missing or wrong could make a used key look unused. It is read
row by row, so that memory does not grow with the file.
"""

from __future__ import annotations

import csv
import json
import re
from datetime import date, datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.domain.errors import AuditError, UsageError
from checkov_keys.domain.text import one_line
from checkov_keys.domain.usage import Action, CallCounts, GroupName, KeyUsage, SessionKind, Span, UsageTally
from checkov_keys.runtime.usage.athena_query import COLUMNS, GROUPED, QUERY, Question, check_question
from checkov_keys.runtime.usage.athena_table import read_location
from checkov_keys.runtime.usage.events import SESSION_ACTIONS, name_caller

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from typing import TextIO

# Characters of a row: several times what the longest query asks for.
_LONGEST_ROW = 1 << 21
_NUMBER = re.compile(r"[0-9]{1,18}")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_TRUTHS = {"true": True, "false": False}
# A number of a million digits takes minutes to read as a number.
_decode = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str).decode
_SHOWN = 60  # characters of what is wrong


class AthenaReading(NamedTuple):
    """Who uses the keys that were asked for, in the order of their ids, and what Athena read.

    `question` is what Athena was asked, `events` how many events of any key or none it read, and when the first and the
    last of them was.
    """

    usages: tuple[KeyUsage, ...]
    question: Question
    events: Span
    has_data_events: bool


class _WrongError(Exception):
    """A row is not one of an answer, for the reason that is its message."""


class _Row(NamedTuple):
    """A row of an answer, as texts."""

    line: str
    lines: str
    key_id: str
    address: str
    invoked_by: str
    user_agent: str
    service: str
    action: str
    region: str
    is_denied: str
    session: str
    target: str
    calls: str
    events: str
    without_id: str
    first_time: str
    last_time: str
    session_end: str
    has_data_events: str
    asked: str


def read_answer(path: str, keys: Collection[str]) -> AthenaReading:
    """Return what an answer says of some keys; raise AuditError if it is not the whole answer to our query for them."""
    try:
        # Spreadsheets begin a file with a byte order mark.
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            return _read(_Rows(file), keys)
    except _WrongError as error:
        raise AuditError(f"{one_line(path)}: {error}: save the whole answer to the query, unchanged") from error
    except UnicodeDecodeError as error:
        raise AuditError(f"{one_line(path)}: it is not UTF-8: save the whole answer to the query, unchanged") from error
    except OSError as error:
        raise AuditError(f"{one_line(path)}: cannot be read: {error.strerror or type(error).__name__}") from error


class _Rows:
    """The rows of CSV, none of them longer than a row of an answer can be."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._length = 0

    def __iter__(self) -> Iterator[list[str]]:
        reader = csv.reader(self._read_lines(), strict=True)
        while True:
            self._length = 0
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise _WrongError(f"it is not CSV from line {reader.line_num:,} on ({error})") from error
            yield row

    def _read_lines(self) -> Iterator[str]:
        while text := self._file.readline(_LONGEST_ROW):
            self._length += len(text)
            if self._length >= _LONGEST_ROW:
                raise _WrongError("a row is too long")
            if "\0" in text:
                raise _WrongError("it holds a NUL character")
            yield text


def _read(rows: _Rows, keys: Collection[str]) -> AthenaReading:
    texts = iter(rows)
    header = next(texts, None)
    if header is None:
        raise _WrongError("the file is empty")
    if tuple(header) != COLUMNS:
        raise _WrongError("its columns are not those of the query that --athena-sql prints")
    answer: _Answer | None = None
    number = 0
    for number, row in enumerate(texts, 1):
        answer = _add_row(answer, number, row, keys)
    if answer is None:
        raise _WrongError(
            "Athena found no event at all, of any key: the location, accounts, regions or days are not those of a trail"
        )
    return answer.finish(number)


def _add_row(answer: _Answer | None, number: int, row: list[str], keys: Collection[str]) -> _Answer:
    try:
        found = _name_columns(row)
        answer = answer or _Answer(found, keys)
        answer.add(number, found)
    except _WrongError as error:
        raise _WrongError(f"row {number:,}: {error}") from error
    return answer


def _name_columns(row: list[str]) -> _Row:
    if len(row) != len(COLUMNS):
        raise _WrongError(f"it has {len(row):,} of {len(COLUMNS)} columns")
    return _Row(*row)


class _Answer:
    """Adds up the rows of an answer."""

    def __init__(self, first: _Row, keys: Collection[str]) -> None:
        self._asked, self._lines = first.asked, _read_number(first.lines)
        self._question = _read_question(first.asked)
        self._known = frozenset(self._question.keys)
        missing = sorted(set(keys) - self._known)
        if missing:
            raise _WrongError(f"Athena was asked for {', '.join(sorted(self._known))}, not for {', '.join(missing)}")
        self._tally = UsageTally(keys)
        self._events = Span()
        self._has_data_events = False

    def add(self, number: int, row: _Row) -> None:
        """Add a row; raise _WrongError if it is not the one of this number, or not one of an answer."""
        if row.asked != self._asked:
            raise _WrongError("it answers another question than the rows before")
        if (_read_number(row.line), _read_number(row.lines)) != (number, self._lines):
            raise _WrongError("rows before it are missing, or are there twice")
        events = _read_number(row.events)
        first, last = _read_time(row.first_time), _read_time(row.last_time)
        if not events or (first is None) != (last is None) or (first and last and first > last):
            raise _WrongError("its numbers and times contradict one another")
        is_data = _read_truth(row.has_data_events)
        self._events = self._events.join(Span(events, first, last))
        self._has_data_events |= is_data
        calls, without_id = _read_number(row.calls), _read_number(row.without_id)
        if not row.key_id:
            # The events of all other keys, or of none.
            if calls or without_id or any(getattr(row, name) for name in (*GROUPED, "session_end")):
                raise _WrongError("it has no key, but calls")
            return
        if row.key_id not in self._known:
            raise _WrongError(f"it is about {_show(row.key_id)}, for which Athena was not asked")
        if not 1 <= calls <= events or without_id > events:
            raise _WrongError("its numbers and times contradict one another")
        end = _read_time(row.session_end)
        if row.session not in ("", *SESSION_ACTIONS) or (not row.session and (end or row.target)):
            raise _WrongError("what it says of a session contradicts itself")
        name = GroupName(
            row.key_id,
            name_caller(row.address, row.invoked_by, row.user_agent),
            Action(row.service, row.action, row.region),
            _read_truth(row.is_denied),
            SessionKind(row.session, row.target) if row.session else None,
        )
        self._tally.add_counts(
            name, CallCounts(calls, first, last, (row.user_agent,), end, without_id > 0, has_data_events=is_data)
        )

    def finish(self, number: int) -> AthenaReading:
        """Return what the rows said, if that is how many there are."""
        if number != self._lines:
            raise _WrongError(f"it has {number:,} rows of {self._lines:,}")
        return AthenaReading(self._tally.sum_up(), self._question, self._events, self._has_data_events)


def _read_question(text: str) -> Question:
    try:
        fields = _decode(text)
        if fields["query"] != QUERY:
            raise _WrongError("it answers a query of another release: print the query again")
        return _check_places(
            Question(
                _read_list(fields["keys"]),
                fields["table"],
                fields["source"],
                _read_day(fields["first"]),
                _read_day(fields["last"]),
                _read_list(fields["accounts"]),
                _read_list(fields["regions"]),
            )
        )
    except (ValueError, TypeError, KeyError, RecursionError, UsageError) as error:
        raise _WrongError("it does not say what Athena was asked") from error


def _check_places(question: Question) -> Question:
    if question.table is None and not (
        question.accounts and question.regions and read_location(question.source).root == question.source
    ):
        raise ValueError
    return check_question(question)


def _read_list(texts: list[str]) -> tuple[str, ...]:
    return tuple(texts)


def _read_day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _read_number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise _WrongError(f"{_show(text)} is not a number of events or rows")
    return int(text)


def _read_truth(text: str) -> bool:
    if text not in _TRUTHS:
        raise _WrongError(f"{_show(text)} is neither true nor false")
    return _TRUTHS[text]


def _read_time(text: str) -> datetime | None:
    if not text:
        return None
    try:
        if not _TIME.fullmatch(text):
            raise ValueError  # noqa: TRY301  # as the next line does
        return datetime.fromisoformat(text[:-1]).replace(tzinfo=timezone.utc)
    except ValueError as error:
        raise _WrongError(f"{_show(text)} is not a time in UTC, such as 2026-11-29T12:00:00Z") from error


def _show(text: str) -> str:
    return repr(one_line(text[:_SHOWN]))
