"""`audit --usage`: who uses the keys of violating users, in reports, snapshots and proposals."""

import json
from datetime import datetime, timedelta, timezone

import pytest
from lookup_events_server import make_event

USERS = {"both": ["Active", "Active"], "fine": ["Active"]}
USED, UNSEEN = "AKIA000000000000", "AKIA000000000001"
ADDRESS = "203.0.113.9"
NOW = datetime.now(timezone.utc)
DAY = f"{NOW - timedelta(days=2):%Y-%m-%d}"
OLD = "2024-02-02T03:04:05Z"


@pytest.fixture
def server(history_server):
    """An account whose user uses one key lately, and the other long ago as IAM tells."""

    def start(*used, faults=None, **settings):
        events = {"us-east-1": [], "eu-west-1": [make_event(key, NOW - timedelta(days=2)) for key in used]}
        uses = dict.fromkeys((USED, UNSEEN), (OLD, "ec2", "eu-west-1"))
        return history_server(events, faults, USERS, last_uses=uses, **settings)

    return start


def read(done):
    """The one finding of rule 1, of the JSON output."""
    (record,) = (each for each in json.loads(done.stdout)["results"]["failed_checks"])
    return record


def test_who_uses_which(audit, server):
    """A key that was called lately is not proposed although IAM does not know of it, and the text says who called."""
    started = server(USED)
    without = audit(started.url)
    assert f"Turn off {USED}" in without.stdout
    assert [] == started.calls_of_history
    done = audit(started.url, "--usage")
    assert 1 == done.returncode, done.stderr
    assert (
        f"Turn off {UNSEEN}: it was last used on 2024-02-02 (ec2), {USED} was last used on {DAY} (ec2)." in done.stdout
    )
    assert f"Event history: {USED} is used by AWS CLI v2, until {DAY}; it shows no call of {UNSEEN}." in done.stdout
    assert f"      AWS CLI v2, {ADDRESS}: exactly 1 call, {DAY}" in done.stdout.splitlines()
    assert "fine" not in str(started.calls_of_history)


def test_both_are_used(audit, server):
    """Nothing is proposed, and the sentence says what to migrate."""
    record = read(audit(server(USED, UNSEEN).url, "--usage", "-o", "json"))
    assert record["proposal"]["key"] is None
    assert f"{USED} is used by AWS CLI v2" in record["proposal"]["sentence"]
    assert f"{UNSEEN} is used by AWS CLI v2" in record["proposal"]["sentence"]
    assert [[ADDRESS], [ADDRESS]] == [
        [caller["address"] for caller in key["usage"]["callers"]] for key in record["access_keys"]
    ]


def test_without_addresses(audit, server, run_command):
    """They are in no output, and not in the snapshot; from a snapshot that has them they can be left out, too."""
    flags = ("--usage", "--no-addresses", "--save-snapshot", "bare.json", "-o", "json")
    done = audit(server(USED).url, *flags)
    assert "AWS CLI v2" in done.stdout
    assert ADDRESS not in done.stdout + done.stderr + (run_command.folder / "bare.json").read_text()
    audit(server(USED).url, "--usage", "--save-snapshot", "full.json")
    assert ADDRESS in (run_command.folder / "full.json").read_text()
    judged = ("checkov-keys", "audit", "--from-snapshot", "full.json", "--check", "CKV2_KEYS_1", "-o", "json")
    assert ADDRESS in run_command(*judged).stdout
    assert ADDRESS not in run_command(*judged, "--no-addresses").stdout


def test_a_snapshot(audit, server, run_command):
    """It is judged as the account was: the same proposal, by audit and by remediate; without --usage it has none."""
    started = server(USED)
    live = read(audit(started.url, "--usage", "--save-snapshot", "with.json", "-o", "json"))
    judge = ("--from-snapshot", "with.json", "-o", "json")
    again = read(run_command("checkov-keys", "audit", *judge, "--check", "CKV2_KEYS_1"))
    assert (live["proposal"], live["access_keys"]) == (again["proposal"], again["access_keys"])
    planned = run_command("checkov-keys", "remediate", *judge)
    (decision,) = json.loads(planned.stdout)["plan"]
    assert (live["proposal"]["sentence"], live["access_keys"]) == (decision["reason"], decision["access_keys"])
    audit(started.url, "--save-snapshot", "without.json")
    assert '"history"' not in (run_command.folder / "without.json").read_text()


def test_a_snapshot_asks_nothing(run_command):
    """--usage with it is refused before the file is read."""
    done = run_command("checkov-keys", "audit", "--from-snapshot", "none.json", "--usage")
    assert 2 == done.returncode
    assert "--from-snapshot asks AWS nothing: leave out --usage" in done.stderr


def test_a_region_that_is_denied(audit, server):
    """It is named in the report and in the log, and costs no verdict."""
    faults = {("LookupEvents", "eu-west-1"): "AccessDeniedException"}
    done = audit(server(USED, faults=faults).url, "--usage")
    assert 1 == done.returncode
    assert "It was not read in full." in done.stdout
    assert "Not read: eu-west-1: " in done.stdout
    assert "event history of eu-west-1 was not read" in done.stderr


def test_mail(audit, server):
    """If a key has no call, and its user may send mail, the proposal says that nobody can see it."""
    assert "The user may send mail over SES" in audit(server(USED, mailers=["both"]).url, "--usage").stdout
    assert "SES" not in audit(server(USED).url, "--usage").stdout
