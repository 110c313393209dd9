"""A table that cannot grow without end, and is the same in whatever order its rows come."""

from __future__ import annotations

import hashlib
import heapq
from typing import Callable, Generic, NamedTuple, TypeVar

# How many times as many names are told apart as rows are kept.
_COUNTED = 10


class Count(NamedTuple):
    """A number of things, exactly or at least."""

    number: int
    is_exact: bool = True

    def __str__(self) -> str:
        """Return it as a report says it: "exactly 3", "at least 3"."""
        return f"{'exactly' if self.is_exact else 'at least'} {self.number:,}"


Kept = TypeVar("Kept")


def fingerprint(texts: tuple[str, ...]) -> int:
    """Return a hash of texts with 64 bits, never 0. It is the same on every machine and in every run."""
    joined = "\0".join(texts).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(joined, digest_size=8).digest(), "big") or 1


class BoundedTable(Generic[Kept]):
    """At most `most` rows by name; `others` holds what all other names brought.

    The names with the smallest fingerprints are kept. That is a choice without meaning, but one that no order of
    coming can change, and a row that is kept has everything that its name brought. `absorb` adds all that its second
    row holds to its first, in whatever order rows come.
    """

    def __init__(self, most: int, new_row: Callable[[], Kept], absorb: Callable[[Kept, Kept], None]) -> None:
        self.rows: dict[tuple[str, ...], Kept] = {}
        self.others = new_row()
        self._most, self._new_row, self._absorb = most, new_row, absorb
        self._largest: list[tuple[int, tuple[str, ...]]] = []  # a heap of negated fingerprints
        self._dropped: set[int] = set()
        self._all_counted = True

    @property
    def more(self) -> Count:
        """How many names have no row of their own."""
        return Count(len(self._dropped), self._all_counted)

    def find(self, name: tuple[str, ...]) -> Kept:
        """Return the row of a name, a new one if it must be, or `others`."""
        row = self.rows.get(name)
        if row is not None:
            return row
        number = fingerprint(name)
        if len(self.rows) >= self._most:
            if not self._largest or number >= -self._largest[0][0]:
                self._drop(number)
                return self.others
            dropped, given_up = heapq.heappop(self._largest)
            self._absorb(self.others, self.rows.pop(given_up))
            self._drop(-dropped)
        heapq.heappush(self._largest, (-number, name))
        row = self.rows[name] = self._new_row()
        return row

    def _drop(self, number: int) -> None:
        if number in self._dropped:
            return
        if len(self._dropped) >= self._most * _COUNTED:
            self._all_counted = False
        else:
            self._dropped.add(number)
