"""What was read comes back as it was; what is no snapshot is said in one line."""

import json
from dataclasses import replace
from datetime import datetime, timezone

import pytest

from checkov_keys.domain.errors import UsageError
from checkov_keys.domain.users import AccessKey, Account, KeyStatus, LastUse, NoUse, Unjudged, User
from checkov_keys.runtime.reading.snapshot import FORMAT, accounts_of, snapshot_text

AT = datetime(2026, 11, 24, 12, 30, 1, 250000, tzinfo=timezone.utc)
KEYS = (
    AccessKey("AKIA1", KeyStatus.ACTIVE, AT, LastUse(AT, "s3", "eu-west-1")),
    AccessKey("AKIA2", KeyStatus.INACTIVE, None, NoUse.NEVER),
    AccessKey("AKIA3", KeyStatus.UNKNOWN, AT),
)
ACCOUNTS = [
    Account(
        "000000000042",
        "aws-cn",
        (),
        (),
        AT,
        frozenset({"AKIA1", "AKIA2"}),
        "",
        "arn:aws-cn:iam::000000000042:user/auditor",
    ),
    Account(
        "123456789012",
        "aws",
        (
            User("123456789012", "ällïce,+=@", "arn:aws:iam::123456789012:user/x/ällïce,+=@", KEYS, AT, AT),
            User("123456789012", "bob", "arn:aws:iam::123456789012:user/bob"),
        ),
        (Unjudged("arn:aws:iam::123456789012:user/*", "AccessDenied"),),
        AT,
    ),
]


def test_what_is_written_is_read():
    """Accounts with everything in them are equal after writing and reading."""
    assert ACCOUNTS == accounts_of(snapshot_text(ACCOUNTS), "file")


def test_one_without_a_caller():
    """It is of a time when nobody kept who audited."""
    document = json.loads(snapshot_text(ACCOUNTS))
    for account in document["accounts"]:
        del account["caller"]
    assert [replace(account, caller="") for account in ACCOUNTS] == accounts_of(json.dumps(document), "file")


@pytest.mark.parametrize(("key", "keys"), [("AKIA1", {"AKIA1"}), (None, set())])
def test_the_version_before(key, keys):
    """It had one key that signs, or none."""
    document = json.loads(snapshot_text(ACCOUNTS))
    for account in document["accounts"]:
        del account["signing_keys"]
        account["signing_key"] = key
    read = accounts_of(json.dumps({**document, "version": 1}), "file")
    assert [replace(account, signing_keys=frozenset(keys)) for account in ACCOUNTS] == read


def _changed(**changes):
    document = json.loads(snapshot_text(ACCOUNTS))
    for path, value in changes.items():
        *outer, last = [int(step) if step.isdigit() else step for step in path.split("__")]
        inside = document
        for step in outer:
            inside = inside[step]
        inside[last] = value
    return json.dumps(document)


NONE = {
    "empty": "",
    "no JSON": "{",
    "a list": "[]",
    "null": "null",
    "another file": json.dumps({"format": "other"}),
    "a later version": json.dumps({"format": FORMAT, "version": 3, "accounts": []}),
    "no version": json.dumps({"format": FORMAT, "accounts": []}),
    "accounts that are text": json.dumps({"format": FORMAT, "version": 1, "accounts": "x"}),
    "an id that is a number": _changed(accounts__1__id=1),
    "a status that nobody knows": _changed(accounts__1__users__0__keys__0__status="active"),
    "a time without a zone": _changed(accounts__1__users__0__created="2026-01-01T00:00:00"),
    "a time that is none": _changed(accounts__1__users__0__created="yesterday"),
    "keys that are missing": _changed(accounts__1__users__0__keys=None),
    "a last use that is none": _changed(accounts__1__users__0__keys__0__last_used="once"),
    "a last use without a time": _changed(accounts__1__users__0__keys__0__last_used__at=None),
    "a caller that is a number": _changed(accounts__0__caller=1),
    "signing keys that are text": _changed(accounts__0__signing_keys="AKIA1"),
    "a signing key that is a number": _changed(accounts__0__signing_keys=[1]),
    "nested deep": "[" * 100_000,
}


@pytest.mark.parametrize("text", NONE.values(), ids=NONE)
def test_what_is_no_snapshot(text):
    """A damaged file never becomes a pass: it is an error that names the file."""
    with pytest.raises(UsageError, match=r"^evidence.txt: ") as error:
        accounts_of(text, "evidence.txt")
    assert str(error.value).isprintable()
