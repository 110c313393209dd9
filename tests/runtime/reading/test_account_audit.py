"""The chosen accounts of moto's real server, read several at once: each has an outcome, whatever happens to it."""

import gc
import logging
import threading
from dataclasses import replace

import pytest
from account_outcomes import audit_chosen, list_violating, role_arn
from emulated_aws import OWN

from checkov_keys.domain.users import Account, Unjudged, UnjudgedAccount
from checkov_keys.runtime.reading.account_audit import audit_accounts
from checkov_keys.runtime.reading.account_choice import AccountChoice, accounts_to_audit
from checkov_keys.runtime.reading.collector import collect_account
from checkov_keys.runtime.session.aws_session import AwsSession

ONE, TWO = "111111111111", "222222222222"


def test_equal_user_names_in_several_accounts_are_users_of_their_own(fill, moto_iam):
    """Each account is read by its own role, the own one by the base credentials; aliases name them."""
    fill(OWN, {"alice": 1, "bob": 1}, alias="headquarters")
    fill(ONE, {"alice": 2, "bob": 1}, alias="sandbox")
    fill(TWO, {"alice": 0, "bob": 2})
    accounts = audit_chosen(moto_iam[0], account_ids=(OWN, ONE, TWO))
    assert {OWN: [], ONE: ["alice"], TWO: ["bob"]} == {
        account: list_violating(each) for account, each in accounts.items()
    }
    assert {OWN: "headquarters", ONE: "sandbox", TWO: ""} == {id_: each.name for id_, each in accounts.items()}
    assert {(id_, "alice", f"arn:aws:iam::{id_}:user/alice") for id_ in (OWN, ONE, TWO)} == {
        (user.account, user.name, user.address)
        for each in accounts.values()
        for user in each.users
        if user.name == "alice"
    }


def test_the_names_of_an_organization_go_before_aliases(organization, fill, proxy):
    """An account that the organization names is not asked for its alias."""
    dev = organization.account("dev")
    fill(dev, {"alice": 2}, alias="sandbox")
    server = proxy()
    accounts = audit_chosen(server.url, organization=True)
    assert {OWN: "master", dev: "dev"} == {id_: each.name for id_, each in accounts.items()}
    assert [] == server.calls_of("ListAccountAliases")


def test_an_account_without_users_is_known_by_its_role(moto_iam):
    """The id of an account without users comes from the role that enters it."""
    (account,) = audit_chosen(moto_iam[0], account_ids=(ONE,)).values()
    assert Account(ONE, "aws", root_has_key=False) == replace(account, read_at=None)


@pytest.mark.parametrize(
    ("parts", "fault"),
    [
        (["AccessDenied", "allow sts:AssumeRole for it; the role must exist, trust this identity"], "AccessDenied"),
        (["get new ones"], "ExpiredToken"),
        (["RegionDisabledException"], "RegionDisabledException"),
        (["AWS throttles"], "Throttling"),
        (["AWS's answer lacks 'AssumeRoleResult'", "check the network"], "html"),
        (["check the network"], "drop"),
        (["expired by this machine's clock"], "expires:2020-01-01T00:00:00Z"),
    ],
)
def test_an_account_whose_role_cannot_be_assumed_is_named_and_the_others_go_on(
    fill, proxy, assert_readable, parts, fault
):
    """An account that cannot be entered is unjudged with the reason, and every other one is judged."""
    fill(ONE, {"alice": 2})
    fill(TWO, {"alice": 2})
    server = proxy({("AssumeRole", role_arn(ONE)): fault})
    accounts = audit_chosen(server.url, account_ids=(OWN, ONE, TWO))
    assert ["alice"] == list_violating(accounts[TWO])
    assert isinstance(accounts[OWN], Account)
    missed = accounts[ONE]
    assert UnjudgedAccount(ONE, "aws", "", missed.reason) == missed
    everybody = Unjudged(f"arn:aws:iam::{ONE}:user/*", missed.reason)
    assert Account(ONE, "aws", unjudged=(everybody,)) == missed.as_account()
    assert_readable(missed.reason, f"cannot assume role {role_arn(ONE)}: ", *parts)
    assert [] == [call for call in server.calls if call[2] == ONE]


@pytest.mark.parametrize("fault", ["AccessDenied", "ExpiredToken", "Throttling", "html", "drop"])
@pytest.mark.parametrize(("account", "asking"), [(ONE, ONE), (OWN, "base")])
def test_an_account_whose_users_cannot_be_listed_is_named_and_the_others_go_on(
    organization, fill, proxy, assert_readable, fault, account, asking
):
    """Its name in the organization stands with it."""
    dev = organization.account("dev")
    fill(dev, {"alice": 2})
    fill(OWN, {"alice": 2})
    fill(ONE, {"alice": 2})
    accounts = audit_chosen(
        proxy({("ListUsers", asking): fault}).url, organization=True, account_ids=(ONE,), account_workers=1
    )
    missed = accounts.pop(account)
    assert [["alice"]] * 2 == [list_violating(each) for each in accounts.values()]
    assert ({ONE: "", OWN: "master"}[account], UnjudgedAccount) == (missed.name, type(missed))
    assert_readable(missed.reason, "cannot list the users: ")


