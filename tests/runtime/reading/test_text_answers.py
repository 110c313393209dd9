"""An answer of status 5xx that is not AWS's XML is tried again, as any other of such a status."""

import contextlib
import itertools
import re

import pytest
from account_outcomes import ONE_KEY, TWO_KEYS, verdicts_at
from loopback_http import Answer
from odd_iam_server import whole

from checkov_keys.domain.errors import AuditError
from checkov_keys.domain.key_changes import Change, Outcome
from checkov_keys.runtime.changing.journal import Journal
from checkov_keys.runtime.changing.key_status import set_status
from checkov_keys.runtime.session.aws_session import AwsSession
from checkov_keys.runtime.session.faults import explained

STATUSES = (500, 502, 503, 504)
BODIES = {
    "text": b"Internal Failure",
    "nothing": b"",
    "white space": b" \r\n",
    "a page": b"<html><body><h1>502 Bad Gateway</h1><hr></body></html>",
    "a page with a declaration": b"<!DOCTYPE html>\n<html><head><meta charset=utf-8></head><body>Oops<br></html>",
    "a page that is XML": b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body/></html>',
    "half of an error": b"<ErrorResponse><Error><Type>Receiver</Type><Code>InternalFail",
    "an error without a code": b"<ErrorResponse><Error>Internal Failure</Error></ErrorResponse>",
    "JSON": b'{"message": "Internal Failure"}',
    "bytes": bytes(range(256)),
    "an encoding that is not one": b'<?xml version="1.0" encoding="nope"?><ErrorResponse/>',
}


@pytest.fixture(autouse=True)
def _two_attempts(monkeypatch):
    """Each wait before the second one takes a second at most."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "2")


def once(answer, otherwise=None):
    """Answer each user's first call like this, and all that follow as AWS does."""
    asked = set()

    def answer_to(_, question):
        user = question.get("UserName", "")
        if user in asked:
            return otherwise
        asked.add(user)
        return answer(user) if callable(answer) else answer

    return answer_to


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_user_is_read_at_the_next_attempt(odd, body):
    """One user for each status, and all are judged."""
    users = {f"user-{status}": TWO_KEYS for status in STATUSES}
    server = odd(users, ListAccessKeys=once(lambda user: Answer(int(user[-3:]), body, "text/plain")))
    assert (dict.fromkeys(users, "FAILED"), {}) == verdicts_at(server)
    assert 2 * len(users) == len(server.calls_of("ListAccessKeys"))


