"""The accounts of an organization or of its units, none of them missing silently."""

import logging

import pytest
from account_outcomes import choose_accounts, role_arn
from emulated_aws import OWN

from checkov_keys.domain.errors import AuditError

ONE, TWO = "111111111111", "222222222222"


@pytest.mark.parametrize("page_size", [None, 1, 2, 3])
@pytest.mark.parametrize("form", ["ok", "old", "new"])
def test_the_whole_organization_is_its_active_accounts(organization, proxy, caplog, page_size, form):
    """All pages; `old` answers have Status only, `new` ones State only, and suspended accounts are named."""
    names = {organization.account(name): name for name in ("dev", "prod", "gone", "closed")}
    ids = {name: account for account, name in names.items()}
    for name in ("gone", "closed"):
        organization.api.close_account(AccountId=ids[name])
    server = proxy({("ListAccounts", "*"): form}, page_size=page_size)
    accounts = choose_accounts(server.url, organization=True)
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
    """A unit stands for its accounts and those of all units below it, each once, on however many pages."""
    top, other = organization.unit("top"), organization.unit("other")
    units = [top, organization.unit("a", top), organization.unit("b", top)]
    units.append(organization.unit("c", units[1]))
    below = {organization.account(f"n{i}-{n}", unit): f"n{i}-{n}" for i, unit in enumerate(units) for n in range(2)}
    elsewhere = {organization.account("elsewhere", other): "elsewhere"}
    server = proxy(page_size=page_size)
    assert sorted(below.items()) == [(account, name) for account, name, _ in choose_accounts(server.url, units=(top,))]
    both = choose_accounts(server.url, units=(other, top, units[1]))
    assert sorted({**below, **elsewhere}.items()) == [(account, name) for account, name, _ in both]
    everything = choose_accounts(server.url, units=(organization.root,))
    assert sorted({**below, **elsewhere, OWN: "master"}.items()) == [(account, name) for account, name, _ in everything]


def test_accounts_of_the_organization_ids_and_roles_add_up_and_excluded_ones_leave(organization, moto_iam, caplog):
    """Excluding a suspended account is no mistake, and needs no warning; naming one tries it."""
    dev, gone, closed = (organization.account(name) for name in ("dev", "gone", "closed"))
    for account in (gone, closed):
        organization.api.close_account(AccountId=account)
    accounts = choose_accounts(
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
        choose_accounts(server.url, organization=True)
    assert_readable(str(raised.value), "cannot list the accounts of the organization: ", *parts)


@pytest.mark.parametrize("action", ["ListAccountsForParent", "ListOrganizationalUnitsForParent"])
def test_a_unit_that_cannot_be_listed_is_an_error_that_names_it(organization, proxy, assert_readable, action):
    """The error names the unit below that could not be listed and the permission it needs."""
    top = organization.unit("top")
    below = organization.unit("below", top)
    server = proxy({(action, below): "AccessDeniedException"})
    with pytest.raises(AuditError) as raised:
        choose_accounts(server.url, units=(top,))
    assert_readable(str(raised.value), f"cannot list the accounts of {below}: ", f"allow organizations:{action} for it")


@pytest.mark.usefixtures("organization")
def test_a_unit_that_is_not_there_is_an_error(moto_iam, assert_readable):
    """The error names the unit that does not exist and says to check its id."""
    with pytest.raises(AuditError) as raised:
        choose_accounts(moto_iam[0], units=("ou-a1b2-c3d4e5f6",))
    assert_readable(str(raised.value), "ou-a1b2-c3d4e5f6", "check the id of the organizational unit")


def test_a_throttled_list_is_tried_again(organization, proxy, monkeypatch):
    """A throttled list of accounts is tried again and is complete."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "3")
    dev = organization.account("dev")
    server = proxy({("ListAccounts", "*"): ["TooManyRequestsException"]})
    assert {OWN, dev} == {account for account, _, _ in choose_accounts(server.url, organization=True)}
