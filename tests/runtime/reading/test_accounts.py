"""Accounts of moto's real server: chosen, entered by roles, read several at once, none of them missing silently."""

import contextlib
import gc
import logging
import threading
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from functools import partial

import boto3
import pytest
from emulated_aws import OWN
from organization_fault_proxy import OrganizationFaultProxy

from checkov_keys.domain.errors import AuditError, UsageError
from checkov_keys.domain.rules import ONE_ACTIVE_KEY, Verdict
from checkov_keys.domain.users import Account, Unjudged, UnjudgedAccount
from checkov_keys.runtime.reading.account_audit import audit_accounts
from checkov_keys.runtime.reading.account_choice import AccountChoice, AccountToAudit, accounts_to_audit
from checkov_keys.runtime.reading.collector import collect_account
from checkov_keys.runtime.session.aws_session import AwsSession
from checkov_keys.runtime.session.roles import Role

ONE, TWO, NOBODY = "111111111111", "222222222222", "999999999999"
ROLE = "OrganizationAccountAccessRole"


def role_arn(account, name=ROLE, partition="aws"):
    return f"arn:{partition}:iam::{account}:role/{name}"


@pytest.fixture
def proxy(moto_iam):
    """Start a proxy with faults in front of moto; returns it."""
    with contextlib.ExitStack() as stack:
        yield lambda *args, **kwargs: stack.enter_context(OrganizationFaultProxy(moto_iam[0], *args, **kwargs))


@pytest.fixture
def fill(moto_iam):
    """Give an account users with so many active keys, and an alias."""
    url, own = moto_iam

    def add(account, users, alias=None, region="us-east-1"):
        iam = own
        if (account, region) != (OWN, "us-east-1"):
            sts = boto3.client("sts", endpoint_url=url, region_name=region)
            arn = role_arn(account, partition=sts.meta.partition)
            keys = sts.assume_role(RoleArn=arn, RoleSessionName="filling")["Credentials"]
            iam = boto3.client(
                "iam",
                endpoint_url=url,
                region_name=region,
                aws_access_key_id=keys["AccessKeyId"],
                aws_secret_access_key=keys["SecretAccessKey"],
                aws_session_token=keys["SessionToken"],
            )
        for name, count in users.items():
            iam.create_user(UserName=name)
            for _ in range(count):
                iam.create_access_key(UserName=name)
        if alias:
            iam.create_account_alias(AccountAlias=alias)

    return add


class Organization:
    """An organization of moto: accounts and units by name."""

    def __init__(self, url):
        self.api = boto3.client("organizations", endpoint_url=url, region_name="us-east-1")
        self.api.create_organization(FeatureSet="ALL")
        self.root = self.api.list_roots()["Roots"][0]["Id"]

    def account(self, name, unit=None):
        made = self.api.create_account(AccountName=name, Email=f"{name}@example.com")
        account = made["CreateAccountStatus"]["AccountId"]
        if unit:
            self.api.move_account(AccountId=account, SourceParentId=self.root, DestinationParentId=unit)
        return account

    def unit(self, name, parent=None):
        made = self.api.create_organizational_unit(ParentId=parent or self.root, Name=name)
        return made["OrganizationalUnit"]["Id"]


@pytest.fixture
def organization(moto_iam):
    return Organization(moto_iam[0])


def chosen(url, **choice):
    """The accounts chosen, as (id, name, ARN of the role)."""
    accounts = accounts_to_audit(AwsSession(endpoint_url=url), AccountChoice(**choice))
    return [(account.id, account.name, account.role.arn if account.role else None) for account in accounts]


def audited(url, region=None, account_workers=4, **choice):
    """The outcomes by account id; asserts that each chosen account has exactly one."""
    session = AwsSession(endpoint_url=url, region=region)
    accounts = accounts_to_audit(session, AccountChoice(**choice))
    outcomes = list(audit_accounts(session, accounts, account_workers=account_workers))
    assert sorted(account.id for account in accounts) == sorted(outcome.id for outcome in outcomes)
    return {outcome.id: outcome for outcome in outcomes}


def failed(account):
    return [user.name for user in account.users if ONE_ACTIVE_KEY.judge(user) is Verdict.FAILED]


# What is chosen.


def test_without_a_choice_it_is_the_account_of_the_credentials(moto_iam):
    assert [(OWN, "", None)] == chosen(moto_iam[0])


