"""A user, or one of its keys, leads to all keys of the user; what IAM does not tell is named."""

import pytest

from checkov_keys.domain.errors import AuditError
from checkov_keys.domain.users import KeyStatus, LastUse, NoUse
from checkov_keys.runtime.session.aws_session import AwsSession
from checkov_keys.runtime.usage.key_owner import find_keys

ACCOUNT = "123456789012"
USERS = {"alice": ["Active", "Inactive"], "/team/bob": ["Active"], "carol": []}
FIRST, SECOND, BOBS = "AKIA000000000000", "AKIA000000000001", "AKIA000000010000"
STRANGE = "AKIAIOSFODNN7EXAMPLE"


@pytest.fixture
def find(history_server):
    """Find the keys of a user or a key in an account with faults."""

    def ask(user=None, key=None, faults=None, **settings):
        server = history_server({}, faults, USERS, **settings)
        return find_keys(AwsSession(endpoint_url=server.url), user, key)

    return ask


@pytest.mark.parametrize(
    ("user", "ids", "asked"),
    [
        ("alice", (FIRST, SECOND), {"user": "alice"}),
        ("alice", (FIRST, SECOND), {"key": FIRST}),
        ("alice", (FIRST, SECOND), {"key": SECOND}),
        ("bob", (BOBS,), {"user": "bob"}),
        ("bob", (BOBS,), {"user": "/team/bob"}),
        ("bob", (BOBS,), {"key": BOBS}),
        ("carol", (), {"user": "carol"}),
    ],
)
def test_all_keys_of_the_user(find, user, ids, asked):
    """Whichever of them is named, all keys of the user are found."""
    found = find(**asked)
    assert (ACCOUNT, "aws", user, ids, ()) == (found.account, found.partition, found.user, found.ids, found.gaps)
    assert ids == tuple(key.address for key in found.keys)


def test_what_iam_tells_of_them(find):
    """Status and last use are those of IAM."""
    found = find("alice", last_uses={FIRST: ("2026-11-01T00:00:00Z", "s3", "eu-west-1")})
    first, second = found.keys
    assert (KeyStatus.ACTIVE, KeyStatus.INACTIVE) == (first.status, second.status)
    assert isinstance(first.last_use, LastUse)
    assert ("s3", "eu-west-1", NoUse.NEVER) == (first.last_use.service, first.last_use.region, second.last_use)


@pytest.mark.parametrize("partition", ["aws-us-gov", "aws-cn"])
def test_the_partition_is_that_of_the_caller(find, partition):
    """GovCloud and China are other partitions."""
    assert partition == find("alice", partition=partition).partition


@pytest.mark.parametrize("code", ["AccessDenied", "NoSuchEntity"])
def test_a_key_of_another_account_or_a_deleted_one(find, assert_readable, code):
    """A key that IAM tells nothing of is looked up alone, and it is said what it may be."""
    found = find(key=STRANGE, faults={("GetAccessKeyLastUsed", STRANGE): code})
    assert ("", (STRANGE,), ()) == (found.user, found.ids, found.keys)
    ((what, why),) = found.gaps
    assert_readable(what, STRANGE)
    assert_readable(why, "deleted", f"another account than {ACCOUNT}", code)


@pytest.mark.parametrize("fault", ["Throttling", "InternalFailure", "garbage", "html", "drop", "without:UserName"])
def test_a_key_whose_user_is_not_told(find, assert_readable, fault):
    """Whatever fails, the key itself is looked up."""
    found = find(key=FIRST, faults={("GetAccessKeyLastUsed", FIRST): fault})
    assert (FIRST,) == found.ids
    ((_, why),) = found.gaps
    assert_readable(why, "cannot read whose it is")


@pytest.mark.parametrize("fault", ["AccessDenied", "garbage", "drop", "without:AccessKeyMetadata"])
def test_keys_that_cannot_be_listed(find, assert_readable, fault):
    """Without the list, a key that was named is looked up, and a user alone cannot be."""
    faults = {("ListAccessKeys", "*"): fault}
    found = find(key=FIRST, faults=faults)
    assert ("alice", (FIRST,)) == (found.user, found.ids)
    assert ["other keys of alice"] == [what for what, _ in found.gaps]
    with pytest.raises(AuditError) as error:
        find("alice", faults=faults)
    assert_readable(str(error.value), "user alice")


def test_a_last_use_that_cannot_be_read(find, assert_readable):
    """It is a gap: whether the key is used where nobody looks is not known then."""
    found = find("alice", faults={("GetAccessKeyLastUsed", FIRST): "AccessDenied"})
    assert (FIRST, SECOND) == found.ids
    ((what, why),) = found.gaps
    assert f"last use of {FIRST}" == what
    assert_readable(why, "AccessDenied")


def test_a_user_that_is_not_there(find):
    """It is said in which account."""
    with pytest.raises(AuditError, match=f"account {ACCOUNT} has no user 'dave'"):
        find("dave")


def test_a_key_that_is_gone_meanwhile(find):
    """A key that its user does not have any more is looked up all the same."""
    found = find(key=f"{FIRST[:-4]}0009")
    assert (FIRST, SECOND, f"{FIRST[:-4]}0009") == found.ids
    ((what, why),) = found.gaps
    assert what.endswith("0009")
    assert "deleted meanwhile" in why


@pytest.mark.parametrize("fault", ["AccessDenied", "ExpiredToken", "garbage", "drop"])
def test_credentials_that_do_not_work(find, assert_readable, fault):
    """Nothing can be told without knowing the account."""
    with pytest.raises(AuditError) as error:
        find("alice", faults={("GetCallerIdentity", "*"): fault})
    assert_readable(str(error.value), "cannot tell which account the credentials belong to")
