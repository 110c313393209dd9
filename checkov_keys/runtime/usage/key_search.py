"""A cheap search of JSON for some key ids, so that most of it is never parsed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Callable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# (text, start, end) → where something is, -1 if it is nowhere.
Finder = Callable[[bytes, int, int], int]

# https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKey.html; AWS has only ever made capitals and digits.
_KEY_ID = re.compile(r"[A-Z0-9]{16,128}")
# A capital letter or a digit, escaped: JSON allows it, and no writer of AWS does it.
_ESCAPE = rb"\u00"
_ESCAPED = re.compile(rb"\\u00(?:3[0-9]|4[1-9A-Fa-f]|5[0-9Aa])")
# Looking for so many ids one after another is faster than for what begins like one of them.
_FEW = 6
_PREFIX = 4


def is_key_id(text: str) -> bool:
    """Tell whether a text has the form of an access key id."""
    return bool(_KEY_ID.fullmatch(text))


class KeySearch:
    """Looks for some access key ids as whole strings in UTF-8 of JSON: it may find what is none, but misses none."""

    def __init__(self, keys: Iterable[str]) -> None:
        """Look for these ids; raise ValueError if one is not an access key id."""
        self.keys = frozenset(keys)
        for key in self.keys:
            if not is_key_id(key):
                raise ValueError(f"{key!r} is not an access key id: 16 to 128 capital letters and digits")
        self._quoted = sorted(b'"%b"' % key.encode("ascii") for key in self.keys)
        self._finders: tuple[Finder, ...] = (_find_escaped, self._find_many)
        if len(self._quoted) <= _FEW:
            self._finders = (_find_escaped, *(_make_finder(quoted) for quoted in self._quoted))
        prefixes = b"|".join(sorted({key[1 : 1 + _PREFIX] for key in self._quoted}))
        self._known = frozenset(self._quoted)
        self._like_one = re.compile(rb'"(?:%b)[A-Z0-9]{12,124}"' % prefixes)

    def scan(self, text: bytes, start: int, end: int) -> Scan:
        """Return what finds the ids in a text from `start` to `end`."""
        return Scan(self._finders, text, start, end)

    def _find_many(self, text: bytes, start: int, end: int) -> int:
        known = self._known
        return next((like.start() for like in self._like_one.finditer(text, start, end) if like.group() in known), -1)


class Scan:
    """Finds places in a text from its start to its end, looking at no part of it twice."""

    def __init__(self, finders: Sequence[Finder], text: bytes, start: int, end: int) -> None:
        self._finders, self._text, self._end = finders, text, end
        self._places = [start - 1] * len(finders)

    def find(self, start: int) -> int:
        """Return the first place from `start` on, which never goes back, or -1 if there is none."""
        for number, finder in enumerate(self._finders):
            if self._places[number] < start:
                place = finder(self._text, start, self._end)
                self._places[number] = self._end if place < 0 else place
        first = min(self._places)
        return first if first < self._end else -1


def _find_escaped(text: bytes, start: int, end: int) -> int:
    # Hardly any text has an escape at all, and looking for a string is four times as fast.
    first = text.find(_ESCAPE, start, end)
    found = _ESCAPED.search(text, first, end) if first >= 0 else None
    return found.start() if found else -1


def _make_finder(quoted: bytes) -> Finder:
    return lambda text, start, end: text.find(quoted, start, end)
