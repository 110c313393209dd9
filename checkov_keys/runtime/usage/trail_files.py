"""A directory of trail files → who uses some keys, and what of the trail was read.

The files are read by as many processes as there are processors: threads would wait for one another, since all but the
decompressing is Python's own.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import lru_cache
from itertools import chain, islice
from multiprocessing import get_context
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.domain.trail_coverage import Coverage, UnreadFile
from checkov_keys.domain.usage import CallGroup, GroupName, KeyUsage, UsageTally
from checkov_keys.runtime.usage.key_search import KeySearch
from checkov_keys.runtime.usage.trail_listing import TrailFile, TrailListing
from checkov_keys.runtime.usage.trail_records import read_records
from checkov_keys.runtime.usage.trail_text import inflate

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import date

_BATCH_BYTES, _BATCH_FILES = 4 << 20, 256
# Batches that wait for each process, so that none is idle and memory is bounded.
_AHEAD = 2
_DIED = "the process that was to read it was ended"


class TrailReading(NamedTuple):
    """Who uses the keys that were asked for, in the order of their ids, and what was read."""

    usages: tuple[KeyUsage, ...]
    coverage: Coverage


class _BatchReading(NamedTuple):
    groups: list[tuple[GroupName, CallGroup]]
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
    Raise ValueError if one of the keys is not an access key id. What cannot be read is named in the coverage.
    """
    search = KeySearch(keys)
    listing = TrailListing(directory, first, last)
    tally, coverage = UsageTally(search.keys), listing.coverage
    for batch in _read_batches(directory, _gather(listing), search, workers or _count_processors()):
        tally.add(batch.groups)
        coverage.absorb(batch.coverage)
    coverage.unread.sort()
    return TrailReading(tally.sum_up(), coverage)


def _count_processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _gather(files: Iterable[TrailFile]) -> Iterator[tuple[TrailFile, ...]]:
    """Yield the files in batches that are worth the way to another process."""
    batch: list[TrailFile] = []
    size = 0
    for file in files:
        batch.append(file)
        size += file.size
        if size >= _BATCH_BYTES or len(batch) >= _BATCH_FILES:
            yield tuple(batch)
            batch, size = [], 0
    if batch:
        yield tuple(batch)


def _read_batches(
    directory: str, batches: Iterator[tuple[TrailFile, ...]], search: KeySearch, workers: int
) -> Iterator[_BatchReading]:
    keys = tuple(sorted(search.keys))
    start = tuple(islice(batches, 2))
    # A single batch is not worth a process.
    pool = _start_pool(workers) if workers > 1 and len(start) > 1 else None
    if pool is None:
        for batch in chain(start, batches):
            yield _read_batch(directory, batch, keys)
        return
    with pool:
        waiting: deque[tuple[tuple[TrailFile, ...], Future[_BatchReading] | None]] = deque()
        for batch in chain(start, batches):
            waiting.append((batch, _submit(pool, directory, batch, keys)))
            if len(waiting) >= workers * _AHEAD:
                yield _await(*waiting.popleft())
        while waiting:
            yield _await(*waiting.popleft())


def _start_pool(workers: int) -> ProcessPoolExecutor | None:
    """Return a pool of processes, None if the system has none, as AWS Lambda."""
    try:
        # Forking a process with threads may lock it up, so each starts anew.
        return ProcessPoolExecutor(workers, get_context("spawn"), _ignore_interrupts)
    except (OSError, ImportError, NotImplementedError):
        return None


def _submit(
    pool: ProcessPoolExecutor, directory: str, batch: tuple[TrailFile, ...], keys: tuple[str, ...]
) -> Future[_BatchReading] | None:
    try:
        return pool.submit(_read_batch, directory, batch, keys)
    except (BrokenProcessPool, OSError):
        return None


def _await(batch: tuple[TrailFile, ...], future: Future[_BatchReading] | None) -> _BatchReading:
    try:
        if future is not None:
            return future.result()
    except BrokenProcessPool:
        pass
    # The system ended the process, for want of memory perhaps: reading on here might end this one, too.
    return _BatchReading([], Coverage(unread=[UnreadFile(file.path, _DIED) for file in batch]))


def _ignore_interrupts() -> None:
    # Ctrl-C reaches every process of a terminal; the one that waits decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _read_batch(directory: str, files: tuple[TrailFile, ...], keys: tuple[str, ...]) -> _BatchReading:
    search, coverage = _prepare_search(keys), Coverage()
    groups: list[tuple[GroupName, CallGroup]] = []
    for file in files:
        groups += _read_file(directory, file, search, coverage)
    return _BatchReading(groups, coverage)


@lru_cache(maxsize=1)
def _prepare_search(keys: tuple[str, ...]) -> KeySearch:
    return KeySearch(keys)


def _read_file(
    directory: str, file: TrailFile, search: KeySearch, coverage: Coverage
) -> Iterable[tuple[GroupName, CallGroup]]:
    def open_text() -> Iterator[bytes]:
        with open(os.path.join(directory, file.path), "rb", buffering=0) as opened:  # noqa: PTH118, PTH123  # many
            yield from inflate(opened)

    reading = read_records(open_text, search)
    coverage.events += reading.events
    coverage.has_data_events |= reading.has_data_events
    if reading.fault:
        coverage.unread.append(UnreadFile(file.path, reading.fault, reading.events))
    else:
        coverage.add_day(file.place, file.day)
    return reading.groups
