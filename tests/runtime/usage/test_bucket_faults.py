"""Objects and folders of a bucket that cannot be read: each is named, and what can be read counts."""

import tempfile
from datetime import date
from pathlib import Path

import pytest
from loopback_http import Answer
from s3_server import refuse

from checkov_keys.domain.errors import AuditError
from checkov_keys.domain.trail_coverage import UnreadFile
from checkov_keys.runtime.session.aws_session import AwsSession
from checkov_keys.runtime.usage import bucket_listing, bucket_objects, unread_objects
from checkov_keys.runtime.usage.bucket_place import BucketPlace
from checkov_keys.runtime.usage.trail_bucket import read_bucket

pytestmark = pytest.mark.subprocess

KEY = "AKIAIOSFODNN7EXAMPLE"
PAGE = "<html>Sign in to the proxy</html>"


@pytest.fixture
def log(make_record, write_log, compress):
    """A file with a call of the key."""
    return lambda number=0: compress(write_log(make_record(eventID=f"event-{number}")))


def read(server, prefix="", **settings):
    """Read the bucket of a server in this process."""
    return read_bucket(AwsSession(endpoint_url=server.url), BucketPlace("trail", prefix), [KEY], workers=1, **settings)


OBJECT_FAULTS = {
    "deleted meanwhile": (refuse(404, "NoSuchKey"), "(it was deleted meanwhile)"),
    "denied": (refuse(403, "AccessDenied"), "(allow s3:GetObject for it, and kms:Decrypt if KMS encrypts it; a bucket"),
    "a key that is denied": (
        refuse(403, "AccessDenied", "not authorized to perform: kms:Decrypt"),
        "perform: kms:Decrypt (allow",
    ),
    "archived": (refuse(403, "InvalidObjectState"), "(it is archived: restore it first)"),
    "throttled": (refuse(503, "SlowDown"), "(AWS throttles this account: try again later"),
    "expired": (refuse(400, "ExpiredToken"), "(the credentials have expired: get new ones)"),
    "a key that AWS does not know": (refuse(403, "InvalidAccessKeyId"), "AWS does not know these credentials"),
    "a clock that is wrong": (refuse(403, "RequestTimeTooSkewed"), "clock may be wrong"),
    "a page of a proxy": (Answer(502, PAGE.encode(), "text/html"), "(try again later; if that does not help"),
    "a page in place of it": (Answer(200, PAGE.encode(), "text/html"), "not a log file of CloudTrail"),
    "nothing in place of it": (Answer(200, b""), "the file is empty"),
    "a body that ends early": (lambda whole: whole._replace(cut=True), "it cannot be fetched: "),
    "a connection that is closed": (None, "it cannot be fetched: "),
    "another object in place of it": (lambda whole: whole._replace(body=whole.body * 300), "larger than 0 MiB"),
}


@pytest.mark.parametrize(("fault", "reason"), OBJECT_FAULTS.values(), ids=OBJECT_FAULTS)
def test_an_object_that_cannot_be_read(bucket_server, name_object, log, monkeypatch, assert_readable, fault, reason):
    """It is named with its reason in one line, and the others are read."""
    monkeypatch.setattr(bucket_objects, "_MOST_BYTES", 1 << 16)
    keys = [name_object(day) for day in (6, 7, 8)]
    server = bucket_server({key: log(number) for number, key in enumerate(keys)}, {keys[1]: fault})
    ((usage,), coverage, *_) = read(server)
    ((path, said, events),) = coverage.unread
    assert (keys[1], 0) == (path, events)
    assert reason in said
    assert_readable(said)
    assert (2, 2, False) == (usage.calls.number, coverage.files, coverage.is_complete)


def change(old, new):
    """Replace text in a list."""
    return lambda whole: whole._replace(body=whole.body.replace(old.encode(), new.encode()))


REGION = "AWSLogs/111122223333/CloudTrail/eu-west-1/"
LIST_FAULTS = {
    "denied": (refuse(403, "AccessDenied"), "(allow s3:ListBucket for it; a bucket whose requesters pay"),
    "throttled": (refuse(503, "SlowDown"), "AWS throttles"),
    "closed": (None, "its objects cannot be listed: "),
    "cut": (lambda whole: whole._replace(cut=True), "its objects cannot be listed: "),
    "a page of a proxy": (Answer(200, PAGE.encode(), "text/html"), "AWS's answer lacks"),
    "not XML": (Answer(200, b"moved", "text/plain"), "try again later; if that does not help"),
    "nothing": (Answer(200, b""), "AWS's answer lacks 'IsTruncated'"),
    "no end": (change("<IsTruncated>false</IsTruncated>", ""), "AWS's answer lacks 'IsTruncated'"),
    "more, but not where": (change("false<", "true<"), "without a new NextContinuationToken"),
    "more in other words": (change("false<", "TRUE<"), "without a new NextContinuationToken"),
    "fewer keys": (change("<KeyCount>2<", "<KeyCount>3<"), "does not hold as many keys as it says"),
    "keys of another folder": (change(f"<Key>{REGION}", f"<Key>x{REGION}"), "which is not on this page"),
    "keys without a name": (change("<Key>", "<Nume>"), "cannot be listed"),
    "keys without a size": (change("<Size>", "<Sise>"), "cannot be listed"),
    "sizes that are none": (change("<Size>", "<Size>x"), "cannot be listed"),
}


