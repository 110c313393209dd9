"""What AWS does to an audit at size, in front of moto: no violating user passes, and no unread one is missing.

Retries and timeouts are those of the product, but where a test says otherwise.
"""

import contextlib
from functools import partial

import pytest
from emulated_aws import OWN
from faulty_moto_server import FaultyMotoServer, fill
from moto.iam.models import iam_backends

from checkov_keys.domain.rules.one_active_key import judge_user
from checkov_keys.domain.rules.rule import Verdict
from checkov_keys.domain.users import Account, LastUse, NoUse, UnjudgedAccount
from checkov_keys.runtime.reading.account_audit import audit_accounts
from checkov_keys.runtime.reading.account_choice import AccountChoice, accounts_to_audit
from checkov_keys.runtime.reading.collector import collect_account
from checkov_keys.runtime.reading.facts_to_read import FACTS_OF_FIRST_RULE
from checkov_keys.runtime.session import aws_session
from checkov_keys.runtime.session.aws_session import AwsSession
from checkov_keys.runtime.session.pace import START

ONE, TWO, THREE = "111111111111", "222222222222", "333333333333"
PREFIX = f"arn:aws:iam::{OWN}:user/"


@pytest.fixture
def faulty(moto_iam, monkeypatch):  # noqa: ARG001  # moto_iam empties moto before and after
    """Start a faulty server in front of moto, with the product's own retries."""
    monkeypatch.delenv("AWS_MAX_ATTEMPTS")
    monkeypatch.delenv("AWS_RETRY_MODE")
    with contextlib.ExitStack() as stack:
        yield lambda *args, **settings: stack.enter_context(FaultyMotoServer(*args, **settings))


def violating(account):
    return {user.name for user in account.users if judge_user(user) is Verdict.FAILED}


def expected(users):
    return {f"user-{number:05d}" for number in range(0, users, 20)}


def names(unread):
    return {missed.address.removeprefix(PREFIX) for missed in unread}


FAULTS_THAT_RETRIES_MAKE_GOOD = {
    "20 calls a second": {"calls_a_second": {OWN: 20}},
    "one call in twenty answered 500": {"every": (20, ["InternalFailure"])},
    "one call in twenty answered 503": {"every": (20, ["ServiceUnavailable"])},
    "one call in twenty closed mid-body": {"every": (20, ["cut"])},
    "all of them": {"every": (20, ["InternalFailure", "ServiceUnavailable", "cut"]), "calls_a_second": {OWN: 60}},
}


@pytest.mark.parametrize("faults", FAULTS_THAT_RETRIES_MAKE_GOOD.values(), ids=FAULTS_THAT_RETRIES_MAKE_GOOD)
def test_faults_that_pass_cost_no_verdict(faulty, faults):
    """Every user is judged, and judged right."""
    fill(OWN, 80)
    account = collect_account(AwsSession(endpoint_url=faulty(**faults).endpoint))
    assert (80, expected(80), ()) == (len(account.users), violating(account), account.unjudged)


LASTING_FAULTS = {
    "access denied": "AccessDenied",
    "no XML": "garbage",
    "half of the XML": "half",
    "closed mid-body, each time": "cut",
    "no answer": "hang",
}


@pytest.mark.parametrize("fault", LASTING_FAULTS.values(), ids=LASTING_FAULTS)
def test_a_violating_user_that_cannot_be_read_is_unread(faulty, monkeypatch, assert_readable, fault):
    """It is named with the reason, in finite time, and the others are judged."""
    monkeypatch.setattr(aws_session, "_READ_TIMEOUT", 0.5)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "2")
    fill(OWN, 30)
    server = faulty({("ListAccessKeys", "user-00020"): fault})
    account = collect_account(AwsSession(endpoint_url=server.endpoint))
    assert (29, {"user-00000"}) == (len(account.users), violating(account))
    assert {"user-00020"} == names(account.unjudged)
    assert_readable(account.unjudged[0].reason, "cannot list the access keys: ")


def test_timeouts_are_finite(faulty):
    """No call waits longer than a quarter of a minute."""
    config = AwsSession(endpoint_url=faulty().endpoint).client("iam").meta.config
    assert 15 > config.connect_timeout + config.read_timeout > 0


def test_credentials_that_expire_leave_what_was_judged(faulty, assert_readable):
    """Those that cannot be renewed end the audit: each user that was not read is named, with what to do."""
    fill(OWN, 100)
    server = faulty(expired={"AKIATESTING": 40})
    account = collect_account(AwsSession(endpoint_url=server.endpoint), FACTS_OF_FIRST_RULE)
    judged = {user.name for user in account.users}
    assert {f"user-{number:05d}" for number in range(100)} == judged | names(account.unjudged)
    assert violating(account) == expected(100) & judged
    assert 39 == len(judged)
    for missed in account.unjudged:
        assert_readable(missed.reason, "the credentials have expired: get new ones")


def test_users_are_not_asked_for_once_aws_has_stopped_answering(faulty, assert_readable):
    """Three rounds of all workers in vain are enough; every user is named all the same."""
    fill(OWN, 200)
    server = faulty({("ListAccessKeys", "*"): "garbage"})
    account = collect_account(AwsSession(endpoint_url=server.endpoint))
    assert {f"user-{number:05d}" for number in range(200)} == names(account.unjudged)
    assert 3 * START <= server.calls["ListAccessKeys"] < 5 * START
    assert_readable(account.unjudged[-1].reason, "skipped, after 30 users in a row", "not the XML")


