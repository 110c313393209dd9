"""An account is asked as much at once as AWS answers without throttling, and nothing is lost to finding that out."""

import gc
import threading
import time
import weakref
from functools import partial

import pytest
from account_outcomes import ONE_KEY, TWO_KEYS, verdicts_at
from loopback_http import Answer

from checkov_keys.runtime.reading.account_audit import audit_accounts
from checkov_keys.runtime.reading.account_choice import AccountToAudit
from checkov_keys.runtime.reading.collector import collect_account
from checkov_keys.runtime.reading.facts_to_read import FACTS_OF_FIRST_RULE
from checkov_keys.runtime.session.aws_session import AwsSession
from checkov_keys.runtime.session.pace import MOST, START
from checkov_keys.runtime.session.roles import Role

USERS = {f"user-{number:03d}": TWO_KEYS if number % 20 == 0 else ONE_KEY for number in range(300)}
EXPECTED = {name: "FAILED" if keys is TWO_KEYS else "PASSED" for name, keys in USERS.items()}
BODY = (
    "<ErrorResponse><Error><Type>Sender</Type><Code>{}</Code><Message>Rate exceeded</Message></Error></ErrorResponse>"
)


def throttled(code="Throttling", status=400):
    return Answer(status, BODY.format(code).encode())


class Account:
    """Answers ListAccessKeys after `seconds`, if so many are not asked at once, nor in a second; else it throttles.

    The `seconds` begin again with each call that arrives, so that a busy machine has time to ask all that it may.
    `most` is how many were asked at once, `levels` how many at each answer, `refused` how many were throttled.
    """

    def __init__(self, seconds=0.02, at_once=1000, a_second=100_000, refusal=None):
        self.seconds, self.at_once, self.a_second = seconds, at_once, a_second
        self.refusal = refusal or throttled()
        self.now = self.most = self.refused = 0
        self.levels, self.tokens = [], float(a_second)
        self.filled = self.arrived = time.monotonic()
        self._lock = threading.Lock()

    def __call__(self, *_):
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)
            self.levels.append(self.now)
            now = time.monotonic()
            self.tokens = min(self.a_second, self.tokens + (now - self.filled) * self.a_second)
            self.filled = self.arrived = now
            refused = self.now > self.at_once or self.tokens < 1
            self.refused += refused
            self.tokens -= not refused
        while (wait := self.arrived + self.seconds - time.monotonic()) > 0:
            time.sleep(wait)
        with self._lock:
            self.now -= 1
        return self.refusal if refused else None


@pytest.fixture(autouse=True)
def _retries_of_the_product(monkeypatch):
    monkeypatch.delenv("AWS_MAX_ATTEMPTS")
    monkeypatch.delenv("AWS_RETRY_MODE", raising=False)


def test_it_begins_with_ten_and_grows_to_fifty(odd):
    """As long as nothing is throttled."""
    account = Account(0.2)
    assert (EXPECTED, {}) == verdicts_at(odd(USERS, ListAccessKeys=account))
    assert max(account.levels[:START]) <= START + 2
    # One more is for a thread that was just answered.
    assert MOST - 5 <= account.most <= MOST + 1


@pytest.mark.parametrize("workers", [1, 7, 60])
def test_a_number_that_is_given_holds(odd, workers):
    """Whatever AWS answers, also when it throttles."""
    account = Account(0.01 if workers < 10 else 0.1, at_once=workers if workers < 10 else 55)
    server = odd(USERS, ListAccessKeys=account)
    session = AwsSession(endpoint_url=server.url, connections=workers)
    found = collect_account(session, FACTS_OF_FIRST_RULE, workers=workers)
    assert (len(USERS), ()) == (len(found.users), found.unjudged)
    assert workers == account.most


REFUSALS = {
    "Throttling": throttled(),
    "ThrottlingException": throttled("ThrottlingException"),
    "TooManyRequestsException, 429": throttled("TooManyRequestsException", 429),
    "RequestLimitExceeded, 503": throttled("RequestLimitExceeded", 503),
    "SlowDown, 503": throttled("SlowDown", 503),
    "429 without a code that is known": throttled("Unknown", 429),
}


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
def test_it_halves_when_it_is_throttled(odd, refusal):
    """Also by what botocore tried again with success: nobody is lost, and far fewer are asked at once."""
    account = Account(0.1, at_once=30, refusal=refusal)
    server = odd(USERS, ListAccessKeys=account)
    session = AwsSession(endpoint_url=server.url)
    found = collect_account(session, FACTS_OF_FIRST_RULE)
    assert (len(USERS), ()) == (len(found.users), found.unjudged)
    assert 0 < account.refused < len(USERS) / 4
    assert session.pace.level <= 30