@pytest.mark.parametrize(("fault", "reason"), LIST_FAULTS.values(), ids=LIST_FAULTS)
def test_a_folder_that_cannot_be_listed(bucket_server, name_object, log, assert_readable, fault, reason):
    """It is named, so that nobody takes it for one without events, and the others are read."""
    keys = [name_object(6), name_object(7), name_object(7, "us-east-1")]
    server = bucket_server({key: log(number) for number, key in enumerate(keys)}, {}, {REGION: fault})
    ((usage,), coverage, *_) = read(server)
    ((path, said, _),) = coverage.unread
    assert REGION.rstrip("/") == path
    assert reason in said
    assert_readable(said)
    assert (1, 1, False) == (usage.calls.number, coverage.files, coverage.is_complete)


FOLDER = "<CommonPrefixes><Prefix>{}</Prefix></CommonPrefixes>"
LOOPS = {
    "the folder in itself": (
        1000,
        change("<KeyCount>1</KeyCount>", f"<KeyCount>2</KeyCount>{FOLDER.format('AWSLogs/')}"),
    ),
    "a folder beside it": (1000, change("AWSLogs/111122223333/<", "Logs/111122223333/<")),
    "the same page again": (1, change("<Prefix>AWSLogs/444455556666/<", "<Prefix>AWSLogs/111122223333/<")),
}


@pytest.mark.parametrize(("page", "fault"), LOOPS.values(), ids=LOOPS)
def test_a_list_that_would_not_end(bucket_server, name_object, log, page, fault):
    """It ends, and what it is of is named."""
    key = name_object()
    objects = {key: log(1), key.replace("AWSLogs/111122223333", "AWSLogs/444455556666"): log(2)}
    objects = objects if page == 1 else {key: log(1)}
    coverage = read(bucket_server(objects, {}, {"AWSLogs/": fault}, page=page)).coverage
    assert ["AWSLogs"] == [file.path for file in coverage.unread]


NOTHING_LISTED = {
    "another bucket": ("other", None, "check the name of the bucket"),
    "denied": ("trail", refuse(403, "AccessDenied"), "allow s3:ListBucket for it"),
    "expired": ("trail", refuse(400, "ExpiredToken"), "the credentials have expired"),
    "another region": ("trail", refuse(400, "AuthorizationHeaderMalformed"), "name the bucket's region with --region"),
    "nobody": ("trail", "closed", "check the network"),
    "a page of a proxy": ("trail", Answer(200, PAGE.encode(), "text/html"), "AWS's answer lacks 'IsTruncated'"),
}


@pytest.mark.parametrize(("bucket", "fault", "reason"), NOTHING_LISTED.values(), ids=NOTHING_LISTED)
def test_a_bucket_that_cannot_be_listed(bucket_server, assert_readable, bucket, fault, reason):
    """One line says where, why, and what to do."""
    server = bucket_server({}, {}, {"a/": None if fault == "closed" else fault} if fault else {})
    with pytest.raises(AuditError) as caught:
        read_bucket(AwsSession(endpoint_url=server.url), BucketPlace(bucket, "a/"), [KEY])
    assert_readable(str(caught.value), f"cannot list s3://{bucket}/a/: ", reason)


def test_credentials_that_expire(bucket_server, name_object, log):
    """Nothing more is asked for after some calls that fail whatever is asked for, and every object is named."""
    keys = [name_object(day, end=f"{number:016}") for day in range(1, 11) for number in range(50)]
    expired = dict.fromkeys(keys[100:], refuse(400, "ExpiredToken"))
    server = bucket_server({key: log(number) for number, key in enumerate(keys)}, expired)
    ((usage,), coverage, *_) = read(server)
    assert (100, sorted(keys[100:])) == (usage.calls.number, [file.path for file in coverage.unread])
    assert len(server.gets) < 200


def test_many_that_cannot_be_read(bucket_server, name_object, log, monkeypatch):
    """So many are named, and the others counted for each reason: a bucket may have millions."""
    monkeypatch.setattr(unread_objects, "_MOST_NAMES", 5)
    keys = [name_object(7, end=f"{number:016}") for number in range(30)]
    server = bucket_server(dict.fromkeys(keys, log()), dict.fromkeys(keys, refuse(403, "InvalidObjectState")))
    coverage = read(server).coverage
    assert (6, ["25 more objects"]) == (len(coverage.unread), [name for name, *_ in coverage.unread if "more" in name])


