"""Threads, and what they return, waited for in such a way that Ctrl-C ends the wait."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import TYPE_CHECKING, Callable, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from concurrent.futures import Executor

# Seconds. A wait without end misses a signal that arrives just before it begins.
_SLICE = 0.25

Given = TypeVar("Given")
Got = TypeVar("Got")


@contextmanager
def threads(number: int) -> Iterator[Executor]:
    """Yield threads that nobody waits for if something, like Ctrl-C, ends the block early."""
    pool = ThreadPoolExecutor(number)
    try:
        yield pool
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def in_order(pool: Executor, function: Callable[[Given], Got], given: Iterable[Given]) -> Iterator[Got]:
    """Start all calls at once and yield what they return, or raise what they raise, in the order of `given`."""
    futures = [pool.submit(function, each) for each in given]
    return _results(futures)


def as_they_end(futures: Iterable[Future[Got]]) -> Iterator[Future[Got]]:
    """Yield futures as they end."""
    pending = set(futures)
    while pending:
        done, pending = wait(pending, timeout=_SLICE, return_when=FIRST_COMPLETED)
        yield from done


def _results(futures: list[Future[Got]]) -> Iterator[Got]:
    for future in futures:
        while not future.done():
            wait((future,), timeout=_SLICE)
        yield future.result()
