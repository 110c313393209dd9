"""Who uses the keys of users that violate a rule, and of nobody else."""

import logging
import time
from datetime import datetime, timedelta, timezone

import pytest
from lookup_events_server import make_event

from checkov_keys.domain.rules.one_active_key import ONE_ACTIVE_KEY
from checkov_keys.runtime.reading.collector import collect_account
from checkov_keys.runtime.reading.facts_to_read import FactsToRead
from checkov_keys.runtime.session.aws_session import AwsSession
from checkov_keys.runtime.usage import event_history
from checkov_keys.runtime.usage.account_histories import add_histories

USERS = {"both": ["Active", "Active", "Inactive"], "fine": ["Active", "Inactive"]}
BOTH, OTHER, OFF = (f"AKIA00000000000{number}" for number in range(3))
FINE = "AKIA000000010000"
HOME, AWAY = "us-east-1", "eu-west-1"
NOW = datetime.now(timezone.utc)
EVENTS = {
    HOME: [make_event(BOTH, NOW - timedelta(days=2))],
    AWAY: [make_event(BOTH, NOW - timedelta(days=3)), make_event(FINE, NOW)],
}
FACTS = FactsToRead((ONE_ACTIVE_KEY,))


@pytest.fixture
def read(history_server, monkeypatch):
    """Read an account with the histories of its keys; returns the histories by key, and the server."""
    monkeypatch.setattr(event_history, "_BETWEEN_CALLS", 0.0)

    def read_account(faults=None, users=None, seconds=60.0, **settings):
        server = history_server(EVENTS, faults, users or USERS, mailers=["both"])
        session = AwsSession(endpoint_url=server.url)
        account = collect_account(session, FACTS)
        found = add_histories(session, account, FACTS.is_violating, end=time.monotonic() + seconds, **settings)
        assert [user.name for user in account.users] == [user.name for user in found.users]
        return {key.address: key.history for user in found.users for key in user.keys}, server

    return read_account


def test_nobody_violates(read):
    """Nothing is asked."""
    histories, server = read(users={"fine": ["Active"]})
    assert {"AKIA000000000000": None} == histories
    assert {"ListUsers", "ListAccessKeys"} >= {action for action, _ in server.calls}
    assert [] == server.calls_of_history


def test_a_violating_user(read):
    """Its keys that AWS may accept have a history, in all regions; others have none."""
    histories, _ = read()
    assert {OFF, FINE, "AKIA000000010001"} == {key for key, history in histories.items() if history is None}
    used, unused = histories[BOTH], histories[OTHER]
    assert (2, True, (), (), True) == (
        used.usage.calls.number,
        used.usage.is_exact,
        used.gaps,
        used.sampled,
        used.may_send_mail,
    )
    assert (False, ()) == (unused.usage.is_used, unused.gaps)


def test_without_addresses(read):
    """None is kept."""
    assert "203.0.113.9" in str(read()[0][BOTH])
    histories, _ = read(with_addresses=False)
    assert "203.0.113.9" not in str(histories)
    assert not histories[BOTH].has_addresses
    assert histories[BOTH].usage.is_used


@pytest.mark.parametrize(
    ("faults", "what", "reason"),
    [
        ({("LookupEvents", AWAY): "AccessDeniedException"}, AWAY, "not authorized"),
        ({("LookupEvents", AWAY): "not json"}, AWAY, "cannot look up events"),
        ({("ListRegions", "*"): "AccessDenied", ("DescribeRegions", "*"): "AccessDenied"}, "other regions", "enabled"),
    ],
)
def test_what_was_not_read(read, caplog, faults, what, reason):
    """It is a gap of each key, and logged once; what was read counts, and numbers are at least that."""
    histories, _ = read(faults)
    for key in (BOTH, OTHER):
        (gap,) = histories[key].gaps
        assert what == gap[0]
        assert reason in gap[1]
        assert not histories[key].usage.is_exact
    assert histories[BOTH].usage.is_used
    # Others may have had more logged, as what AWS answered.
    warnings = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert 1 == sum(reason in line for line in warnings)


def test_no_time_is_left(read):
    """What was not reached is named."""
    histories, _ = read({("LookupEvents", AWAY): "hang"}, seconds=0.5)
    for key in (BOTH, OTHER):
        ((what, reason),) = histories[key].gaps
        assert AWAY == what
        assert "in time" in reason
    assert histories[BOTH].usage.is_used
