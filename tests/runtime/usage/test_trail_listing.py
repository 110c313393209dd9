"""Which files of a directory are a trail's, and what is left out by name."""

import os
from datetime import date
from pathlib import Path

import pytest

from checkov_keys.domain.trail_coverage import Place, UnreadFile
from checkov_keys.runtime.usage.trail_listing import TrailListing
from checkov_keys.runtime.usage.trail_names import read_name

ACCOUNT = "111122223333"
PLACE = Place(ACCOUNT, "eu-west-1")
ROOT = f"AWSLogs/{ACCOUNT}"


def name_file(day, region="eu-west-1", kind="CloudTrail"):
    """The path of a trail file of a day of March, below AWSLogs."""
    name = f"{ACCOUNT}_{kind}_{region}_202603{day:02}T0905Z_abcdefghij123456.json.gz"
    return f"{ACCOUNT}/{kind}/{region}/2026/03/{day:02}/{name}"


def list_paths(directory, *days):
    """The paths that are listed, and the coverage."""
    listing = TrailListing(directory, *days)
    return [file.path for file in listing], listing.coverage


NAMES = {
    "as AWS names it": (f"{ACCOUNT}_CloudTrail_eu-west-1_20260307T0905Z_ab12.json.gz", (PLACE, date(2026, 3, 7))),
    "an account that is none": ("1234_CloudTrail_eu-west-1_20260307T0905Z_ab12.json.gz", (None, None)),
    "a day that is none": (f"{ACCOUNT}_CloudTrail_eu-west-1_20260231T0905Z_ab12.json.gz", (None, None)),
    "another name": ("events.json", (None, None)),
    "a digest": (f"{ACCOUNT}_CloudTrail-Digest_eu-west-1_trail_20260307T090500Z.json.gz", (None, None)),
    "Arabic digits": (f"{ACCOUNT}_CloudTrail_eu-west-1_2026030\u0667T0905Z_ab12.json.gz", (None, None)),
}


@pytest.mark.parametrize(("name", "told"), NAMES.values(), ids=NAMES)
def test_names(name, told):
    """A name tells account, region and day, or nothing."""
    assert told == read_name(name)


def test_layouts(write_trail):
    """With a prefix, an organization, or no folders at all."""
    one = name_file(7)
    paths = [f"AWSLogs/{one}", f"a/prefix/AWSLogs/o-abc123/{one}", one.rpartition("/")[2], "plain.json", "x/y.json.gz"]
    found, coverage = list_paths(write_trail(dict.fromkeys(paths, b"")))
    assert (sorted(paths), [], {}) == (sorted(found), coverage.unread, coverage.left_out)


def test_days(write_trail):
    """The days of delivery, the first and the last included; a file whose name tells no day is always listed."""
    paths = [f"AWSLogs/{name_file(day)}" for day in (1, 2, 3, 30)]
    flat = [paths[number].rpartition("/")[2] for number in range(4)]
    directory = write_trail(dict.fromkeys([*paths, *flat, "plain.json"], b""))
    first, last = date(2026, 3, 2), date(2026, 3, 3)
    assert [9, 7, 7, 5, 1, 1] == [
        len(list_paths(directory, *days)[0])
        for days in (
            (None, None),
            (first, None),
            (None, last),
            (first, last),
            (date(2026, 4, 1), None),
            (None, date(2026, 2, 28)),
        )
    ]


def test_what_no_event_is_in(write_trail):
    """Digests, insights, other services and other files are counted by kind, not listed."""
    digest, insight = (name_file(7, kind=f"CloudTrail-{kind}") for kind in ("Digest", "Insight"))
    paths = [
        f"AWSLogs/{digest}",
        digest.rpartition("/")[2],
        f"AWSLogs/{insight}",
        f"{ROOT}/Config/eu-west-1/2026/3/7/ConfigHistory/x.json.gz",
        f"{ROOT}/vpcflowlogs/eu-west-1/2026/03/07/x.log.gz",
        "AWSLogs/README.txt",
    ]
    found, coverage = list_paths(write_trail(dict.fromkeys(paths, b"")))
    assert ([], []) == (found, coverage.unread)
    assert {
        "digests": 2,
        "insights": 1,
        "files of other services": 2,
        "files that do not end in .json.gz or .json": 1,
    } == coverage.left_out


def test_links_are_not_followed(write_trail, tmp_path):
    """They may lead anywhere, round in circles too: each is named."""
    directory = write_trail({"a.json": b""})
    outside = tmp_path / "outside.json"
    outside.write_bytes(b"")
    for name, target in (("b.json", outside), ("c", tmp_path), ("d.json", "nowhere"), ("e", ".")):
        Path(directory, name).symlink_to(target)
    found, coverage = list_paths(directory)
    assert ["a.json"] == found
    assert ["b.json", "c", "d.json", "e"] == [unread.path for unread in coverage.unread]


def test_a_directory_that_is_a_link(write_trail, tmp_path):
    """The one that was asked for may be one."""
    (tmp_path / "link").symlink_to(write_trail({"a.json": b""}))
    assert ["a.json"] == list_paths(str(tmp_path / "link"))[0]


def test_a_directory_that_is_not_there(tmp_path):
    """It is named as unread, so that nobody takes it for a trail without events."""
    found, coverage = list_paths(str(tmp_path / "missing"))
    assert ([], [UnreadFile(".", "No such file or directory")]) == (found, coverage.unread)


def test_what_is_not_a_file(write_trail):
    """A named pipe would never end."""
    directory = write_trail({"a.json": b""})
    os.mkfifo(f"{directory}/b.json")
    found, coverage = list_paths(directory)
    assert (["a.json"], [UnreadFile("b.json", "it is not a file")]) == (found, coverage.unread)
