"""IAM Identity Center's portal and its sign-in service over HTTP on loopback. Standard library only."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

_HOUR = 3600


class SsoPortalServer:
    """Gives credentials, which begin with ASIASSO, to who shows one of `tokens` and asks for one of `roles`.

    `refreshes` maps refresh tokens to new tokens. `calls` lists every path with what was asked.
    https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html
    https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html
    """

    def __init__(self, tokens, roles, refreshes=None):
        self.tokens, self.roles, self.refreshes, self.calls = tokens, roles, refreshes or {}, []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        self._server.portal = self
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def role_credentials(self, token, asked):
        """Return the status, the error's name or "", and the answer."""
        if token not in self.tokens:
            return 401, "UnauthorizedException", {"message": "Session token not found or invalid"}
        if (asked["account_id"], asked["role_name"]) not in self.roles:
            return 403, "ForbiddenException", {"message": "No access"}
        keys = {"accessKeyId": "ASIASSO", "secretAccessKey": "secret", "sessionToken": "token"}
        return 200, "", {"roleCredentials": {**keys, "expiration": int(time.time() + _HOUR) * 1000}}

    def new_token(self, asked):
        """Return the status, the error's name or "", and the answer."""
        if asked["refreshToken"] not in self.refreshes:
            return 400, "InvalidGrantException", {"error": "invalid_grant", "error_description": "refused"}
        return 200, "", {"accessToken": self.refreshes[asked["refreshToken"]], "expiresIn": _HOUR}


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        url = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(url.query).items()}
        self.server.portal.calls.append((url.path, asked))
        assert url.path == "/federation/credentials"
        self._answer(*self.server.portal.role_credentials(self.headers["x-amz-sso_bearer_token"], asked))

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.portal.calls.append((self.path, asked))
        assert self.path == "/token"
        self._answer(*self.server.portal.new_token(asked))

    def _answer(self, status, error, answer):
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if error:
            self.send_header("x-amzn-ErrorType", error)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Say nothing."""
