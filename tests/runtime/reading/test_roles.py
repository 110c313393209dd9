"""Accounts that are entered by a role: partition, session, external id, endpoint, and credentials that run out."""

from datetime import datetime, timedelta, timezone
from functools import partial

import pytest
from account_outcomes import ROLE, audit_chosen, list_violating, role_arn

from checkov_keys.domain.users import Account, UnjudgedAccount
from checkov_keys.runtime.reading.account_audit import audit_accounts
from checkov_keys.runtime.reading.account_choice import AccountToAudit
from checkov_keys.runtime.reading.collector import collect_account
from checkov_keys.runtime.reading.facts_to_read import FACTS_OF_FIRST_RULE
from checkov_keys.runtime.session.aws_session import AwsSession
from checkov_keys.runtime.session.roles import Role

ONE = "111111111111"


@pytest.mark.parametrize(
    ("partition", "region"), [("aws-us-gov", "us-gov-west-1"), ("aws-cn", "cn-north-1"), ("aws", "eu-west-1")]
)
def test_roles_are_of_the_partition_of_the_credentials(fill, moto_iam, partition, region):
    """In GovCloud and China the roles and the users have ARNs of that partition."""
    fill(ONE, {"alice": 2}, region=region)
    (account,) = audit_chosen(moto_iam[0], region=region, account_ids=(ONE,)).values()
    assert (partition, ["alice"]) == (account.partition, list_violating(account))
    assert f"arn:{partition}:iam::{ONE}:user/alice" == account.users[0].address


def test_base_credentials_that_expire_in_the_middle_cost_the_accounts_that_are_not_entered_yet(
    fill, proxy, assert_readable
):
    """Whoever is in stays in: a role's credentials are its own."""
    ids = [str(number) * 12 for number in range(4, 9)]
    for account in ids:
        fill(account, {"alice": 2})
    server = proxy({("AssumeRole", "*"): ["ok", "ok", *["ExpiredToken"] * 9]})
    accounts = audit_chosen(server.url, account_ids=tuple(ids), account_workers=1)
    assert [["alice"], ["alice"]] == [list_violating(each) for each in accounts.values() if isinstance(each, Account)]
    missed = [each for each in accounts.values() if isinstance(each, UnjudgedAccount)]
    assert 3 == len(missed)
    for each in missed:
        assert_readable(each.reason, role_arn(each.id), "the credentials have expired: get new ones")


def soon():
    """So near that botocore renews the credentials before every call."""
    return (datetime.now(timezone.utc) + timedelta(minutes=5)).strftime("expires:%Y-%m-%dT%H:%M:%SZ")


def collected_by_one_worker(url):
    role = AccountToAudit(ONE, "aws", role=Role(role_arn(ONE)))
    (account,) = audit_accounts(
        AwsSession(endpoint_url=url), [role], partial(collect_account, facts=FACTS_OF_FIRST_RULE, workers=1)
    )
    return account


def test_credentials_of_a_role_that_run_out_are_renewed(fill, proxy):
    """The role is assumed again before its credentials expire, and all users are read."""
    fill(ONE, {"alice": 2, "bob": 1})
    server = proxy({("AssumeRole", "*"): [soon(), soon(), soon()]})
    account = collected_by_one_worker(server.url)
    assert (["alice"], ["alice", "bob"], ()) == (
        list_violating(account),
        [user.name for user in account.users],
        account.unjudged,
    )
    assert 4 == len(server.calls_of("AssumeRole"))


def test_users_that_credentials_could_not_be_renewed_for_are_unread(fill, proxy, assert_readable):
    """What was read before stands."""
    fill(ONE, {"alice": 2, "bob": 2, "carol": 1})
    account = collected_by_one_worker(proxy({("AssumeRole", "*"): [soon(), soon(), soon(), *["ExpiredToken"] * 9]}).url)
    assert ["alice"] == list_violating(account)
    assert [f"arn:aws:iam::{ONE}:user/{name}" for name in ("bob", "carol")] == [
        each.address for each in account.unjudged
    ]
    for each in account.unjudged:
        assert_readable(each.reason, "calling the AssumeRole operation", "get new ones")


@pytest.mark.parametrize(
    ("expected", "external_id"), [(Account, "4711"), (UnjudgedAccount, None), (UnjudgedAccount, "12")]
)
def test_the_external_id_reaches_the_role(proxy, expected, external_id):
    """A role that wants an external id lets only an audit in that gives this one."""
    server = proxy(external_ids={role_arn(ONE): "4711"})
    accounts = audit_chosen(server.url, role_arns=(role_arn(ONE),), external_id=external_id)
    assert expected is type(accounts[ONE])


def test_the_session_name_reaches_the_role(fill, moto_iam):
    """The session of the role has the chosen name."""
    fill(ONE, {})
    session = AwsSession(endpoint_url=moto_iam[0])
    identity = session.for_role(Role(role_arn(ONE), session_name="me@example.com")).client("sts").get_caller_identity()
    assert f"arn:aws:sts::{ONE}:assumed-role/{ROLE}/me@example.com" == identity["Arn"]


@pytest.mark.parametrize(
    ("host", "region", "setting"),
    [
        ("sts.us-east-1.amazonaws.com", None, None),
        ("sts.eu-west-1.amazonaws.com", "eu-west-1", None),
        ("sts.us-gov-east-1.amazonaws.com", "us-gov-east-1", None),
        ("sts.cn-north-1.amazonaws.com.cn", "cn-north-1", None),
        ("sts.amazonaws.com", "eu-west-1", "legacy"),
    ],
)
def test_roles_are_asked_for_at_the_region_s_own_endpoint_unless_the_user_wants_another(
    monkeypatch, host, region, setting
):
    """No call is made: the client knows where it would go."""
    if setting:
        monkeypatch.setenv("AWS_STS_REGIONAL_ENDPOINTS", setting)
    assert f"https://{host}" == AwsSession(region=region).client("sts").meta.endpoint_url


def test_a_role_s_clients_share_endpoint_retries_timeouts_and_region(moto_iam):
    """Clients of a role are configured as those of the session that entered it."""
    base = AwsSession(endpoint_url=moto_iam[0], region="eu-west-1", connections=3)
    entered = base.for_role(Role(role_arn(ONE)))
    for service in ("iam", "sts", "organizations"):
        ours, theirs = base.client(service).meta, entered.client(service).meta
        assert (ours.endpoint_url, ours.region_name) == (theirs.endpoint_url, theirs.region_name)
        for name in ("retries", "connect_timeout", "read_timeout", "max_pool_connections"):
            assert getattr(ours.config, name) == getattr(theirs.config, name)
