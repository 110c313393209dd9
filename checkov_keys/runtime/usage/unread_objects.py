"""The objects of a bucket that were not read, by name as long as they are few: there may be millions of them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from checkov_keys.domain.trail_coverage import UnreadFile

if TYPE_CHECKING:
    from checkov_keys.domain.trail_coverage import Coverage

_MOST_NAMES = 10_000


class UnreadObjects:
    """Names objects and folders in a coverage, from the character `start` of their keys on."""

    def __init__(self, coverage: Coverage, start: int) -> None:
        self._coverage, self._start = coverage, start
        self._named = 0
        self._more: Counter[str] = Counter()

    def note(self, key: str, reason: str) -> None:
        """Name an object, or a folder, that was not read."""
        if self._named < _MOST_NAMES:
            self._named += 1
            self._coverage.unread.append(UnreadFile(key[self._start :].rstrip("/") or ".", reason))
        else:
            self._more[reason] += 1

    def finish(self) -> None:
        """Note how many others there are, for each reason."""
        for reason, number in sorted(self._more.items()):
            self._coverage.unread.append(UnreadFile(f"{number:,} more objects", reason))
        self._more.clear()
