"""A journal of changes of access keys: JSON lines, each on the disk before its call is made.

    {"format": "checkov-keys journal 1", "time", "role", "account", "user", "key", "before", "after",
     "outcome", "reason"}

`time` is ISO 8601 in UTC, `before` and `after` are statuses as AWS spells them, `outcome` is one
of key_changes.Outcome. `role` is the ARN of the role by which the account was entered, "" for the
credentials; lines of older journals do not have it. Secrets and external ids are never written.

A line is written up to its outcome before the call, and ended after it. A process that is killed in between leaves a
line without an end, which whoever opens the journal next ends as "interrupted".
"""

from __future__ import annotations

import json
import os
import stat
import sys
from contextlib import ExitStack, suppress
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from checkov_keys.domain.errors import CheckovKeysError, UsageError
from checkov_keys.domain.key_changes import Change, Done, Outcome

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

FORMAT = "checkov-keys journal 1"
_BEGINNING = json.dumps({"format": FORMAT})[:-1].encode()
_BEFORE_OUTCOME = b', "outcome": '
_TEXTS = ("time", "account", "user", "key", "before", "after", "role", "reason")
# Without it, Windows writes CR LF for each LF.
_BINARY = getattr(os, "O_BINARY", 0)
# Where msvcrt locks a byte, past any end: a locked byte cannot be read.
_LOCKED_BYTE = 1 << 62


class JournalError(CheckovKeysError):
    """The journal cannot be written any more: nothing may be changed from here on."""


class Journal:
    """A journal that is open and locked: nobody else can open it until it is closed.

    `entries` are those that it held when it was opened.
    """

    def __init__(self, path: Path, *, new: bool) -> None:
        """Open a journal, with `new` also one that is not there yet, and end a line that was interrupted.

        Raises UsageError if it cannot be written, is in use, is not a journal, or is damaged.
        """
        self._path = path
        self.entries: tuple[Done, ...] = ()
        try:
            with ExitStack() as stack:
                if new:
                    path.parent.mkdir(parents=True, exist_ok=True)
                self._file = os.open(path, os.O_RDWR | os.O_APPEND | _BINARY | (os.O_CREAT if new else 0), 0o600)
                stack.callback(os.close, self._file)
                self._begin()
                if new:
                    _keep_name(path)
                stack.pop_all()
        except OSError as error:
            raise UsageError(f"cannot write the journal {path}: {error.strerror}; nothing was changed") from error

    def close(self) -> None:
        """Let others open it."""
        os.close(self._file)

    def find_doubt(self) -> str:
        """Return why somebody else may have written to the file, by its owner and mode; "" if nobody else may."""
        if sys.platform == "win32":
            return ""
        status = os.fstat(self._file)
        if status.st_uid != os.geteuid():
            return f"it belongs to another user (id {status.st_uid})"
        if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            return f"others may write to it (mode {stat.S_IMODE(status.st_mode):o})"
        return ""

    def announce(self, change: Change) -> None:
        """Write a line up to its outcome; raise JournalError if it is not on the disk."""
        now = datetime.now(timezone.utc).isoformat(timespec="seconds")
        fields = {"format": FORMAT, "time": now, "role": change.role, **vars(change)}
        size = os.fstat(self._file).st_size
        try:
            self._write(json.dumps(fields)[:-1].encode() + _BEFORE_OUTCOME)
        except OSError as error:
            with suppress(OSError):
                os.ftruncate(self._file, size)
            raise JournalError(f"cannot write the journal {self._path}: {error.strerror}") from error

    def end(self, outcome: Outcome, reason: str = "") -> None:
        """End the line that was announced last; raise JournalError if it is not on the disk."""
        try:
            self._write(_ending(outcome, reason))
        except OSError as error:
            raise JournalError(f"cannot end the last line of the journal {self._path}: {error.strerror}") from error

    def _begin(self) -> None:
        if not stat.S_ISREG(os.fstat(self._file).st_mode):
            raise UsageError(f"the journal {self._path} is not a file that can be read again")
        _lock(self._file, self._path)
        with os.fdopen(os.dup(self._file), "rb") as file:
            content = file.read()
        *whole, torn = content.split(b"\n")
        self.entries = tuple(_entries(whole, self._path))
        if torn:
            self._mend(torn)

    def _mend(self, torn: bytes) -> None:
        """End the last line, or remove what was written of it if its call was never made."""
        # After a power failure, a disk may show zeros instead of what was written last.
        kept = torn.rstrip(b"\0")
        if not (kept.startswith(_BEGINNING) or _BEGINNING.startswith(kept)):
            raise _foreign(self._path, len(self.entries) + 1)
        announced, found, _ = kept.rpartition(_BEFORE_OUTCOME)
        ending = b"\n"
        if not _is_json(kept):
            kept = announced + found
            ending = _ending(Outcome.INTERRUPTED, "whether the call was made is not known") if found else b""
        if kept:
            self.entries += tuple(_entries([kept + ending], self._path, len(self.entries) + 1))
        os.ftruncate(self._file, os.fstat(self._file).st_size - len(torn) + len(kept))
        self._write(ending if kept else b"")

    def _write(self, data: bytes) -> None:
        while data:
            data = data[os.write(self._file, data) :]
        os.fsync(self._file)


def _entries(lines: Iterable[bytes], path: Path, first: int = 1) -> Iterator[Done]:
    number = first
    try:
        for number, line in enumerate(lines, first):  # noqa: B007  # told where it fails
            yield _entry(json.loads(line))
    except (ValueError, RecursionError) as error:
        raise _foreign(path, number) from error


def _is_json(text: bytes) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _foreign(path: Path, line: int) -> UsageError:
    return UsageError(f"{path}, line {line}: not a journal of checkov-keys, or damaged; nothing was changed")


def _entry(data: Any) -> Done:  # noqa: ANN401  # whatever the file holds
    """Return a line of a journal; raise ValueError if it is not one."""
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ValueError("another format")
    texts = {name: data.get(name, "") for name in _TEXTS}
    if not all(isinstance(text, str) for text in texts.values()):
        raise ValueError("a field that is not text")
    names = ("account", "user", "key", "before", "after")
    if not all(texts[name] for name in names):
        raise ValueError("a field is missing")
    change = Change(**{name: texts[name] for name in (*names, "role")})
    return Done(change, Outcome(data.get("outcome")), texts["reason"])


def _ending(outcome: Outcome, reason: str) -> bytes:
    return f'{json.dumps(outcome.value)}, "reason": {json.dumps(reason)}}}\n'.encode()


def _lock(file: int, path: Path) -> None:
    """Lock a file until it is closed, or its process ends; raise UsageError if another process has locked it."""
    try:
        if sys.platform == "win32":
            os.lseek(file, _LOCKED_BYTE, os.SEEK_SET)
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
            os.lseek(file, 0, os.SEEK_SET)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise UsageError(f"the journal {path} is in use by another run; nothing was changed") from error


def _keep_name(path: Path) -> None:
    """Make sure that a new file is in its folder after a crash too."""
    if sys.platform == "win32":
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
