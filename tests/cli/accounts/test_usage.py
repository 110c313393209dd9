"""The command that says who still uses a key, by event history."""

import csv
import io
import json
import os
import signal
import subprocess
import time
from datetime import datetime, timedelta, timezone

import pytest
from emulated_aws import is_personal
from lookup_events_server import make_event

from checkov_keys.cli.accounts import usage_flags
from checkov_keys.cli.commands import main
from checkov_keys.domain.errors import UsageError
from checkov_keys.runtime.usage import event_history

FIRST, SECOND = "AKIA000000000000", "AKIA000000000001"
STRANGE = "AKIAIOSFODNN7EXAMPLE"
USERS = {"alice": ["Active", "Active"], "bob": ["Active"], "carol": []}
NOW = datetime.now(timezone.utc)
DAY = timedelta(days=1)
HOME, AWAY = "us-east-1", "eu-west-1"
ROLE = "arn:aws:iam::123456789012:role/Auditor"


def spread(number, key=FIRST, **fields):
    return [make_event(key, NOW - each * DAY / 2, each, **fields) for each in range(1, number + 1)]


@pytest.fixture
def start_server(history_server):
    """Start an account of three users with events in two regions, the default ones if no others are given."""

    def start(faults=None, events=None, **settings):
        default = {HOME: [], AWAY: [*spread(3), *spread(2, SECOND, userAgent="Terraform/1.9.0")]}
        return history_server(default if events is None else events, faults, USERS, **settings)

    return start


@pytest.fixture
def usage_process(run_command, aws_environment):
    """Run `checkov-keys usage` against a server."""

    def run(server, *flags, **environment):
        command = ["checkov-keys", "usage", "--endpoint-url", server.url, *flags]
        return run_command(*command, **{**aws_environment, **environment})

    return run


@pytest.fixture
def usage(clean_environment, aws_environment, monkeypatch, capsys):
    """Run it within the process of the test, without the waits between calls."""
    monkeypatch.setattr(event_history, "_BETWEEN_CALLS", 0.0)

    def run(server, *flags, **environment):
        for name in [name for name in os.environ if is_personal(name)]:
            monkeypatch.delenv(name)
        for name, value in {**clean_environment, **aws_environment, "AWS_MAX_ATTEMPTS": "1", **environment}.items():
            monkeypatch.setenv(name, value)
        code = main(["usage", "--endpoint-url", server.url, *flags])
        return subprocess.CompletedProcess([], code, *capsys.readouterr())

    return run


def test_who_uses_the_keys_of_a_user(usage_process, start_server):
    """Programs, addresses, numbers and days of each key are told, and who uses which key."""
    done = usage_process(start_server(), "--user", "alice")
    assert (0, "") == (done.returncode, done.stderr)
    until = f"{NOW - DAY / 2:%Y-%m-%d}"
    assert "Who uses the access keys of user alice in account 123456789012" in done.stdout
    assert "CloudTrail's event history in 2 regions" in done.stdout
    assert f"{FIRST} (Active, made 2024-01-02): Seen until {until}." in done.stdout
    assert "AWS CLI v2, 203.0.113.9: exactly 3 calls" in done.stdout
    assert f"Terraform, 203.0.113.9: {SECOND} until {until}" in done.stdout
    assert "Not read" not in done.stdout


def test_what_is_not_read_is_named(usage_process, start_server):
    """A region that is denied is named, and the exit code is 2, whatever was seen elsewhere."""
    server = start_server({("LookupEvents", HOME): "AccessDeniedException"})
    done = usage_process(server, "--user", "alice", "-o", "json")
    report = json.loads(done.stdout)
    assert (2, "") == (done.returncode, done.stderr)
    (gap,) = report["not_read"]
    assert HOME == gap["what"]
    assert "allow cloudtrail:LookupEvents" in gap["reason"]
    assert ["seen", "seen"] == [key["sight"] for key in report["access_keys"]]
    assert [False, False] == [key["is_exact"] for key in report["access_keys"]]


