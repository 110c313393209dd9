"""The text of a trail file → the calls of some keys.

CloudTrail writes records side by side, each beginning with its version. What lies between two such beginnings is only
parsed if it can hold one of the keys. A file that is written in another way, say by a program that formats JSON, is
parsed record by record, which takes ten times as long and finds the same.
"""

from __future__ import annotations

import codecs
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Callable, NamedTuple

from checkov_keys.domain.usage import Call, CallGroups
from checkov_keys.runtime.usage.events import read_call
from checkov_keys.runtime.usage.trail_text import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checkov_keys.runtime.usage.key_search import KeySearch

# An unescaped quotation mark behind a brace begins a name, so this is never within a string. It may be deeper within a
# record; what lies between is not JSON then, and the file is read record by record. (Only a record with three such
# objects side by side could have the one in the middle taken for a record. No call of AWS has parameters like that, and
# it could only add a use of a key.)
_BETWEEN = b'},{"eventVersion":'
# How the list goes on in a file that CloudTrail wrote: without a space.
_FIRST = re.compile(rb'\{"eventVersion":"[^"\\]{0,20}","|\]')
_LONGEST_FIRST = 64
_HEAD_PATTERN = r'\s*\{\s*"Records"\s*:\s*\[\s*'
_HEAD, _TEXT_HEAD = re.compile(_HEAD_PATTERN.encode()), re.compile(_HEAD_PATTERN)
_TAIL = re.compile(rb"\s*\]\s*\}\s*")
_LONGEST_HEAD = 1024
_TEXT_TAIL = re.compile(r"\s*\]\s*\}")
_BLANK, _BLANK_OR_COMMA = re.compile(r"\s*"), re.compile(r"[\s,]*")
_LONGEST_RECORD = 1 << 24  # CloudTrail's own are at most a quarter of a megabyte
_DATA_EVENT = b'"managementEvent":false'
_OTHER_FILE = "not a log file of CloudTrail"
_NO_END = "the list of records does not end"
_OTHER_END = "something else follows the list of records"
# A number of a million digits takes minutes to read as a number.
_decode = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)


class _OtherwiseWrittenError(Exception):
    """The text is not as CloudTrail writes it."""


@dataclass
class Reading:
    """What was found in a file: the calls of the keys, the number of its records, and why it was not read to its end.

    `fault` is "" if it was. What was found before a fault is found. `events` is right for files as CloudTrail writes
    them; of records that mix its way with another, several may count as one.
    """

    groups: CallGroups = field(default_factory=CallGroups)
    events: int = 0
    has_data_events: bool = False
    fault: str = ""


def read_records(open_text: Callable[[], Iterable[bytes]], search: KeySearch) -> Reading:
    """Return what is found in a text, which `open_text` gives in pieces, from its beginning each time.

    It may raise UnreadableError or OSError while it does.
    """
    reading = Reading()
    try:
        try:
            _read_side_by_side(open_text(), search, reading)
        except _OtherwiseWrittenError:
            reading = Reading()
            _read_one_by_one(open_text(), search, reading)
    except (UnreadableError, OSError) as fault:
        reading.fault = _describe(fault)
    return reading


def _describe(fault: UnreadableError | OSError) -> str:
    return (fault.strerror or type(fault).__name__) if isinstance(fault, OSError) else str(fault)


def _read_side_by_side(texts: Iterable[bytes], search: KeySearch, reading: Reading) -> None:
    for piece in _cut(texts):
        reading.events += piece.text.count(_BETWEEN, piece.start, piece.end) + 1
        if not reading.has_data_events:
            reading.has_data_events = piece.text.find(_DATA_EVENT, piece.start, piece.end) >= 0
        for record in _find_records(piece, search):
            _add_record(_parse(record), search, reading)


class _Piece(NamedTuple):
    """Text of whole records from `start` to `end`: what would be copied out of it does not fit into a cache."""

    text: bytes
    start: int
    end: int


def _cut(texts: Iterable[bytes]) -> Iterator[_Piece]:
    """Yield the text between the brackets in pieces of whole records."""
    more = iter(texts)
    text = _read_head(more)
    # The text of a record that goes on, or of a few if the mark begins in one part of it and ends in the next.
    parts: list[bytes] = []
    while text:
        first, last = text.find(_BETWEEN), text.rfind(_BETWEEN)
        if first >= 0:
            yield _whole(b"".join((*parts, text[: first + 1])))
            if first < last:
                yield _Piece(text, first + 2, last + 1)
            parts = [text[last + 2 :]]
        else:
            parts.append(text)
            if sum(map(len, parts)) > _LONGEST_RECORD:
                raise _OtherwiseWrittenError
        text = next(more, b"")
    text = b"".join(parts)
    end = text.rfind(b"]")
    if end < 0 or not _TAIL.fullmatch(text, end):
        raise _OtherwiseWrittenError
    if text[:end].strip():
        yield _whole(text[:end])


