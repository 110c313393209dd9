"""Records of CloudTrail as it writes them, and trails of them."""

import contextlib
import gzip
import json
import zlib
from pathlib import Path

import pytest
from s3_server import S3Server

from checkov_keys.runtime.session.aws_session import AwsSession
from checkov_keys.runtime.usage import event_history
from checkov_keys.runtime.usage.enabled_regions import RegionChoice

KEY = "AKIAIOSFODNN7EXAMPLE"


@pytest.fixture(scope="session")
def make_record():
    """A record with CloudTrail's order of fields and what is given in their place; None leaves a field out."""

    def make(key=KEY, **fields):
        record = {
            "eventVersion": "1.09",
            "userIdentity": {
                "type": "IAMUser",
                "principalId": "AIDAEXAMPLE",
                "arn": "arn:aws:iam::111122223333:user/alice",
                "accountId": "111122223333",
                "accessKeyId": key,
                "userName": "alice",
            },
            "eventTime": "2026-03-07T09:00:00Z",
            "eventSource": "s3.amazonaws.com",
            "eventName": "ListBuckets",
            "awsRegion": "eu-west-1",
            "sourceIPAddress": "203.0.113.9",
            "userAgent": "aws-cli/2.15.30 Python/3.11.8",
            "requestParameters": None,
            "responseElements": None,
            "requestID": "request",
            "eventID": "event-1",
            "readOnly": True,
            "eventType": "AwsApiCall",
            "managementEvent": True,
            "recipientAccountId": "111122223333",
            "eventCategory": "Management",
            **fields,
        }
        return {name: value for name, value in record.items() if name not in fields or value is not None}

    return make


@pytest.fixture(scope="session")
def write_log():
    """The text of a log file as CloudTrail writes it."""
    return lambda *records: json.dumps({"Records": records}, separators=(",", ":")).encode()


@pytest.fixture(scope="session")
def data():
    """The directory with a real trail."""
    return Path(__file__).with_name("data")


@pytest.fixture
def write_trail(tmp_path):
    """Write files (relative path: text, or compressed text) below a directory and return it as a string."""

    def write(files):
        for name, content in files.items():
            path = tmp_path / "trail" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return str(tmp_path / "trail")

    return write


@pytest.fixture(scope="session")
def compress():
    """A text as gzip."""
    return lambda text: gzip.compress(text, mtime=0)


@pytest.fixture(scope="session")
def truncate():
    """A text as gzip that ends early, but after most of the text."""

    def cut(text):
        squeezer = zlib.compressobj(wbits=31)
        return squeezer.compress(text) + squeezer.flush(zlib.Z_SYNC_FLUSH)

    return cut


@pytest.fixture
def read_history(monkeypatch):
    """Read keys from a server's event history, in all of its regions, without waiting between calls."""
    monkeypatch.setattr(event_history, "_BETWEEN_CALLS", 0.0)

    def read(server, *keys, unknown="", **settings):
        session = AwsSession(endpoint_url=server.url)
        choice = RegionChoice(tuple(server.regions), unknown)
        return event_history.read_event_history(session, keys, choice, **settings)

    return read


@pytest.fixture
def bucket_server():
    """Start servers of a bucket: `bucket_server(objects, faults)` returns one whose `url` answers."""
    with contextlib.ExitStack() as stack:
        yield lambda *args, **settings: stack.enter_context(S3Server(*args, **settings))


@pytest.fixture
def name_object():
    """The key of an object of a day of March, below AWSLogs."""

    def name(day=7, region="eu-west-1", end="abcdefghij123456"):
        file = f"111122223333_CloudTrail_{region}_202603{day:02}T0905Z_{end}.json.gz"
        return f"AWSLogs/111122223333/CloudTrail/{region}/2026/03/{day:02}/{file}"

    return name