def test_a_key_leads_to_the_others_of_its_user(usage, start_server):
    """Whoever asks for one key sees all keys of its user."""
    done = usage(start_server(), "--key", SECOND, "-o", "json")
    report = json.loads(done.stdout)
    assert (0, "alice") == (done.returncode, report["user"])
    assert [(FIRST, 3, True), (SECOND, 2, True)] == [
        (key["id"], key["calls"]["number"], key["is_exact"]) for key in report["access_keys"]
    ]
    assert [] == report["not_read"]


FAULTS = [
    ({("ListRegions", "*"): "AccessDeniedException", ("DescribeRegions", "*"): "drop"}, "other regions"),
    ({("GetAccessKeyLastUsed", SECOND): "AccessDenied"}, f"last use of {SECOND}"),
    ({("LookupEvents", "*"): "ExpiredTokenException"}, f"{HOME}, {AWAY}"),
    ({("LookupEvents", AWAY): "UnrecognizedClientException"}, AWAY),
    ({("LookupEvents", AWAY): "not json"}, AWAY),
    ({("LookupEvents", (AWAY, 2)): "drop"}, f"{AWAY} for {SECOND}"),
]


@pytest.mark.parametrize("output", ["cli", "csv", "markdown"])
@pytest.mark.parametrize(("faults", "named"), FAULTS)
def test_every_format_names_it(usage, start_server, faults, named, output):
    """Whatever was not read is in whatever is written."""
    settings = {"regions": [HOME, AWAY]}
    done = usage(start_server(faults, **settings), "--user", "alice", "-o", output, "--max-wait-minutes", "0.2")
    assert 2 == done.returncode
    assert named in done.stdout


def test_many_events(usage, start_server):
    """A key with many events is sampled, which is said; --all-events counts them."""
    crowd = start_server(events={AWAY: [make_event(FIRST, NOW - DAY, number) for number in range(120)]})
    done = usage(crowd, "--key", FIRST)
    assert 0 == done.returncode
    assert "at least 50 calls" in done.stdout
    assert f"sampled, the latest page of each week, in {AWAY}" in done.stdout
    done = usage(crowd, "--key", FIRST, "--all-events")
    assert "exactly 120 calls" in done.stdout
    assert "sampled" not in done.stdout


@pytest.mark.parametrize(
    ("said", "flags", "faults"),
    [
        ("user carol has no access key", ["--user", "carol"], {}),
        ("account 123456789012 has no user 'dave'", ["--user", "dave"], {}),
        ("cannot tell which account", ["--user", "alice"], {("GetCallerIdentity", "*"): "ExpiredToken"}),
        ("user alice: ", ["--user", "alice"], {("ListAccessKeys", "*"): "AccessDenied"}),
    ],
)
def test_nothing_can_be_said(usage, start_server, said, flags, faults):
    """What is wrong is one message, and the exit code is 2."""
    done = usage(start_server(faults), *flags)
    assert (2, "") == (done.returncode, done.stdout)
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_key_that_iam_does_not_know(usage, start_server):
    """A deleted key, or one of another account, is looked up all the same, and it is said what is not known."""
    server = start_server({("GetAccessKeyLastUsed", STRANGE): "NoSuchEntity"}, {HOME: spread(2, STRANGE), AWAY: []})
    done = usage(server, "--key", STRANGE)
    assert 2 == done.returncode
    assert f"Who uses access key {STRANGE} in account 123456789012" in done.stdout
    assert "exactly 2 calls" in done.stdout
    assert "it may have been deleted, or be of another account" in done.stdout


@pytest.mark.parametrize(("partition", "region"), [("aws-us-gov", "us-gov-west-1"), ("aws-cn", "cn-north-1")])
def test_other_partitions(usage, start_server, partition, region):
    """In GovCloud and China, the region of global services is another one."""
    server = start_server(events={region: spread(1)}, regions=[], partition=partition)
    done = usage(server, "--key", FIRST, "-o", "json", AWS_REGION=region)
    report = json.loads(done.stdout)
    assert 2 == done.returncode
    assert ["other regions"] == [gap["what"] for gap in report["not_read"]]
    assert 1 == report["access_keys"][0]["calls"]["number"]
    asked = {where for where, _, _ in server.calls_of_history}
    assert region in asked
    assert "us-east-1" not in asked


