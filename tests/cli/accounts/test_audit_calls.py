"""How many calls an audit makes; what `make bench` measures with thousands of users is exact with hundreds."""

import json
import subprocess
import sys
from contextlib import contextmanager

import pytest

FIRST_ACCOUNT = 111111100001


@pytest.fixture
def serving(root):
    """Yield the URL of a server that runs as a script, and a dictionary that holds its calls after the block."""

    @contextmanager
    def serve(script, *arguments):
        command = [sys.executable, root / "tests" / "servers" / script, *arguments]
        calls = {}
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            try:
                yield process.stdout.readline().strip(), calls
            finally:
                calls.update(json.loads(process.communicate()[0]))

    return serve


@pytest.mark.parametrize(
    ("pages", "users", "accounts", "server"),
    [
        (1, 200, 1, ("faulty_moto_server.py", "1", "200", "0")),
        (1, 40, 3, ("faulty_moto_server.py", "3", "40", "0")),
        # moto has one page only.
        # Users of several pages are listed once more, for whoever was renamed from one page to another.
        (2 + 2, 1001, 1, ("lean_iam_server.py", "1001", "0")),
    ],
)
def test_an_audit_asks_for_nothing_twice(audit, serving, pages, users, accounts, server):
    """Keys are asked for once per user, last uses once per key, tags once per user: both of violating users only."""
    ids = ",".join(str(FIRST_ACCOUNT + number) for number in range(accounts))
    with serving(*server) as (url, calls):
        done = audit(url, "--accounts", ids, "-o", "json")
    violating = -(-users // 20)
    assert (1, violating * accounts) == (done.returncode, json.loads(done.stdout)["summary"]["failed"]), done.stderr
    a_user = {"ListAccessKeys": users, "ListUserTags": violating, "GetAccessKeyLastUsed": 2 * violating}
    an_account = {**a_user, "ListUsers": pages, "AssumeRole": 1, "ListAccountAliases": 1}
    assert {**{action: count * accounts for action, count in an_account.items()}, "GetCallerIdentity": 1} == calls