@pytest.mark.parametrize("mode", ["standard", "adaptive", "legacy"])
def test_in_each_retry_mode(odd, monkeypatch, mode):
    """Also the list of users, and what is only said of violating ones."""
    monkeypatch.setenv("AWS_RETRY_MODE", mode)
    text = Answer(500, BODIES["text"], "text/plain")
    actions = ("ListUsers", "ListAccessKeys", "ListUserTags", "GetAccessKeyLastUsed")
    server = odd({"bob": TWO_KEYS}, **{action: once(text) for action in actions})
    assert ({"bob": "FAILED"}, {}) == verdicts_at(server)
    assert {2, 3} >= {len(server.calls_of(action)) for action in actions}


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_what_lasts_is_one_clear_line(odd, monkeypatch, assert_readable, status, body):
    """It names the status and what to do, and nothing of the page."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    judged, unjudged = verdicts_at(odd({"bob": ONE_KEY}, ListAccessKeys=lambda *_: Answer(status, body)))
    assert ({}, ["bob"]) == (judged, list(unjudged))
    assert_readable(unjudged["bob"], f"An error occurred ({status}) when calling the ListAccessKeys", "try again later")
    assert not re.search("Oops|Bad Gateway</|<", unjudged["bob"])


def test_users_that_cannot_be_listed(odd, assert_readable):
    """The account is named in one line as well, after all attempts."""
    server = odd({"bob": ONE_KEY}, ListUsers=lambda *_: Answer(503, BODIES["text"], "text/plain"))
    with pytest.raises(AuditError) as raised:
        verdicts_at(server)
    assert_readable(str(raised.value), "cannot list the users: An error occurred (503)", "reached max retries: 1")
    assert 2 == len(server.calls_of("ListUsers"))


@pytest.mark.parametrize("status", [200, 400, 403, 404])
@pytest.mark.parametrize("body", [BODIES["text"], BODIES["half of an error"]], ids=["text", "half"])
def test_others_are_not_tried_again(odd, status, body):
    """A good status, or one of a refusal, is not made good by asking once more."""
    server = odd({"bob": ONE_KEY}, ListAccessKeys=lambda *_: Answer(status, body, "text/plain"))
    judged, unjudged = verdicts_at(server)
    assert ({}, ["bob"]) == (judged, list(unjudged))
    assert "AWS's answer is not the XML that it should be" in unjudged["bob"]
    assert 1 == len(server.calls_of("ListAccessKeys"))


def test_an_error_of_aws_keeps_its_code(odd):
    """What does hold an error says why."""
    error = b"<ErrorResponse><Error><Code>ServiceUnavailable</Code><Message>busy</Message></Error></ErrorResponse>"
    namespace = error.replace(b"Response>", b'Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/">', 1)
    for body in (error, namespace):
        _, unjudged = verdicts_at(odd({"bob": ONE_KEY}, ListAccessKeys=lambda *_, body=body: Answer(503, body)))
        assert "(ServiceUnavailable)" in unjudged["bob"]
        assert "busy" in unjudged["bob"]


def test_a_role_of_the_credential_chain(odd, aws, monkeypatch):
    """The clients that botocore makes for itself try again, too."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    given = "".join(f"<{name}>x</{name}>" for name in ("AccessKeyId", "SecretAccessKey", "SessionToken"))
    role = f"<Credentials>{given}<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>"
    server = odd({"bob": ONE_KEY}, AssumeRole=once(Answer(500, BODIES["text"], "text/plain"), role))
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
    keys = "aws_access_key_id = AKIATESTING\naws_secret_access_key = x\n"
    arn = "arn:aws:iam::123456789012:role/auditor"
    aws.write_text(f"[default]\nrole_arn = {arn}\nsource_profile = base\n[profile base]\n{keys}")
    assert ({"bob": "PASSED"}, {}) == verdicts_at(server)
    assert 2 == len(server.calls_of("AssumeRole"))


@pytest.mark.parametrize("lasts", [False, True])
@pytest.mark.parametrize("body", [BODIES["text"], BODIES["a page that is XML"]], ids=["text", "a page"])
def test_a_key_is_turned_off_at_the_next_attempt(odd, tmp_path, body, lasts):
    """And if there is none, the line says so, and AWS is asked how the key is."""
    answers = itertools.chain([True], itertools.repeat(lasts))

    def update(server, asked):
        if next(answers):
            return Answer(500, body, "text/plain")
        keys = dict(server.users["bob"][1])
        server.users["bob"] = ("AIDAbob", list({**keys, asked["AccessKeyId"]: asked["Status"]}.items()))
        return whole("UpdateAccessKey", "")

    server = odd({"bob": TWO_KEYS}, UpdateAccessKey=update)
    iam = AwsSession(endpoint_url=server.url).client("iam")
    change = Change("123456789012", "bob", "AKIABOB1", "Active", "Inactive")
    with contextlib.closing(Journal(tmp_path / "journal", new=True)) as journal:
        done = set_status(iam, journal, change)
    assert 2 == len(server.calls_of("UpdateAccessKey"))
    assert (Outcome.UNKNOWN if lasts else Outcome.CHANGED) == done.outcome
    if lasts:
        assert "cannot set the status: An error occurred (500)" in done.reason
        assert "AWS shows Active" in done.reason


def test_a_service_that_speaks_json(odd):
    """botocore takes any text there; nothing is taken away."""
    answer = Answer(500, b'{"__type": "ServiceException", "message": "later"}', "application/x-amz-json-1.1")
    server = odd({})
    server._server.answer = lambda *_: answer  # noqa: SLF001  # this server speaks XML otherwise
    organizations = AwsSession(endpoint_url=server.url).client("organizations")
    with pytest.raises(organizations.exceptions.ServiceException) as raised:
        organizations.list_accounts()
    assert "later" in explained("cannot", raised.value)
