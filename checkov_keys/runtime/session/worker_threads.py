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
from itertools import islice
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Callable, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checkov_keys.runtime.session.pace import Pace

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
    """What one call returns.

    `started` is when its thread took it (time.monotonic()), None if none has; `lost` says that its thread is replaced.
    """

    started: float | None = None
    lost = False


class Workers(Executor):
    """Daemon threads, started as they are needed: a fixed number, or as many as a pace allows at the time."""

    def __init__(self, number: int | Pace) -> None:
        """Start nothing yet."""
        self._queue: SimpleQueue[tuple[_Work, Callable[[], Any]] | None] = SimpleQueue()
        self._number = number
        self._threads = 0
        self._ended = False
        self._lock = threading.Lock()

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:  # noqa: ANN401
        """Call a function in one of the threads."""
        work = _Work()
        self._queue.put((work, lambda: function(*args, **kwargs)))
        with self._lock:
            if self._threads < self._allowed():
                self._start_thread()
        return work

    def give_up(self, work: Future[Any]) -> None:
        """Do not wait for a call any more: cancel it, or replace the thread that is busy with it."""
        if work.cancel():
            return
        with self._lock:
            if isinstance(work, _Work) and not work.done() and not work.lost:
                work.lost = True
                self._threads -= 1
                self._start_thread()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        """Let each thread end after what it is doing, and nothing that waits be started. Nobody is waited for."""
        with self._lock:
            self._ended = True
            threads = self._threads
        while True:
            try:
                waiting = self._queue.get_nowait()
            except Empty:
                break
            if waiting is not None:
                waiting[0].cancel()
        for _ in range(threads):
            self._queue.put(None)

    def _allowed(self) -> int:
        return self._number if isinstance(self._number, int) else self._number.level

    def _start_thread(self) -> None:
        if not self._ended:
            self._threads += 1
            threading.Thread(target=self._work_through, daemon=True).start()

    def _work_through(self) -> None:
        while True:
            taken = self._queue.get()
            if taken is None:
                return
            work, call = taken
            _do(work, call)
            lost = work.lost
            # A thread that waits for work must not keep what came of the last one.
            del taken, work, call
            if lost or not self._is_needed():
                return

    def _is_needed(self) -> bool:
        """Tell whether a thread that has done its work is still needed; start others if more are allowed by now."""
        with self._lock:
            allowed = self._allowed()
            if self._threads > allowed and not self._ended:
                self._threads -= 1
                return False
            for _ in range(min(allowed - self._threads, self._queue.qsize())):
                self._start_thread()
            return True


def _do(work: _Work, call: Callable[[], Any]) -> None:
    work.started = time.monotonic()
    if not work.set_running_or_notify_cancel():
        return
    try:
        work.set_result(call())
    except BaseException as error:  # noqa: BLE001  # whoever waits gets it
        work.set_exception(error)


@contextmanager
def threads(number: int | Pace) -> Iterator[Workers]:
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
    pool: Workers,
    function: Callable[[Given], Got],
    given: Iterable[Given],
    at_once: int,
    patience: Patience = ENDLESS,
) -> Iterator[tuple[Given, Future[Got]]]:
    """Call a function with each of what is given, and yield each with its future, as they end.

    No more than `at_once` calls are under way, and what has ended is not kept. A future that did not end in time is not
    waited for any more.
    """
    waiting = iter(given)
    running: dict[Future[Got], Given] = {}

    def start_more() -> None:
        for each in islice(waiting, at_once - len(running)):
            running[pool.submit(function, each)] = each

    start_more()
    while running:
        ended, pending = wait(running, timeout=_SLICE, return_when=FIRST_COMPLETED)
        late = {work for work in pending if patience.for_one(getattr(work, "started", None)) <= 0}
        for work in late:
            pool.give_up(work)
        over = [(running.pop(work), work) for work in ended | late]
        start_more()
        # Nothing here keeps what whoever takes it may let go.
        while over:
            yield over.pop(0)
