"""A directory of trail files: who uses a key, counted by hand, and what could not be read by name."""

import gzip
import json
import os
from collections import Counter
from datetime import date, datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkov_keys.domain.trail_coverage import Place, UnreadFile
from checkov_keys.runtime.usage import trail_batches
from checkov_keys.runtime.usage.trail_files import read_trail

KEY, OTHER = "AKIAIOSFODNN7EXAMPLE", "AKIAOTHER7KEYEXAMPLE"
DEPLOYER, ANALYST, ANALYST_TOO = "AKIACTADE5PNQEXAMPLE", "AKIAI7LPHO2AOEXAMPLE", "AKIA5XYJWRFCMEXAMPLE"
# What zcat and jq find: the end of a file's name, its events, those of each key.
BY_HAND = {
    "1145Z_7xgocspSowgK0Gto": (29, 0, 11, 16),
    "1145Z_s7dpHbl38neqZbm2": (51, 0, 28, 19),
    "1200Z_iLj9fb7yyUG9X4Bf": (394, 262, 0, 0),
    "1205Z_UljXNp9xLp8nsAGc": (55, 39, 1, 0),
    "1205Z_dOIWyEekdNWhkpqY": (26, 22, 0, 0),
    "1205Z_zs3JGxETHr59VpkX": (196, 124, 0, 0),
    "1210Z_6CICdbJQM3beT7n3": (246, 225, 0, 0),
    "1210Z_bXGZYqBeCCsqWq1U": (6, 5, 0, 0),
    "1215Z_P0WZuP2zvLW2RcUo": (33, 26, 0, 0),
    "1215Z_YMDRJwtmC82bUwAo": (156, 133, 0, 0),
    "1215Z_Z8x5aqgtcXn5NEG9": (117, 111, 0, 0),
    "1235Z_Vp7r3boWJKtPb3wM": (1, 0, 0, 0),
    "1235Z_YbVFCP9AYzJDhHV9": (185, 91, 3, 0),
}


def at(hour, minute, second):
    """A time of the day of the real trail."""
    return datetime(2023, 7, 10, hour, minute, second, tzinfo=timezone.utc)


@pytest.mark.parametrize("name", BY_HAND)
def test_real_files_one_by_one(write_trail, data, name):
    """Each file alone: all its events, and those of each of three keys, are what was counted by hand."""
    (path,) = data.rglob(f"*{name}.json.gz")
    usages, coverage = read_trail(write_trail({path.name: path.read_bytes()}), [DEPLOYER, ANALYST, ANALYST_TOO])
    numbers = {usage.key: usage.calls.number + usage.denied.number for usage in usages}
    assert BY_HAND[name] == (coverage.events, *(numbers[key] for key in (DEPLOYER, ANALYST, ANALYST_TOO)))
    assert (True, False, 1) == (coverage.is_complete, coverage.has_data_events, coverage.files)


def test_a_real_trail(data):
    """All of them: who uses each key, with what, since when, and which roles it led to."""
    usages, coverage = read_trail(str(data), [DEPLOYER, ANALYST, ANALYST_TOO])
    too, deployer, analyst = usages
    assert (sum(events for events, *_ in BY_HAND.values()), 13) == (coverage.events, coverage.files)
    assert {Place("111122223333", "us-east-1"): {date(2023, 7, 10)}} == coverage.days
    assert (937 + 89, 12, "exactly 1,026") == (*deployer_numbers(deployer), str(deployer.count_calls(deployer.calls)))
    assert (at(11, 54, 38), at(12, 28, 40)) == (deployer.calls.first, deployer.last_seen)
    (terraform,) = [use for use in deployer.callers if use.caller.family == "Terraform"]
    assert ("192.168.10.20", 937, 0) == (terraform.caller.address, terraform.calls.number, terraform.denied.number)
    # Another program on the same machine, with a name of its own each time.
    assert 89 == sum(use.calls.number for use in deployer.callers if use is not terraform)
    assert [(2, at(12, 9, 47)), (2, at(12, 21, 41)), (2, at(12, 24, 30)), (2, at(12, 17, 54)), (2, at(12, 17, 4))] == [
        (use.made.number, use.last_end) for use in deployer.sessions
    ]
    assert [("10.248.16.43", "boto3", 43)] == [(*use.caller[::2], use.calls.number) for use in analyst.callers]
    assert (at(11, 42, 18), at(12, 27, 46)) == analyst.calls[1:]
    assert {("10.248.16.43", "AWS console"): 34, ("10.107.112.14", "AWS console"): 1} == {
        use.caller[::2]: use.calls.number for use in too.callers
    }


def deployer_numbers(usage):
    """How many calls were answered and denied."""
    return usage.calls.number, usage.denied.number


