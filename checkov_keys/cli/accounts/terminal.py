"""What a command shows and asks at a terminal: how far it is, a yes before it changes anything, what it changed."""

from __future__ import annotations

import logging
import sys
import threading
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from tqdm import tqdm
from tqdm.contrib.logging import logging_redirect_tqdm

from checkov_keys.domain.errors import UsageError
from checkov_keys.domain.key_changes import Outcome
from checkov_keys.domain.text import escape_unprintable, one_line
from checkov_keys.report.standard_streams import print_line, print_wrapped
from checkov_keys.runtime.changing.journal import JournalError
from checkov_keys.runtime.reading.progress import SILENT, Progress

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from typing import Callable, TextIO

    from checkov_keys.domain.key_changes import Change, Done

_FORMAT = "{desc}: {n_fmt}/{total_fmt} |{bar}| {elapsed}"
_FORMAT_WITHOUT_TOTAL = "{desc}: {n_fmt} [{elapsed}]"
_OTHERS = {
    Outcome.LEFT_ALONE: "left alone",
    Outcome.UNCHANGED: "failed",
    Outcome.UNKNOWN: "may be changed",
    Outcome.TAKEN_BACK: "turned on again",
}


def ask_for_number(number: int, what: str) -> bool:
    """Ask on standard error for the number of keys, and return whether it was typed; `what` is done to them.

    Such a yes cannot be given by accident. Raises UsageError if nobody is there to type.
    """
    print_line(f"Type the number of keys to {what} ({number}), anything else to stop: ", sys.stderr, end="")
    typed = sys.stdin.readline() if sys.stdin else ""
    if not typed:
        print_line(stream=sys.stderr)
        raise UsageError("no confirmation given; nothing changed (use --yes to skip the prompt)")
    if typed.strip() == str(number):
        return True
    print_line("Nothing was changed.", sys.stderr)
    return False


class Changes(NamedTuple):
    """What came of all changes; `complete` says that each was made, or was not needed."""

    done: tuple[Done, ...]
    complete: bool


def apply_and_print(changes: Iterable[Done], verb: str, journal: Path, stream: TextIO) -> Changes:
    """Make changes, print one line per change, and where the journal is.

    `verb` says what is done to a key: "turned off".
    """
    done = []
    complete = True
    try:
        for change in changes:
            done.append(change)
            print_wrapped(_format_line(change, verb), stream)
    except JournalError as error:
        complete = False
        print_wrapped(f"checkov-keys: {escape_unprintable(str(error))}; nothing more is changed", sys.stderr)
    numbers = Counter(each.outcome for each in done)
    counts = [f"{numbers[Outcome.CHANGED]} {verb}"]
    counts += [f"{numbers[outcome]} {word}" for outcome, word in _OTHERS.items() if numbers[outcome]]
    print_wrapped(f"{', '.join(counts)}. Journal: {escape_unprintable(str(journal))}", stream)
    return Changes(tuple(done), complete and all(each.complete for each in done))


@contextmanager
def show_progress(*, several: bool) -> Iterator[Progress]:
    """Yield what shows the progress over one account, or `several`, on standard error if that is a terminal.

    Lines of the log go above it.
    """
    if not sys.stderr.isatty():
        yield SILENT
        return
    bars = _ProgressBar(several=several)
    try:
        with logging_redirect_tqdm([logging.getLogger()]):
            yield bars
    finally:
        bars.close()


@contextmanager
def show_regions(number: int) -> Iterator[Callable[[], None]]:
    """Yield what to call when one of so many regions is read; on a terminal, a bar shows how far it is."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    bar = _make_bar("regions", number, 0)
    try:
        with logging_redirect_tqdm([logging.getLogger()]):
            yield lambda: bar.update() and None
    finally:
        bar.close()


@contextmanager
def show_objects() -> Iterator[Callable[[int], None]]:
    """Yield what to call with the bytes of each object that was fetched; on a terminal, a line shows how many.

    How many there are is not known before they are listed.
    """
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    bar = _make_bar("objects", None, 0)
    size = 0

    def note(number: int) -> None:
        nonlocal size
        size += number
        bar.set_description_str(f"{size / 1_000_000:,.1f} MB, objects", refresh=False)
        bar.update()

    try:
        with logging_redirect_tqdm([logging.getLogger()]):
            yield note
    finally:
        bar.refresh()
        bar.close()


class _ProgressBar(Progress):
    """One bar of users, above it one of accounts if there are several."""

    counts_users = True

    def __init__(self, *, several: bool) -> None:
        """Show the users at once, in the second line if there are `several` accounts."""
        self._lock = threading.Lock()
        self._accounts: tqdm | None = None
        self._users = _make_bar("users", None, int(several))
        self._regions: tqdm | None = None

    def expect_accounts(self, number: int) -> None:
        """Show a bar of accounts."""
        self._accounts = _make_bar("accounts", number, 0)

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
        """Advance the users, and the total if it was too small."""
        with self._lock:
            if self._users.total is not None:
                self._users.total = max(self._users.total, self._users.n + 1)
            self._users.update()

    def expect_regions(self, number: int) -> None:
        """Show a bar of regions below the others, or widen it."""
        with self._lock:
            if self._regions is None:
                self._regions = _make_bar("regions", 0, 2 if self._accounts is not None else 1)
            self._regions.total += number
            self._regions.refresh()

    def region_done(self) -> None:
        """Advance the regions."""
        with self._lock:
            if self._regions is not None:
                self._regions.update()

    def close(self) -> None:
        """Show how it ended, and then leave nothing of the bars on the terminal."""
        for bar in (self._regions, self._users, self._accounts):
            if bar is not None:
                bar.refresh()
                bar.close()


def _make_bar(name: str, total: int | None, position: int) -> tqdm:
    return tqdm(
        desc=name,
        total=total,
        position=position,
        leave=False,
        file=sys.stderr,
        bar_format=_FORMAT if total is not None else _FORMAT_WITHOUT_TOTAL,
        dynamic_ncols=True,
    )


def describe_key(change: Change) -> str:
    """Return the key of a change, its user and its account, fit to print: a journal may hold any text."""
    return f"{one_line(change.key)} of {one_line(change.user)} in account {one_line(change.account)}"


def _format_line(done: Done, verb: str) -> str:
    change = done.change
    word = _OTHERS.get(done.outcome, verb)
    reason = f": {one_line(done.reason)}" if done.reason else ""
    return f"{word}: {describe_key(change)}{reason}"
