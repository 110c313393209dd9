"""Files of a trail → their events, batch by batch, by as many processes as there are processors.

Threads would wait for one another, since all but the decompressing is Python's own.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from functools import lru_cache
from multiprocessing import get_context
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.domain.trail_coverage import Coverage, UnreadFile
from checkov_keys.runtime.usage.key_search import KeySearch
from checkov_keys.runtime.usage.trail_records import read_records
from checkov_keys.runtime.usage.trail_text import inflate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checkov_keys.domain.usage import CallGroup, GroupName
    from checkov_keys.runtime.usage.trail_names import TrailFile

_BATCH_BYTES, _BATCH_FILES = 4 << 20, 256
# Batches that wait for each process, so that none is idle and memory is bounded.
_AHEAD = 2
# Seconds. What is being read when somebody stops the reading is waited for so long.
_LAST_BATCHES = 2
_DIED = "the process that was to read it was ended"

Batch = tuple["TrailFile", ...]


class BatchReading(NamedTuple):
    """What was found in a batch of files: the calls of the keys, and what was read."""

    files: Batch
    groups: list[tuple[GroupName, CallGroup]]
    coverage: Coverage


class BatchReader:
    """Reads batches of files of a directory, in the order in which they are given.

    `workers` is the number of processes, one for each processor if it is None; with 1, all is read in this process.
    """

    def __init__(self, directory: str, search: KeySearch, workers: int | None = None) -> None:
        self._directory, self._keys = directory, tuple(sorted(search.keys))
        self._workers = workers or _count_processors()
        self._pool: ProcessPoolExecutor | None = None
        # A single batch is not worth a process, so the first one waits for the second.
        self._held: Batch | None = None
        self._has_begun = False
        self._waiting: deque[tuple[Batch, Future[BatchReading] | None]] = deque()

    def close(self) -> None:
        """End the processes after what they are doing."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def read(self, batch: Batch) -> Iterator[BatchReading]:
        """Yield what was found in batches that are read by now, which need not be this one."""
        if not self._has_begun:
            if self._held is None:
                self._held = batch
                return
            self._begin()
            first, self._held = self._held, None
            yield from self._read(first)
        yield from self._read(batch)

    def finish(self) -> Iterator[BatchReading]:
        """Yield what was found in the batches that are left."""
        if self._held is not None:
            first, self._held = self._held, None
            yield _read_batch(self._directory, first, self._keys)
        while self._waiting:
            yield self._await()

    def stop(self) -> Iterator[BatchReading]:
        """Yield what was found in those of the batches left that are read by now, or soon are."""
        wait([future for _, future in self._waiting if future is not None], timeout=_LAST_BATCHES)
        for batch, future in self._waiting:
            if future is not None and future.done():
                yield _get_result(batch, future)
        self._waiting.clear()

    def _begin(self) -> None:
        self._has_begun = True
        self._pool = _start_pool(self._workers) if self._workers > 1 else None

    def _read(self, batch: Batch) -> Iterator[BatchReading]:
        if self._pool is None:
            yield _read_batch(self._directory, batch, self._keys)
            return
        self._waiting.append((batch, _submit(self._pool, self._directory, batch, self._keys)))
        if len(self._waiting) >= self._workers * _AHEAD:
            yield self._await()

    def _await(self) -> BatchReading:
        # It is only taken away when it is there: somebody may stop the wait.
        reading = _get_result(*self._waiting[0])
        self._waiting.popleft()
        return reading


def gather(files: Iterable[TrailFile]) -> Iterator[Batch]:
    """Yield files in batches that are worth the way to another process."""
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


def _count_processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _start_pool(workers: int) -> ProcessPoolExecutor | None:
    """Return a pool of processes, None if the system has none, as AWS Lambda."""
    try:
        # Forking a process with threads may lock it up, so each starts anew.
        return ProcessPoolExecutor(workers, get_context("spawn"), _ignore_interrupts)
    except (OSError, ImportError, NotImplementedError):
        return None


def _submit(
    pool: ProcessPoolExecutor, directory: str, batch: Batch, keys: tuple[str, ...]
) -> Future[BatchReading] | None:
    try:
        return pool.submit(_read_batch, directory, batch, keys)
    except (BrokenProcessPool, OSError):
        return None


def _get_result(batch: Batch, future: Future[BatchReading] | None) -> BatchReading:
    try:
        if future is not None:
            return future.result()
    except BrokenProcessPool:
        pass
    # The system ended the process, for want of memory perhaps: reading on here might end this one, too.
    return BatchReading(batch, [], Coverage(unread=[UnreadFile(file.path, _DIED) for file in batch]))


def _ignore_interrupts() -> None:
    # Ctrl-C reaches every process of a terminal; the one that waits decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _read_batch(directory: str, files: Batch, keys: tuple[str, ...]) -> BatchReading:
    search, coverage = _prepare_search(keys), Coverage()
    groups: list[tuple[GroupName, CallGroup]] = []
    for file in files:
        groups += _read_file(directory, file, search, coverage)
    return BatchReading(files, groups, coverage)


@lru_cache(maxsize=1)
def _prepare_search(keys: tuple[str, ...]) -> KeySearch:
    return KeySearch(keys)


def _read_file(
    directory: str, file: TrailFile, search: KeySearch, coverage: Coverage
) -> Iterable[tuple[GroupName, CallGroup]]:
    path = os.path.join(directory, file.stored or file.path)  # noqa: PTH118  # many

    def open_text() -> Iterator[bytes]:
        with open(path, "rb", buffering=0) as opened:  # noqa: PTH123  # many
            yield from inflate(opened)

    reading = read_records(open_text, search)
    coverage.events += reading.events
    coverage.has_data_events |= reading.has_data_events
    if reading.fault:
        coverage.unread.append(UnreadFile(file.path, reading.fault, reading.events))
    else:
        coverage.add_day(file.place, file.day)
    return reading.groups