@pytest.mark.parametrize("fault", ["AccessDenied", "Throttling", "html", "drop"])
def test_an_alias_that_is_not_told_costs_nothing(fill, proxy, caplog, fault):
    """An account whose alias cannot be read is judged without a name and without a warning."""
    fill(ONE, {"alice": 2}, alias="sandbox")
    server = proxy({("ListAccountAliases", "*"): fault})
    accounts = audit_chosen(server.url, account_ids=(ONE,))
    assert ("", ["alice"], ()) == (accounts[ONE].name, list_violating(accounts[ONE]), accounts[ONE].unjudged)
    ours = [record for record in caplog.records if record.name.startswith("checkov_keys")]
    assert [] == [record for record in ours if record.levelno >= logging.WARNING]


def test_an_answer_of_another_account_is_not_taken_for_the_chosen_one(iam_server, assert_readable):
    """A server that answers everybody with the same account would hide all others."""
    server = iam_server({"alice": ["Active", "Active"]}, account=TWO)
    accounts = audit_chosen(server.url, account_ids=(ONE, TWO))
    assert ["alice"] == list_violating(accounts[TWO])
    assert_readable(accounts[ONE].reason, f"the users of account {TWO} instead")


def test_an_error_that_nobody_foresaw_costs_its_account_alone(fill, moto_iam, caplog, assert_readable):
    """It is a defect, so the log has the traceback; the reason says nothing of what the error may hold."""
    fill(OWN, {"alice": 2})

    def read(session):
        account = collect_account(session)
        if account.id == ONE:
            raise ZeroDivisionError("very-secret")
        return account

    session = AwsSession(endpoint_url=moto_iam[0])
    accounts = accounts_to_audit(session, AccountChoice(account_ids=(OWN, ONE, TWO)))
    outcomes = {outcome.id: outcome for outcome in audit_accounts(session, accounts, read)}
    assert ["alice"] == list_violating(outcomes[OWN])
    assert Account(TWO, "aws", root_has_key=False) == replace(outcomes[TWO], read_at=None)
    assert_readable(outcomes[ONE].reason, "unexpected ZeroDivisionError")
    (logged,) = [record for record in caplog.records if record.name.startswith("checkov_keys")]
    assert (logging.ERROR, ZeroDivisionError) == (logged.levelno, logged.exc_info[0])


def test_accounts_leave_no_connection_open(fill, proxy):
    """Hundreds of accounts would run out of file descriptors."""
    ids = [str(number) * 12 for number in range(1, 7)]
    for account in ids:
        fill(account, {"alice": 2})
    server = proxy()
    session = AwsSession(endpoint_url=server.url)
    accounts = accounts_to_audit(session, AccountChoice(account_ids=tuple(ids)))
    gc.disable()
    try:
        list(audit_accounts(session, accounts, account_workers=1))
        # The base session's own, which asks for the roles.
        server.wait_for_connections(1)
    finally:
        gc.enable()


@pytest.mark.parametrize("workers", [1, 3])
def test_so_many_accounts_are_read_at_a_time(moto_iam, workers):
    """A barrier that only so many threads together can pass."""
    barrier = threading.Barrier(workers)
    ids = [str(number) * 12 for number in range(1, 7)]

    def read(session):
        barrier.wait(timeout=10)
        return collect_account(session)

    session = AwsSession(endpoint_url=moto_iam[0])
    accounts = accounts_to_audit(session, AccountChoice(account_ids=tuple(ids)))
    outcomes = audit_accounts(session, accounts, read, account_workers=workers)
    assert ids == sorted(outcome.id for outcome in outcomes)


def test_closing_the_iterator_starts_no_other_account(moto_iam):
    """Once the caller stops taking outcomes, at most the account in progress is still read."""
    begun, go_on = [], threading.Event()

    def read(session):
        begun.append(session)
        if len(begun) > 1:
            go_on.wait(timeout=10)
        return collect_account(session)

    session = AwsSession(endpoint_url=moto_iam[0])
    accounts = accounts_to_audit(session, AccountChoice(account_ids=tuple(str(n) * 12 for n in range(1, 7))))
    outcomes = audit_accounts(session, accounts, read, account_workers=1)
    next(outcomes)
    outcomes.close()
    go_on.set()
    assert 2 >= len(begun)
