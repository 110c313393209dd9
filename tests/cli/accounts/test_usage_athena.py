"""`checkov-keys usage` with Athena: SQL that is printed, an answer that is read, and flags that go together."""

import json

import pytest
from emulated_athena import EmulatedAthena
from emulated_aws import CREDENTIALS

from checkov_keys.cli.commands import main
from checkov_keys.runtime.usage.athena_table import name_table

KEY, OTHER = "AKIAIOSFODNN7EXAMPLE", "AKIAOTHER7KEYEXAMPLE"
LOCATION = "s3://bucket/AWSLogs/111122223333/CloudTrail/eu-west-1/"
SQL = ("--athena-sql", "--key", KEY)
TRAIL = (*SQL, "--from", "2026-03-01", "--athena-location")
RECORD = {
    "userIdentity": {"accessKeyId": KEY},
    "eventTime": "2026-03-07T09:00:00Z",
    "eventSource": "s3.amazonaws.com",
    "eventName": "ListBuckets",
    "awsRegion": "eu-west-1",
    "sourceIPAddress": "203.0.113.9",
    "userAgent": "aws-cli/2.15.30",
    "eventID": "1",
}


@pytest.fixture(autouse=True)
def empty_folder(tmp_path, monkeypatch):
    """Without AWS: whatever asked it would fail for want of credentials and of a network."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
def usage(capsys):
    """Run `checkov-keys usage …`; returns the exit code, and what was printed and said."""

    def run(*flags):
        try:
            code = main(["usage", *flags])
        except SystemExit as end:
            code = end.code
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def ask(usage, tmp_path):
    """Print the SQL for keys, ask it of a table with one record, and return the path of the answer."""

    def run(records, *flags):
        code, printed, _ = usage(*TRAIL, LOCATION, *flags)
        assert code == 0
        athena = EmulatedAthena(name_table("s3://bucket/AWSLogs/"))
        athena.load(records, region="eu-west-1")
        (tmp_path / "answer.csv").write_text(athena.ask(printed.split(";\n")[1].rstrip(";\n")), encoding="utf-8")
        return str(tmp_path / "answer.csv")

    return run


def test_the_whole_way(usage, ask):
    """What is printed is asked, its answer is read, and the report says who uses the key and what is not known."""
    path = ask([RECORD, {**RECORD, "userIdentity": {}}])
    code, printed, said = usage("--key", KEY, "--from-athena", path)
    assert (0, "") == (code, said)
    lines = " ".join(printed.split())
    assert "2 events that Amazon Athena read of s3://bucket/AWSLogs/ from 2026-03-01 to 2026-03-07" in lines
    assert "AWS CLI v2, 203.0.113.9: exactly 1 call, 2026-03-07 s3 in eu-west-1: ListBuckets" in lines
    assert "Athena was asked for account 111122223333 in eu-west-1. A day whose files are not there looks" in lines
    assert "The events that it read, of any key, are of 2026-03-07 to 2026-03-07." in lines
    assert "None of the events is a data event" in lines


def test_several_keys(usage, ask):
    """Each that was asked for can be looked up, alone or with others; without a call, that is all that is said."""
    path = ask([RECORD], "--key", OTHER)
    code, printed, _ = usage("--key", KEY, "--key", OTHER, "--from-athena", path, "-o", "json")
    assert (0, [(KEY, "seen"), (OTHER, "no call seen")]) == (
        code,
        [(key["id"], key["sight"]) for key in json.loads(printed)["access_keys"]],
    )
    assert 0 == usage("--key", OTHER, "--from-athena", path)[0]


def test_a_key_that_athena_was_not_asked_for(usage, ask):
    """It is not called unused: the command ends with exit code 2 and one line."""
    code, printed, said = usage("--key", OTHER, "--from-athena", ask([RECORD]))
    assert (2, "") == (code, printed)
    assert f"Athena was asked for {KEY}, not for {OTHER}" in " ".join(said.split())


def test_two_keys_of_a_trail(usage, tmp_path):
    """Where AWS is not asked, several keys may be named."""
    (tmp_path / "log.json").write_text(json.dumps({"Records": [RECORD]}))
    code, printed, _ = usage("--key", KEY, "--key", OTHER, "--trail", ".", "-o", "json")
    assert (0, [1, 0]) == (code, [key["calls"]["number"] for key in json.loads(printed)["access_keys"]])


@pytest.fixture
def alice(iam_server, monkeypatch):
    """Start an account with a user of two keys; returns what leads to it."""

    def start(faults=None):
        for name, value in CREDENTIALS.items():
            monkeypatch.setenv(name, value)
        return ("--endpoint-url", iam_server({"alice": ["Active", "Active"]}, faults).url, "--user", "alice")

    return start


def test_the_keys_of_a_user(usage, alice, tmp_path):
    """AWS is asked for them, and so which account's files are read is known; the answer is read for the same ones."""
    user, keys = alice(), ("AKIA000000000000", "AKIA000000000001")
    place = ("--athena-location", "s3://bucket/AWSLogs/", "--athena-region", "eu-west-1")
    code, printed, said = usage(*user, "--athena-sql", "--from", "2026-03-01", *place)
    assert (0, "") == (code, said)
    assert f"accesskeyid IN ('{keys[0]}', '{keys[1]}')" in printed
    assert "account IN ('123456789012')" in printed
    assert "usage --user alice --from-athena FILE" in printed
    athena = EmulatedAthena(name_table("s3://bucket/AWSLogs/"))
    athena.load([{**RECORD, "userIdentity": {"accessKeyId": keys[1]}}], "123456789012", "eu-west-1")
    (tmp_path / "answer.csv").write_text(athena.ask(printed.split(";\n")[1]), encoding="utf-8")
    code, printed, said = usage(*user, "--from-athena", "answer.csv", "-o", "json")
    assert (0, "") == (code, said)
    report = json.loads(printed)
    assert ("alice", "123456789012") == (report["user"], report["account"])
    assert [(keys[0], "no call seen", "Active"), (keys[1], "seen", "Active")] == [
        (key["id"], key["sight"], key["status"]) for key in report["access_keys"]
    ]


