"""Says of each change of a key what came of it, as it happens."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.domain.key_changes import Outcome
from checkov_keys.domain.text import one_line
from checkov_keys.runtime.changing.journal import JournalError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from typing import TextIO

    from checkov_keys.domain.key_changes import Done

_OTHERS = {
    Outcome.LEFT_ALONE: "left alone",
    Outcome.UNCHANGED: "failed",
    Outcome.UNKNOWN: "may be changed",
}


class Changes(NamedTuple):
    """What came of all changes; `complete` says that each could be made, or needed not to be."""

    done: tuple[Done, ...]
    complete: bool


def told(changes: Iterable[Done], verb: str, journal: Path, stream: TextIO) -> Changes:
    """Make changes, print a line each, and where the journal is; `verb` says in the past what is done to a key."""
    done = []
    complete = True
    try:
        for change in changes:
            done.append(change)
            print(_line(change, verb), file=stream, flush=True)
    except JournalError as error:
        complete = False
        print(f"checkov-keys: {error}; nothing more is changed", file=sys.stderr)
    numbers = Counter(each.outcome for each in done)
    counts = [f"{numbers[Outcome.CHANGED]} {verb}"]
    counts += [f"{numbers[outcome]} {word}" for outcome, word in _OTHERS.items() if numbers[outcome]]
    print(f"{', '.join(counts)}. Journal: {journal}", file=stream, flush=True)
    return Changes(tuple(done), complete and all(each.complete for each in done))


def _line(done: Done, verb: str) -> str:
    change = done.change
    word = _OTHERS.get(done.outcome, verb)
    reason = f": {one_line(done.reason)}" if done.reason else ""
    return f"{word}: {change.key} of {one_line(change.user)} in account {change.account}{reason}"
