"""`checkov-keys usage --trail s3://…`: what is asked, what is shown, and what is refused."""

import json
import signal
import subprocess
import sys

import boto3
import pytest
from emulated_aws import ADMIN
from s3_server import S3Server, refuse

from checkov_keys.cli.accounts.terminal import show_objects
from checkov_keys.cli.accounts.usage_flags import build_parser, read_options
from checkov_keys.domain.errors import UsageError

KEY = "AKIAIOSFODNN7EXAMPLE"
FOLDER = "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/03/07/"
OBJECT = f"{FOLDER}111122223333_CloudTrail_eu-west-1_20260307T0905Z_abcdefghij123456.json.gz"


def write_log(key):
    """A file with a call of a key."""
    record = {
        "eventVersion": "1.09",
        "userIdentity": {"type": "IAMUser", "accessKeyId": key},
        "eventTime": "2026-03-07T09:00:00Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "ListBuckets",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "203.0.113.9",
        "userAgent": "aws-cli/2.15.30",
        "eventID": "1",
    }
    return json.dumps({"Records": [record]}, separators=(",", ":")).encode()


@pytest.fixture
def usage(run_command, aws_environment):
    """Run the command at an endpoint."""

    def run(endpoint, *flags):
        return run_command("checkov-keys", "usage", "--endpoint-url", endpoint, *flags, **aws_environment)

    return run


@pytest.mark.subprocess
def test_a_key_alone_asks_only_the_bucket(usage):
    """Neither IAM nor STS: the server speaks S3 only. What was fetched is said, and nothing goes to standard error."""
    log = write_log(KEY)
    with S3Server({f"a/{OBJECT}": log}) as server:
        done = usage(server.url, "--key", KEY, "--trail", "s3://trail/a", "--from", "2026-03-07")
    assert (0, "") == (done.returncode, done.stderr)
    shown = " ".join(done.stdout.split())
    assert "1 file of a trail, 1 events" in shown
    cost = f"From s3://trail/a/, 1 object of {len(log) / 1_000_000:.1f} MB were fetched, by 8 pages of their list."
    assert cost in shown
    assert "203.0.113.9" in shown


def test_a_user_asks_iam_too(usage, watched_moto):
    """All keys of the user are looked for in the bucket."""
    server = watched_moto()
    clients = {name: boto3.client(name, endpoint_url=server.endpoint, **ADMIN) for name in ("iam", "s3")}
    clients["iam"].create_user(UserName="alice")
    key = clients["iam"].create_access_key(UserName="alice")["AccessKey"]["AccessKeyId"]
    clients["s3"].create_bucket(Bucket="trail")
    clients["s3"].put_object(Bucket="trail", Key=OBJECT, Body=write_log(key))
    server.calls.clear()
    done = usage(server.endpoint, "--user", "alice", "--trail", "s3://trail", "-o", "json")
    assert (0, "") == (done.returncode, done.stderr)
    assert key in done.stdout
    assert "203.0.113.9" in done.stdout
    of_iam = {"GetCallerIdentity", "ListAccessKeys", "ListPoliciesGrantingServiceAccess", "GetAccessKeyLastUsed"}
    assert {*of_iam, "GET"} == {action for action, *_ in server.calls}


@pytest.mark.subprocess
def test_what_cannot_be_read(usage):
    """It is shown under its own name in one line, whatever that is, and makes the exit code 2."""
    objects = {f"odd\n\x1b[31m::error::\u202e{number}.json": write_log(KEY) for number in range(3)}
    faults = dict.fromkeys(list(objects)[:2], refuse(403, "InvalidObjectState"))
    with S3Server(objects, faults) as server:
        done = usage(server.url, "--key", KEY, "--trail", "s3://trail")
    assert 2 == done.returncode
    assert "it is archived: restore it first" in " ".join(done.stdout.split())
    assert "\n::" not in done.stdout
    assert [] == [char for char in done.stdout if not char.isprintable() and char != "\n"]


@pytest.mark.subprocess
def test_a_bucket_that_is_not_there(usage):
    """One line, and the exit code 2."""
    with S3Server({}) as server:
        done = usage(server.url, "--key", KEY, "--trail", "s3://another")
    assert (2, "") == (done.returncode, done.stdout)
    assert done.stderr.startswith("checkov-keys usage: cannot list s3://another/: ")
    assert "(check the name of the bucket)" in " ".join(done.stderr.split())