def test_accounts_by_id_are_entered_by_the_role_of_an_organization_and_the_own_one_by_its_credentials(moto_iam):
    assert [(ONE, "", role_arn(ONE)), (OWN, "", None), (TWO, "", role_arn(TWO))] == chosen(
        moto_iam[0], account_ids=(TWO, OWN, ONE, TWO)
    )


@pytest.mark.parametrize("name", ["audit/Auditor", "/audit/Auditor"])
def test_the_role_may_have_another_name_and_a_path(moto_iam, name):
    assert [(ONE, "", role_arn(ONE, "audit/Auditor"))] == chosen(moto_iam[0], account_ids=(ONE,), role_name=name)


def test_a_role_by_its_arn_goes_before_any_other_way_into_its_account(moto_iam):
    arns = (role_arn(ONE, "a"), role_arn(OWN, "b"), role_arn(ONE, "a"))
    assert [(ONE, "", arns[0]), (OWN, "", arns[1]), (TWO, "", role_arn(TWO))] == chosen(
        moto_iam[0], role_arns=arns, account_ids=(OWN, ONE, TWO)
    )


@pytest.mark.parametrize("page_size", [None, 1, 2, 3])
@pytest.mark.parametrize("form", ["ok", "old", "new"])
def test_the_whole_organization_is_its_active_accounts(organization, proxy, caplog, page_size, form):
    """All pages; `old` answers have Status only, `new` ones State only, and suspended accounts are named."""
    names = {organization.account(name): name for name in ("dev", "prod", "gone", "closed")}
    ids = {name: account for account, name in names.items()}
    for name in ("gone", "closed"):
        organization.api.close_account(AccountId=ids[name])
    server = proxy({("ListAccounts", "*"): form}, page_size=page_size)
    accounts = chosen(server.url, organization=True)
    expected = [(account, name, role_arn(account)) for account, name in names.items() if name in {"dev", "prod"}]
    assert sorted([*expected, (OWN, "master", None)]) == accounts
    (warning,) = [record for record in caplog.records if record.name.startswith("checkov_keys")]
    assert logging.WARNING == warning.levelno
    for name in ("gone", "closed"):
        assert f"{ids[name]} ({name}, SUSPENDED)" in warning.getMessage()
    assert ids["dev"] not in warning.getMessage()
    assert -(-5 // (page_size or 5)) == len(server.calls_of("ListAccounts"))


@pytest.mark.parametrize("page_size", [None, 1, 2])
def test_a_unit_is_its_accounts_and_all_below(organization, proxy, page_size):
    top, other = organization.unit("top"), organization.unit("other")
    units = [top, organization.unit("a", top), organization.unit("b", top)]
    units.append(organization.unit("c", units[1]))
    below = {organization.account(f"n{i}-{n}", unit): f"n{i}-{n}" for i, unit in enumerate(units) for n in range(2)}
    elsewhere = {organization.account("elsewhere", other): "elsewhere"}
    server = proxy(page_size=page_size)
    assert sorted(below.items()) == [(account, name) for account, name, _ in chosen(server.url, units=(top,))]
    both = chosen(server.url, units=(other, top, units[1]))
    assert sorted({**below, **elsewhere}.items()) == [(account, name) for account, name, _ in both]
    everything = chosen(server.url, units=(organization.root,))
    assert sorted({**below, **elsewhere, OWN: "master"}.items()) == [(account, name) for account, name, _ in everything]


def test_accounts_of_the_organization_ids_and_roles_add_up_and_excluded_ones_leave(organization, moto_iam, caplog):
    """Excluding a suspended account is no mistake, and needs no warning; naming one tries it."""
    dev, gone, closed = (organization.account(name) for name in ("dev", "gone", "closed"))
    for account in (gone, closed):
        organization.api.close_account(AccountId=account)
    accounts = chosen(
        moto_iam[0],
        organization=True,
        account_ids=(ONE, closed),
        role_arns=(role_arn(dev, "x"), role_arn(TWO)),
        excluded=(OWN, gone, TWO),
    )
    assert (
        sorted([(dev, "dev", role_arn(dev, "x")), (ONE, "", role_arn(ONE)), (closed, "closed", role_arn(closed))])
        == accounts
    )
    assert [] == [record for record in caplog.records if record.name.startswith("checkov_keys")]


@pytest.mark.parametrize(
    ("parts", "choice"),
    [
        ([NOBODY, "not among those chosen"], {"account_ids": (ONE,), "excluded": (ONE, NOBODY)}),
        ([f"{NOBODY}, {TWO}"], {"excluded": (NOBODY, TWO, NOBODY)}),
        (["no account is left"], {"account_ids": (ONE,), "excluded": (ONE,)}),
        (["aws-cn", "credentials are of aws:"], {"role_arns": (role_arn(ONE, partition="aws-cn"),)}),
    ],
)
def test_a_choice_that_does_not_fit_is_an_error(moto_iam, assert_readable, parts, choice):
    with pytest.raises(UsageError) as raised:
        chosen(moto_iam[0], **choice)
    assert_readable(str(raised.value), *parts)


@pytest.mark.parametrize(
    ("parts", "choice"),
    [
        (["'12345678901'", "twelve digits"], {"account_ids": ("12345678901",)}),
        (["twelve digits"], {"account_ids": ("\N{ARABIC-INDIC DIGIT ONE}" * 12,)}),
        (["'1111-1111-1111'"], {"excluded": ("1111-1111-1111",)}),
        (["''"], {"account_ids": ("",)}),
        (["'Auditor' is not the ARN"], {"role_arns": ("Auditor",)}),
        (["not the ARN of a role"], {"role_arns": (f"arn:aws:iam::{ONE}:user/alice",)}),
        (["not the ARN of a role"], {"role_arns": (f"arn:aws:iam::{ONE}:role/",)}),
        (["not the ARN of a role"], {"role_arns": (f"arn:aws:iam::{ONE}:role/a\n",)}),
        (["not the ARN of a role"], {"role_arns": (f"arn:aws:sts::{ONE}:assumed-role/a/b",)}),
        ([f"more than one role for account {ONE}"], {"role_arns": (role_arn(ONE, "a"), role_arn(ONE, "b"))}),
        (["role name 'a b'"], {"role_name": "a b"}),
        (["role name ''"], {"role_name": ""}),
        (["role session name 'x'"], {"role_arns": (role_arn(ONE),), "role_session_name": "x"}),
        (["the external id"], {"role_arns": (role_arn(ONE),), "external_id": "very-secret!"}),
        (["the external id"], {"account_ids": (ONE,), "external_id": "x"}),
        (["role session name"], {"organization": True, "role_session_name": ""}),
        (["'ou-1'", "organizational unit"], {"units": ("ou-1",)}),
    ],
)
def test_a_choice_that_aws_knows_no_such_thing_of_is_an_error_before_aws_is_asked(assert_readable, parts, choice):
    with pytest.raises(UsageError) as raised:
        AccountChoice(**choice)
    assert_readable(str(raised.value), *parts)


def test_the_external_id_is_shown_nowhere():
    assert "very-secret" not in repr(AccountChoice(external_id="very-secret"))
    assert "very-secret" not in repr(AccountToAudit(ONE, "aws", role=Role(role_arn(ONE), "very-secret")))


@pytest.mark.parametrize(
    ("parts", "fault"),
    [
        (["allow organizations:ListAccounts for it; only the management account"], "AccessDeniedException"),
        (["use the credentials of the organization's management account"], "AWSOrganizationsNotInUseException"),
        (["AWS throttles", "try again later"], "TooManyRequestsException"),
        (["get new ones"], "ExpiredTokenException"),
        (["AWS's answer lacks 'Accounts'"], "html"),
        (["check the network"], "drop"),
    ],
)
@pytest.mark.parametrize("page", [1, 2])
def test_an_organization_that_cannot_be_listed_to_its_end_is_an_error(
    organization, proxy, assert_readable, parts, fault, page
):
    """A list that ends early would leave accounts out that nobody could name."""
    organization.account("dev")
    server = proxy({("ListAccounts", "*"): ["ok"] * (page - 1) + [fault] * 9}, page_size=1)
    with pytest.raises(AuditError) as raised:
        chosen(server.url, organization=True)
    assert_readable(str(raised.value), "cannot list the accounts of the organization: ", *parts)


@pytest.mark.parametrize("action", ["ListAccountsForParent", "ListOrganizationalUnitsForParent"])
def test_a_unit_that_cannot_be_listed_is_an_error_that_names_it(organization, proxy, assert_readable, action):
    top = organization.unit("top")
    below = organization.unit("below", top)
    server = proxy({(action, below): "AccessDeniedException"})
    with pytest.raises(AuditError) as raised:
        chosen(server.url, units=(top,))
    assert_readable(str(raised.value), f"cannot list the accounts of {below}: ", f"allow organizations:{action} for it")


@pytest.mark.usefixtures("organization")
def test_a_unit_that_is_not_there_is_an_error(moto_iam, assert_readable):
    with pytest.raises(AuditError) as raised:
        chosen(moto_iam[0], units=("ou-a1b2-c3d4e5f6",))
    assert_readable(str(raised.value), "ou-a1b2-c3d4e5f6", "check the id of the organizational unit")


def test_a_throttled_list_is_tried_again(organization, proxy, monkeypatch):
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "3")
    dev = organization.account("dev")
    server = proxy({("ListAccounts", "*"): ["TooManyRequestsException"]})
    assert {OWN, dev} == {account for account, _, _ in chosen(server.url, organization=True)}


