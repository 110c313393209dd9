"""What an account holds is what the collector returns."""

import itertools
import time
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import boto3
import pytest
from emulated_aws import ADMIN

from checkov_keys.domain.rules.one_active_key import judge_user
from checkov_keys.domain.rules.rule import Verdict
from checkov_keys.domain.users import AccessKey, Account, KeyStatus, LastUse, NoUse, User
from checkov_keys.runtime.reading.collector import collect_account
from checkov_keys.runtime.session.aws_session import AwsSession


def created(second):
    return datetime(2024, 1, 2, 3, 4, second, tzinfo=timezone.utc)


def _timeless(account):
    """The account, once it is held that the time at which it was read is a moment ago."""
    assert abs(account.read_at - datetime.now(timezone.utc)) < timedelta(minutes=5)
    return replace(account, read_at=None)


@pytest.mark.parametrize("partition", ["aws", "aws-us-gov", "aws-cn"])
def test_an_account_without_users_is_told_by_the_caller(iam_server, collect, partition):
    """The id and partition of an account without users come from GetCallerIdentity."""
    server = iam_server({}, account="000000000042", partition=partition)
    assert Account("000000000042", partition) == _timeless(collect(server))
    assert [("ListUsers", 1), ("GetCallerIdentity", "*")] == server.calls


def test_the_caller_is_not_asked_for_an_account_that_users_tell(iam_server, collect):
    """The id and partition of an account with users come from their ARNs, without another call."""
    server = iam_server({"alice": []}, account="000000000042", partition="aws-cn")
    user = User("000000000042", "alice", "arn:aws-cn:iam::000000000042:user/alice", created=created(5))
    expected = Account("000000000042", "aws-cn", (user,))
    assert expected == _timeless(collect(server))
    assert [] == server.calls_of("GetCallerIdentity")


def test_a_user_is_its_name_its_arn_and_its_keys(iam_server, collect):
    """The path belongs to the ARN, not to the name."""
    server = iam_server({"/division/team/bob": ["Active", "Inactive"]})
    keys = (
        AccessKey("AKIA000000000000", KeyStatus.ACTIVE, created(0)),
        AccessKey("AKIA000000000001", KeyStatus.INACTIVE, created(1)),
    )
    user = User("123456789012", "bob", "arn:aws:iam::123456789012:user/division/team/bob", keys, created(5))
    assert (user,) == collect(server).users


@pytest.mark.parametrize(
    ("expected", "status"),
    [
        (KeyStatus.ACTIVE, "Active"),
        (KeyStatus.INACTIVE, "Inactive"),
        (KeyStatus.INACTIVE, "Expired"),
        (KeyStatus.UNKNOWN, "active"),
        (KeyStatus.UNKNOWN, "Suspended"),
        (KeyStatus.UNKNOWN, ""),
    ],
)
def test_a_status_is_what_aws_spells(iam_server, collect, expected, status):
    """Only AWS's own spellings are a status, Expired is inactive, and any other text is unknown."""
    (user,) = collect(iam_server({"alice": [status]})).users
    assert [expected] == [key.status for key in user.keys]


