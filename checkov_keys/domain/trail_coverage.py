"""What of a trail was read, and what was not: "no event" is never said of what nobody has read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

# Why what somebody did not wait for was not read.
STOPPED = "reading was stopped before it was read"


class Place(NamedTuple):
    """An account (twelve digits) and a region in which a trail file was written."""

    account: str
    region: str


class UnreadFile(NamedTuple):
    """A file or directory that was not read, or not to its end, with the reason in one line.

    `path` is relative to the directory of the trail. `events` is how many were read before that; they count.
    """

    path: str
    reason: str
    events: int = 0


@dataclass
class Coverage:
    """What was read of a trail.

    `days` are those on which files were delivered that were read to their end. An event may be delivered later than on
    its own day, and a day without events has no file. `files` counts the files that were read to their end,
    `unplaced_files` those of them whose name tells no account, region and day. `events` counts all events, of any key
    or none. `left_out` counts by kind what no event can be in (digests, insights). `chosen` is the first and the last
    day of delivery that was asked for, None for no end. `was_stopped` tells that somebody stopped the reading: what had
    not been listed until then is not in `unread`.
    """

    days: dict[Place, set[date]] = field(default_factory=dict)
    files: int = 0
    unplaced_files: int = 0
    events: int = 0
    unread: list[UnreadFile] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    has_data_events: bool = False
    chosen: tuple[date | None, date | None] = (None, None)
    was_stopped: bool = False

    @property
    def is_complete(self) -> bool:
        """Whether all that was asked for was read."""
        return not self.unread and not self.was_stopped

    def add_day(self, place: Place | None, day: date | None) -> None:
        """Count a file that was read to its end, with the place and day that its name tells."""
        self.files += 1
        if place is None or day is None:
            self.unplaced_files += 1
        else:
            self.days.setdefault(place, set()).add(day)

    def absorb(self, other: Coverage) -> None:
        """Add what was read in another part of the same trail."""
        for place, days in other.days.items():
            self.days.setdefault(place, set()).update(days)
        self.files += other.files
        self.unplaced_files += other.unplaced_files
        self.events += other.events
        self.unread += other.unread
        self.left_out.update(other.left_out)
        self.has_data_events |= other.has_data_events
        self.was_stopped |= other.was_stopped

    def list_gaps(self) -> tuple[tuple[Place, date, date], ...]:
        """Return the spans of days without a file between the first and the last day of each place: first, last.

        Nothing happened there on these days, or the files are missing: CloudTrail does not tell which.
        """
        return tuple(
            (place, before + timedelta(1), after - timedelta(1))
            for place, days in sorted(self.days.items())
            for before, after in zip(sorted(days), sorted(days)[1:])
            if after - before > timedelta(1)
        )
