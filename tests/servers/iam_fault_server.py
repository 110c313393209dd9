"""A small HTTP server that speaks IAM's query protocol and answers with the faults that a test asks for."""

import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

NAMESPACE = "https://iam.amazonaws.com/doc/2010-05-08/"
PAGE = 2


class IamFaultServer:
    """Serves `users` {name: [(key id, status), …]} two a page.

    `faults` maps (action, user name, key id or marker) to a fault: an AWS error code, "garbage", "drop", or
    "code once". `calls` counts the calls of each action.
    """

    def __init__(self, users, faults=None, account="123456789012", partition="aws"):
        self.users, self.faults, self.account, self.partition = dict(users), faults or {}, account, partition
        self.calls = Counter()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                outer.answer(self, {name: values[0] for name, values in parse_qs(body).items()})

            def log_message(self, *_):
                """Keep quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def answer(self, handler, query):
        """Answer one call."""
        action = query["Action"]
        self.calls[action] += 1
        subject = query.get("UserName") or query.get("AccessKeyId") or query.get("Marker") or ""
        fault = self.faults.get((action, subject))
        if fault and fault.endswith(" once"):
            del self.faults[action, subject]
            fault = fault.removesuffix(" once")
        if fault == "drop":
            handler.close_connection = True
            handler.connection.close()
            return
        if fault == "garbage":
            self._send(handler, 200, "<html>proxy says hello")
        elif fault == "empty":
            self._send(handler, 200, f'<{action}Response xmlns="{NAMESPACE}"><{action}Result/></{action}Response>')
        elif fault:
            text = f"User: arn:aws:iam::1:user/auditor is not authorized to perform: iam:{action}"
            error = f"<Error><Type>Sender</Type><Code>{fault}</Code><Message>{text}</Message></Error>"
            status = 400 if "hrottl" in fault else 403
            self._send(handler, status, f'<ErrorResponse xmlns="{NAMESPACE}">{error}</ErrorResponse>')
        else:
            result = getattr(self, f"_{action}")(query)
            xml = f"<{action}Result>{result}</{action}Result>"
            self._send(handler, 200, f'<{action}Response xmlns="{NAMESPACE}">{xml}</{action}Response>')

    def _ListUsers(self, query):
        return self._page("Users", query, list(self.users), self._user)

    def _ListAccessKeys(self, query):
        keys = self.users[query["UserName"]]
        return self._page("AccessKeyMetadata", query, keys, self._key)

    def _ListUserTags(self, query):
        return self._page("Tags", query, [], str)

    def _GetAccessKeyLastUsed(self, query):
        if query["AccessKeyId"].endswith("USED"):
            date = "<LastUsedDate>2026-03-04T05:06:07Z</LastUsedDate>"
            return (
                f"<AccessKeyLastUsed>{date}<ServiceName>s3</ServiceName><Region>eu-west-1</Region></AccessKeyLastUsed>"
            )
        return "<AccessKeyLastUsed><ServiceName>N/A</ServiceName><Region>N/A</Region></AccessKeyLastUsed>"

    def _GetCallerIdentity(self, _):
        arn = f"arn:{self.partition}:iam::{self.account}:user/auditor"
        return f"<Arn>{arn}</Arn><UserId>A</UserId><Account>{self.account}</Account>"

    def _user(self, name):
        arn = f"arn:{self.partition}:iam::{self.account}:user/team/{name}"
        fields = f"<Path>/team/</Path><UserName>{escape(name)}</UserName><UserId>A</UserId><Arn>{escape(arn)}</Arn>"
        return f"{fields}<CreateDate>2026-01-01T00:00:00Z</CreateDate>"

    def _key(self, key):
        key_id, status = key
        shown = f"<Status>{status}</Status>" if status else ""
        return f"<AccessKeyId>{key_id}</AccessKeyId>{shown}<CreateDate>2026-01-02T03:04:05Z</CreateDate>"

    def _page(self, name, query, items, show):
        start = int(query.get("Marker", 0))
        members = "".join(f"<member>{show(item)}</member>" for item in items[start : start + PAGE])
        more = start + PAGE < len(items)
        marker = f"<Marker>{start + PAGE}</Marker>" if more else ""
        return f"<{name}>{members}</{name}><IsTruncated>{str(more).lower()}</IsTruncated>{marker}"

    def _send(self, handler, status, text):
        body = text.encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "text/xml")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)
