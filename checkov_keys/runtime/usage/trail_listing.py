"""The files of a trail in a directory, by their names alone."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from checkov_keys.domain.trail_coverage import Coverage, UnreadFile
from checkov_keys.runtime.usage.trail_names import DayChoice, TrailFile, find_kind, find_kind_of_name, read_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date


class TrailListing:
    """Lists the trail files of a directory; `coverage` gathers what is left out or cannot be read.

    Only files that were delivered from the day `first` to the day `last` (UTC) are listed, None for no end.
    """

    def __init__(self, directory: str, first: date | None = None, last: date | None = None) -> None:
        self.coverage = Coverage(chosen=(first, last))
        self._directory = directory
        self._days = DayChoice(first, last)

    def __iter__(self) -> Iterator[TrailFile]:
        return self._walk("", "")

    def _walk(self, folder: str, kind: str) -> Iterator[TrailFile]:
        """Yield the files of a folder and those below it; `kind` says why they are left out, "" if they are not."""
        try:
            with os.scandir(os.path.join(self._directory, folder)) as listed:  # noqa: PTH118  # 100,000 files
                entries = sorted(listed, key=lambda entry: entry.name)
        except OSError as error:
            self._note_unread(folder or ".", error.strerror or type(error).__name__)
            return
        for entry in entries:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if entry.is_symlink():
                self._note_unread(path, "it is a symbolic link, which may lead anywhere")
            elif entry.is_dir(follow_symlinks=False):
                if self._days.may_be_in(path):
                    yield from self._walk(path, kind or find_kind(path))
            elif found := kind or find_kind_of_name(entry.name):
                self.coverage.left_out[found] += 1
            else:
                yield from self._read_name(entry, path)

    def _read_name(self, entry: os.DirEntry[str], path: str) -> Iterator[TrailFile]:
        place, day = read_name(entry.name)
        if not self._days.holds(day):
            return
        try:
            # A named pipe would keep a reader waiting for ever.
            if not entry.is_file(follow_symlinks=False):
                self._note_unread(path, "it is not a file")
                return
            size = entry.stat(follow_symlinks=False).st_size
        except OSError as error:
            self._note_unread(path, error.strerror or type(error).__name__)
            return
        yield TrailFile(path, size, place, day)

    def _note_unread(self, path: str, reason: str) -> None:
        self.coverage.unread.append(UnreadFile(path, reason))
