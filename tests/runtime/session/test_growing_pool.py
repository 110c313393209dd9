"""A pool whose number of threads follows a pace, up and down."""

import gc
import threading
import time
import weakref
from collections import Counter
from types import SimpleNamespace

import pytest

from checkov_keys.runtime.session.worker_threads import Patience, as_they_end, in_order, threads


class Busy:
    """Counts the calls that are under way at once, and the most of them."""

    def __init__(self):
        self.now = self.most = 0
        self._lock = threading.Lock()

    def __call__(self, seconds=0.02):
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)
        time.sleep(seconds)
        with self._lock:
            self.now -= 1


def test_more_threads_while_the_level_rises():
    """Work that was handed in long before is taken by threads that are allowed only later."""
    pace, busy = SimpleNamespace(level=2), Busy()

    def call(number):
        if number == 10:
            pace.level = 8
        busy()
        return number

    with threads(pace) as pool:
        assert list(range(200)) == list(in_order(pool, call, range(200)))
    assert 8 == busy.most


def test_fewer_threads_once_it_falls():
    """Each thread ends what it does; then only so many are left."""
    pace, busy = SimpleNamespace(level=8), Busy()
    with threads(pace) as pool:
        list(in_order(pool, lambda _: busy(), range(40)))
        assert 8 == busy.most
        pace.level = 2
        list(in_order(pool, lambda _: busy(0), range(20)))
        busy.most = 0
        list(in_order(pool, lambda _: busy(), range(20)))
        assert 2 == busy.most
        pace.level = 5
        list(in_order(pool, lambda _: busy(), range(40)))
        assert 5 == busy.most


def test_a_level_that_jumps_costs_no_work():
    """Every call is made once, whatever the level does meanwhile."""
    pace, made = SimpleNamespace(level=1), Counter()

    def call(number):
        made[number] += 1
        pace.level = 1 + number * 7 % 20
        time.sleep(0.001)
        return number

    with threads(pace) as pool:
        assert list(range(500)) == list(in_order(pool, call, range(500)))
    assert {1} == set(made.values())


def test_a_thread_that_is_given_up_is_not_counted():
    """It is replaced at once, and ends when it comes back: the level holds."""
    busy, go_on = Busy(), threading.Event()
    with threads(SimpleNamespace(level=2)) as pool:
        lost = [pool.submit(go_on.wait, 30) for _ in range(2)]
        time.sleep(0.05)
        for work in lost:
            pool.give_up(work)
            pool.give_up(work)
        list(in_order(pool, lambda _: busy(), range(10)))
        go_on.set()
        list(in_order(pool, lambda _: busy(), range(40)))
    assert 2 == busy.most


def test_threads_end_with_the_block():
    """None is left, whatever the level was."""
    before = set(threading.enumerate())
    for level in (3, SimpleNamespace(level=3)):
        with threads(level) as pool:
            list(in_order(pool, lambda _: time.sleep(0.01), range(9)))
    end = time.monotonic() + 10
    while set(threading.enumerate()) - before and time.monotonic() < end:
        time.sleep(0.01)
    assert set() == set(threading.enumerate()) - before


@pytest.mark.parametrize("at_once", [1, 3])
def test_so_many_are_under_way(at_once):
    """The next is taken only when one has ended."""
    busy, taken = Busy(), []

    def given():
        for number in range(12):
            taken.append(number)
            yield number

    with threads(8) as pool:
        for number, work in as_they_end(pool, lambda _: busy(0.005), given(), at_once):
            assert work.done()
            assert number in taken
    assert at_once == busy.most
    assert list(range(12)) == taken


def test_what_has_ended_is_not_kept():
    """Ten thousand results would be, in a list of all futures."""

    class Result:
        pass

    alive = weakref.WeakSet()

    def make(_):
        result = Result()
        alive.add(result)
        return result

    most = 0
    with threads(2) as pool:
        for _, work in as_they_end(pool, make, range(200), 2):
            assert isinstance(work.result(), Result)
            del work
            most = max(most, len(alive))
    gc.collect()
    assert most <= 8


def test_what_does_not_end_in_time_is_yielded_all_the_same():
    """It is not done, and the others go on without it."""
    go_on = threading.Event()

    def call(number):
        return go_on.wait(30) if number == 1 else number

    with threads(1) as pool:
        ended = {number: work.done() for number, work in as_they_end(pool, call, range(4), 1, Patience(each=0.3))}
        go_on.set()
    assert {0: True, 1: False, 2: True, 3: True} == ended
