"""The query, run over events by DuckDB: its answer says what the files of the same trail say."""

import gzip
import json
from datetime import date

import pytest
from emulated_athena import EmulatedAthena
from hypothesis import given, settings
from hypothesis import strategies as st

from checkov_keys.runtime.usage.athena_answer import read_answer
from checkov_keys.runtime.usage.athena_query import Question, format_query
from checkov_keys.runtime.usage.athena_table import name_table
from checkov_keys.runtime.usage.trail_files import read_trail

KEY, OTHER = "AKIAIOSFODNN7EXAMPLE", "AKIAOTHER7KEYEXAMPLE"
REAL_KEYS = ("AKIA5XYJWRFCMEXAMPLE", "AKIACTADE5PNQEXAMPLE", "AKIAI7LPHO2AOEXAMPLE")
SOURCE = "s3://bucket/AWSLogs/"
QUESTION = Question((KEY, OTHER), None, SOURCE, date(2026, 1, 1), None, ("111122223333",), ("us-east-1",))
OWN_TABLE = Question((KEY, OTHER), "logs.trail")


@pytest.fixture(scope="module")
def athena():
    """A table that can be filled again and again."""
    return EmulatedAthena(name_table(SOURCE))


@pytest.fixture(scope="module")
def own_table():
    """The table of somebody else."""
    return EmulatedAthena("logs.trail")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A directory for the files of every example."""
    return tmp_path_factory.mktemp("oracle")


def answer(athena, folder, question):
    """What the query says, read back."""
    path = folder / "answer.csv"
    path.write_bytes(athena.ask(format_query(question)).encode())
    return read_answer(str(path), question.keys)


def read_both(athena, folder, write_log, records, question=QUESTION):
    """The usage by the files of some records, and by the query."""
    trail = folder / "trail"
    trail.mkdir(exist_ok=True)
    (trail / "log.json").write_bytes(write_log(*records))
    athena.load(records)
    return read_trail(str(trail), question.keys, workers=1), answer(athena, folder, question)


def test_a_real_trail(athena, data, tmp_path):
    """Of 1,495 events of 13 files, the query finds the same callers, calls, times and sessions of each key."""
    athena.empty()
    for path in sorted(data.rglob("*.json.gz")):
        athena.add(json.loads(gzip.decompress(path.read_bytes()))["Records"], day="2023/07/10")
    question = QUESTION._replace(keys=REAL_KEYS, first=date(2023, 7, 10), last=date(2023, 7, 10))
    reading = answer(athena, tmp_path, question)
    assert read_trail(str(data), REAL_KEYS, workers=1).usages == reading.usages
    assert (1495, question, False) == (reading.events.number, reading.question, reading.has_data_events)


TIMES = (
    "2026-03-07T09:00:00Z",
    "2026-03-07T09:00:01Z",
    "2026-03-07T10:00:00+01:00",
    "2026-03-07T09:00:00",
    "2026-02-30T09:00:00Z",
    "yesterday",
    "",
    None,
    5,
)
EXPIRATIONS = (
    "Mar 7, 2026, 12:55:24 PM",
    "Mar 7, 2026, 12:55:24\u202fAM",
    "Mar 17, 2026 1:05:24 PM",
    "Mar 41, 2026, 1:05:24 PM",
    "2026-03-07T21:00:00Z",
    "tomorrow",
    5,
    None,
)
ODD = {
    "eventTime": st.sampled_from(TIMES),
    "eventSource": st.sampled_from(["sts.amazonaws.com"] * 3 + ["s3.amazonaws.com", "", None, "x" * 300]),
    "eventName": st.sampled_from(["AssumeRole", "AssumeRoot", "GetFederationToken", "GetSessionToken", "List", None]),
    "awsRegion": st.sampled_from(["eu-west-1", None, ""]),
    "sourceIPAddress": st.sampled_from(["203.0.113.9", "athena.amazonaws.com", "", None]),
    "userAgent": st.sampled_from(
        ["aws-cli/2.15.30", "", None, 'a "quoted", comma\nand\r\nlines', "é😀", "x" * 2000, "checkov-keys/1", "\\', ''"]
    ),
    "errorCode": st.sampled_from(
        [None, None, None, "", "AccessDenied", "Client.UnauthorizedOperation", "accessdenied", "Throttling", "é"]
    ),
    "eventID": st.sampled_from(["a", "b", "", None]),
    "sharedEventID": st.sampled_from(["s", "", None]),
    "requestParameters": st.one_of(
        st.none(),
        st.fixed_dictionaries(
            {},
            optional={
                "roleArn": st.sampled_from(["arn:aws:iam::111122223333:role/deploy", "r" * 3000, "", None]),
                "targetPrincipal": st.just("111122223333"),
                "name": st.sampled_from(["bob", "O'Neil"]),
                "durationSeconds": st.sampled_from([900, "3600", 129_600, 129_601, -1, "1e3", True, None, 10**30]),
            },
        ),
    ),
    "responseElements": st.one_of(
        st.none(), st.sampled_from(EXPIRATIONS).map(lambda end: {"credentials": {"expiration": end}})
    ),
    "eventCategory": st.sampled_from(["Management", "Data", "Insight", None]),
    "managementEvent": st.sampled_from([True, False, None]),
    "userIdentity": st.one_of(
        st.just("malformed"),
        st.none(),
        st.fixed_dictionaries(
            {"accessKeyId": st.sampled_from([KEY] * 5 + [OTHER, KEY.lower(), f"{KEY}1", "", None])},
            optional={"invokedBy": st.sampled_from(["athena.amazonaws.com", "", None])},
        ),
    ),
}


@settings(deadline=None, max_examples=60)
@given(st.lists(st.fixed_dictionaries({}, optional=ODD), min_size=1, max_size=8), st.randoms())
def test_odd_events(athena, folder, make_record, write_log, odd, random):
    """Whatever is missing or malformed, delivered twice or denied: the query means what the reader of files means."""
    records = [make_record(**fields) for fields in odd]
    again = [*records, *random.sample(records, random.randint(0, len(records)))]
    trail, asked = read_both(athena, folder, write_log, again)
    assert trail.usages == asked.usages
    assert len(again) == asked.events.number


@settings(deadline=None, max_examples=20)
@given(st.lists(st.fixed_dictionaries({}, optional=ODD), min_size=1, max_size=5))
def test_a_table_that_is_there(own_table, folder, make_record, write_log, odd):
    """A table as AWS documents it says the same, but for older data events, for which it has no column."""
    records = [make_record(**fields) for fields in odd]
    trail, asked = read_both(own_table, folder, write_log, records, OWN_TABLE)
    assert [usage._replace(has_data_events=False) for usage in trail.usages] == [
        usage._replace(has_data_events=False) for usage in asked.usages
    ]


SESSION = {"eventSource": "sts.amazonaws.com", "eventName": "AssumeRole", "requestParameters": {"roleArn": "arn"}}
END = "Mar 7, 2026, 9:55:24 PM"


def end_session(end, **fields):
    """A record of a session that ends at a time, as CloudTrail writes it."""
    return {**SESSION, "responseElements": {"credentials": {"expiration": end}}, **fields}


def ask_session(**parameters):
    """A record of a session that was asked for with these parameters."""
    return {**SESSION, "requestParameters": {"roleArn": "arn", **parameters}}


SPECIAL = {
    "two ends of sessions": [end_session(END), end_session("Mar 8, 2026, 9:55:24 PM", eventID="2")],
    "an end with a narrow space": [end_session(END.replace(" PM", "\u202fPM"))],
    "an end at midnight": [end_session("Mar 17, 2026 12:00:00 AM")],
    "the longest session": [ask_session(durationSeconds=129_600)],
    "one that is too long": [ask_session(durationSeconds=129_601)],
    "a role with a long name": [ask_session(roleArn="r" * 3000)],
    "the same event, told with the address of a service and without": [
        {"userIdentity": {"accessKeyId": KEY, "invokedBy": "athena.amazonaws.com"}, "sourceIPAddress": address}
        for address in ("athena.amazonaws.com", "")
    ],
    "the same event with two ends": [end_session(END), end_session("Mar 8, 2026, 9:55:24 PM")],
    "the same event in two accounts": [{"eventID": number, "sharedEventID": "s"} for number in ("1", "2")],
    "events without ids at two times": [
        {"eventID": None, "eventTime": f"2026-03-07T09:00:0{second}Z"} for second in (0, 1, 1)
    ],
    "data events of two kinds": [{"eventCategory": "Data"}, {"eventCategory": None, "managementEvent": False}],
    "an insight about a call of the key": [{"eventCategory": "Insight"}],
}


@pytest.mark.parametrize("fields", SPECIAL.values(), ids=SPECIAL)
def test_special_events(athena, folder, make_record, write_log, fields):
    """Both sources say the same of each."""
    trail, asked = read_both(athena, folder, write_log, [make_record(**each) for each in fields])
    assert trail.usages == asked.usages


PARTITIONS = {
    "all that was asked for": ("111122223333", "us-east-1", "2026/01/02", 1),
    "the first day": ("111122223333", "us-east-1", "2026/01/01", 1),
    "the last day": ("111122223333", "us-east-1", "2026/01/31", 1),
    "the day before": ("111122223333", "us-east-1", "2025/12/31", 0),
    "the day after": ("111122223333", "us-east-1", "2026/02/01", 0),
    "another account": ("444455556666", "us-east-1", "2026/01/02", 0),
    "another region": ("111122223333", "us-east-2", "2026/01/02", 0),
}


@pytest.mark.parametrize(("account", "region", "day", "calls"), PARTITIONS.values(), ids=PARTITIONS)
def test_partitions(athena, folder, make_record, account, region, day, calls):
    """What is read are the days, accounts and regions that were asked for, and no others."""
    athena.load([make_record()], account, region, day)
    athena.add([make_record(OTHER)], day="2026/01/01")
    (usage, _) = answer(athena, folder, QUESTION._replace(last=date(2026, 1, 31))).usages
    assert calls == usage.calls.number


def test_days_of_a_table_that_is_there(own_table, folder, make_record):
    """They are days of its partition "timestamp"."""
    own_table.load([make_record()], day="2026/01/01")
    own_table.add([make_record(eventID="2")], day="2026/01/02")
    question = OWN_TABLE._replace(first=date(2026, 1, 2), last=date(2026, 1, 2))
    assert 1 == answer(own_table, folder, question).usages[0].calls.number