def test_actions_of_a_real_trail(data):
    """The actions of a key, one by one, against a count with Python's own JSON."""
    counted = Counter()
    for path in data.rglob("*.json.gz"):
        for record in json.loads(gzip.decompress(path.read_bytes()))["Records"]:
            if record["userIdentity"].get("accessKeyId") == DEPLOYER:
                counted[record["eventSource"], record["eventName"], record["awsRegion"]] += 1
    ((usage,), _) = read_trail(str(data), [DEPLOYER])
    found = Counter()
    for use in usage.callers:
        for action in use.actions:
            found[action.action] += action.calls.number + action.denied.number
    assert counted == found


def test_an_empty_directory(tmp_path):
    """Nothing was read, and nothing is said of the key but that."""
    usages, coverage = read_trail(str(tmp_path), [KEY])
    assert (0, 0, True) == (usages[0].calls.number, coverage.files, coverage.is_complete)


def test_files_that_cannot_be_read(write_trail, make_record, write_log, compress, truncate):
    """Each is named with its reason; what was read before a fault counts."""
    log = write_log(make_record(eventID="1"))
    many = write_log(*(make_record(eventID=f"many-{number}") for number in range(50)))
    directory = write_trail(
        {
            "good.json.gz": compress(log),
            "plain.json": log,
            "cut.json.gz": truncate(many),
            "empty.json.gz": b"",
            "digest.json.gz": compress(b'{"awsAccountId":"111122223333"}'),
            "utf16.json": log.decode().encode("utf-16"),
            "other.json": b"[]",
        }
    )
    ((usage,), coverage) = read_trail(directory, [KEY])
    assert [
        UnreadFile("cut.json.gz", "the gzip data ends early", 49),
        UnreadFile("digest.json.gz", "not a log file of CloudTrail"),
        UnreadFile("empty.json.gz", "the file is empty"),
        UnreadFile("other.json", "not a log file of CloudTrail"),
        UnreadFile("utf16.json", "not a log file of CloudTrail"),
    ] == coverage.unread
    assert (50, 2, 2, False) == (usage.calls.number, coverage.files, coverage.unplaced_files, coverage.is_complete)


@pytest.mark.subprocess
@pytest.mark.parametrize("workers", [2, None])
def test_several_processes(data, monkeypatch, workers):
    """They find what one process finds."""
    monkeypatch.setattr(trail_batches, "_BATCH_FILES", 2)
    keys = [DEPLOYER, ANALYST, ANALYST_TOO]
    assert read_trail(str(data), keys, workers=1) == read_trail(str(data), keys, workers=workers)


@pytest.mark.subprocess
def test_a_process_that_is_ended(data, monkeypatch):
    """The files that it read, or would have, are named."""
    monkeypatch.setattr(trail_batches, "_BATCH_FILES", 2)
    monkeypatch.setattr(trail_batches, "_ignore_interrupts", os.abort)
    _, coverage = read_trail(str(data), [DEPLOYER], workers=2)
    assert {("the process that was to read it was ended", 0)} == {
        (file.reason, file.events) for file in coverage.unread
    }
    assert 13 == len(coverage.unread)


@given(
    st.lists(st.tuples(st.sampled_from([KEY, OTHER]), st.integers(0, 15), st.integers(0, 59)), max_size=15),
    st.randoms(),
    st.integers(1, 4),
)
def test_files_orders_and_repetitions(tmp_path_factory, make_record, write_log, compress, events, random, files):
    """Any split of events into files, in any order, some delivered twice: the result is that of one file."""
    records = [
        make_record(
            key,
            eventID=f"event-{number}",
            sourceIPAddress=f"10.0.0.{number % 5}",
            eventTime=f"2026-03-07T09:00:{second:02}Z",
        )
        for key, number, second in events
    ]
    again = [*records, *random.sample(records, random.randint(0, len(records)))]
    random.shuffle(again)
    one, many = tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("many")
    (one / "a.json").write_bytes(write_log(*records))
    for number in range(files):
        (many / f"{number}.json.gz").write_bytes(compress(write_log(*again[number::files])))
    usages, coverage = read_trail(str(one), [KEY, OTHER])
    again_usages, again_coverage = read_trail(str(many), [KEY, OTHER])
    assert usages == again_usages
    assert (len(records), len(again)) == (coverage.events, again_coverage.events)


def test_a_system_without_processes(data, monkeypatch):
    """Some have no semaphores to build on, as AWS Lambda: all is read in this process then."""
    monkeypatch.setattr(trail_batches, "_BATCH_FILES", 2)
    monkeypatch.setattr(trail_batches, "ProcessPoolExecutor", refuse)
    assert read_trail(str(data), [DEPLOYER], workers=1) == read_trail(str(data), [DEPLOYER], workers=2)


def refuse(*_):
    """What such a system says."""
    raise OSError(38, "Function not implemented")


def test_what_is_not_a_key_id(data):
    """It is refused before anything is read."""
    with pytest.raises(ValueError, match="is not an access key id"):
        read_trail(str(data), ["alice"])
