"""moto's server with somebody who sees every call before it is answered, and may refuse it.

It tells which stack has a resource of a physical id, which moto does not.
"""

import json
import re
import threading
import urllib.request
from io import BytesIO
from urllib.parse import parse_qs, urlencode

from moto.cloudformation.models import cloudformation_backends
from moto.core import DEFAULT_ACCOUNT_ID
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

_SCOPE = re.compile(r"Credential=([^/]+)/[^/]*/([^/]*)/")


class WatchedMotoServer:
    """Serves moto's application, whose state is one a process; begin and end with an empty account that trusts all.

    `calls` lists every (action, what is asked, id of the access key that signed it). The action of S3's calls is GET or
    PUT, and what is asked holds their path. `guard` is given the same, and
    returns None, or the message of an AccessDenied.
    """

    def __init__(self, guard=None):
        self.calls, self._guard = [], guard
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._server = make_server("127.0.0.1", 0, self._watched, threaded=True, request_handler=_QuietHandler)
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self._forget()
        return self

    def __exit__(self, *_):
        self._forget()
        self._server.shutdown()
        self._server.server_close()

    def enforce(self):
        """From now on let moto check every call's signature, and the policies of who signed it."""
        self.calls.clear()
        self._tell("reset-auth", b"0")

    def calls_of(self, action):
        return [asked for called, asked, _ in self.calls if called == action]

    def _forget(self):
        self._tell("reset-auth", b"inf")
        self._tell("reset")

    def _tell(self, path, data=b""):
        headers = {"Content-Type": "text/plain"}
        urllib.request.urlopen(urllib.request.Request(f"{self.endpoint}/moto-api/{path}", data, headers)).close()

    def _watched(self, environ, start_response):
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = BytesIO(body)
        if not environ["PATH_INFO"].startswith("/moto-api/"):
            action, asked = _understood(environ, body)
            signed = _SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
            call = (action, asked, signed[1] if signed else "")
            self.calls.append(call)
            message = self._guard(*call) if self._guard else None
            if message:
                return _refused(start_response, "403 Forbidden", "AccessDenied", message)
            if "PhysicalResourceId" in asked:
                wanted = asked["PhysicalResourceId"]
                stack = _stack_with(wanted, signed[2])
                if stack is None:
                    message = f"Stack for {wanted} does not exist"
                    return _refused(start_response, "400 Bad Request", "ValidationError", message)
                named = urlencode({"Action": action, "Version": asked["Version"], "StackName": stack}).encode()
                environ.update({"wsgi.input": BytesIO(named), "CONTENT_LENGTH": str(len(named))})
        return self._moto(environ, start_response)


class _QuietHandler(MotoRequestHandler):
    def log(self, *_):
        """Say nothing."""


def _understood(environ, body):
    if environ["REQUEST_METHOD"] != "POST":
        query = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
        asked = {name: values[0] for name, values in query.items()}
        return environ["REQUEST_METHOD"], {**asked, "path": environ["PATH_INFO"]}
    target, body = environ.get("HTTP_X_AMZ_TARGET", ""), body.decode()
    if target:
        return target.partition(".")[2], json.loads(body or "{}")
    asked = {name: values[0] for name, values in parse_qs(body).items()}
    return asked.get("Action", ""), asked


def _stack_with(physical_id, region):
    for stack in cloudformation_backends[DEFAULT_ACCOUNT_ID][region].stacks.values():
        if physical_id in {resource.physical_resource_id for resource in stack.stack_resources}:
            return stack.stack_id
    return None


def _refused(start_response, status, code, message):
    start_response(status, [("Content-Type", "text/xml")])
    error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>"
    return [f"<ErrorResponse>{error}<RequestId>0</RequestId></ErrorResponse>".encode()]