def test_credentials_of_an_unknown_account_are_an_error(proxy, assert_readable):
    with pytest.raises(AuditError) as raised:
        chosen(proxy({("GetCallerIdentity", "*"): "ExpiredToken"}).url, account_ids=(ONE,))
    assert_readable(str(raised.value), "cannot tell which account the credentials belong to: ", "get new ones")


# What is audited.


def test_equal_user_names_in_several_accounts_are_users_of_their_own(fill, moto_iam):
    """Each account is read by its own role, the own one by the base credentials; aliases name them."""
    fill(OWN, {"alice": 1, "bob": 1}, alias="headquarters")
    fill(ONE, {"alice": 2, "bob": 1}, alias="sandbox")
    fill(TWO, {"alice": 0, "bob": 2})
    accounts = audited(moto_iam[0], account_ids=(OWN, ONE, TWO))
    assert {OWN: [], ONE: ["alice"], TWO: ["bob"]} == {account: failed(each) for account, each in accounts.items()}
    assert {OWN: "headquarters", ONE: "sandbox", TWO: ""} == {id_: each.name for id_, each in accounts.items()}
    assert {(id_, "alice", f"arn:aws:iam::{id_}:user/alice") for id_ in (OWN, ONE, TWO)} == {
        (user.account, user.name, user.address)
        for each in accounts.values()
        for user in each.users
        if user.name == "alice"
    }


