"""What an organization says of its accounts: only closed ones are left out, and one odd id costs itself."""

import json
import logging

import pytest
from account_outcomes import audit_chosen
from loopback_http import Answer, LoopbackServer

from checkov_keys.runtime.reading.account_choice import AccountChoice, accounts_to_audit
from checkov_keys.runtime.session.aws_session import AwsSession

OWN, ONE, TWO, THREE = "123456789012", "111111111111", "222222222222", "333333333333"
_CALLER = (
    f"<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::{OWN}:user/auditor</Arn>"
    f"<Account>{OWN}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
)


@pytest.fixture
def organization_of():
    """Start an organization with these entries of ListAccounts, and pages of units below any."""
    servers = []

    def start(*accounts, pages=None, units=()):
        pages = [{"Accounts": list(accounts)}] if pages is None else pages

        def answer(headers, body):
            action = headers.get("X-Amz-Target", "").partition(".")[2]
            asked = json.loads(body) if action else {}
            if action == "ListOrganizationalUnitsForParent":
                below = units if asked["ParentId"].startswith("r-") else ()
                return Answer(200, json.dumps({"OrganizationalUnits": list(below)}).encode(), "application/json")
            if action:
                number = int(asked.get("NextToken", 0))
                return Answer(200, json.dumps(pages[number]).encode(), "application/json")
            return Answer(200, _CALLER.encode())

        server = LoopbackServer(answer)
        server.start()
        servers.append(server)
        return server.url

    yield start
    for server in servers:
        server.stop()


def account(id_, **fields):
    return {"Id": id_, "Name": f"name of {id_}", **fields}


def choose(url, **choice):
    chosen = accounts_to_audit(AwsSession(endpoint_url=url), AccountChoice(**(choice or {"organization": True})))
    return [(each.id, bool(each.problem)) for each in chosen]


STATES = {
    "no word": ({}, True),
    "active": ({"State": "ACTIVE"}, True),
    "suspended": ({"State": "SUSPENDED"}, False),
    "closed": ({"State": "CLOSED"}, False),
    "suspended, by the old field": ({"Status": "SUSPENDED"}, False),
    "both fields": ({"State": "CLOSED", "Status": "SUSPENDED"}, False),
    "fields that contradict each other": ({"State": "SUSPENDED", "Status": "ACTIVE"}, True),
    "to be closed": ({"State": "PENDING_CLOSURE"}, True),
    "not active yet": ({"State": "PENDING_ACTIVATION"}, True),
    "unknown word": ({"State": "HIBERNATING"}, True),
    "other spelling": ({"State": "suspended"}, True),
    "with a space": ({"State": "SUSPENDED "}, True),
    "empty": ({"State": ""}, True),
    "null": ({"State": None}, True),
    "a number": ({"State": 3}, True),
    "a list": ({"State": ["SUSPENDED"]}, True),
}


@pytest.mark.parametrize(("fields", "tried"), STATES.values(), ids=STATES)
def test_states(organization_of, caplog, fields, tried):
    """Only what AWS calls closed, in its own spelling, is left out, and then it is named."""
    caplog.set_level(logging.WARNING, "checkov_keys")
    url = organization_of(account(ONE, **fields), account(TWO, State="ACTIVE"))
    assert [(ONE, False)] * tried + [(TWO, False)] == choose(url)
    assert tried is not any(ONE in record.getMessage() for record in caplog.records)


@pytest.mark.parametrize("states", [("SUSPENDED", "ACTIVE"), ("ACTIVE", "SUSPENDED")])
@pytest.mark.parametrize("paged", [True, False])
def test_an_account_with_two_states(organization_of, states, paged):
    """It is tried, once."""
    entries = [account(ONE, State=state) for state in states]
    pages = [{"Accounts": entries}]
    if paged:
        pages = [{"Accounts": entries[:1], "NextToken": "1"}, {"Accounts": entries[1:]}]
    assert [(ONE, False)] == choose(organization_of(pages=pages))


ODD_IDS = ["1234", "12345678901\uff12", "", None, 222222222222, ["1"], "arn:aws:iam::1", "22222222222\n2", "x" * 10_000]


@pytest.mark.parametrize("odd", ODD_IDS, ids=[repr(odd)[:20] for odd in ODD_IDS])
def test_an_id_of_a_wrong_form_costs_itself(organization_of, odd):
    """It is named as unjudged, and the others are chosen."""
    url = organization_of(account(ONE), {"Id": odd, "Name": "odd"}, account(TWO))
    (first, second, (shown, broken)) = choose(url)
    assert ([(ONE, False), (TWO, False)], True) == ([first, second], broken)
    assert shown
    assert len(shown) <= 64
    assert shown.isprintable()


def test_entries_that_are_not_accounts(organization_of):
    """Each is named, and stops nothing else."""
    assert [(ONE, False)] == [each for each in choose(organization_of(account(ONE), None, {})) if not each[1]]
    outcomes = audit_chosen(organization_of({}), organization=True)
    assert ["AWS's answer names an account of the organization by an id that is not one"] == [
        outcome.reason for outcome in outcomes.values()
    ]


@pytest.mark.parametrize("odd", ["ou-a1b2", None, 3, "r-a1b2", "../x"])
def test_a_unit_of_a_wrong_form_costs_itself(organization_of, odd):
    """Its accounts are not known, so the audit is incomplete, by its name."""
    url = organization_of(account(ONE), units=[{"Id": odd}, {"Id": "ou-a1b2-c3d4e5f6"}])
    assert [(ONE, False), True] == [each if each[0] == ONE else each[1] for each in choose(url, units=("r-a1b2",))]


@pytest.mark.parametrize("tokens", [("1", "1"), ("1", "0")], ids=["the same", "alternating"])
def test_tokens_without_an_end(organization_of, assert_readable, tokens):
    """An organization that cannot be listed to its end is an error."""
    pages = [{"Accounts": [account(ONE)], "NextToken": token} for token in tokens]
    with pytest.raises(Exception, match="cannot list the accounts of the organization: ") as raised:
        choose(organization_of(pages=pages))
    assert_readable(str(raised.value), "repeat a NextToken")