def test_the_last_used_region_is_read(usage, start_server):
    """It is read also if the account has it off by now, and is named first if nothing can be read."""
    uses = {FIRST: ("2026-11-01T00:00:00Z", "ec2", "me-south-1"), SECOND: ("2026-11-01T00:00:00Z", "iam", "N/A")}
    faults = {("LookupEvents", "*"): "UnrecognizedClientException"}
    done = usage(start_server(faults, last_uses=uses), "--user", "alice", "-o", "json")
    (gap,) = json.loads(done.stdout)["not_read"]
    assert f"me-south-1, {HOME}, {AWAY}" == gap["what"]


def test_a_key_that_signs_the_calls(usage, start_server):
    """Whoever asks about the key that asks is told that AWS's last use may be this one."""
    said = f"signed with {FIRST}: what AWS tells of its last use may be these."
    assert said in usage(start_server(), "--user", "alice", AWS_ACCESS_KEY_ID=FIRST).stdout
    assert "signed with" not in usage(start_server(), "--user", "alice").stdout


def test_no_time(usage, start_server):
    """What was not read in time is named, and what was read is told."""
    server = start_server({("LookupEvents", HOME): "hang"})
    done = usage(server, "--user", "alice", "-o", "csv", "--max-wait-minutes", "0.05")
    assert 2 == done.returncode
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [FIRST, SECOND, ""] == [row["key id"] for row in rows]
    assert f"{HOME}: it was not read in time" == rows[-1]["not read"]


def test_ctrl_c(start_server, clean_environment, aws_environment, tmp_path):
    """Whoever presses Ctrl-C gets what was read until then, and the names of the rest."""
    server = start_server({("LookupEvents", HOME): "hang"})
    command = ["checkov-keys", "usage", "--endpoint-url", server.url, "--user", "alice"]
    environment = {**clean_environment, **aws_environment}
    process = subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        while len(server.asked(AWAY)) < 2 or not server.asked(HOME):
            assert process.poll() is None
            time.sleep(0.05)
        # The answer to the last of them is on its way.
        time.sleep(0.5)
        os.kill(process.pid, signal.SIGINT)
        output, errors = process.communicate(timeout=60)
    finally:
        process.kill()
    assert (2, "") == (process.returncode, errors)
    assert "reading was stopped: what was read until then is shown" in output
    assert f"{HOME}: it was not reached before reading was stopped" in output
    assert "exactly" not in output
    assert "AWS CLI v2, 203.0.113.9: at least 3 calls" in output


@pytest.mark.parametrize(
    ("said", "flags"),
    [
        ("either --user NAME or --key ID", []),
        ("either --user NAME or --key ID", ["--user", "a", "--key", FIRST]),
        ("not the id of an access key", ["--key", "alice"]),
        ("not the id of an access key", ["--key", "AKIA\n00000000000"]),
        ("one account at a time", ["--user", "a", "--role-arn", "arn:1", "--role-arn", "arn:2"]),
        ("add --trail", ["--user", "a", "--from", "2026-11-01"]),
        ("leave it out, or --trail", ["--user", "a", "--all-events", "--trail", "."]),
    ],
)
def test_flags_that_contradict_each_other(said, flags):
    """They are refused before AWS is asked anything."""
    with pytest.raises(UsageError, match=said):
        usage_flags.read_options(flags)


def test_a_role(usage, start_server):
    """The account of the role is entered first, and everything else is asked with its credentials."""
    server = start_server()
    done = usage(server, "--user", "bob", "--role-arn", ROLE, "-o", "json")
    assert 0 == done.returncode, done.stderr
    assert "AssumeRole" == server.calls[0][0]
    assert "no call seen" == json.loads(done.stdout)["access_keys"][0]["sight"]
    refused = usage(start_server({("AssumeRole", "*"): "AccessDenied"}), "--user", "bob", "--role-arn", ROLE)
    assert (2, "") == (refused.returncode, refused.stdout)
