"""The two servers: one that takes webhooks over HTTPS, one that shows them. Both on loopback only."""

from __future__ import annotations

import json
import ssl
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final
from urllib.parse import parse_qs, urlsplit

from local.environment import LOOPBACK
from local.receiver.authority import Trust, server_context
from local.receiver.inboxes import NAME, TAKEN, Inboxes, Refused, TooManyInboxes
from local.receiver.pages import document, page

HEALTH: Final = "/_local/health"
RECEIVED: Final = "/_local/received"
MAX_BODY: Final = 1 << 18
MAX_FORM: Final = 1_024
IDLE_S: Final = 30
HANG_S: Final = 120
"""How long a request is left without an answer: longer than any sender waits."""
POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'self'"


class Server(ThreadingHTTPServer):
    """One thread for each connection; none is waited for."""

    daemon_threads = True
    allow_reuse_address = True
    inboxes: Inboxes
    stopping: threading.Event
    hooks: str

    def handle_error(self, *_: object) -> None:
        """One line: who hangs up, or does not trust us, is no fault of ours."""
        print(json.dumps({"event": "broken_off", "error": type(sys.exception()).__name__}), flush=True)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Receiver"
    sys_version = ""
    timeout = IDLE_S
    server: Server

    def body(self, most: int) -> bytes | None:
        """The request's body; None when it is longer, or of a length that is not told: then that has been answered."""
        length = self.headers.get("content-length", "0")
        if "transfer-encoding" in self.headers or not length.isdigit() or int(length) > most:
            self.close_connection = True
            self.answer(413, f"A body needs a Content-Length of at most {most}.")
            return None
        return self.rfile.read(int(length))

    def answer(self, status: int, content: str, kind: str = "text/plain", *more: tuple[str, str]) -> None:
        """Sends an answer."""
        told = content.encode()
        self.send_response(status)
        for name, value in (
            ("Content-Type", f"{kind}; charset=utf-8"),
            ("Content-Length", str(len(told))),
            ("Content-Security-Policy", POLICY),
            ("X-Content-Type-Options", "nosniff"),
            ("Cache-Control", "no-store"),
            *more,
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, *_: object) -> None:
        """Nothing: what came is on the page."""


class Hooks(_Handler):
    """Takes what is posted to ``/{inbox}``."""

    def do_POST(self) -> None:
        """A webhook."""
        name, body = urlsplit(self.path).path.removeprefix("/"), self.body(MAX_BODY)
        if body is None:
            return
        if not NAME.fullmatch(name):
            self.answer(404, "An inbox has a name of lower-case letters, digits and dashes.")
            return
        try:
            status = self.server.inboxes.take(name, tuple(self.headers.items()), body)
        except TooManyInboxes:
            self.answer(404, "There is no room for another inbox.")
            return
        if status is None:
            self.server.stopping.wait(HANG_S)
            self.close_connection = True
        elif status == TAKEN:
            self.send_response(status)
            self.end_headers()
        else:
            self.answer(status, f"The inbox {name} answers {status}.")


class Pages(_Handler):
    """Shows what came, and takes how an inbox is to answer."""

    def do_GET(self) -> None:
        """The page, or the same for programs at ``/_local/received``."""
        path, inboxes = urlsplit(self.path).path, self.server.inboxes
        if not self._ours():
            self.answer(403, "This is another site's name.")
        elif path == HEALTH:
            self.answer(200, "ready")
        elif path == RECEIVED:
            self.answer(200, json.dumps(document(inboxes.all(), inboxes.received())), "application/json")
        elif path == "/":
            self._show(200, "")
        else:
            self.answer(404, "There is no such page.")

    def do_POST(self) -> None:
        """Sets ``behaviour``, ``secret`` or both of an inbox, from a form at ``/inboxes/{inbox}``."""
        name, body = urlsplit(self.path).path.removeprefix("/inboxes/"), self.body(MAX_FORM)
        if body is None:
            return
        if not self._ours():
            self.answer(403, "This is another site's name.")
        elif not NAME.fullmatch(name):
            self.answer(404, "There is no such inbox.")
        else:
            self._set(name, {key: values[0].strip() for key, values in parse_qs(body.decode(errors="replace")).items()})

    def _set(self, name: str, form: dict[str, str]) -> None:
        try:
            if "behaviour" in form:
                self.server.inboxes.behave(name, form["behaviour"])
            if "secret" in form:
                self.server.inboxes.trust(name, form["secret"])
        except Refused as error:
            self._show(422, str(error))
        except TooManyInboxes:
            self._show(422, "There is no room for another inbox.")
        else:
            self.answer(303, "", "text/plain", ("Location", "/"))

    def _show(self, status: int, words: str) -> None:
        inboxes, hooks = self.server.inboxes, self.server.hooks
        self.answer(status, page(hooks, inboxes.all(), inboxes.received(), words), "text/html")

    def _ours(self) -> bool:
        """Whether host and sender are this page: a foreign name that leads here, or a foreign form, is not ours."""
        port = self.server.server_address[1]
        hosts = (f"{LOOPBACK}:{port}", f"localhost:{port}")
        origin = self.headers.get("origin")
        own = origin is None or origin in [f"http://{host}" for host in hosts]
        return own and self.headers.get("host", "") in hosts


def hooks_server(port: int, files: Trust) -> Server:
    """The one that takes webhooks. Each connection's own thread shakes hands, so that a slow client holds up nobody."""
    server = Server((LOOPBACK, port), Hooks)
    context: ssl.SSLContext = server_context(files)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    return server


def pages_server(port: int) -> Server:
    """The one that shows them."""
    return Server((LOOPBACK, port), Pages)
