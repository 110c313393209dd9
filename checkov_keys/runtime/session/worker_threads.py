"""Threads whose results are waited for only so long, and in such a way that Ctrl-C ends the wait.

A server that sends its answer one byte a second never runs into a timeout of the HTTP library, and Python has no way to
stop the thread that reads it. So nobody waits for such a thread: the threads here are daemons, which Python does not
wait for at its end, and one that does not come back is replaced by another.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Callable, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Seconds. A wait without end misses a signal that arrives just before it begins.
_SLICE = 0.25
_TOO_LATE = "no complete answer in time"

Given = TypeVar("Given")
Got = TypeVar("Got")


class LateError(TimeoutError):
    """Something did not come in time."""


class Patience(NamedTuple):
    """How long to wait: until `end` for everything, and `each` seconds for one thing.

    `end` is a time of time.monotonic(), infinity for no end.
    """

    end: float = float("inf")
    each: float = float("inf")

    def for_one(self, started: float | None) -> float:
        """Return the seconds that are left for something that started then, or has not if that is None."""
        now = time.monotonic()
        return min(self.end - now, self.each if started is None else started + self.each - now)


ENDLESS = Patience()


class _Work(Future):  # type: ignore[type-arg]  # one class for all that a pool does
    """What one call returns; `started` is when its thread took it (time.monotonic()), None if none has."""

    started: float | None = None


class Workers(Executor):
    """A fixed number of daemon threads, started as they are needed."""

    def __init__(self, number: int) -> None:
        """Start nothing yet."""
        self._queue: SimpleQueue[tuple[_Work, Callable[[], Any]] | None] = SimpleQueue()
        self._number = number
        self._threads = 0

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:  # noqa: ANN401
        """Call a function in one of the threads."""
        work = _Work()
        self._queue.put((work, lambda: function(*args, **kwargs)))
        if self._threads < self._number:
            self._start_thread()
        return work

    def give_up(self, work: Future[Any]) -> None:
        """Do not wait for a call any more: cancel it, or replace the thread that is busy with it."""
        if not work.cancel() and not work.done():
            self._start_thread()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        """Let each thread end after what it is doing, and nothing that waits be started. Nobody is waited for."""
        while True:
            try:
                waiting = self._queue.get_nowait()
            except Empty:
                break
            if waiting is not None:
                waiting[0].cancel()
        for _ in range(self._threads):
            self._queue.put(None)

    def _start_thread(self) -> None:
        self._threads += 1
        threading.Thread(target=_work_through, args=(self._queue,), daemon=True).start()


def _work_through(queue: SimpleQueue[tuple[_Work, Callable[[], Any]] | None]) -> None:
    for work, call in iter(queue.get, None):
        work.started = time.monotonic()
        if not work.set_running_or_notify_cancel():
            continue
        try:
            work.set_result(call())
        except BaseException as error:  # noqa: BLE001  # whoever waits gets it
            work.set_exception(error)


@contextmanager
def threads(number: int) -> Iterator[Workers]:
    """Yield threads that nobody waits for if something, like Ctrl-C, ends the block early."""
    pool = Workers(number)
    try:
        yield pool
    finally:
        pool.shutdown()


def in_order(
    pool: Workers,
    function: Callable[[Given], Got],
    given: Iterable[Given],
    patience: Patience = ENDLESS,
    late: Callable[[Given], Got] | None = None,
) -> Iterator[Got]:
    """Start all calls at once and yield what they return, or raise what they raise, in the order of `given`.

    `late` says what is returned instead of what does not come in time; without it, LateError is raised.
    """
    started = [(each, pool.submit(function, each)) for each in given]
    return _results(pool, started, patience, late)


def _results(
    pool: Workers,
    started: list[tuple[Given, Future[Got]]],
    patience: Patience,
    late: Callable[[Given], Got] | None,
) -> Iterator[Got]:
    for each, work in started:
        came = wait_for(pool, work, patience)
        if not came and late is None:
            raise LateError(_TOO_LATE)
        yield work.result() if came or late is None else late(each)


def wait_for(pool: Workers, work: Future[Any], patience: Patience) -> bool:
    """Wait for what a call returns, and tell whether it came; if not, give it up."""
    while not work.done():
        left = patience.for_one(getattr(work, "started", None))
        if left <= 0:
            pool.give_up(work)
            return False
        wait((work,), timeout=min(_SLICE, left))
    return True


def call_in_time(function: Callable[[], Got], seconds: float) -> Got:
    """Return what a call returns, or raise what it raises; raise LateError if it takes longer."""
    with threads(1) as pool:
        return next(in_order(pool, lambda _: function(), [None], Patience(time.monotonic() + seconds)))


def iterate_in_time(items: Iterable[Got], patience: Patience) -> Iterator[Got]:
    """Yield items that are made in a thread of their own, ahead of whoever takes them.

    Raises what making them raises, and LateError if the next one does not come in time.
    """
    made: SimpleQueue[tuple[Got] | None] = SimpleQueue()

    def make() -> None:
        for item in items:
            made.put((item,))

    with threads(1) as pool:
        work = pool.submit(make)
        work.add_done_callback(lambda _: made.put(None))
        while (item := _next(made, patience)) is not None:
            yield item[0]
        work.result()


def _next(made: SimpleQueue[Got], patience: Patience) -> Got:
    waited_since = time.monotonic()
    while True:
        left = patience.for_one(waited_since)
        if left <= 0:
            raise LateError(_TOO_LATE)
        try:
            return made.get(timeout=min(_SLICE, left))
        except Empty:
            continue


def as_they_end(
    futures: Iterable[Future[Got]], give_up: Callable[[Future[Got]], bool] = lambda _: False
) -> Iterator[Future[Got]]:
    """Yield futures as they end, and those that `give_up` says not to wait for any more, which have not."""
    pending = set(futures)
    while pending:
        done, pending = wait(pending, timeout=_SLICE, return_when=FIRST_COMPLETED)
        yield from done
        lost = {future for future in pending if give_up(future)}
        pending -= lost
        yield from lost
