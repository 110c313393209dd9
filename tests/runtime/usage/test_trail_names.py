"""Which folders hold days that are asked for, all of them or some."""

from datetime import date

import pytest

from checkov_keys.runtime.usage.trail_names import DayChoice, find_kind_of_name

REGION = "AWSLogs/111122223333/CloudTrail/eu-west-1"
FEBRUARY = (date(2028, 2, 1), date(2028, 2, 29))
FOLDERS = {
    "a month to its last day": (FEBRUARY, "2028/02", (True, True)),
    "a month less a day": ((FEBRUARY[0], date(2028, 2, 28)), "2028/02", (True, False)),
    "a month from its second day on": ((date(2028, 2, 2), None), "2028/02", (True, False)),
    "a month before": (FEBRUARY, "2028/01", (False, False)),
    "a day": ((date(2028, 2, 29), date(2028, 2, 29)), "2028/02/29", (True, True)),
    "a day before": ((date(2028, 2, 29), None), "2028/02/28", (False, False)),
    "a year": ((date(2028, 1, 1), date(2028, 12, 31)), "2028", (True, True)),
    "a year less a day": ((date(2028, 1, 2), None), "2028", (True, False)),
    "a year that is later": ((date(2028, 1, 2), None), "2029", (True, True)),
    "all days": ((None, None), "2028", (True, True)),
    "all days of a region": ((None, None), "", (True, True)),
    "some days of a region": (FEBRUARY, "", (True, False)),
    "a month that is none": (FEBRUARY, "2028/13", (False, False)),
    "a month that is none, of a year": ((date(2027, 1, 1), None), "2028/13", (True, False)),
    "a month of zeros": ((date(2027, 1, 1), None), "2028/00", (True, True)),
    "a year of zeros": ((None, date(2027, 1, 1)), "0000", (False, False)),
}


@pytest.mark.parametrize(("days", "folder", "told"), FOLDERS.values(), ids=FOLDERS)
def test_folders(days, folder, told):
    """Whether a folder can hold a day that is asked for, and whether it holds no other."""
    choice, path = DayChoice(*days), f"{REGION}/{folder}".rstrip("/")
    assert told == (choice.may_be_in(path), choice.has_all_of(path))


NAMES = {
    "x.json.gz": "",
    "x.json": "",
    "x.JSON": "files that do not end in .json.gz or .json",
    "": "files that do not end in .json.gz or .json",
    "1_CloudTrail-Digest_x.json.gz": "digests",
    "1_CloudTrail-Insight_x.json.gz": "insights",
}


@pytest.mark.parametrize(("name", "kind"), NAMES.items())
def test_kinds(name, kind):
    """What a name says that is in a file in place of events."""
    assert kind == find_kind_of_name(name)
