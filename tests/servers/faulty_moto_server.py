"""moto's application behind a server that delays, throttles and breaks: the faults of AWS at size.

moto's own server closes every connection after its answer, which AWS does not; this one keeps them open.

As a script, `faulty_moto_server.py ACCOUNTS USERS DELAY` fills accounts, prints its URL, serves until its standard
input ends, then prints its calls as JSON ({action: count}). Every twentieth user has two active keys, the others one.
"""

import json
import re
import sys
import threading
import time
from collections import Counter
from datetime import datetime, timedelta, timezone
from io import BytesIO
from urllib.parse import parse_qs

from loopback_http import Answer, LoopbackServer
from moto.iam.models import iam_backends
from moto.server import DomainDispatcherApplication, create_backend_app

FIRST_ACCOUNT = 111111100001
OWN_ACCOUNT = 123456789012
VIOLATING_EVERY = 20
_ACCESS_KEY = re.compile(r"Credential=([^/]+)/")
_STATUS = {"Throttling": 400, "ServiceUnavailable": 503, "InternalFailure": 500}
_BROKEN = {"garbage": b"nothing like XML <", "half": b"<ListUsersResponse><ListUsersResult><Users><member>"}


def age_keys(account=OWN_ACCOUNT, days=400):
    """Make the first key of every user of an account of moto so many days old, and each later one a day younger.

    Returns the ids of the keys by the names of the users.
    """
    backend = iam_backends[str(account)]["aws"]
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    for user in backend.users.values():
        for number, key in enumerate(user.access_keys):
            key.create_date = now - timedelta(days=days - number)
    return {name: [key.access_key_id for key in user.access_keys] for name, user in backend.users.items()}


def fill(account, users, violating_every=VIOLATING_EVERY):
    """Give an account of moto, whose state is one a process, users with one active key each, or two, of last year."""
    backend = iam_backends[str(account)]["aws"]
    for number in range(users):
        name = f"user-{number:05d}"
        backend.create_user("us-east-1", name)
        for _ in range(1 if number % violating_every else 2):
            backend.create_access_key(name)
    age_keys(account)
    return backend