def test_what_iam_does_not_tell(usage, alice):
    """The SQL is printed, and what is not known of the user's keys is said beside it, with exit code 2."""
    user = alice({("GetAccessKeyLastUsed", "*"): "AccessDenied"})
    code, printed, said = usage(*user, "--athena-sql", "--athena-table", "trail")
    assert 2 == code
    assert "not read: last use of AKIA000000000000" in " ".join(said.split())
    assert "accesskeyid IN ('AKIA000000000000', 'AKIA000000000001')" in printed


PRINTED = {
    "a region": (
        (*TRAIL, LOCATION),
        [
            "account IN ('111122223333')",
            "region IN ('eu-west-1')",
            "day >= '2026/03/01'",
            "LOCATION 's3://bucket/AWSLogs/'",
        ],
    ),
    "the regions that botocore knows": (
        (*TRAIL, "s3://bucket/AWSLogs/111122223333"),
        ["-- The regions are those that this release of botocore knows", "'us-east-1'", "'ap-southeast-2'"],
    ),
    "those of another partition": (
        (*TRAIL, "s3://bucket/AWSLogs/111122223333", "--region", "us-gov-west-1"),
        ["'us-gov-east-1', 'us-gov-west-1'"],
    ),
    "accounts of an organization": (
        (
            *(*TRAIL, "s3://bucket/AWSLogs/o-exampleorgid", "--athena-region", "eu-west-1"),
            *("--athena-account", "111122223333", "--athena-account", "444455556666"),
        ),
        [
            "account IN ('111122223333', '444455556666')",
            "AWSLogs/o-exampleorgid/${account}/CloudTrail/${region}/${day}",
        ],
    ),
    "a table that is there": (
        (*SQL, "--athena-table", "logs.trail"),
        ['FROM "logs"."trail"', "so the whole table is read", f"usage --key {KEY} --from-athena FILE"],
    ),
    "its days": (
        (*SQL, "--athena-table", "trail", "--to", "2026-03-31"),
        ["WHERE \"timestamp\" <= '2026/03/31'", 'The day is the partition "timestamp" there'],
    ),
}


