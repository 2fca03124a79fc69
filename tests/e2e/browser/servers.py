"""A loopback server that keeps what it was asked, and what its answers are made of."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cliffhanger.errors import PROBLEMS

WEB = Path(__file__).parents[3] / "web"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".txt": "text/plain",
    ".m3u8": "application/vnd.apple.mpegurl",
    ".m4s": "video/iso.segment",
    ".mp4": "video/mp4",
    ".vtt": "text/vtt",
    ".jpg": "image/jpeg",
}
TITLES = {error.code: (row.status, row.title) for error, row in PROBLEMS.items()}


@dataclass(frozen=True)
class Asked:
    """A request that arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}

    @property
    def token(self) -> str:
        return self.headers.get("authorization", "").removeprefix("Bearer ")


@dataclass(frozen=True)
class Reply:
    """An answer; ``status`` 0 closes the connection instead."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


Script = Callable[[Callable[[], Reply]], Reply]
"""What happens to one request: takes what would serve it, gives the answer."""


def instead(reply: Reply) -> Script:
    """Answers without serving."""
    return lambda serve: reply


def lost(serve: Callable[[], Reply]) -> Reply:
    """Serves, and loses the answer on its way."""
    serve()
    return Reply(0)


def late(until: threading.Event) -> Script:
    """Serves at once, and holds the answer until the event has come."""

    def script(serve: Callable[[], Reply]) -> Reply:
        reply = serve()
        until.wait(60)
        return reply

    return script


def held(until: threading.Event) -> Script:
    """Serves once the event has come."""

    def script(serve: Callable[[], Reply]) -> Reply:
        until.wait(60)
        return serve()

    return script


def as_json(status: int, body: Any, *headers: tuple[str, str]) -> Reply:
    return Reply(status, json.dumps(body).encode(), (("Content-Type", "application/json"), *headers))


def problem(code: str, **members: Any) -> Reply:
    status, title = TITLES[code]
    body = {"type": f"urn:cliffhanger:problem:{code}", "title": title, "status": status, "code": code, "detail": ""}
    return Reply(status, json.dumps(body | members).encode(), (("Content-Type", "application/problem+json"),))


class Server:
    """One loopback server that hands every request to ``answer``."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                parts = urlsplit(self.path)
                asked = Asked(
                    self.command,
                    parts.path,
                    {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()},
                    {name.lower(): value for name, value in self.headers.items()},
                    self.rfile.read(int(self.headers.get("content-length", "0"))),
                )
                outer.asked.append(asked)
                reply = outer.answer(asked)
                if reply.status == 0:
                    self.close_connection = True
                    return
                self.send_response(reply.status)
                for name, value in reply.headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)

            do_GET = do_POST = do_PUT = do_DELETE = do_OPTIONS = handle_any

            def log_message(self, format: str, *args: Any) -> None:
                pass

        class Quiet(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: Any, client_address: Any) -> None:
                """A browser that goes away in the middle of an answer is no news."""

        self._server = Quiet(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def answer(self, asked: Asked) -> Reply:
        raise NotImplementedError

    def paths(self, method: str, pattern: str) -> list[Asked]:
        """The requests so far whose path matches."""
        return [one for one in self.asked if one.method == method and re.fullmatch(pattern, one.path)]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
