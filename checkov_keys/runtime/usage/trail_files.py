"""Files of a trail → who uses some keys, and what of the trail was read."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.domain.trail_coverage import STOPPED, Coverage, UnreadFile
from checkov_keys.domain.usage import KeyUsage, UsageTally
from checkov_keys.runtime.usage.key_search import KeySearch
from checkov_keys.runtime.usage.trail_batches import BatchReader, gather
from checkov_keys.runtime.usage.trail_listing import TrailListing

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from datetime import date

    from checkov_keys.runtime.usage.trail_batches import Batch, BatchReading
    from checkov_keys.runtime.usage.trail_names import TrailFile


class TrailReading(NamedTuple):
    """Who uses the keys that were asked for, in the order of their ids, and what was read."""

    usages: tuple[KeyUsage, ...]
    coverage: Coverage


def read_trail(
    directory: str,
    keys: Collection[str],
    *,
    first: date | None = None,
    last: date | None = None,
    workers: int | None = None,
) -> TrailReading:
    """Return who uses keys, by the trail files below a directory that were delivered from one day to another (UTC).

    `workers` is the number of processes, one for each processor if it is None; with 1, all is read in this process.
    Raise ValueError if one of the keys is not an access key id. What cannot be read is named in the coverage. Ctrl-C
    stops reading and keeps what there is.
    """
    search = KeySearch(keys)
    listing = TrailListing(directory, first, last)
    return read_files(directory, listing, search, listing.coverage, workers=workers)


def read_files(
    directory: str,
    files: Iterable[TrailFile],
    search: KeySearch,
    coverage: Coverage,
    *,
    workers: int | None = None,
    release: Callable[[Batch], None] = lambda _: None,
) -> TrailReading:
    """Return who uses keys, by files of a directory; `coverage`, which `files` may add to meanwhile, is completed.

    `release` is called with each batch of files when it was read. See read_trail() about `workers` and Ctrl-C.
    """
    found = _Findings(search, coverage, release)
    with closing(BatchReader(directory, search, workers)) as reader:
        try:
            for batch in gather(found.follow(files)):
                found.add(reader.read(batch))
            found.add(reader.finish())
        except KeyboardInterrupt:
            coverage.was_stopped = True
            found.add(reader.stop())
    return found.sum_up()


class _Findings:
    """Adds up what is found in files, and knows which are listed but not read."""

    def __init__(self, search: KeySearch, coverage: Coverage, release: Callable[[Batch], None]) -> None:
        self._tally, self._coverage, self._release = UsageTally(search.keys), coverage, release
        self._begun: dict[str, TrailFile] = {}

    def follow(self, files: Iterable[TrailFile]) -> Iterator[TrailFile]:
        for file in files:
            self._begun[file.path] = file
            yield file

    def add(self, readings: Iterable[BatchReading]) -> None:
        for reading in readings:
            self._tally.add(reading.groups)
            self._coverage.absorb(reading.coverage)
            for file in reading.files:
                del self._begun[file.path]
            self._release(reading.files)

    def sum_up(self) -> TrailReading:
        usages = self._tally.sum_up()
        if self._coverage.was_stopped:
            self._coverage.unread += [UnreadFile(path, STOPPED) for path in self._begun]
            # A batch may have been added in part.
            usages = tuple(usage._replace(is_exact=False) for usage in usages)
        self._coverage.unread.sort()
        return TrailReading(usages, self._coverage)