def _whole(text: bytes) -> _Piece:
    return _Piece(text, 0, len(text))


def _read_head(texts: Iterator[bytes]) -> bytes:
    """Return the first piece of a text behind the opening bracket."""
    held = b""
    while (head := _HEAD.match(held)) is None:
        text = next(texts, b"")
        if not text or len(held) > _LONGEST_HEAD:
            raise UnreadableError(_OTHER_FILE)
        held += text
    held = held[head.end() :]
    while len(held) < _LONGEST_FIRST and (text := next(texts, b"")):
        held += text
    if not _FIRST.match(held):
        raise _OtherwiseWrittenError
    return held


def _find_records(piece: _Piece, search: KeySearch) -> Iterator[bytes]:
    """Yield the text of each record of a piece that may hold one of the keys."""
    text, start, end = piece
    scan = search.scan(text, start, end)
    while (place := scan.find(start)) >= 0:
        # The mark begins with the last brace of one record, and goes on with a comma and the next.
        before, after = text.rfind(_BETWEEN, start, place), text.find(_BETWEEN, place, end)
        start = before + 2 if before >= 0 else start
        yield text[start : after + 1 if after >= 0 else end]
        if after < 0:
            return
        start = after + 2


def _parse(text: bytes) -> object:
    try:
        return _decode.decode(text.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise _OtherwiseWrittenError from error


def _add_record(record: object, search: KeySearch, reading: Reading) -> None:
    call = read_call(record, search.keys)
    if isinstance(call, Call):
        reading.groups.add(call)


def _read_one_by_one(texts: Iterable[bytes], search: KeySearch, reading: Reading) -> None:
    for record in _parse_one_by_one(texts):
        reading.events += 1
        if isinstance(record, dict) and (
            record.get("eventCategory") == "Data" or record.get("managementEvent") is False
        ):
            reading.has_data_events = True
        _add_record(record, search, reading)


def _parse_one_by_one(texts: Iterable[bytes]) -> Iterator[object]:
    held = _HeldText(texts)
    # Files that were put together one behind another have several lists.
    while held.skip_head():
        while not held.is_at_end_of_list():
            parsed = held.parse()
            yield from parsed
            if not parsed:
                held.grow()
        held.skip_tail()


class _HeldText:
    """Text that is parsed from its beginning while more of it comes."""

    def __init__(self, texts: Iterable[bytes]) -> None:
        self._more = _decode_text(texts)
        self._text, self._place, self._lists = "", 0, 0

    def skip_head(self) -> bool:
        """Go to where the next list of records begins, or return False if the text ends with the last list."""
        while (head := _TEXT_HEAD.match(self._text, self._place)) is None:
            self._skip(_BLANK)
            if len(self._text) - self._place > _LONGEST_HEAD or not self._take_more():
                if self._lists and self._place == len(self._text):
                    return False
                raise UnreadableError(_OTHER_END if self._lists else _OTHER_FILE)
        self._place = head.end()
        self._lists += 1
        return True

    def skip_tail(self) -> None:
        """Go behind the end of the list, and of the object that it is in."""
        while (tail := _TEXT_TAIL.match(self._text, self._place)) is None:
            if len(self._text) - self._place > _LONGEST_HEAD or not self._take_more():
                raise UnreadableError(_OTHER_END)
        self._place = tail.end()

    def is_at_end_of_list(self) -> bool:
        self._skip(_BLANK_OR_COMMA)
        return self._text.startswith("]", self._place)

    def _skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self._text, self._place)
        self._place = found.end() if found else self._place

    def parse(self) -> tuple[object, ...]:
        """Return the next record, nothing if not all of its text is here."""
        try:
            record, self._place = _decode.raw_decode(self._text, self._place)
        except ValueError:
            return ()
        except RecursionError as error:
            raise UnreadableError("a record is nested too deeply") from error
        return (record,)

    def grow(self) -> None:
        if len(self._text) - self._place > _LONGEST_RECORD:
            raise UnreadableError("a record is too long, or not JSON")
        if not self._take_more():
            raise UnreadableError(_NO_END)

    def _take_more(self) -> bool:
        # As much again as there is: what goes on is tried anew each time, which must not be for every few bytes of it.
        parts = [self._text[self._place :]]
        wanted = len(parts[0])
        for text in self._more:
            parts.append(text)
            wanted -= len(text)
            if wanted < 0:
                break
        self._text, self._place = "".join(parts), 0
        return len(self._text) > len(parts[0])


def _decode_text(texts: Iterable[bytes]) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for text in texts:
            yield decoder.decode(text)
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise UnreadableError("the text is not UTF-8") from error