def test_faults_of_single_users_are_no_outage(faulty):
    """Users that AWS refuses one by one are all asked for."""
    fill(OWN, 60)
    server = faulty({("ListAccessKeys", "*"): "AccessDenied"})
    assert 60 == len(collect_account(AwsSession(endpoint_url=server.endpoint)).unjudged)
    assert 60 == server.calls["ListAccessKeys"]


@pytest.mark.parametrize("action", ["GetAccessKeyLastUsed", "ListUserTags"])
def test_what_only_adds_to_a_verdict_may_be_denied(faulty, action):
    """The verdict stands; the last use is unknown."""
    fill(OWN, 21)
    account = collect_account(AwsSession(endpoint_url=faulty({(action, "*"): "AccessDenied"}).endpoint))
    assert (21, expected(21), ()) == (len(account.users), violating(account), account.unjudged)
    uses = {type(key.last_use) for user in account.users if user.name in expected(21) for key in user.keys}
    assert uses <= {NoUse, LastUse}
    if action == "GetAccessKeyLastUsed":
        assert {NoUse.NOT_READ} == {key.last_use for user in account.users for key in user.keys}


def test_a_user_with_four_keys_violates_the_rule(faulty):
    """All keys of a user are read, even more than the quota of AWS allows."""
    backend = iam_backends[OWN]["aws"]
    user = backend.create_user("us-east-1", "alice")
    # The quota is checked by the backend's own method only.
    keys = [user.create_access_key("AKIA").access_key_id for _ in range(4)]
    account = collect_account(AwsSession(endpoint_url=faulty().endpoint))
    assert {"alice"} == violating(account)
    assert keys == [key.address for key in account.users[0].keys]


def test_a_user_that_is_deleted_meanwhile_is_no_user(faulty):
    """moto itself says that there is no such entity."""
    backend = fill(OWN, 21)

    def seen(action, subject):
        if (action, subject) == ("ListAccessKeys", "user-00020"):
            backend.users.pop("user-00020", None)

    account = collect_account(AwsSession(endpoint_url=faulty(seen=seen).endpoint))
    assert (20, {"user-00000"}, ()) == (len(account.users), violating(account), account.unjudged)


def test_a_thousand_pages(faulty):
    """All users of a list of a thousand pages are read and judged."""
    fill(OWN, 1000)
    server = faulty(page=1)
    account = collect_account(AwsSession(endpoint_url=server.endpoint))
    assert (1000, expected(1000), ()) == (len(account.users), violating(account), account.unjudged)
    # The second time is for whoever was renamed from one page to another.
    assert 2000 == server.calls["ListUsers"]


@pytest.mark.parametrize(("lasting", "judged", "missing"), [(True, 50, {"*"}), (False, 100, set())])
def test_a_hundred_pages_of_which_one_breaks(faulty, lasting, judged, missing):
    """The users are listed once more; if that breaks too, those that follow are named as missing."""
    fill(OWN, 100)
    breaks = [*["ok"] * 50, "AccessDenied"]
    server = faulty({("ListUsers", "*"): breaks * (2 if lasting else 1)}, page=1)
    account = collect_account(AwsSession(endpoint_url=server.endpoint))
    assert (judged, missing) == (len(account.users), names(account.unjudged))
    assert all("the users after user-00049 are missing" in one.reason for one in account.unjudged)


def audited(server, ids):
    session = AwsSession(endpoint_url=server.endpoint)
    accounts = accounts_to_audit(session, AccountChoice(account_ids=ids))
    return list(audit_accounts(session, accounts, partial(collect_account, facts=FACTS_OF_FIRST_RULE, workers=5)))


def test_a_throttled_account_slows_only_itself(faulty):
    """It begins first and ends last, and nothing of it or of the others is lost."""
    users = {ONE: 120, TWO: 21, THREE: 21}
    for account, number in users.items():
        fill(account, number)
    outcomes = audited(faulty(calls_a_second={ONE: 20}), tuple(users))
    assert ONE == outcomes[-1].id
    assert {each.id: violating(each) for each in outcomes} == {id_: expected(number) for id_, number in users.items()}
    assert [()] * 3 == [account.unjudged for account in outcomes]


def test_one_account_that_cannot_be_entered(faulty):
    """It is named; users of equal names in the other accounts are told apart."""
    fill(ONE, 21)
    fill(TWO, 21)
    fill(THREE, 1, 2)
    iam_backends[THREE]["aws"].users["user-00000"].access_keys.pop()
    denied = f"arn:aws:iam::{TWO}:role/OrganizationAccountAccessRole"
    outcomes = {
        outcome.id: outcome for outcome in audited(faulty({("AssumeRole", denied): "AccessDenied"}), (ONE, TWO, THREE))
    }
    assert {ONE: Account, TWO: UnjudgedAccount, THREE: Account} == {id_: type(each) for id_, each in outcomes.items()}
    assert (expected(21), set()) == (violating(outcomes[ONE]), violating(outcomes[THREE]))
    assert "allow sts:AssumeRole for it" in outcomes[TWO].reason
