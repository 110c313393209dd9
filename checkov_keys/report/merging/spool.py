"""Keeps the items of lists in a temporary file, from which they come in the order of accounts."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Run(NamedTuple):
    """Items of one account that follow each other: where they are in the file, and how many bytes they take."""

    account: str
    start: int
    length: int


class Spool:
    """Items of several lists, each with the account that it is about, as texts of JSON.

    They are on disk: what an organization has is more than a process should hold. Raises OSError if the disk is full.
    """

    def __init__(self, separators: dict[tuple[str, ...], str]) -> None:
        """Keep items of lists, each known by the names that lead to it, with what is between its items."""
        self._separators = {path: separator.encode() for path, separator in separators.items()}
        self._runs: dict[tuple[str, ...], list[_Run]] = {path: [] for path in separators}
        # Only its owner may read it, and it has no name.
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  # closed by close()
        self._end = 0

    def add(self, path: tuple[str, ...], account: str, text: str) -> None:
        """Add the text of an item to a list; `account` is "" for what is about none."""
        runs = self._runs[path]
        data = text.encode()
        last = runs[-1] if runs else None
        if last and last.account == account and last.start + last.length == self._end:
            data = self._separators[path] + data
            runs[-1] = last._replace(length=last.length + len(data))
        else:
            runs.append(_Run(account, self._end, len(data)))
        self._file.write(data)
        self._end += len(data)

    def stream(self, path: tuple[str, ...]) -> Iterator[str]:
        """Yield the items of a list and what is between them, account by account, those about none at the end."""
        separator = ""
        for run in sorted(self._runs[path], key=lambda run: (not run.account, run.account)):
            self._file.seek(run.start)
            yield separator + self._file.read(run.length).decode()
            separator = self._separators[path].decode()

    def close(self) -> None:
        """Delete the file."""
        self._file.close()
