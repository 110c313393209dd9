"""Notices that AWS does not answer any more, so that nobody waits for thousands of answers that never come."""

from __future__ import annotations

import threading

from checkov_keys.runtime.session.faults import error_code

# Faults of the way to AWS or of the credentials, whatever is asked for; "" is an answer that is not from AWS.
# Throttling is not one of them: the next call may succeed.
_OF_NOTHING_ASKED = frozenset(
    {
        "",
        "ExpiredToken",
        "ExpiredTokenException",
        "RequestExpired",
        "RequestTimeTooSkewed",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "UnrecognizedClientException",
        "AuthFailure",
    }
)


class Outage:
    """Counts consecutive calls that fail whatever is asked for; threads may share it.

    From the `limit`th on, `reason` says why nothing more should be asked; before that, it is "". What is asked for is
    called `subjects`.
    """

    def __init__(self, limit: int, subjects: str = "users") -> None:
        """Start with no failure."""
        self.reason = ""
        self._subjects = subjects
        self._limit = limit
        self._failed = 0
        self._lock = threading.Lock()

    def begin_again(self, subjects: str) -> Outage:
        """Return one for other calls, with no failure of its own; if this one has a reason, so has it."""
        other = Outage(self._limit, subjects)
        other.reason = self.reason
        return other

    def answered(self) -> None:
        """Note that AWS has answered a call."""
        with self._lock:
            self._failed = 0

    def failed(self, error: BaseException, line: str) -> None:
        """Count a call that ended in `error`, which `line` explains."""
        if error_code(error) not in _OF_NOTHING_ASKED:
            self.answered()
            return
        with self._lock:
            self._failed += 1
            if self._failed >= self._limit and not self.reason:
                self.reason = f"skipped, after {self._failed} {self._subjects} in a row that failed; last error: {line}"
