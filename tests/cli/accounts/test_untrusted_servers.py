"""A certificate that is not trusted ends an audit at once, with the way out; the way out works."""

import time

import pytest
from breaking_account_server import BreakingAccountServer
from loopback_http import Answer
from self_signed_server import SelfSignedServer

USERS = {f"u{number}": ["Active"] for number in range(3)}
# As many as the program makes by itself.
MANY = {"AWS_MAX_ATTEMPTS": "5"}


@pytest.fixture
def untrusted(tmp_path):
    """An account behind such a server."""
    account = BreakingAccountServer(USERS)

    def answer(headers, body):
        answered = account._answer(headers, body)  # noqa: SLF001  # without a socket of its own
        return answered or Answer(500, b"")

    with account, SelfSignedServer(tmp_path, answer) as server:
        yield server


def test_it_is_tried_once(untrusted, audit):
    """No attempt is repeated, one line says what to do, and nobody waits."""
    began = time.monotonic()
    done = audit(untrusted.url, **MANY)
    took = time.monotonic() - began
    assert (2, "", 1) == (done.returncode, done.stdout, len(done.stderr.splitlines())), done.stderr
    assert "AWS_CA_BUNDLE" in done.stderr
    assert "CERTIFICATE_VERIFY_FAILED" in done.stderr
    assert 1 == untrusted.attempts
    assert took < 3


def test_what_the_line_says_to_do_works(untrusted, audit):
    """With the certificate in AWS_CA_BUNDLE, the account is read."""
    done = audit(untrusted.url, AWS_CA_BUNDLE=str(untrusted.certificate), **MANY)
    assert (0, "") == (done.returncode, done.stderr)
    assert "Passed checks: 3" in done.stdout