@pytest.mark.parametrize(("flags", "parts"), PRINTED.values(), ids=PRINTED)
def test_what_is_printed(usage, flags, parts):
    """Statements with comments; AWS is not asked."""
    code, printed, said = usage(*flags)
    assert (0, "") == (code, said)
    assert [] == [part for part in parts if part not in printed]
    assert "CREATE EXTERNAL" in printed or "--athena-table" in flags


WRONG = {
    "no place": (SQL, "say where the trail is"),
    "two places": ((*TRAIL, LOCATION, "--athena-table", "trail"), "say where the trail is"),
    "two sources": ((*SQL, "--trail", "."), "--trail and --athena-sql: one of them at a time"),
    "a question and an answer": ((*SQL, "--from-athena", "x"), "--athena-sql and --from-athena: one of them"),
    "a place without a question": (("--key", KEY, "--athena-table", "trail"), "need --athena-sql"),
    "a location without a first day": ((*SQL, "--athena-location", LOCATION), "add --from DAY"),
    "a location without an account": ((*TRAIL, "s3://bucket/AWSLogs/"), "say whose trail it is"),
    "more folders than Athena reads": (
        (*SQL, "--from", "0001-01-01", "--athena-location", "s3://bucket/AWSLogs/111122223333/"),
        "partitions that Athena reads in a query: ask for fewer days",
    ),
    "another account": ((*TRAIL, LOCATION, "--athena-account", "444455556666"), "names 111122223333"),
    "another region": ((*TRAIL, LOCATION, "--athena-region", "eu-west-2"), "names eu-west-1"),
    "accounts of a table": ((*SQL, "--athena-table", "t", "--athena-account", "1"), "a table has its own"),
    "days of an answer": (("--key", KEY, "--from-athena", "x", "--from", "2026-03-01"), "--from and --to choose"),
    "days in no order": ((*TRAIL, LOCATION, "--to", "2026-02-01"), "--from is after --to"),
    "all events": ((*TRAIL, LOCATION, "--all-events"), "--all-events is about event history"),
    "two keys of event history": (("--key", KEY, "--key", OTHER), "--key: one at a time"),
    "malformed: a key": (("--key", "alice", "--athena-sql", "--athena-table", "t"), "not the id of an access key"),
    "malformed: a location": ((*TRAIL, "s3://bucket/a'b/AWSLogs/"), "is not where a trail lies"),
    "malformed: a table": ((*SQL, "--athena-table", 'a"b'), "is not the name of a table"),
    "malformed: an empty table": ((*SQL, "--athena-table", ""), "is not the name of a table"),
    "malformed: an account": (
        (*TRAIL, "s3://bucket/AWSLogs/", "--athena-account", "1' OR '1'='1"),
        "is not the id of an account",
    ),
    "malformed: a region": (
        (*TRAIL, "s3://bucket/AWSLogs/111122223333/", "--athena-region", "eu')"),
        "is not the name of a region",
    ),
    "malformed: a day": ((*SQL, "--athena-table", "t", "--from", "2026-02-30"), "expected a day such as"),
    "malformed: an answer that is a directory": (("--key", KEY, "--from-athena", "."), "cannot be read: "),
    "malformed: no answer": (("--key", KEY, "--from-athena", "nothing.csv"), "cannot be read: "),
}


@pytest.mark.parametrize(("flags", "reason"), WRONG.values(), ids=WRONG)
def test_flags_that_do_not_go_together(usage, flags, reason):
    """Exit code 2 and one line, before anything is printed or asked."""
    code, printed, said = usage(*flags)
    assert (2, "") == (code, printed)
    assert reason in " ".join(said.split())
    assert "Traceback" not in said
