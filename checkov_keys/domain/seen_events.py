"""Which events were counted already, in eight bytes each: trails deliver an event at least once, not exactly once."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# 128 MB of memory, and a chance of about one in 250,000 that two of so many fingerprints are the same.
MOST_EVENTS = 12_000_000
# Each part grows by itself, so that growing takes little memory.
_PART_BITS = 6
_PARTS = 1 << _PART_BITS
_FIRST_SLOTS = 64  # of a part, a power of two
_FULLEST = 0.75


class SeenEvents:
    """A set of fingerprints of 64 bits, none of them 0, that stops growing at `most`.

    It is a hash table with open addressing in plain arrays: a set of Python takes ten times the memory.
    """

    def __init__(self, most: int = MOST_EVENTS) -> None:
        self._most = most
        self._parts = [array("Q", bytes(8 * _FIRST_SLOTS)) for _ in range(_PARTS)]
        self._sizes = [0] * _PARTS
        self._number = 0
        self.is_full = False

    def __len__(self) -> int:
        return self._number

    def add(self, fingerprints: Iterable[int]) -> int:
        """Add fingerprints and return how many of them are new.

        Once `most` are held, new ones are no longer added or counted, and `is_full` is True from the first of them on.
        """
        before = self._number
        for fingerprint in fingerprints:
            self._add_one(fingerprint)
        return self._number - before

    def _add_one(self, fingerprint: int) -> None:
        number = fingerprint & (_PARTS - 1)
        part = self._parts[number]
        place = _find_place(part, fingerprint)
        if part[place]:
            return
        if self._number >= self._most:
            self.is_full = True
            return
        part[place] = fingerprint
        self._number += 1
        self._sizes[number] += 1
        if self._sizes[number] > len(part) * _FULLEST:
            self._parts[number] = _double(part)


def _find_place(part: array[int], fingerprint: int) -> int:
    last = len(part) - 1
    place = fingerprint >> _PART_BITS & last
    while part[place] not in (0, fingerprint):
        place = place + 1 & last
    return place


def _double(part: array[int]) -> array[int]:
    larger = array("Q", bytes(16 * len(part)))
    for fingerprint in part:
        if fingerprint:
            larger[_find_place(larger, fingerprint)] = fingerprint
    return larger