def test_the_names_of_an_organization_go_before_aliases(organization, fill, proxy):
    dev = organization.account("dev")
    fill(dev, {"alice": 2}, alias="sandbox")
    server = proxy()
    accounts = audited(server.url, organization=True)
    assert {OWN: "master", dev: "dev"} == {id_: each.name for id_, each in accounts.items()}
    assert [] == server.calls_of("ListAccountAliases")


def test_an_account_without_users_is_known_by_its_role(moto_iam):
    (account,) = audited(moto_iam[0], account_ids=(ONE,)).values()
    assert Account(ONE, "aws") == replace(account, read_at=None)


@pytest.mark.parametrize(
    ("partition", "region"), [("aws-us-gov", "us-gov-west-1"), ("aws-cn", "cn-north-1"), ("aws", "eu-west-1")]
)
def test_roles_are_of_the_partition_of_the_credentials(fill, moto_iam, partition, region):
    fill(ONE, {"alice": 2}, region=region)
    (account,) = audited(moto_iam[0], region=region, account_ids=(ONE,)).values()
    assert (partition, ["alice"]) == (account.partition, failed(account))
    assert f"arn:{partition}:iam::{ONE}:user/alice" == account.users[0].address


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
    fill(ONE, {"alice": 2})
    fill(TWO, {"alice": 2})
    server = proxy({("AssumeRole", role_arn(ONE)): fault})
    accounts = audited(server.url, account_ids=(OWN, ONE, TWO))
    assert ["alice"] == failed(accounts[TWO])
    assert isinstance(accounts[OWN], Account)
    missed = accounts[ONE]
    assert UnjudgedAccount(ONE, "aws", "", missed.reason) == missed
    everybody = Unjudged(f"arn:aws:iam::{ONE}:user/*", missed.reason)
    assert Account(ONE, "aws", unread=(everybody,)) == missed.as_account()
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
    accounts = audited(
        proxy({("ListUsers", asking): fault}).url, organization=True, account_ids=(ONE,), account_workers=1
    )
    missed = accounts.pop(account)
    assert [["alice"]] * 2 == [failed(each) for each in accounts.values()]
    assert ({ONE: "", OWN: "master"}[account], UnjudgedAccount) == (missed.name, type(missed))
    assert_readable(missed.reason, "cannot list the users: ")


def test_base_credentials_that_expire_in_the_middle_cost_the_accounts_that_are_not_entered_yet(
    fill, proxy, assert_readable
):
    """Whoever is in stays in: a role's credentials are its own."""
    ids = [str(number) * 12 for number in range(4, 9)]
    for account in ids:
        fill(account, {"alice": 2})
    server = proxy({("AssumeRole", "*"): ["ok", "ok", *["ExpiredToken"] * 9]})
    accounts = audited(server.url, account_ids=tuple(ids), account_workers=1)
    assert [["alice"], ["alice"]] == [failed(each) for each in accounts.values() if isinstance(each, Account)]
    missed = [each for each in accounts.values() if isinstance(each, UnjudgedAccount)]
    assert 3 == len(missed)
    for each in missed:
        assert_readable(each.reason, role_arn(each.id), "the credentials have expired: get new ones")


