"""How many calls an account is asked at once: more while AWS does not throttle it, half as many when it does.

AWS throttles every account by itself, and does not say from how many calls a second on: busy accounts allow about 20.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from __future__ import annotations

import threading
import time
from typing import Any, Callable

from checkov_keys.runtime.session.throttling import is_throttled

# Calls at once: at the beginning, and at most.
START, MOST = 10, 50
_SERVER_ERRORS = 500
# Seconds. What is throttled so soon after a cut was under way before it, or is the same burst tried again.
_BURST = 1.0
# Seconds from one step up to the next, once AWS has throttled.
_STEP = 1.0


class Pace:
    """The `level`, a number of calls at once, that an account bears; threads may share it.

    It begins at `start`. Until AWS throttles for the first time, each answer raises it by one, up to `most`. From then
    on it is raised by one a second at most, as long as answers come, and halved by each burst of throttled answers.
    `clock` tells the time in seconds.
    """

    def __init__(self, start: int = START, most: int = MOST, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin, with nothing known of the account."""
        self.level = min(start, most)
        self._most = most
        self._clock = clock
        self._cut_at: float | None = None
        self._raised_at = 0.0
        self._lock = threading.Lock()

    def note(self, response: tuple[Any, dict[str, Any]] | None = None, **_: object) -> None:
        """Note an answer; botocore emits `needs-retry` with each, also with those after which it tries again.

        It is None if there is none. A fault of AWS says nothing about the pace.
        """
        if response is None:
            return
        if is_throttled(response):
            self.throttled()
        elif response[0].status_code < _SERVER_ERRORS:
            self.answered()

    def answered(self) -> None:
        """Note that AWS has answered."""
        if self.level >= self._most:
            return
        with self._lock:
            now = self._clock()
            if self._cut_at is not None and now - max(self._cut_at, self._raised_at) < _STEP:
                return
            self._raised_at = now
            self.level = min(self._most, self.level + 1)

    def throttled(self) -> None:
        """Note that AWS has refused to answer so much at once."""
        with self._lock:
            now = self._clock()
            if self._cut_at is not None and now - self._cut_at < _BURST:
                return
            self._cut_at = now
            self.level = max(1, self.level // 2)
