"""Somebody stops the reading of a trail with Ctrl-C: what was read is kept, and what was not is named."""

import os
import signal
import tempfile
import time

import pytest

from checkov_keys.domain.trail_coverage import STOPPED, Coverage, UnreadFile
from checkov_keys.runtime.session.aws_session import AwsSession
from checkov_keys.runtime.usage import trail_batches, trail_files
from checkov_keys.runtime.usage.bucket_place import BucketPlace
from checkov_keys.runtime.usage.trail_bucket import read_bucket
from checkov_keys.runtime.usage.trail_files import read_trail
from checkov_keys.runtime.usage.trail_listing import TrailListing

pytestmark = pytest.mark.subprocess

KEY = "AKIAIOSFODNN7EXAMPLE"
REGION = "AWSLogs/111122223333/CloudTrail/eu-west-1"


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch, tmp_path):
    """Batches of two files, and a temporary directory that holds nothing else."""
    monkeypatch.setattr(trail_batches, "_BATCH_FILES", 2)
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    yield
    assert [] == list((tmp_path / "temporary").iterdir())


@pytest.fixture
def log(make_record, write_log, compress):
    """A file with a call of the key."""
    return lambda number=0: compress(write_log(make_record(eventID=f"event-{number}")))


def interrupt(answer):
    """Send this process what Ctrl-C sends, and answer late."""
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(1)
    return answer


class StoppedListing(TrailListing):
    """One that somebody stops after five files."""

    def __iter__(self):
        for number, file in enumerate(super().__iter__()):
            if number == 5:
                raise KeyboardInterrupt
            yield file


@pytest.mark.parametrize("workers", [1, 2])
def test_a_directory(write_trail, log, monkeypatch, workers):
    """The batches that were read count, in this process or others; the file that was found after them is named."""
    monkeypatch.setattr(trail_files, "TrailListing", StoppedListing)
    monkeypatch.setattr(trail_batches, "_LAST_BATCHES", 60)
    directory = write_trail({f"{number}.json.gz": log(number) for number in range(9)})
    ((usage,), coverage) = read_trail(directory, [KEY], workers=workers)
    assert (4, 4, "at least 4") == (usage.calls.number, coverage.files, str(usage.count_calls(usage.calls)))
    assert ([UnreadFile("4.json.gz", STOPPED)], True, False) == (
        coverage.unread,
        coverage.was_stopped,
        coverage.is_complete,
    )


def test_batches_that_are_not_read_soon(write_trail, log, monkeypatch):
    """They are named, and nobody waits for them."""
    monkeypatch.setattr(trail_files, "TrailListing", StoppedListing)
    monkeypatch.setattr(trail_batches, "_LAST_BATCHES", 0)
    directory = write_trail({f"{number}.json.gz": log(number) for number in range(9)})
    ((usage,), coverage) = read_trail(directory, [KEY], workers=2)
    assert 5 == coverage.files + len(coverage.unread)
    assert usage.calls.number == coverage.files


def read(server):
    """Read the bucket of a server."""
    return read_bucket(AwsSession(endpoint_url=server.url), BucketPlace("trail", ""), [KEY], workers=2)


def test_while_objects_are_fetched(bucket_server, name_object, log, tmp_path):
    """Each object is read or named, and its directory is removed."""

    def interrupt_late(answer):
        # Not before a batch was read, and deleted.
        end = time.monotonic() + 60
        while time.monotonic() < end and list(tmp_path.glob("temporary/*/1")):
            time.sleep(0.02)
        return interrupt(answer)

    keys = [name_object(7, end=f"{number:016}") for number in range(40)]
    server = bucket_server({key: log(number) for number, key in enumerate(keys)}, {keys[30]: interrupt_late})
    ((usage,), coverage, *_) = read(server)
    assert (True, False, False) == (coverage.was_stopped, coverage.is_complete, usage.count_calls(usage.calls).is_exact)
    named = {file.path for file in coverage.unread}
    assert {STOPPED} == {file.reason for file in coverage.unread}
    assert keys[30] in named
    assert usage.calls.number == coverage.files > 0
    # Those that were listed, but not begun, are not named: that the reading was stopped says it.
    assert coverage.files + len(named) <= len(keys)


def test_while_a_folder_is_listed(bucket_server, name_object, log):
    """The folder is named, and what was read before is kept."""
    keys = [name_object(day, region) for day in (1, 2) for region in ("eu-west-1", "us-east-1")]
    server = bucket_server({key: log(number) for number, key in enumerate(keys)}, {}, {f"{REGION}/": interrupt}, page=1)
    coverage = read(server).coverage
    assert coverage.was_stopped
    assert UnreadFile(REGION, STOPPED) in coverage.unread


def test_while_the_first_page_is_listed(bucket_server, name_object, log):
    """Nothing was read, which is what the coverage says."""
    ((usage,), coverage, *_) = read(bucket_server({name_object(): log()}, {}, {"": interrupt}))
    assert (0, [UnreadFile(".", STOPPED)], True) == (usage.calls.number, coverage.unread, coverage.was_stopped)


def test_a_part_that_was_stopped():
    """The whole was stopped, too."""
    whole = Coverage()
    whole.absorb(Coverage(was_stopped=True))
    assert (True, False) == (whole.was_stopped, whole.is_complete)