class FaultyMotoServer:
    """Serves moto's application, `delay` seconds a call.

    `faults` maps (action, subject) to a fault. The subject is a user, a key id, the ARN of a role, or "*". A fault
    is an error code of AWS, "cut" (the connection closes in the middle of the answer), "hang" (no answer until the
    server stops), "stale" (keys are shown as if none was inactive), or "garbage" or "half", which are no XML; a
    list is one fault a call, then all is well ("ok" is no fault).
    `every` is (n, faults): every nth call ends in the next of these faults. `calls_a_second` maps accounts to the calls
    that each may make in a second; `expired` holds ids of access keys that expire after so many calls. `page` is how
    many users a page of ListUsers has: moto knows one page only. `seen` is called with (action, subject) before each
    answer. `callers` maps ids of access keys to the ARNs that GetCallerIdentity tells of them.
    """

    def __init__(
        self,
        faults=None,
        *,
        delay=0.0,
        every=(0, ()),
        calls_a_second=None,
        page=None,
        expired=None,
        seen=None,
        callers=None,
    ):
        self.faults = {key: list(fault) if isinstance(fault, list) else fault for key, fault in (faults or {}).items()}
        self.delay, self.every, self.page, self.seen = delay, every, page, seen
        self.calls_a_second, self.expired = calls_a_second or {}, expired or {}
        self.calls, self.by_second, self.accounts = Counter(), Counter(), {}
        self.callers = callers or {}
        self.stopped = threading.Event()
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._listed = {}
        self._lock = threading.Lock()
        self._server = LoopbackServer(self.answer)
        self.endpoint = self._server.url

    def __enter__(self):
        self._server.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        self._server.stop()

    def answer(self, headers, body):
        """Return the answer to a call."""
        start = time.monotonic()
        asked = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        action = asked["Action"]
        subject = asked.get("UserName") or asked.get("AccessKeyId") or asked.get("RoleArn") or "*"
        if self.seen:
            self.seen(action, subject)
        # A web identity has no key yet.
        signed = _ACCESS_KEY.search(headers.get("Authorization", ""))
        key = signed[1] if signed else ""
        with self._lock:
            self.calls[action] += 1
            fault = self._fault(action, subject, key, self.accounts.get(key, str(OWN_ACCOUNT)))
        if fault == "hang":
            self.stopped.wait()
        if fault in _BROKEN:
            return Answer(200, _BROKEN[fault])
        if fault not in ("ok", "cut", "stale"):
            return Answer(_STATUS.get(fault, 403), _error(fault, action))
        if action == "GetCallerIdentity" and key in self.callers:
            return Answer(200, _identity(self.callers[key]))
        answer = self._page_of(asked, key) if self.page and action == "ListUsers" else self._ask(headers, body)
        if action == "AssumeRole" and answer.status == 200:
            self.accounts[re.search(rb"<AccessKeyId>(.*?)<", answer.body)[1].decode()] = subject.split(":")[4]
        time.sleep(max(0.0, self.delay - (time.monotonic() - start)))
        if fault == "stale":
            answer = answer._replace(body=answer.body.replace(b">Inactive<", b">Active<"))
        return answer._replace(cut=fault == "cut")

    def _fault(self, action, subject, key, account):
        limit = self.calls_a_second.get(account)
        if limit is not None:
            second = (account, int(time.monotonic()))
            self.by_second[second] += 1
            if self.by_second[second] > limit:
                return "Throttling"
        if key in self.expired:
            self.expired[key] -= 1
            if self.expired[key] < 0:
                return "ExpiredToken"
        nth, kinds = self.every
        calls = sum(self.calls.values())
        if nth and calls % nth == 0:
            return kinds[calls // nth % len(kinds)]
        fault = self.faults.get((action, subject), self.faults.get((action, "*"), "ok"))
        if isinstance(fault, list):
            return fault.pop(0) if fault else "ok"
        return fault

    def _page_of(self, asked, key):
        account = self.accounts.get(key, str(OWN_ACCOUNT))
        if account not in self._listed:
            arn = f"arn:aws:iam::{account}:user"
            self._listed[account] = [
                f"<member><Path>/</Path><UserName>{name}</UserName><UserId>{user.id}</UserId><Arn>{arn}/{name}</Arn>"
                "<CreateDate>2026-01-01T00:00:00Z</CreateDate></member>"
                for name, user in iam_backends[account]["aws"].users.items()
            ]
        members = self._listed[account]
        start = int(asked.get("Marker", 0))
        end = start + self.page
        more = f"<Marker>{end}</Marker>" if end < len(members) else ""
        text = (
            f"<ListUsersResponse><ListUsersResult><Users>{''.join(members[start:end])}</Users>"
            f"<IsTruncated>{'true' if more else 'false'}</IsTruncated>{more}</ListUsersResult></ListUsersResponse>"
        )
        return Answer(200, text.encode())

    def _ask(self, headers, body):
        got = {}

        def start_response(status, answered, *_):
            got.update(status=int(status.split()[0]), kind=dict(answered).get("Content-Type", "text/xml"))

        environ = {
            "REQUEST_METHOD": "POST",
            "SCRIPT_NAME": "",
            "PATH_INFO": "/",
            "QUERY_STRING": "",
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": str(self._server.server_port),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": headers.get("Content-Type", ""),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()},
        }
        data = b"".join(self._moto(environ, start_response))
        return Answer(got["status"], data, got["kind"])


def _identity(arn):
    result = f"<Arn>{arn}</Arn><UserId>AIDA</UserId><Account>{arn.split(':')[4]}</Account>"
    name = "GetCallerIdentity"
    return f"<{name}Response><{name}Result>{result}</{name}Result></{name}Response>".encode()


def _error(code, action):
    text = {
        "AccessDenied": f"User: arn:aws:iam::{OWN_ACCOUNT}:user/auditor is not authorized to perform: iam:{action}",
        "ExpiredToken": "The security token included in the request is expired",
        "Throttling": "Rate exceeded",
    }.get(code, f"{code} happened")
    error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{text}</Message></Error>"
    return f"<ErrorResponse>{error}<RequestId>0</RequestId></ErrorResponse>".encode()


def main(accounts, users, delay):
    """Serve until standard input ends, then tell the calls."""
    for number in range(accounts):
        fill(FIRST_ACCOUNT + number, users)
    with FaultyMotoServer(delay=delay) as server:
        sys.stdout.write(f"{server.endpoint}\n")
        sys.stdout.flush()
        sys.stdin.read()
        sys.stdout.write(f"{json.dumps(server.calls)}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
