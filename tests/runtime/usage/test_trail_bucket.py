"""A trail in a bucket of moto's: what is found is what is found in a directory with the same files."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import boto3
import pytest

from checkov_keys.runtime.session.aws_session import AwsSession
from checkov_keys.runtime.usage import trail_batches
from checkov_keys.runtime.usage.bucket_place import BucketPlace
from checkov_keys.runtime.usage.trail_bucket import read_bucket
from checkov_keys.runtime.usage.trail_files import read_trail

KEY = "AKIAIOSFODNN7EXAMPLE"
DEPLOYER, ANALYST, ANALYST_TOO = "AKIACTADE5PNQEXAMPLE", "AKIAI7LPHO2AOEXAMPLE", "AKIA5XYJWRFCMEXAMPLE"
ONE, TWO = "111122223333", "444455556666"
DAYS = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 2), date(2026, 3, 1)]


def name_file(day, account=ONE, region="eu-west-1", kind="CloudTrail"):
    """The path of a file below AWSLogs."""
    name = f"{account}_{kind}_{region}_{day:%Y%m%d}T0905Z_abcdefghij123456.json.gz"
    return f"{account}/{kind}/{region}/{day:%Y/%m/%d}/{name}"


def list_files(root):
    """Files of two accounts and two regions, and what may be beside them."""
    paths = [f"{root}{name_file(day, account)}" for day in DAYS for account in (ONE, TWO)]
    paths += [f"{root}{name_file(day, region='us-east-1')}" for day in DAYS[:4]]
    return [
        *paths,
        f"{root}{name_file(DAYS[0], kind='CloudTrail-Digest')}",
        f"{root}{ONE}/Config/eu-west-1/2026/1/1/ConfigHistory/x.json.gz",
        f"{root}{ONE}/CloudTrail/eu-west-1/README.txt",
        f"{root}{ONE}/CloudTrail/eu-west-1/2026/copy.json.gz",
        f"{root}{ONE}/CloudTrail/eu-west-1/2026/01/more/x.json.gz",
    ]


LAYOUTS = {
    "AWS's": list_files("AWSLogs/"),
    "an organization's": list_files("AWSLogs/o-abc123/"),
    "below a prefix": list_files("a/prefix/AWSLogs/"),
    "several trails": [*list_files("one/AWSLogs/"), *list_files("two/CloudTrail/AWSLogs/o-abc123/")],
    "copied in part": [path.partition("AWSLogs/111122223333/")[2] or path for path in list_files("AWSLogs/")],
    "no folders": [path.rpartition("/")[2] for path in list_files("")],
    "other folders": [f"a/b/c/d/e/{day:%d}/{number}.json.gz" for number, day in enumerate(DAYS)],
    "nothing": [],
}
RANGES = {
    "everything": (None, None),
    "from a day on": (date(2026, 1, 31), None),
    "to a day": (None, date(2026, 1, 1)),
    "over the end of a month": (date(2026, 1, 31), date(2026, 2, 1)),
    "a whole month": (date(2026, 1, 1), date(2026, 1, 31)),
    "days without a file": (date(2026, 2, 3), date(2026, 2, 9)),
}


@pytest.fixture
def trail(tmp_path, make_record, write_log, compress):
    """Write files of these paths, each with events of its own, into a directory; every third holds one twice."""

    def write(paths):
        for number, path in enumerate(paths):
            file = tmp_path / "trail" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            record = make_record(eventID=f"event-{number - number % 3}", sourceIPAddress=f"10.0.0.{number}")
            file.write_bytes(compress(write_log(record, make_record("AKIAOTHER7KEYEXAMPLE"))))
        return tmp_path / "trail"

    return write


def fill_bucket(server, directory):
    """Put the files of a directory into a bucket; returns the session to read it with."""
    s3 = boto3.client("s3", endpoint_url=server.endpoint, region_name="us-east-1")
    s3.create_bucket(Bucket="trail")
    for path in directory.rglob("*"):
        if path.is_file():
            s3.put_object(Bucket="trail", Key=str(path.relative_to(directory)), Body=path.read_bytes())
    server.calls.clear()
    return AwsSession(endpoint_url=server.endpoint)


def same(reading):
    """What is compared: all but what a bucket counts in folders instead of files."""
    return reading[0], replace(reading[1], left_out=None)


@pytest.mark.parametrize("paths", LAYOUTS.values(), ids=LAYOUTS)
def test_layouts_and_days(watched_moto, trail, paths):
    """Whatever the layout and the days: the usage, the days, and what was not read are those of the directory."""
    server, directory = watched_moto(), trail(paths)
    directory.mkdir(exist_ok=True)
    session = fill_bucket(server, directory)
    for first, last in RANGES.values():
        found = read_bucket(session, BucketPlace("trail", ""), [KEY], first=first, last=last, workers=1)
        assert same(read_trail(str(directory), [KEY], first=first, last=last, workers=1)) == same(found)
    assert (not paths) == (not found.coverage.files + sum(found.coverage.left_out.values()))


PREFIXES = [
    "AWSLogs",
    f"AWSLogs/{ONE}",
    f"AWSLogs/{ONE}/CloudTrail",
    f"AWSLogs/{ONE}/CloudTrail/eu-west-1",
    f"AWSLogs/{ONE}/CloudTrail/eu-west-1/2026",
    f"AWSLogs/{ONE}/CloudTrail/eu-west-1/2026/01",
    f"AWSLogs/{ONE}/CloudTrail/eu-west-1/2026/01/31",
]


def test_deeper_prefixes(watched_moto, trail):
    """Any folder of the layout may be named: what is found is what is found in the same folder of a directory."""
    server, directory = watched_moto(), trail(LAYOUTS["AWS's"][:-4])
    session = fill_bucket(server, directory)
    for prefix in PREFIXES:
        for first, last in (RANGES["everything"], RANGES["a whole month"], RANGES["days without a file"]):
            found = read_bucket(session, BucketPlace("trail", f"{prefix}/"), [KEY], first=first, last=last, workers=1)
            assert same(read_trail(str(directory / prefix), [KEY], first=first, last=last, workers=1)) == same(found)


def test_the_way_to_a_prefix_counts(watched_moto, trail):
    """A folder below the prefix is known by the whole key: one of another service, or of another day, is left out."""
    session = fill_bucket(watched_moto(), trail(LAYOUTS["AWS's"]))
    for prefix, files in ((f"AWSLogs/{ONE}/Config/", 0), (f"AWSLogs/{ONE}/CloudTrail/eu-west-1/2026/01/more/", 0)):
        found = read_bucket(session, BucketPlace("trail", prefix), [KEY], first=DAYS[3], workers=1)
        assert (files, True) == (found.coverage.files, found.coverage.is_complete)


def list_calls(server):
    """The prefixes that were listed, without those of whole folders above the days, and the keys that were fetched."""
    lists = [asked["prefix"] for action, asked, _ in server.calls if "list-type" in asked]
    gets = [asked["path"] for action, asked, _ in server.calls if "list-type" not in asked]
    assert {"GET"} == {action for action, *_ in server.calls}
    return sorted(lists), sorted(gets)


def test_days_outside_are_never_asked_for(watched_moto, trail):
    """Only folders on the way to a day, and days that are asked for, are listed; only their files are fetched."""
    server, directory = watched_moto(), trail([path for path in LAYOUTS["AWS's"] if "more/" not in path])
    session = fill_bucket(server, directory)
    found = read_bucket(session, BucketPlace("trail", ""), [KEY], first=DAYS[2], last=DAYS[3], workers=1)
    lists, gets = list_calls(server)
    regions = [f"AWSLogs/{ONE}/CloudTrail/{region}/" for region in ("eu-west-1", "us-east-1")]
    regions.append(f"AWSLogs/{TWO}/CloudTrail/eu-west-1/")
    days = [f"{region}{days}" for region in regions for days in ("", "2026/", "2026/01/", "2026/02/")]
    days += [f"{region}{days}" for region in regions for days in ("2026/01/31/", "2026/02/01/")]
    above = ["", "AWSLogs/", *(f"AWSLogs/{each}/{more}" for each in (ONE, TWO) for more in ("", "CloudTrail/"))]
    assert sorted(above + days) == lists
    paths = [f"/trail/AWSLogs/{name_file(day, each)}" for day in DAYS[2:4] for each in (ONE, TWO)]
    paths += [f"/trail/AWSLogs/{name_file(day, region='us-east-1')}" for day in DAYS[2:4]]
    assert sorted([*paths, f"/trail/AWSLogs/{ONE}/CloudTrail/eu-west-1/2026/copy.json.gz"]) == gets
    assert (len(gets), len(lists)) == (found.objects, found.pages)


def test_whole_folders_are_listed_at_once(watched_moto, trail):
    """A month whose days are all asked for is one list, and so is a region if no day is named."""
    server, directory = watched_moto(), trail([f"AWSLogs/{name_file(day)}" for day in DAYS])
    session = fill_bucket(server, directory)
    region = f"AWSLogs/{ONE}/CloudTrail/eu-west-1/"
    above = ["", "AWSLogs/", f"AWSLogs/{ONE}/", f"AWSLogs/{ONE}/CloudTrail/", region]
    for days, below in (((None, None), []), ((DAYS[1], DAYS[2]), ["2026/", "2026/01/"])):
        server.calls.clear()
        read_bucket(session, BucketPlace("trail", ""), [KEY], first=days[0], last=days[1], workers=1)
        assert [*above, *(region + folder for folder in below)] == list_calls(server)[0]


def test_what_no_event_is_in(watched_moto, trail):
    """Folders of other things are neither listed nor fetched, but counted."""
    server, directory = watched_moto(), trail(LAYOUTS["AWS's"])
    found = read_bucket(fill_bucket(server, directory), BucketPlace("trail", ""), [KEY], workers=1)
    assert {
        "folders of digests": 1,
        "folders of other services": 1,
        "files that do not end in .json.gz or .json": 1,
    } == found.coverage.left_out
    assert [] == [name for names in list_calls(server) for name in names if "Digest" in name or "Config" in name]


@pytest.mark.subprocess
def test_a_real_trail(watched_moto, data, monkeypatch):
    """Fetched in batches and read by two processes, it is what it is in a directory; every byte is counted."""
    monkeypatch.setattr(trail_batches, "_BATCH_FILES", 2)
    keys, sizes = [DEPLOYER, ANALYST, ANALYST_TOO], []
    session = fill_bucket(watched_moto(), data)
    found = read_bucket(session, BucketPlace("trail", ""), keys, workers=2, note_object=sizes.append)
    assert same(read_trail(str(data), keys)) == same(found)
    real = sorted(path.stat().st_size for path in Path(data).rglob("*.json.gz"))
    assert (13, real, sum(real)) == (found.objects, sorted(sizes), found.bytes)


def test_what_is_not_a_key_id(watched_moto):
    """It is refused before anything is asked."""
    server = watched_moto()
    with pytest.raises(ValueError, match="is not an access key id"):
        read_bucket(AwsSession(endpoint_url=server.endpoint), BucketPlace("trail", ""), ["alice"])
    assert [] == server.calls
