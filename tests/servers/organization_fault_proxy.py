"""A proxy in front of moto's server that knows accounts and roles, and breaks where it is told to.

moto trusts everybody with everything and forgets no credentials; this is where an organization denies something.
"""

import json
import re
import threading
import urllib.error
import urllib.request
from urllib.parse import parse_qs

from loopback_http import Answer, LoopbackServer

_BASE = "base"
_ACCESS_KEY = re.compile(r"Credential=([^/]+)/")
_STATUS = {"Throttling": 400, "TooManyRequestsException": 400, "ServiceUnavailable": 503, "ExpiredToken": 403}


class OrganizationFaultProxy:
    """Passes every call on to `upstream`, except the faults.

    `faults` maps (action, subject) to an error code, or to a list of them that happens call after call ("ok" is none).
    The subject is what is asked for (an ARN of a role, the id of a unit), the id of the account that is asking ("base"
    for the credentials that no AssumeRole gave), or "*". Other faults: "html", "drop"; for AssumeRole "expires:ISO"
    answers credentials that expire then; for Organizations "old" leaves out State, "new" leaves out Status.
    `external_ids` maps an ARN of a role to the external id that it wants. `page_size` is Organizations'.
    `calls` lists every (action, subject asked for or "", account that is asking).
    """

    def __init__(self, upstream, faults=None, *, external_ids=None, page_size=None):
        self.upstream, self.external_ids, self.page_size = upstream, external_ids or {}, page_size
        self.faults = {
            where: list(fault) if isinstance(fault, list) else fault for where, fault in (faults or {}).items()
        }
        self.calls, self.accounts = [], {}
        self._lock = threading.Lock()
        self._connections, self._changed_connections = 0, threading.Condition()
        self._server = _CountedConnections(self.answer, self._count_connection)
        self.url = self._server.url

    def __enter__(self):
        self._server.start()
        return self

    def __exit__(self, *_):
        self._server.stop()

    def calls_of(self, action):
        return [(subject, account) for called, subject, account in self.calls if called == action]

    def wait_for_connections(self, most):
        """Wait until no more than `most` connections are open; raise AssertionError after five seconds."""
        with self._changed_connections:
            met = self._changed_connections.wait_for(lambda: self._connections <= most, timeout=5)
            assert met, f"{self._connections} connections are open"

    def _count_connection(self, change):
        with self._changed_connections:
            self._connections += change
            self._changed_connections.notify_all()

    def answer(self, headers, body):
        """Return the answer; None closes the connection."""
        action, asked, body = self._understood(headers, body)
        key = _ACCESS_KEY.search(headers["Authorization"])[1]
        with self._lock:
            account = self.accounts.get(key, _BASE)
            self.calls.append((action, asked.get("RoleArn") or asked.get("ParentId", ""), account))
            fault = self._fault(action, asked, account)
        if fault == "drop":
            return None
        if fault == "html":
            return Answer(200, b"<html><body>Sign in to the network</body></html>", "text/html")
        if fault not in {"ok", "old", "new"} and not fault.startswith("expires:"):
            return self._error(fault, action, account, json_api="X-Amz-Target" in headers)
        forwarded = self._forward(headers, body)
        return forwarded._replace(body=self._changed(action, asked, fault, forwarded.body))

    def _understood(self, headers, body):
        target = headers.get("X-Amz-Target", "")
        if not target:
            asked = {name: values[0] for name, values in parse_qs(body.decode()).items()}
            return asked["Action"], asked, body
        asked = json.loads(body or "{}")
        if self.page_size and ".List" in target:
            body = json.dumps({**asked, "MaxResults": self.page_size}).encode()
        return target.partition(".")[2], asked, body

    def _fault(self, action, asked, account):
        wanted = self.external_ids.get(asked.get("RoleArn"))
        if wanted is not None and asked.get("ExternalId") != wanted:
            return "AccessDenied"
        for subject in (asked.get("RoleArn"), asked.get("ParentId"), account, "*"):
            fault = self.faults.get((action, subject), self.faults.get(("*", subject)))
            if isinstance(fault, list):
                return fault.pop(0) if fault else "ok"
            if fault:
                return fault
        return "ok"

    def _changed(self, action, asked, fault, text):
        if action == "AssumeRole":
            if fault.startswith("expires:"):
                moment = fault.partition(":")[2].encode()
                text = re.sub(rb"<Expiration>.*?<", b"<Expiration>" + moment + b"<", text)
            key = re.search(rb"<AccessKeyId>(.*?)<", text)[1].decode()
            self.accounts[key] = asked["RoleArn"].split(":")[4]
        if fault in {"old", "new"}:
            left_out = {"old": rb'"State": "[A-Z]+", ', "new": rb'"Status": "[A-Z]+", '}[fault]
            text = re.sub(left_out, b"", text)
        return text

    def _error(self, code, action, account, *, json_api):
        message = {
            "AccessDenied": f"User: arn:aws:sts::{account}:assumed-role/r/s is not authorized to perform: {action}",
            "AccessDeniedException": "You don't have permissions to access this resource.",
            "ExpiredToken": "The security token included in the request is expired",
        }.get(code, f"{code} happened")
        status = _STATUS.get(code, 400 if json_api else 403)
        if json_api:
            body = json.dumps({"__type": code, "Message": message}).encode()
            return Answer(status, body, "application/x-amz-json-1.1")
        error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>"
        return Answer(status, f"<ErrorResponse>{error}<RequestId>0</RequestId></ErrorResponse>".encode())

    def _forward(self, headers, body):
        kept = {name: value for name, value in headers.items() if name.lower() not in {"host", "content-length"}}
        request = urllib.request.Request(self.upstream, data=body, headers=kept, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return Answer(answer.status, answer.read(), answer.headers.get("Content-Type", "text/xml"))
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.read(), error.headers.get("Content-Type", "text/xml"))


class _CountedConnections(LoopbackServer):
    def __init__(self, answer, count):
        super().__init__(answer)
        self._count = count

    def finish_request(self, request, client_address):
        self._count(1)
        try:
            super().finish_request(request, client_address)
        finally:
            self._count(-1)
