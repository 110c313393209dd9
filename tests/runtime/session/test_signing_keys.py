"""Whose key signs the calls of a session, where botocore or AWS does not say so."""

import logging
from types import SimpleNamespace

import pytest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from checkov_keys.domain.users import AccessKey, KeyStatus, User
from checkov_keys.runtime.reading.collector import collect_account
from checkov_keys.runtime.session.aws_session import AwsSession
from checkov_keys.runtime.session.signing_keys import Signers, find_signers

ONE, TWO = "111111111111", "222222222222"
CONFIG = {
    "p": {"role_arn": "r", "source_profile": "base"},
    "base": {"aws_access_key_id": "AKIABASE"},
    "other": {"aws_access_key_id": "AKIAOTHER"},
}
TEMPORARY = ("ASIA1", "secret", "token")


def core(credentials, profiles=CONFIG, profile="p"):
    return SimpleNamespace(full_config={"profiles": profiles}, profile=profile, get_credentials=lambda: credentials)


def never(_):
    raise AssertionError("AWS is asked")


@pytest.fixture(autouse=True)
def _no_key_in_the_environment(no_credentials):
    """Only what a test says."""


def over(base, depth):
    """The credentials of roles, one over the other, as botocore keeps them."""
    for _ in range(depth):
        fetcher = SimpleNamespace(_source_credentials=base)
        base = SimpleNamespace(_refresh_using=SimpleNamespace(__self__=fetcher), method="assume-role")
    return base


@pytest.mark.parametrize("depth", [0, 1, 2, 30])
def test_roles_of_any_depth(depth):
    """The key with which the first role was assumed, and what the profiles say."""
    signers = find_signers(core(over(Credentials("AKIADEEP", "s"), depth)), never)
    assert Signers(frozenset({"AKIADEEP", "AKIABASE"})) == signers


def test_a_release_of_botocore_that_keeps_it_elsewhere():
    """The profiles are the second net: the source profile's key stays."""
    hidden = SimpleNamespace(get_frozen_credentials=lambda: SimpleNamespace(access_key="ASIA9", token="t"))
    signers = find_signers(core(hidden), lambda _: f"arn:aws:sts::{ONE}:assumed-role/r/me")
    assert {"AKIABASE", "AKIAOTHER", "ASIA9"} == signers.keys


def test_credentials_that_lead_to_themselves():
    """They end."""
    loop = over(None, 1)
    loop._refresh_using.__self__._source_credentials = loop  # noqa: SLF001  # as botocore names it
    assert frozenset({("*", "*")}) == find_signers(core(loop), never).owners


@pytest.mark.parametrize("method", ["sso", "assume-role-with-web-identity", "iam-role", "container-role"])
def test_ways_without_keys(method):
    """AWS is not asked, also below a role."""
    base = Credentials(*TEMPORARY, method=method)
    for credentials in (base, over(base, 2)):
        assert Signers(frozenset({"AKIABASE"})) == find_signers(core(credentials), never)


IDENTITIES = {
    "a user": (f"arn:aws:iam::{ONE}:user/ci", {(ONE, "ci")}),
    "a user with a path": (f"arn:aws-cn:iam::{ONE}:user/a/b/Ci", {(ONE, "ci")}),
    "a federated user": (f"arn:aws:sts::{ONE}:federated-user/ci", {(ONE, "*")}),
    "a role": (f"arn:aws:sts::{ONE}:assumed-role/user/ci", set()),
    "the root user": (f"arn:aws:iam::{ONE}:root", set()),
    "not an ARN": ("ci", {("*", "*")}),
}


@pytest.mark.parametrize(("arn", "owners"), IDENTITIES.values(), ids=IDENTITIES)
def test_temporary_credentials(arn, owners):
    """All keys of the user that they belong to may have made them."""
    signers = find_signers(core(Credentials(*TEMPORARY)), lambda _: arn)
    assert owners == signers.owners
    assert "ASIA1" in signers.keys


def test_aws_does_not_say_whose_they_are(caplog):
    """Any key may sign then, which is one warning."""

    def refuse(_):
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "GetCallerIdentity")

    with caplog.at_level(logging.WARNING):
        signers = find_signers(core(Credentials(*TEMPORARY)), refuse)
    assert signers.may_be(TWO, "anybody", "AKIAANY")
    (line,) = caplog.messages
    assert line.startswith("no key is proposed, since it is not known whose key signs these calls: ")


@pytest.mark.parametrize(
    ("signers", "protected"),
    [
        (Signers(), set()),
        (Signers(frozenset({"A1", "elsewhere"})), {"A1"}),
        (Signers(owners=frozenset({(ONE, "ci")})), {"A1", "A2"}),
        (Signers(owners=frozenset({(TWO, "ci")})), set()),
        (Signers(owners=frozenset({(ONE, "*")})), {"A1", "A2", "B1"}),
        (Signers(owners=frozenset({("*", "*")})), {"A1", "A2", "B1"}),
    ],
)
def test_what_is_protected(signers, protected):
    """The ids of an account's own keys."""
    users = [
        User(ONE, name, name, tuple(AccessKey(key, KeyStatus.ACTIVE) for key in keys))
        for name, keys in (("CI", ("A1", "A2")), ("bob", ("B1",)))
    ]
    assert protected == signers.protect(users)


def test_one_question_for_many_accounts(iam_server, monkeypatch):
    """AWS is asked once, however often a session is read; nothing is asked for a long-lived key."""
    server = iam_server({"alice": ["Active", "Active"]})
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    for key, asked in (("AKIA1", 0), ("ASIA1", 1)):
        server.calls.clear()
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", key)
        session = AwsSession(endpoint_url=server.url)
        for _ in range(3):
            collect_account(session)
        assert asked == len(server.calls_of("GetCallerIdentity"))
