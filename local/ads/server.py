"""The network's server, on loopback only."""

from __future__ import annotations

import json
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from local.ads.network import Ad, Network
from local.ads.pages import ad_page, seen_page
from local.environment import LOOPBACK

HEALTH: Final = "/_local/health"
KEYS: Final = "/verifier-keys.json"
SEEN: Final = "/_local/seen"
MAX_BODY: Final = 4_096
IDLE_S: Final = 30
POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
_UNIT: Final = re.compile(r"[0-9]{1,20}")
_DATA: Final = re.compile(r"[\x20-\x7e]{1,1024}")
_TRANSACTION: Final = re.compile(r"[0-9a-f]{1,64}")


class Server(ThreadingHTTPServer):
    """One thread for each connection; none is waited for."""

    daemon_threads = True
    allow_reuse_address = True
    network: Network


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Ads"
    sys_version = ""
    timeout = IDLE_S
    server: Server

    def do_GET(self) -> None:
        """The keys, an ad, and its end."""
        parts = urlsplit(self.path)
        if not self._ours():
            self._answer(403, "This is another site's name.")
        elif parts.path == HEALTH:
            self._answer(200, "ready")
        elif parts.path == KEYS:
            self._answer(200, self.server.network.keys().decode(), "application/json")
        elif parts.path in ("/ad", "/seen"):
            self._show(parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()})
        else:
            self._answer(404, "There is no such page.")

    def do_POST(self) -> None:
        """An ad that a program has seen."""
        length = self.headers.get("content-length", "0")
        if urlsplit(self.path).path != SEEN or not self._ours():
            self.close_connection = True
            self._answer(404, "There is no such page.")
        elif not length.isdigit() or int(length) > MAX_BODY:
            self.close_connection = True
            self._answer(413, f"A body needs a Content-Length of at most {MAX_BODY}.")
        else:
            self._tell(self.rfile.read(int(length)))

    def _show(self, path: str, told: dict[str, str]) -> None:
        ad = _ad(told.get("ad_unit", ""), told.get("custom_data", ""))
        if ad is None:
            self._answer(400, "An ad has ad_unit and custom_data.")
        elif path == "/ad":
            self._answer(200, ad_page(ad), "text/html")
        else:
            network = self.server.network
            self._answer(200, seen_page(network.tell(network.query(ad))), "text/html")

    def _tell(self, body: bytes) -> None:
        try:
            told: dict[str, Any] = json.loads(body)
            ad = _ad(str(told["adUnit"]), str(told["customData"]), str(told.get("transactionId", "")))
        except (ValueError, KeyError, TypeError, AttributeError):
            ad = None
        if ad is None:
            self._answer(400, "An ad has adUnit and customData.")
            return
        query = self.server.network.query(ad)
        answer = {"query": query, "status": self.server.network.tell(query)}
        self._answer(200, json.dumps(answer), "application/json")

    def _answer(self, status: int, content: str, kind: str = "text/plain") -> None:
        told = content.encode()
        self.send_response(status)
        for name, value in (
            ("Content-Type", f"{kind}; charset=utf-8"),
            ("Content-Length", str(len(told))),
            ("Content-Security-Policy", POLICY),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"),
            ("Cache-Control", "no-store"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(told)

    def _ours(self) -> bool:
        """Whether the name that was asked for is this server's: a foreign one that leads here is not."""
        port = self.server.server_address[1]
        return self.headers.get("host", "") in (f"{LOOPBACK}:{port}", f"localhost:{port}")

    def log_message(self, *_: object) -> None:
        """Nothing: addresses hold what apps have given."""


def _ad(unit: str, custom_data: str, transaction: str = "") -> Ad | None:
    """An ad of well-formed values, or None."""
    if not _UNIT.fullmatch(unit) or not _DATA.fullmatch(custom_data):
        return None
    seen = Ad.seen(unit, custom_data)
    if not transaction:
        return seen
    return seen._replace(transaction=transaction) if _TRANSACTION.fullmatch(transaction) else None


def server(port: int, network: Network) -> Server:
    """The server of a network."""
    made = Server((LOOPBACK, port), _Handler)
    made.network = network
    return made
