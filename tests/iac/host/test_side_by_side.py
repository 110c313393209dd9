"""Calls in processes of their own: results in order, at most so many at once, and none that is lost unseen."""

import multiprocessing
import os
import signal
import time

import pytest

from checkov_keys.iac.host import side_by_side
from checkov_keys.iac.host.side_by_side import run_side_by_side

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="fork: this system has none")


def answer(number, pause=0.0):
    """Return the number and the process, after a while."""
    time.sleep(pause)
    return number, os.getpid()


def end(number):
    """Return the number; the second process is killed, the third one ends, the fourth one breaks."""
    if number == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    if number == 2:
        os._exit(0)
    if number == 3:
        raise ValueError("nobody catches it")
    return number


@pytest.mark.parametrize("processes", [1, 2, 9])
def test_results_are_in_order(processes):
    """Whichever is ready first, each comes from a process of its own; so does a result larger than a pipe holds."""
    found = list(run_side_by_side(answer, [(0, 0.2), ("x" * 1_000_000, 0.1), (2,), (3,)], processes))
    assert [0, "x" * 1_000_000, 2, 3] == [result for result, _ in found]
    assert 4 == len({process for _, process in found} - {os.getpid()})


def test_no_call():
    """There is nothing to wait for."""
    assert [] == list(run_side_by_side(answer, [], 2))


def test_a_process_that_ends_without_a_result(capfd):
    """Its result is None, and the others are there."""
    assert [0, None, None, None, 4] == list(run_side_by_side(end, [(number,) for number in range(5)], 2))
    assert "nobody catches it" in capfd.readouterr().err


class Lost:
    """A result that cannot be made again from what is handed over."""

    def __reduce__(self):
        """Have it made by something that raises."""
        return int, ("no number",)


def test_a_result_that_cannot_be_read(caplog):
    """It is as if there were none, which is logged, and the others are there."""
    calls = [(1,), (2,), (3,)]
    assert [1, None, 3] == list(run_side_by_side(lambda number: Lost() if number == 2 else number, calls, 2))
    assert ["A result of another process was lost"] == [
        record.getMessage() for record in caplog.records if record.levelname == "ERROR"
    ]


def test_a_process_that_ends_within_its_message(monkeypatch):
    """It has no result, and the others are there."""
    send = side_by_side._send_result  # noqa: SLF001  # only there a message is written

    def send_a_part(function, call, sender):
        if call == (2,):
            # The length of a message, and less than that.
            os.write(sender.fileno(), b"\0\0\1\0part")
            os._exit(0)
        send(function, call, sender)

    monkeypatch.setattr(side_by_side, "_send_result", send_a_part)
    assert [(1, True), None, (3, True)] == [
        result and (result[0], result[1] != os.getpid()) for result in run_side_by_side(answer, [(1,), (2,), (3,)], 2)
    ]


def test_not_more_processes_than_asked_for():
    """While two run, a third one is not started."""
    started = []

    def note(number):
        return number, time.monotonic()

    for number, _ in run_side_by_side(note, [(number,) for number in range(6)], 2):
        started.append(number)
        assert len(multiprocessing.active_children()) <= 2
    assert list(range(6)) == started


def test_whoever_stops_listening_ends_the_others():
    """Nothing runs on if the first result is enough, or if Ctrl-C ends the wait."""
    results = run_side_by_side(answer, [(0,), (1, 60), (2, 60)], 2)
    next(results)
    results.close()
    deadline = time.monotonic() + 10
    while multiprocessing.active_children() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert [] == multiprocessing.active_children()
