"""What of CloudTrail's event history was read, key by key and region by region, and what was not."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003  # dataclass fields are read at run time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator


class Part(NamedTuple):
    """What was read of a key's events in one region.

    `is_sampled` tells that there are more events than were read. `fault` says in one line why not all was read that was
    to be read, "" if it was.
    """

    is_sampled: bool = False
    fault: str = ""


NOT_REACHED = Part(fault="it was not reached before reading was stopped")


@dataclass
class HistoryCoverage:
    """What was read of the event history of one account, from `since` to `until` (UTC).

    `regions` are those that were to be read, in their order, and `unknown_regions` says why there may be others, "" if
    AWS has named them all. `parts` are by key and region.
    """

    since: datetime
    until: datetime
    regions: tuple[str, ...]
    unknown_regions: str = ""
    parts: dict[tuple[str, str], Part] = field(default_factory=dict)

    def find_part(self, key: str, region: str) -> Part:
        """Return what was read of a key's events in a region."""
        return self.parts.get((key, region), NOT_REACHED)

    def is_whole(self, key: str) -> bool:
        """Tell whether every event of a key that event history holds was read."""
        return not self.unknown_regions and all(part == Part() for part in self._parts_of(key))

    def list_sampled(self, key: str) -> tuple[str, ...]:
        """Return the regions in which a key has more events than were read."""
        return tuple(region for region in self.regions if self.find_part(key, region).is_sampled)

    def list_faults(self, key: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Return each reason for which events of a key were not read, with the regions that it concerns."""
        regions: dict[str, list[str]] = {}
        for region in self.regions:
            fault = self.find_part(key, region).fault
            if fault:
                regions.setdefault(fault, []).append(region)
        faults = [(fault, tuple(names)) for fault, names in regions.items()]
        return (*faults, *([(self.unknown_regions, ())] if self.unknown_regions else ()))

    def _parts_of(self, key: str) -> Iterator[Part]:
        return (self.find_part(key, region) for region in self.regions)
