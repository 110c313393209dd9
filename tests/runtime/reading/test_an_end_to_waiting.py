"""Whatever a server does, an audit ends, and names what it has not read."""

import itertools
import time

import pytest
from account_outcomes import ONE_KEY as ONE
from account_outcomes import TWO_KEYS as TWO
from account_outcomes import verdicts_at
from odd_iam_server import whole

from checkov_keys.domain.errors import AuditError
from checkov_keys.domain.users import UnjudgedAccount
from checkov_keys.runtime.reading.account_audit import audit_accounts
from checkov_keys.runtime.reading.account_choice import AccountToAudit
from checkov_keys.runtime.reading.collector import MAX_WAIT
from checkov_keys.runtime.session import identity
from checkov_keys.runtime.session.aws_session import AwsSession
from checkov_keys.runtime.session.worker_threads import LateError, Patience, call_in_time, in_order, threads

COUNTER = itertools.count()
MARKERS = {
    "the same again": lambda _: "1",
    "two that alternate": lambda asked: "2" if asked.get("Marker") == "1" else "1",
    "others without an end": lambda _: str(next(COUNTER)),
}


def more(marker):
    return f"<IsTruncated>true</IsTruncated><Marker>{marker}</Marker>"


@pytest.mark.parametrize("marker", MARKERS.values(), ids=MARKERS)
def test_markers_of_keys_without_an_end(odd, marker):
    """The user is unjudged, and the others are judged."""

    def list_keys(server, asked):
        return server.list_keys("bob", more=more(marker(asked))) if asked["UserName"] == "bob" else None

    judged, unjudged = verdicts_at(odd({"alice": ONE, "bob": ONE}, ListAccessKeys=list_keys))
    assert ({"alice": "PASSED"}, ["bob"]) == (judged, list(unjudged))


@pytest.mark.parametrize("marker", MARKERS.values(), ids=MARKERS)
def test_markers_of_users_without_an_end(odd, marker):
    """The users that were listed are judged, and the account says that others are missing."""

    def list_users(server, asked):
        return server.list_users(more=more(marker(asked)))

    judged, unjudged = verdicts_at(odd({"alice": ONE, "bob": TWO}, ListUsers=list_users), max_wait=3)
    assert ({"alice": "PASSED", "bob": "FAILED"}, ["*"]) == (judged, list(unjudged))
    assert "the list of users ended early: " in unjudged["*"]


@pytest.mark.parametrize("marker", MARKERS.values(), ids=MARKERS)
def test_markers_of_tags_without_an_end(odd, marker):
    """The verdict stands."""
    server = odd({"bob": TWO}, ListUserTags=lambda _, asked: f"<Tags/>{more(marker(asked))}")
    assert ({"bob": "FAILED"}, {}) == verdicts_at(server)


def slowly(action):
    def answer(server, asked):
        text = server.list_users() if action == "ListUsers" else server.list_keys(asked["UserName"])
        return whole(action, text)._replace(drip=1) if asked.get("UserName", "bob") == "bob" else None

    return answer


def test_keys_that_come_a_byte_a_second(odd):
    """One user costs a share of the time, and the others are judged meanwhile."""
    server = odd({"alice": ONE, "bob": TWO, "carol": TWO}, ListAccessKeys=slowly("ListAccessKeys"))
    start = time.monotonic()
    judged, unjudged = verdicts_at(server, max_wait=6, workers=1)
    assert ({"alice": "PASSED", "carol": "FAILED"}, ["bob"]) == (judged, list(unjudged))
    assert "AWS has not answered in time (see --max-wait-minutes)" in unjudged["bob"]
    assert time.monotonic() - start < 60


def test_users_that_come_a_byte_a_second(odd):
    """The list does not even begin."""
    with pytest.raises(AuditError, match="cannot list the users: AWS has not answered in time"):
        verdicts_at(odd({"bob": TWO}, ListUsers=slowly("ListUsers")), max_wait=2)


def test_a_caller_that_comes_a_byte_a_second(odd, monkeypatch):
    """Nobody waits for the name of the account, either."""
    monkeypatch.setattr(identity, "_LONGEST_ANSWER", 1)
    server = odd({}, GetCallerIdentity=lambda *_: whole("GetCallerIdentity", "<Arn/>")._replace(drip=1))
    with pytest.raises(AuditError, match="cannot tell which account has no users: no complete answer in time"):
        verdicts_at(server)


def test_an_account_that_only_throttles(odd, monkeypatch):
    """Each user is named when the time is over."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "9")
    monkeypatch.setenv("AWS_RETRY_MODE", "adaptive")
    error = "<ErrorResponse><Error><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>"
    throttled = whole("ListAccessKeys", "")._replace(status=400, body=error.encode())
    users = {f"user-{number}": TWO for number in range(40)}
    judged, unjudged = verdicts_at(odd(users, ListAccessKeys=lambda *_: throttled), max_wait=2)
    assert ({}, set(users)) == (judged, set(unjudged))


def test_an_account_that_is_entered_forever(odd):
    """The other accounts are reported, and this one is named."""
    session = AwsSession(endpoint_url=odd({}).url)
    accounts = [AccountToAudit("111111111111", "aws"), AccountToAudit("222222222222", "aws")]

    def read(_):
        time.sleep(120)

    (first, second) = audit_accounts(session, accounts, read, max_wait=-54)
    assert {UnjudgedAccount} == {type(first), type(second)}
    assert "AWS has not answered in time" in first.reason


def test_the_default_is_enough_for_the_largest_quota():
    """5,000 users at 20 calls a second."""
    assert 5000 / 20 < MAX_WAIT / 2


def test_what_is_late_is_replaced_in_order():
    """A thread that does not come back costs no other call, and a call that has not begun is cancelled."""
    begun = []

    def call(number):
        begun.append(number)
        time.sleep(60 if number == 0 else 0)
        return number

    with threads(1) as pool:
        patience = Patience(each=0.3)
        assert ["late 0", 1, 2] == list(in_order(pool, call, range(3), patience, lambda number: f"late {number}"))
    assert [0, 1, 2] == begun
    with threads(1) as pool:
        over = Patience(end=time.monotonic() - 1)
        pool.submit(time.sleep, 60)
        assert ["late", "late"] == list(in_order(pool, call, [5, 6], over, lambda _: "late"))
    assert {5, 6}.isdisjoint(begun)
    with pytest.raises(LateError):
        call_in_time(lambda: time.sleep(60), 0.1)


def test_what_a_call_raises_is_raised():
    """In time, and in the thread of whoever waits."""
    with pytest.raises(ZeroDivisionError):
        call_in_time(lambda: 1 / 0, 60)
