"""The files of a trail in a directory, by their names alone.

AWS's layout is `AWSLogs/[o-organization/]account/CloudTrail/region/yyyy/mm/dd/NAME.json.gz`, below any prefix; a file's
name tells account, region and time once more. Files that are named otherwise are taken for trail files of any day.
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html
"""

from __future__ import annotations

import os
import re
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.domain.trail_coverage import Coverage, Place, UnreadFile

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENDINGS = (".json.gz", ".json")
_NAME = re.compile(r"(\d{12})_CloudTrail_([a-z0-9-]+)_(\d{4})(\d\d)(\d\d)T\d{4}Z_[^/]*", re.ASCII)
_DAYS = re.compile(r"(?:^|/)CloudTrail/[a-z0-9-]+/(\d{4})(?:/(\d\d)(?:/(\d\d))?)?", re.ASCII)
# What other than events is kept beside them. Whatever else an account logs in the same bucket has a folder of its own.
_LEFT_OUT = {"CloudTrail-Digest": "digests", "CloudTrail-Insight": "insights"}
_SERVICE = re.compile(r"(?:^|/)AWSLogs/(?:o-[a-z0-9]+/)?\d{12}/([^/]+)", re.ASCII)
_OTHER_SERVICE = "files of other services"
_OTHER_NAME = "files that do not end in .json.gz or .json"


class TrailFile(NamedTuple):
    """A file of a trail: its path below the directory, with slashes, its size in bytes, and what its name tells."""

    path: str
    size: int
    place: Place | None
    day: date | None


class TrailListing:
    """Lists the trail files of a directory; `coverage` gathers what is left out or cannot be read.

    Only files that were delivered from the day `first` to the day `last` (UTC) are listed, None for no end. Events are
    delivered within minutes as a rule, but may be later, on another day.
    """

    def __init__(self, directory: str, first: date | None = None, last: date | None = None) -> None:
        self.coverage = Coverage(chosen=(first, last))
        self._directory = directory
        self._first, self._last = first or date.min, last or date.max

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
                if self._may_have_chosen(path):
                    yield from self._walk(path, kind or _find_kind(path))
            elif kind or not entry.name.endswith(_ENDINGS):
                self.coverage.left_out[kind or _OTHER_NAME] += 1
            else:
                yield from self._read_name(entry, path)

    def _read_name(self, entry: os.DirEntry[str], path: str) -> Iterator[TrailFile]:
        for mark, kind in _LEFT_OUT.items():
            if f"_{mark}_" in entry.name:
                self.coverage.left_out[kind] += 1
                return
        place, day = read_name(entry.name)
        if day is not None and not self._first <= day <= self._last:
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

    def _may_have_chosen(self, path: str) -> bool:
        found = _DAYS.search(path)
        if not found:
            return True
        year, month, day = (int(part) if part else 0 for part in found.groups())
        earliest, latest = (year, month or 1, day or 1), (year, month or 12, day or 31)
        return latest >= self._first.timetuple()[:3] and earliest <= self._last.timetuple()[:3]

    def _note_unread(self, path: str, reason: str) -> None:
        self.coverage.unread.append(UnreadFile(path, reason))


def read_name(name: str) -> tuple[Place | None, date | None]:
    """Return what the name of a trail file tells, None for what it does not."""
    found = _NAME.fullmatch(name)
    if not found:
        return None, None
    account, region, year, month, day = found.groups()
    try:
        return Place(account, region), date(int(year), int(month), int(day))
    except ValueError:
        return None, None


def _find_kind(path: str) -> str:
    found = _SERVICE.search(path)
    if found and found.group(1) != "CloudTrail":
        return _LEFT_OUT.get(found.group(1), _OTHER_SERVICE)
    return _LEFT_OUT.get(path.rpartition("/")[2], "")