@pytest.mark.parametrize("a_second", [20, 100])
def test_so_many_calls_a_second(odd, a_second):
    """No user is unjudged, and few calls are refused."""
    users = dict(list(USERS.items())[: 3 * a_second])
    account = Account(0.03, a_second=a_second)
    judged, unjudged = verdicts_at(odd(users, ListAccessKeys=account))
    assert ({name: EXPECTED[name] for name in users}, {}) == (judged, unjudged)
    assert account.refused < 3 * a_second


def test_throttling_outlives_the_attempts_of_other_faults(odd, monkeypatch):
    """Seven times in a row, and then an answer."""
    monkeypatch.setattr("checkov_keys.runtime.session.throttling._LONGEST_WAIT", 0.1)
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0.01)
    answers = [throttled()] * 7
    server = odd({"bob": TWO_KEYS}, ListAccessKeys=lambda *_: answers.pop() if answers else None)
    assert ({"bob": "FAILED"}, {}) == verdicts_at(server)
    assert 8 == len(server.calls_of("ListAccessKeys"))


@pytest.mark.parametrize(
    "setting", [{"AWS_MAX_ATTEMPTS": "2"}, {"AWS_MAX_ATTEMPTS": "2", "AWS_RETRY_MODE": "adaptive"}]
)
def test_attempts_that_somebody_sets_are_all_there_are(odd, monkeypatch, setting):
    """Their number is theirs to choose."""
    for name, value in setting.items():
        monkeypatch.setenv(name, value)
    server = odd({"bob": TWO_KEYS}, ListAccessKeys=lambda *_: throttled())
    _, unjudged = verdicts_at(server)
    assert "AWS throttles this account" in unjudged["bob"]
    assert 2 == len(server.calls_of("ListAccessKeys"))


def assume(_, asked):
    account = asked["RoleArn"].split(":")[4]
    given = (
        f"<AccessKeyId>ASIA{account}</AccessKeyId><SecretAccessKey>x</SecretAccessKey><SessionToken>x</SessionToken>"
    )
    return f"<Credentials>{given}<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>"


ANSWERS = {
    "AssumeRole": assume,
    "ListAccountAliases": lambda *_: "<AccountAliases/><IsTruncated>false</IsTruncated>",
}


def chosen(numbers):
    ids = [f"{number:012d}" for number in numbers]
    return [AccountToAudit(id_, "aws", role=Role(f"arn:aws:iam::{id_}:role/Auditor")) for id_ in ids]


def test_each_account_has_a_level_of_its_own(odd):
    """What one is throttled by slows down no other."""
    sessions = []

    def read(session):
        sessions.append(session)
        if len(sessions) == 1:
            session.pace.throttled()
        return collect_account(session, FACTS_OF_FIRST_RULE)

    server = odd({"bob": ONE_KEY}, **ANSWERS)
    list(audit_accounts(AwsSession(endpoint_url=server.url), chosen(range(2)), read, account_workers=1))
    assert START // 2 == sessions[0].pace.level
    assert START < sessions[1].pace.level


def test_an_account_that_has_ended_leaves_nothing(odd):
    """Neither its session nor its clients are kept, and no more accounts are under way than are read at once."""
    sessions, clients, most = weakref.WeakSet(), weakref.WeakSet(), 0

    def read(session):
        sessions.add(session)
        clients.add(session.client("iam"))
        return collect_account(session, workers=1)

    server = odd({"bob": ONE_KEY}, **ANSWERS)
    accounts = chosen(range(40))
    outcomes = audit_accounts(AwsSession(endpoint_url=server.url), accounts, read, account_workers=2)
    for number, _ in enumerate(outcomes):
        if number % 10 == 9:
            gc.collect()
            most = max(most, len(sessions), len(clients))
    del outcomes
    assert 39 == number
    assert most <= 4
    gc.collect()
    assert ([], []) == (list(sessions), list(clients))


def test_accounts_are_begun_as_others_end(odd):
    """Ten thousand futures would keep ten thousand results."""
    begun = []

    def read(session, reading):
        begun.append(session)
        return reading(session)

    server = odd({"bob": ONE_KEY}, **ANSWERS)
    reading = partial(read, reading=partial(collect_account, workers=1))
    outcomes = audit_accounts(AwsSession(endpoint_url=server.url), chosen(range(20)), reading, account_workers=2)
    next(outcomes)
    time.sleep(1)
    assert len(begun) <= 4
    assert 19 == len(list(outcomes))
