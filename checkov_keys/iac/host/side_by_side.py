"""Runs a function in processes of their own, several at a time, and has the results in the order of the calls.

Each call is made in a new process, so that what it took of memory is given back, and what Checkov keeps for the next
run is gone. Checkov's own parallel runner starts all processes at once.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, Callable, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkProcess

logger = logging.getLogger(__name__)

_Result = TypeVar("_Result")


def run_side_by_side(
    function: Callable[..., _Result], calls: Sequence[tuple[Any, ...]], processes: int
) -> Iterator[_Result | None]:
    """Yield the result of each call, None if its process ended without one; at most so many processes run at a time.

    `function` must not raise. It needs `fork`, since a new process must know what is registered in this one.
    """
    results: dict[int, _Result | None] = {}
    running: dict[Connection, tuple[int, ForkProcess]] = {}
    waiting = list(enumerate(calls))[::-1]
    told = 0
    try:
        while told < len(calls):
            while waiting and len(running) < processes:
                number, call = waiting.pop()
                process, connection = _start(function, call)
                running[connection] = number, process
            ready = wait(list(running))
            for connection in [each for each in running if each in ready]:
                number, process = running.pop(connection)
                results[number] = _receive(connection)
                process.join()
            while told in results:
                yield results.pop(told)
                told += 1
    finally:
        for _, process in running.values():
            process.terminate()


def _start(function: Callable[..., Any], call: tuple[Any, ...]) -> tuple[ForkProcess, Connection]:
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_send_result, args=(function, call, sender))
    process.start()
    sender.close()
    return process, receiver


def _send_result(function: Callable[..., Any], call: tuple[Any, ...], sender: Connection) -> None:
    # What the first process has made is not garbage, and a look at it would copy it: memory is shared until somebody
    # writes to it, and Python's collector does. https://docs.python.org/3/library/gc.html#gc.freeze
    gc.freeze()
    sender.send(function(*call))
    sender.close()


def _receive(connection: Connection) -> Any:  # noqa: ANN401  # any result
    with connection:
        try:
            return connection.recv()
        except EOFError:
            return None
        except Exception:
            # It ended while it handed its result over, or the result cannot be made again here.
            logger.exception("A result of another process was lost")
            return None
