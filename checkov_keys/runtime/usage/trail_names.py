"""What the names of a trail's files and folders tell, wherever they are kept.

AWS's layout is `AWSLogs/[o-organization/]account/CloudTrail/region/yyyy/mm/dd/NAME.json.gz`, below any prefix; a file's
name tells account, region and time once more. Files that are named otherwise are taken for trail files of any day.
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import NamedTuple

from checkov_keys.domain.trail_coverage import Place

_ENDINGS = (".json.gz", ".json")
_NAME = re.compile(r"(\d{12})_CloudTrail_([a-z0-9-]+)_(\d{4})(\d\d)(\d\d)T\d{4}Z_[^/]*", re.ASCII)
_DAYS = re.compile(r"(?:^|/)CloudTrail/[a-z0-9-]+/(\d{4})(?:/(\d\d)(?:/(\d\d))?)?", re.ASCII)
# What other than events is kept beside them. Whatever else an account logs in the same bucket has a folder of its own.
_LEFT_OUT = {"CloudTrail-Digest": "digests", "CloudTrail-Insight": "insights"}
_SERVICE = re.compile(r"(?:^|/)AWSLogs/(?:o-[a-z0-9]+/)?\d{12}/([^/]+)", re.ASCII)
_OTHER_SERVICE = "files of other services"
_OTHER_NAME = "files that do not end in .json.gz or .json"
_MONTHS = 12


class TrailFile(NamedTuple):
    """A file of a trail: its path below where the trail is, with slashes, its size in bytes, and what its name tells.

    `stored` is its name in the directory that it is read from, "" if that is its path.
    """

    path: str
    size: int
    place: Place | None
    day: date | None
    stored: str = ""


class DayChoice(NamedTuple):
    """The first and the last day of delivery (UTC) that are asked for, None for no end.

    Events are delivered within minutes as a rule, but may be later, on another day.
    """

    first: date | None = None
    last: date | None = None

    @property
    def is_everything(self) -> bool:
        """Whether no day is left out."""
        return self.first is None and self.last is None

    def holds(self, day: date | None) -> bool:
        """Tell whether a file of a day is asked for; one whose name tells no day is."""
        return day is None or self._earliest <= day <= self._latest

    def may_be_in(self, folder: str) -> bool:
        """Tell whether a folder can hold a day that is asked for."""
        found = _DAYS.search(folder)
        if not found:
            return True
        year, month, day = (int(part) if part else 0 for part in found.groups())
        earliest, latest = (year, month or 1, day or 1), (year, month or 12, day or 31)
        return latest >= self._earliest.timetuple()[:3] and earliest <= self._latest.timetuple()[:3]

    def has_all_of(self, folder: str) -> bool:
        """Tell whether every day that a folder can hold is asked for."""
        found = _DAYS.search(folder)
        if self.is_everything or not found:
            return self.is_everything
        year, month, day = (int(part) if part else 0 for part in found.groups())
        if month > _MONTHS or not year:
            return False
        latest = (year, month or _MONTHS, day or monthrange(year, month or _MONTHS)[1])
        earliest = (year, month or 1, day or 1)
        return earliest >= self._earliest.timetuple()[:3] and latest <= self._latest.timetuple()[:3]

    @property
    def _earliest(self) -> date:
        return self.first or date.min

    @property
    def _latest(self) -> date:
        return self.last or date.max


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


def find_kind(folder: str) -> str:
    """Return what a folder holds in place of events, "" if it may hold events."""
    found = _SERVICE.search(folder)
    if found and found.group(1) != "CloudTrail":
        return _LEFT_OUT.get(found.group(1), _OTHER_SERVICE)
    return _LEFT_OUT.get(folder.rpartition("/")[2], "")


def find_kind_of_name(name: str) -> str:
    """Return what a file of that name holds in place of events, "" if it may hold events."""
    if not name.endswith(_ENDINGS):
        return _OTHER_NAME
    return next((kind for mark, kind in _LEFT_OUT.items() if f"_{mark}_" in name), "")