@pytest.mark.parametrize("page_size", [1, 2, 3, 7, 100])
def test_users_of_all_pages_are_read_in_the_order_of_their_names(iam_server, collect, page_size):
    """AWS may answer fewer users than asked for, although there are more."""
    server = iam_server({name: ["Active"] for name in "gcaebfd"}, page_size=page_size)
    account = collect(server, workers=3)
    assert list("abcdefg") == [user.name for user in account.users]
    assert () == account.unjudged
    pages = -(-7 // page_size)
    # The second time is for whoever was renamed from one page to another.
    assert (2 * pages if pages > 1 else 1) == len(server.calls_of("ListUsers"))
    assert list("abcdefg") == sorted(server.calls_of("ListAccessKeys"))


@pytest.mark.parametrize("key_page_size", [1, 2, 3, 4])
@pytest.mark.parametrize(
    ("verdict", "statuses"),
    [
        (Verdict.PASSED, ["Inactive", "Inactive", "Inactive", "Active"]),
        (Verdict.FAILED, ["Inactive", "Active", "Inactive", "Active"]),
        (Verdict.FAILED, ["Active", "Active", "Active"]),
    ],
)
def test_keys_of_all_pages_count(iam_server, collect, verdict, statuses, key_page_size):
    """The verdict rests on the keys of all pages, whatever the size of a page."""
    (user,) = collect(iam_server({"alice": statuses}, key_page_size=key_page_size)).users
    assert statuses == [key.status.value for key in user.keys]
    assert verdict is judge_user(user)


def test_last_uses_are_read_for_violating_users_only(iam_server, collect):
    """Last uses are asked for once per key of a violating user, and for no other user."""
    server = iam_server({"good": ["Active", "Inactive"], "bad": ["Active", "Active", "Inactive"], "bare": []})
    server.last_uses[server.key_id("bad", 1)] = ("2025-06-07T08:09:10Z", "s3", "eu-west-1")
    users = {user.name: [key.last_use for key in user.keys] for user in collect(server).users}
    used = LastUse(datetime(2025, 6, 7, 8, 9, 10, tzinfo=timezone.utc), "s3", "eu-west-1")
    assert {
        "bad": [NoUse.NEVER, used, NoUse.NEVER],
        "bare": [],
        "good": [NoUse.NOT_READ, NoUse.NOT_READ],
    } == users
    assert [server.key_id("bad", number) for number in range(3)] == sorted(server.calls_of("GetAccessKeyLastUsed"))


def test_several_users_are_read_at_a_time(iam_server, collect):
    """With ten workers, 40 users take less time than one after another."""
    server = iam_server({f"user{number}": [] for number in range(40)}, delay=0.05)
    start = time.monotonic()
    collect(server, workers=10)
    assert 40 * 0.05 > time.monotonic() - start


NAMES = ("alice", "Bob", "a.b", "a,b", "a+b", "a=b", "a@example.com", "a_b", "a-b", "1")
STATUSES = ((), ("Active",), ("Inactive",), ("Active", "Active"), ("Active", "Inactive"), ("Inactive", "Inactive"))


def test_verdicts_are_those_of_a_listing_by_hand(moto_iam):
    """Every name meets every choice of keys, half of them below a path, on moto's server."""
    url, iam = moto_iam
    for number, (name, statuses) in enumerate(itertools.product(NAMES, STATUSES)):
        full = f"{name}{number}"
        iam.create_user(UserName=full, Path=("/", "/division/team/")[number % 2])
        for status in statuses:
            key = iam.create_access_key(UserName=full)["AccessKey"]["AccessKeyId"]
            if status != "Active":
                iam.update_access_key(UserName=full, AccessKeyId=key, Status=status)

    by_hand = {}
    for user in iam.list_users()["Users"]:
        listed = iam.list_access_keys(UserName=user["UserName"])["AccessKeyMetadata"]
        keys = [(key["AccessKeyId"], key["Status"], key["CreateDate"]) for key in listed]
        active = sum(status == "Active" for _, status, _ in keys)
        by_hand[user["Arn"]] = (user["UserName"], keys, Verdict.FAILED if active > 1 else Verdict.PASSED)

    account = collect_account(AwsSession(endpoint_url=url))
    collected = {
        user.address: (
            user.name,
            [(key.address, key.status.value, key.created) for key in user.keys],
            judge_user(user),
        )
        for user in account.users
    }
    assert by_hand == collected
    assert len(NAMES) == sum(judge_user(user) is Verdict.FAILED for user in account.users)
    assert ("123456789012", "aws", ()) == (account.id, account.partition, account.unjudged)


def test_a_key_that_moto_has_seen_used_has_a_last_use(moto_iam):
    """The last use of a key that signed a call is read with its time in UTC, and an unused key has none."""
    url, iam = moto_iam
    iam.create_user(UserName="alice")
    first, second = (iam.create_access_key(UserName="alice")["AccessKey"] for _ in range(2))
    # moto looks at the key id of every call it answers.
    session = AwsSession(endpoint_url=url)
    session._session._session.set_credentials(first["AccessKeyId"], first["SecretAccessKey"])  # noqa: SLF001
    session.client("iam").list_users()
    (user,) = collect_account(session).users
    uses = {key.address: key.last_use for key in user.keys}
    assert NoUse.NEVER is uses[second["AccessKeyId"]]
    assert isinstance(uses[first["AccessKeyId"]], LastUse)
    assert timezone.utc is uses[first["AccessKeyId"]].at.tzinfo


def test_what_is_known_of_a_user(moto_endpoint):
    """When a user was made and when its console password was last used comes with the list of users."""
    boto3.client("iam", endpoint_url=moto_endpoint, **ADMIN).create_user(UserName="alice")
    (alice,) = collect_account(AwsSession(endpoint_url=moto_endpoint)).users
    assert abs(alice.created - datetime.now(timezone.utc)) < timedelta(minutes=5)


def test_names(iam_server, collect):
    """Every character that IAM allows in a name survives."""
    account = collect(iam_server({"a.b,c+d=e@f_g-h": ["Active"], "..": []}))
    assert ["..", "a.b,c+d=e@f_g-h"] == [user.name for user in account.users]


def test_more_users_than_a_page_of_aws(moto_endpoint, violating_by_hand):
    """moto's server, 120 users, which is more than a page: the verdicts are those of listing the keys with boto3."""
    by_hand = violating_by_hand(120)
    account = collect_account(AwsSession(endpoint_url=moto_endpoint))
    found = {user.address for user in account.users if judge_user(user) is Verdict.FAILED}
    assert (120, by_hand, 30) == (len(account.users), found, len(by_hand))
