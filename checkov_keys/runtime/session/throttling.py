"""Which answers of AWS mean that it was asked too much at once, and how often a call is tried again after them.

botocore gives a call up after as many attempts as after any other fault. Throttling is not one: the account is well,
and only busy. Its `adaptive` mode loses no call to it either, but it counts calls a second and forgets only slowly that
AWS has throttled: behind an account that allows 100 calls a second, it makes two thirds of them.
https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
"""

from __future__ import annotations

import random
from typing import Any

# Whatever the status that they come with.
_THROTTLED = frozenset(
    {
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "TooManyRequestsException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "BandwidthLimitExceeded",
        "SlowDown",
    }
)
_TOO_MANY_REQUESTS = 429
# With the waits between them, this takes a minute, and two at most.
_ATTEMPTS = 12
_LONGEST_WAIT = 10  # seconds


def is_throttled(response: tuple[Any, dict[str, Any]]) -> bool:
    """Tell whether an answer, as botocore's HTTP response and what it parsed, says that AWS throttles."""
    error = response[1].get("Error")
    code = error.get("Code") if isinstance(error, dict) else None
    return response[0].status_code == _TOO_MANY_REQUESTS or code in _THROTTLED


def try_again_later(response: tuple[Any, dict[str, Any]] | None, attempts: int, **_: object) -> float | None:
    """Return the seconds after which a throttled call is tried again, None if this was not one, or the last attempt.

    botocore emits needs-retry with each answer, and waits as long as the first of the handlers says that says anything.
    This one comes after botocore's own.
    """
    if response is None or attempts >= _ATTEMPTS or not is_throttled(response):
        return None
    return random.random() * min(float(2 ** (attempts - 1)), _LONGEST_WAIT)  # noqa: S311  # spreads calls, hides nothing
