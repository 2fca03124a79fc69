"""HTTP around the API, the pages and the control, on loopback only."""

from __future__ import annotations

import json
import sys
import time
import traceback
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import urlsplit

from local.stripe.browser import Browser
from local.stripe.control import Control
from local.stripe.errors import StripeError
from local.stripe.service import Answer, Request, Service

MAX_BODY: Final = 1 << 20
MAX_TARGET: Final = 16_384
IDLE_S: Final = 30
HEALTH: Final = "/_local/health"
JSON: Final = {"Content-Type": "application/json"}


class Server(ThreadingHTTPServer):
    """One thread for each connection."""

    daemon_threads = True
    allow_reuse_address = True
    service: Service
    control: Control
    browser: Browser

    @property
    def hosts(self) -> frozenset[str]:
        """Values of ``Host`` that are ours: a foreign name that leads here is someone else's page."""
        port = self.server_address[1]
        return frozenset({f"127.0.0.1:{port}", f"localhost:{port}"})


class Handler(BaseHTTPRequestHandler):
    """Reads a request, lets it be answered, writes the answer."""

    protocol_version = "HTTP/1.1"
    server_version = "Stripe"
    sys_version = ""
    timeout = IDLE_S
    server: Server

    def _serve(self) -> None:
        begun, url = time.monotonic(), urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            answer = self._answer(Request(self.command, url.path, url.query, headers, self._body(headers)))
        except StripeError as error:
            answer = Answer(error.status, json.dumps(error.body("req_none")).encode(), dict(JSON))
        except Exception:  # noqa: BLE001 - a fault of ours is an answer to the client, and a trace for whoever reads the log
            traceback.print_exc(file=sys.stderr)
            body = {"error": {"type": "api_error", "message": "The local Stripe has a fault; see its log."}}
            answer = Answer(500, json.dumps(body).encode(), dict(JSON))
        if url.path != HEALTH:
            line = {"event": "request", "method": self.command, "path": url.path, "status": answer.status}
            print(json.dumps(line | {"ms": round((time.monotonic() - begun) * 1000)}), flush=True)
        if answer.hang_up:
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in (JSON | {"Content-Length": str(len(answer.body))} | answer.headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    def _answer(self, request: Request) -> Answer:
        if len(self.path) > MAX_TARGET:
            raise StripeError(414, "invalid_request_error", f"A URL has at most {MAX_TARGET} characters.")
        if request.headers.get("host", "").lower() not in self.server.hosts:
            raise StripeError(403, "invalid_request_error", "This is another site's name.")
        if request.path == HEALTH:
            return Answer(200, b'{"ready":true}', {})
        if request.path.startswith(("/v1/", "/v2/")):
            return self.server.service.answer(request)
        if request.path.startswith("/_local/"):
            return Answer(200, json.dumps(self.server.control.answer(request), indent=2).encode(), {})
        return self.server.browser.answer(request)

    def _body(self, headers: dict[str, str]) -> bytes:
        length = headers.get("content-length", "0")
        if "transfer-encoding" in headers or not length.isdigit() or int(length) > MAX_BODY:
            self.close_connection = True
            raise StripeError(413, "invalid_request_error", f"A body needs a Content-Length of at most {MAX_BODY}.")
        return self.rfile.read(int(length))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the base class
        """Nothing: each request's line says more."""


def _verb(name: str) -> Callable[[Handler], None]:
    def serve(handler: Handler) -> None:
        handler._serve()  # noqa: SLF001 - the module's own class

    serve.__name__ = name
    return serve


for _method in ("GET", "POST", "DELETE"):
    setattr(Handler, f"do_{_method}", _verb(f"do_{_method}"))