def soon():
    """So near that botocore renews the credentials before every call."""
    return (datetime.now(timezone.utc) + timedelta(minutes=5)).strftime("expires:%Y-%m-%dT%H:%M:%SZ")


def collected_by_one_worker(url):
    role = AccountToAudit(ONE, "aws", role=Role(role_arn(ONE)))
    (account,) = audit_accounts(AwsSession(endpoint_url=url), [role], partial(collect_account, workers=1))
    return account


def test_credentials_of_a_role_that_run_out_are_renewed(fill, proxy):
    fill(ONE, {"alice": 2, "bob": 1})
    server = proxy({("AssumeRole", "*"): [soon(), soon(), soon()]})
    account = collected_by_one_worker(server.url)
    assert (["alice"], ["alice", "bob"], ()) == (failed(account), [user.name for user in account.users], account.unread)
    assert 4 == len(server.calls_of("AssumeRole"))


def test_users_that_credentials_could_not_be_renewed_for_are_unread(fill, proxy, assert_readable):
    """What was read before stands."""
    fill(ONE, {"alice": 2, "bob": 2, "carol": 1})
    account = collected_by_one_worker(proxy({("AssumeRole", "*"): [soon(), soon(), soon(), *["ExpiredToken"] * 9]}).url)
    assert ["alice"] == failed(account)
    assert [f"arn:aws:iam::{ONE}:user/{name}" for name in ("bob", "carol")] == [each.address for each in account.unread]
    for each in account.unread:
        assert_readable(each.reason, "calling the AssumeRole operation", "get new ones")


@pytest.mark.parametrize(
    ("expected", "external_id"), [(Account, "4711"), (UnjudgedAccount, None), (UnjudgedAccount, "12")]
)
def test_the_external_id_reaches_the_role(proxy, expected, external_id):
    server = proxy(external_ids={role_arn(ONE): "4711"})
    accounts = audited(server.url, role_arns=(role_arn(ONE),), external_id=external_id)
    assert expected is type(accounts[ONE])


def test_the_session_name_reaches_the_role(fill, moto_iam):
    fill(ONE, {})
    session = AwsSession(endpoint_url=moto_iam[0])
    identity = session.for_role(Role(role_arn(ONE), session_name="me@example.com")).client("sts").get_caller_identity()
    assert f"arn:aws:sts::{ONE}:assumed-role/{ROLE}/me@example.com" == identity["Arn"]


@pytest.mark.parametrize("fault", ["AccessDenied", "Throttling", "html", "drop"])
def test_an_alias_that_is_not_told_costs_nothing(fill, proxy, caplog, fault):
    fill(ONE, {"alice": 2}, alias="sandbox")
    server = proxy({("ListAccountAliases", "*"): fault})
    accounts = audited(server.url, account_ids=(ONE,))
    assert ("", ["alice"], ()) == (accounts[ONE].name, failed(accounts[ONE]), accounts[ONE].unread)
    ours = [record for record in caplog.records if record.name.startswith("checkov_keys")]
    assert [] == [record for record in ours if record.levelno >= logging.WARNING]


def test_an_answer_of_another_account_is_not_taken_for_the_chosen_one(iam_server, assert_readable):
    """A server that answers everybody with the same account would hide all others."""
    server = iam_server({"alice": ["Active", "Active"]}, account=TWO)
    accounts = audited(server.url, account_ids=(ONE, TWO))
    assert ["alice"] == failed(accounts[TWO])
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
    assert ["alice"] == failed(outcomes[OWN])
    assert Account(TWO, "aws") == replace(outcomes[TWO], read_at=None)
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
    base = AwsSession(endpoint_url=moto_iam[0], region="eu-west-1", connections=3)
    entered = base.for_role(Role(role_arn(ONE)))
    for service in ("iam", "sts", "organizations"):
        ours, theirs = base.client(service).meta, entered.client(service).meta
        assert (ours.endpoint_url, ours.region_name) == (theirs.endpoint_url, theirs.region_name)
        for name in ("retries", "connect_timeout", "read_timeout", "max_pool_connections"):
            assert getattr(ours.config, name) == getattr(theirs.config, name)