def test_a_server_that_throttles_for_a_while(bucket_server, name_object, log, monkeypatch):
    """What is tried again later is read."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "3")
    waits = iter([True] * 2)
    key = name_object()
    server = bucket_server({key: log()}, {key: lambda whole: refuse(503, "SlowDown") if next(waits, False) else whole})
    assert (1, True, 3) == (*count(read(server)), len(server.gets))


def count(reading):
    """How many calls there are, and whether all was read."""
    return reading.usages[0].calls.number, reading.coverage.is_complete


def test_a_body_that_ends_early_for_once(bucket_server, name_object, log):
    """It is fetched again."""
    cuts, key = iter([True]), name_object()
    server = bucket_server({key: log()}, {key: lambda whole: whole._replace(cut=next(cuts, False))})
    assert (1, True, 2) == (*count(read(server)), len(server.gets))


def test_what_never_comes(bucket_server, name_object, log, monkeypatch):
    """An object that comes byte by byte, and a folder, are given up and named."""
    monkeypatch.setattr(bucket_objects, "_LONGEST_OBJECT", 1)
    monkeypatch.setattr(bucket_listing, "_LONGEST_PAGE", 1)
    keys = [name_object(6), name_object(7), name_object(7, "us-east-1")]
    slow = {keys[0]: lambda whole: whole._replace(drip=0.2)}
    server = bucket_server(dict.fromkeys(keys, log()), slow, {REGION.replace("eu-west", "us-east"): slow[keys[0]]})
    coverage = read(server).coverage
    assert [UnreadFile(keys[0], "it did not come in time"), "its list did not come in time"] == [
        coverage.unread[0],
        coverage.unread[1].reason,
    ]


def test_a_bucket_in_another_region(bucket_server, name_object, log):
    """Calls follow where S3 says that it is, and are signed for that region, once it has said so."""
    keys = [name_object(day) for day in (6, 7)]
    server = bucket_server({key: log(number) for number, key in enumerate(keys)}, region="ap-southeast-3")
    assert (2, True, 1) == (*count(read(server)), server.redirected)


ODD = ["../x/../../y", "/abs", "a//b", "nul\0", "é\u202e\n", "./c", "d/./e/../f", "g%2e+ &?#", f"l/{'z' * 1000}"]


def test_odd_keys(bucket_server, log):
    """Whatever a key is, its object is read, or named by it: files have names of their own."""
    keys = {f"{name}.json": log(number) for number, name in enumerate(ODD)}
    server = bucket_server(keys, {f"{ODD[0]}.json": refuse(404, "NoSuchKey")}, page=2)
    reading = read(server)
    assert (len(ODD) - 1, False) == count(reading)
    assert [f"{ODD[0]}.json"] == [file.path for file in reading.coverage.unread]
    assert sorted(keys) == sorted(server.gets)


def test_the_directory(bucket_server, name_object, log, monkeypatch, tmp_path):
    """Nobody else may look into it, it holds few files at a time, and nothing is left of it."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr("checkov_keys.runtime.usage.trail_batches._BATCH_FILES", 4)
    numbers, modes, names = [], set(), set()

    def note(_):
        (folder,) = tmp_path.iterdir()
        found = [path.name for path in folder.iterdir()]
        numbers.append(len(found))
        names.update(found)
        modes.add(folder.stat().st_mode & 0o777)

    server = bucket_server({name_object(day, end=f"{n:016}"): log() for day in range(1, 11) for n in range(20)})
    assert (1, True) == count(read(server, note_object=note))
    assert ({0o700}, True, []) == (modes, all(name.isdigit() for name in names), list(tmp_path.iterdir()))
    assert max(numbers) < 60


def test_a_disk_that_is_full(bucket_server, name_object, log, monkeypatch):
    """What cannot be kept is named, without the path of the directory."""

    def refuse_to_write(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "open", refuse_to_write)
    coverage = read(bucket_server({name_object(): log()})).coverage
    said = "it cannot be kept in the temporary directory: No space left on device; see TMPDIR"
    assert [UnreadFile(name_object(), said)] == coverage.unread


def test_no_temporary_directory(bucket_server, monkeypatch, tmp_path):
    """One line says so."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    with pytest.raises(AuditError, match="cannot make a temporary directory: No such file or directory; see TMPDIR"):
        read(bucket_server({}))


def test_pages(bucket_server, name_object, log):
    """Lists of many pages hold what they hold in one, whatever the days."""
    keys = [name_object(day, region) for day in range(1, 20) for region in ("eu-west-1", "us-east-1")]
    objects = {key: log(number) for number, key in enumerate(keys)}
    for days, calls in (({}, 38), ({"first": date(2026, 3, 10)}, 20), ({"last": date(2026, 3, 2)}, 4)):
        assert [(calls, True)] * 3 == [count(read(bucket_server(objects, page=page), **days)) for page in (1, 3, 1000)]