@pytest.mark.subprocess
def test_an_empty_prefix(usage):
    """That nothing is there is a gap: no key is called unused by it."""
    with S3Server({OBJECT: write_log(KEY)}) as server:
        done = usage(server.url, "--key", KEY, "--trail", "s3://trail/elsewhere")
    assert 2 == done.returncode
    assert "no file of a trail is there: name the place that holds AWSLogs" in " ".join(done.stdout.split())


@pytest.fixture
def start(clean_environment, aws_environment, tmp_path):
    """Read a bucket of which forty objects come and twenty never do, and send a signal meanwhile.

    Returns the exit code and what was shown, when nothing is left in the temporary directory.
    """

    def run(number):
        objects = {OBJECT.replace("abc", f"{number:03}"): write_log(KEY) for number in range(60)}
        temporary = tmp_path / "temporary"
        temporary.mkdir()
        never = {key: lambda whole: whole._replace(drip=1) for key in list(objects)[40:]}
        with S3Server(objects, never) as server:
            command = ["checkov-keys", "usage", "--endpoint-url", server.url, "--key", KEY, "--trail", "s3://trail"]
            environment = {**clean_environment, **aws_environment, "TMPDIR": str(temporary)}
            process = subprocess.Popen(
                command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )
            assert server.wait_for(50)
            (directory,) = temporary.iterdir()
            assert list(directory.iterdir())
            process.send_signal(number)
            shown, errors = process.communicate(timeout=20)
        assert ("", []) == (errors, list(temporary.iterdir()))
        return process.returncode, " ".join(shown.split())

    return run


@pytest.mark.subprocess
def test_ctrl_c(start):
    """What was read is shown, what was not is named, and no file is left."""
    code, shown = start(signal.SIGINT)
    assert 2 == code
    assert "the trail: reading was stopped: what was read until then is shown" in shown
    assert "reading was stopped before it was read" in shown


@pytest.mark.subprocess
def test_a_service_that_is_ended(start):
    """Nothing is shown, and no file is left."""
    assert (2, "") == start(signal.SIGTERM)


REFUSED = {
    "a bucket that is none": (("--trail", "s3://My_Trail"), "--trail s3://My_Trail: expected s3://bucket/prefix"),
    "no bucket": (("--trail", "s3://"), "--trail s3://: expected s3://bucket/prefix"),
    "a line break": (("--trail", "s3://a\nb"), "--trail s3://a b: expected s3://bucket/prefix"),
    "a long prefix": (("--trail", f"s3://trail/{'x' * 2000}"), "the prefix is longer than a key can be"),
    "all events": (("--trail", "s3://trail", "--all-events"), "--all-events is about event history"),
    "no days": (("--trail", "s3://trail", "--from", "2026-03-02", "--to", "2026-03-01"), "--from is after --to"),
    "a directory that is not there": (("--trail", "s3:/trail"), "--trail s3:/trail: "),
}


@pytest.mark.parametrize(("flags", "message"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(flags, message):
    """One line says what is wrong, before anything is asked."""
    with pytest.raises(UsageError) as caught:
        read_options(["--key", KEY, *flags])
    assert message in str(caught.value)
    assert str(caught.value).isprintable()


def test_help_names_the_permissions():
    """In one line."""
    lines = build_parser().format_help().splitlines()
    assert [line for line in lines if {"s3:ListBucket,", "s3:GetObject,", "kms:Decrypt"} <= set(line.split())]


class Terminal:
    """A stream that says it is a terminal."""

    def __init__(self):
        self.shown = ""

    def write(self, text):
        self.shown += text

    def flush(self):
        """Nothing is held back."""

    def isatty(self):
        return True


@pytest.mark.parametrize("is_terminal", [True, False])
def test_how_far_it_is(monkeypatch, is_terminal):
    """A terminal shows how many objects and bytes there are; nothing else is told."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(terminal, "isatty", lambda: is_terminal)
    with show_objects() as note:
        for _ in range(3):
            note(1_000_000)
    assert is_terminal == ("3.0 MB, objects: 3 [" in terminal.shown)
    assert is_terminal == bool(terminal.shown)
