"""HTTP on loopback that keeps its connections open, as AWS does, for the other servers. Standard library only."""

import sys
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple


class Answer(NamedTuple):
    """What a call is answered with; `more` are further lines of its head.

    The connection of a `cut` one closes in the middle of the body; a `drip` one sends a byte, and the next
    one so many seconds later.
    """

    status: int
    body: bytes
    kind: str = "text/xml"
    cut: bool = False
    drip: float = 0.0
    more: tuple = ()


class LoopbackServer(ThreadingHTTPServer):
    """Answers each POST with what `answer(headers, body)` returns; None closes the connection.

    A GET is answered with what `answer_get(path, headers)` returns, if there is one.
    """

    request_queue_size = 128

    def __init__(self, answer=None, answer_get=None):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer, self.answer_get = answer, answer_get
        self.url = f"http://127.0.0.1:{self.server_port}"

    def start(self):
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self):
        self.shutdown()
        self.server_close()

    def handle_error(self, *where):
        """Say nothing of clients that went away."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(*where)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._write(self.server.answer(self.headers, body))

    def do_GET(self):
        self._write(self.server.answer_get(self.path, self.headers))

    def _write(self, answer):
        if answer is None:
            self.close_connection = True
            return
        sent = answer.body[: len(answer.body) // 2] if answer.cut else answer.body
        lines = (f"Content-Type: {answer.kind}", f"Content-Length: {len(answer.body)}", *answer.more)
        head = "".join(f"{line}\r\n" for line in (f"HTTP/1.1 {answer.status} .", *lines, ""))
        with suppress(ConnectionError):
            if answer.drip:
                self._drip(head.encode() + sent, answer.drip)
                return
            self.wfile.write(head.encode() + sent)
        self.close_connection = self.close_connection or answer.cut

    def _drip(self, sent, seconds):
        for byte in sent:
            self.wfile.write(bytes([byte]))
            time.sleep(seconds)

    def log_message(self, *_):
        """Say nothing: tests read what the command says."""
