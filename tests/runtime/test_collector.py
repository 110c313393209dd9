"""The collector against a real HTTP server: pages, faults of single users, faults of the whole account."""

import pytest

from checkov_keys.domain.errors import AuditError
from checkov_keys.domain.rules import ONE_ACTIVE_KEY, Verdict
from checkov_keys.domain.users import KeyStatus, NoUse
from checkov_keys.runtime.aws_session import AwsSession
from checkov_keys.runtime.collector import collect_account

FIRST, SECOND, USED = "AKIAIOSFODNN7EXAMPL1", "AKIAIOSFODNN7EXAMPL2", "AKIAIOSFODNN7EXAUSED"
ACTIVE = [(FIRST, "Active")]
TWO = [(USED, "Active"), (SECOND, "Active")]
FOUR = [(f"AKIAIOSFODNN7EXAMPL{n}", "Active") for n in range(4)]


@pytest.fixture(autouse=True)
def _no_other_aws(monkeypatch, clean_environment, aws_environment):
    for name in ("AWS_PROFILE", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_EC2_METADATA_DISABLED", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, clean_environment[name])
    for name, value in aws_environment.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def collect(iam_server):
    """Collect from a server; returns the account and the server."""

    def run(users, faults=None, **settings):
        server = iam_server(users, faults, **settings)
        return collect_account(AwsSession(endpoint_url=server.endpoint)), server

    return run


def failed(account):
    """The names of the violating users."""
    return [user.name for user in account.users if ONE_ACTIVE_KEY.judge(user) is Verdict.FAILED]


def test_an_account_without_users(collect):
    """The account id then comes from the caller's identity."""
    account, server = collect({}, account="210987654321", partition="aws-cn")
    assert ("210987654321", "aws-cn", ()) == (account.id, account.partition, account.users)
    assert 1 == server.calls["GetCallerIdentity"]


def test_all_pages(collect):
    """Users and keys beyond the first page count; last use and tags are read for violating users only."""
    users = {"a": ACTIVE, "b": [], "c": FOUR, "d": [(FIRST, "Active"), (SECOND, "Inactive")], "e": TWO}
    account, server = collect(users)
    assert (list("abcde"), ["c", "e"], ()) == ([user.name for user in account.users], failed(account), account.unread)
    assert {"ListUsers": 3, "ListAccessKeys": 6, "GetAccessKeyLastUsed": 6, "ListUserTags": 2} == dict(server.calls)


def test_last_use(collect):
    """A used key says when, by which service and where; AWS's N/A is never."""
    account, _ = collect({"u": TWO})
    used, never = account.users[0].keys
    assert ("2026-03-04T05:06:07+00:00", "s3", "eu-west-1") == (
        used.last_use.at.isoformat(),
        used.last_use.service,
        used.last_use.region,
    )
    assert NoUse.NEVER is never.last_use


def test_names(collect):
    """Every character that IAM allows in a name survives."""
    account, _ = collect({"a.b,c+d=e@f_g-h": ACTIVE, "..": TWO})
    assert ["..", "a.b,c+d=e@f_g-h"] == [user.name for user in account.users]


def test_a_deleted_user_is_no_user(collect):
    """A user that vanishes between the calls is left out."""
    account, _ = collect({"a": ACTIVE, "b": TWO}, {("ListAccessKeys", "b"): "NoSuchEntity"})
    assert (["a"], ()) == ([user.name for user in account.users], account.unread)


def test_a_fault_that_passes(collect):
    """Throttling that a retry makes good is no fault."""
    account, _ = collect({"a": TWO}, {("ListAccessKeys", "a"): "Throttling once"})
    assert (["a"], ()) == (failed(account), account.unread)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("AccessDenied", "allow iam:ListAccessKeys for it"),
        ("Throttling", "AWS throttles this account"),
        ("garbage", "cannot list the access keys"),
        ("empty", "cannot list the access keys"),
        ("drop", "check the network"),
    ],
)
def test_a_user_that_cannot_be_read(collect, fault, said):
    """Such a user is named with the reason; the others are judged."""
    account, _ = collect({"a": TWO, "b": TWO, "c": ACTIVE}, {("ListAccessKeys", "b"): fault})
    assert ["a"] == failed(account)
    assert ["arn:aws:iam::123456789012:user/team/b"] == [missed.address for missed in account.unread]
    assert said in account.unread[0].reason


def test_a_status_that_is_missing_or_new(collect):
    """A live key without a status is a broken answer, not an active key; a new status is unknown."""
    account, _ = collect({"a": [(FIRST, "")], "b": [(SECOND, "Paused")]})
    assert 1 == len(account.unread)
    assert [KeyStatus.UNKNOWN] == [key.status for user in account.users for key in user.keys]


def test_last_use_that_cannot_be_read(collect, caplog):
    """It costs no verdict, and is said."""
    account, _ = collect({"a": TWO}, {("GetAccessKeyLastUsed", SECOND): "AccessDenied"})
    assert ["a"] == failed(account)
    assert NoUse.NOT_READ is account.users[0].keys[1].last_use
    assert "iam:GetAccessKeyLastUsed" in caplog.text


def test_a_list_that_ends_early(collect):
    """Users of the pages before the fault are judged, and what follows is named as missing."""
    account, _ = collect({"a": TWO, "b": ACTIVE, "c": TWO}, {("ListUsers", "2"): "AccessDenied"})
    assert ["a"] == failed(account)
    assert ["arn:aws:iam::123456789012:user/*"] == [missed.address for missed in account.unread]
    assert "the users after b are missing" in account.unread[0].reason


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("AccessDenied", "allow iam:ListUsers for it"),
        ("ExpiredToken", "the credentials have expired"),
        ("InvalidClientTokenId", "AWS does not know these credentials"),
        ("SignatureDoesNotMatch", "the secret does not belong to the key id"),
        ("Throttling", "AWS throttles this account"),
        ("garbage", "cannot list the users"),
        ("empty", "cannot list the users"),
        ("drop", "check the network"),
    ],
)
def test_an_account_that_cannot_be_read(iam_server, fault, said):
    """One line says what failed and what to do, and no secret."""
    server = iam_server({"a": TWO}, {("ListUsers", ""): fault})
    with pytest.raises(AuditError) as raised:
        collect_account(AwsSession(endpoint_url=server.endpoint))
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)
    assert "testing-secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"profile": "nobody"}, "The config profile (nobody) could not be found"),
        ({"endpoint_url": "nonsense"}, "Invalid endpoint"),
        ({"endpoint_url": "http://127.0.0.1:9"}, "check the network"),
    ],
)
def test_settings_that_lead_nowhere(settings, said):
    """A wrong profile or endpoint is one line too."""
    with pytest.raises(AuditError, match=r"^[^\n]*$") as raised:
        collect_account(AwsSession(**settings))
    assert said in str(raised.value)


def test_more_users_than_a_page_of_aws(moto_endpoint, violating_by_hand):
    """moto's server, 120 users, which is more than a page: the verdicts are those of listing the keys with boto3."""
    by_hand = violating_by_hand(120)
    account = collect_account(AwsSession(endpoint_url=moto_endpoint))
    found = {user.address for user in account.users if ONE_ACTIVE_KEY.judge(user) is Verdict.FAILED}
    assert (120, by_hand) == (len(account.users), found)
    assert 30 == len(by_hand)
