"""How many calls at once an account is asked, by what it has answered."""

from types import SimpleNamespace

import pytest

from checkov_keys.runtime.session.pace import MOST, START, Pace
from checkov_keys.runtime.session.throttling import try_again_later


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


def answer(status=200, **error):
    return SimpleNamespace(status_code=status), {"Error": error} if error else {}


# Steps are "a" (an answer), "t" (a throttled one) and seconds that pass.
LEVELS = {
    "nothing yet": ([], 10),
    "one more for each answer": (["a"] * 3, 13),
    "and no more than that": (["a"] * 100, 50),
    "half when it throttles": (["t"], 5),
    "a burst counts once": (["t", 0.1, "t", 0.8, "t"], 5),
    "two bursts count twice": (["t", 1, "t"], 2),
    "one call is always made": (["t", 1, "t", 1, "t", 1, "t", 1, "t"], 1),
    "from fifty": ([*["a"] * 40, "t"], 25),
    "not again so soon": (["t", "a", 0.9, "a"], 5),
    "again after a second": (["t", 1, "a", "a", "a"], 6),
    "by one a second, however many answers come": (["t", *[*["a"] * 50, 1] * 4, "a"], 9),
    "up to the most": (["t", *[1, "a"] * 100], 50),
    "waiting alone raises nothing": (["t", 3600], 5),
    "a burst after it has risen": (["t", 1, "a", 1, "a", "t"], 3),
}


@pytest.mark.parametrize(("steps", "level"), LEVELS.values(), ids=LEVELS)
def test_levels(steps, level):
    """It begins at ten, rises while AWS does not throttle, and is halved by each burst."""
    clock = Clock()
    pace = Pace(clock=clock)
    for step in steps:
        if step == "a":
            pace.answered()
        elif step == "t":
            pace.throttled()
        else:
            clock.now += step
    assert level == pace.level


ANSWERS = {
    "an answer": (answer(), START + 1),
    "no such user": (answer(404, Code="NoSuchEntity"), START + 1),
    "denied": (answer(403, Code="AccessDenied"), START + 1),
    "throttled": (answer(400, Code="Throttling"), START // 2),
    "another word for it": (answer(400, Code="ThrottlingException"), START // 2),
    "too many requests, by code": (answer(400, Code="TooManyRequestsException"), START // 2),
    "a limit of requests": (answer(503, Code="RequestLimitExceeded"), START // 2),
    "slow down": (answer(503, Code="SlowDown"), START // 2),
    "too many requests, by status": (answer(429), START // 2),
    "too many requests, with a strange body": ((SimpleNamespace(status_code=429), {"Error": "x"}), START // 2),
    "an error of AWS": (answer(500, Code="InternalFailure"), START),
    "unavailable, which is not throttling": (answer(503, Code="ServiceUnavailable"), START),
    "none": (None, START),
}


@pytest.mark.parametrize(("response", "level"), ANSWERS.values(), ids=ANSWERS)
def test_answers(response, level):
    """Throttling is told by code or status; faults of AWS change nothing."""
    pace = Pace()
    assert pace.note(response=response, attempts=1, caught_exception=None) is None
    assert level == pace.level


def test_a_start_above_the_most():
    """The most goes before the start."""
    assert 3 == Pace(most=3).level
    assert START < MOST


@pytest.mark.parametrize(
    ("response", "attempts", "longest"),
    [
        (answer(400, Code="Throttling"), 1, 1),
        (answer(429), 5, 10),
        (answer(400, Code="SlowDown"), 11, 10),
        (answer(400, Code="Throttling"), 12, None),
        (answer(500, Code="InternalFailure"), 1, None),
        (answer(), 1, None),
        (None, 1, None),
    ],
)
def test_what_is_tried_again(response, attempts, longest):
    """Only what is throttled, a dozen times at most, and soon enough."""
    waits = [try_again_later(response=response, attempts=attempts, caught_exception=None) for _ in range(50)]
    assert (longest is None) == (waits == [None] * 50)
    if longest is not None:
        assert all(0 <= wait < longest for wait in waits)
