"""Shows at a terminal how far an audit is."""

from __future__ import annotations

import logging
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tqdm import tqdm
from tqdm.contrib.logging import logging_redirect_tqdm

from checkov_keys.runtime.reading.progress import SILENT, Progress

if TYPE_CHECKING:
    from collections.abc import Iterator

_FORMAT = "{desc}: {n_fmt}/{total_fmt} |{bar}| {elapsed}"
_FORMAT_WITHOUT_TOTAL = "{desc}: {n_fmt} [{elapsed}]"


class ProgressBar(Progress):
    """One bar of users, above it one of accounts where there are several."""

    counts_users = True

    def __init__(self, *, several: bool) -> None:
        """Show the users at once, in the second line where there are `several` accounts."""
        self._lock = threading.Lock()
        self._accounts: tqdm | None = None
        self._users = _bar("users", None, int(several))

    def expect_accounts(self, number: int) -> None:
        """Show a bar of accounts."""
        self._accounts = _bar("accounts", number, 0)

    def account_done(self) -> None:
        """Advance the accounts."""
        with self._lock:
            if self._accounts is not None:
                self._accounts.update()

    def expect_users(self, number: int) -> None:
        """Widen the bar of users."""
        with self._lock:
            self._users.bar_format = _FORMAT
            self._users.total = (self._users.total or 0) + number
            self._users.refresh()

    def user_done(self) -> None:
        """Advance the users, and the total where it was told too small."""
        with self._lock:
            if self._users.total is not None:
                self._users.total = max(self._users.total, self._users.n + 1)
            self._users.update()

    def close(self) -> None:
        """Show how it ended, and then leave nothing of the bars on the terminal."""
        for bar in (self._users, self._accounts):
            if bar is not None:
                bar.refresh()
                bar.close()


@contextmanager
def progress_shown(*, several: bool) -> Iterator[Progress]:
    """Yield what shows the progress over one account, or `several`, on standard error where that is a terminal.

    Lines of the log go above it.
    """
    if not sys.stderr.isatty():
        yield SILENT
        return
    bars = ProgressBar(several=several)
    try:
        with logging_redirect_tqdm([logging.getLogger()]):
            yield bars
    finally:
        bars.close()


def _bar(name: str, total: int | None, position: int) -> tqdm:
    return tqdm(
        desc=name,
        total=total,
        position=position,
        leave=False,
        file=sys.stderr,
        bar_format=_FORMAT if total is not None else _FORMAT_WITHOUT_TOTAL,
        dynamic_ncols=True,
    )
