"""``python -m local.mailbox --port PORT --folder DIR``: serves the mails of a folder on loopback."""

from __future__ import annotations

import argparse
import json
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import FrameType
from typing import Final
from urllib.parse import unquote, urlsplit

from local.environment import LOOPBACK
from local.mailbox.pages import find, list_page, mail_page, mails

HEALTH: Final = "/_local/health"
POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; base-uri 'none'; form-action 'none'"


class Server(ThreadingHTTPServer):
    """One thread for each connection."""

    daemon_threads = True
    allow_reuse_address = True
    folder: Path


class Handler(BaseHTTPRequestHandler):
    """Answers with the list, with one mail, or with 404."""

    protocol_version = "HTTP/1.1"
    timeout = 30
    server: Server

    def do_GET(self) -> None:
        """A page."""
        port = self.server.server_address[1]
        path = unquote(urlsplit(self.path).path)
        mail = find(self.server.folder, path.removeprefix("/mails/")) if path.startswith("/mails/") else None
        if self.headers.get("host", "") not in (f"{LOOPBACK}:{port}", f"localhost:{port}"):
            self._answer(403, "This is another site's name.")
        elif path == HEALTH:
            self._answer(200, "ready")
        elif path == "/":
            self._answer(200, list_page(mails(self.server.folder)))
        elif mail is not None:
            self._answer(200, mail_page(mail))
        else:
            self._answer(404, "There is no such mail.")

    def _answer(self, status: int, page: str) -> None:
        body = page.encode()
        self.send_response(status)
        for name, value in (
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Content-Security-Policy", POLICY),
            ("X-Content-Type-Options", "nosniff"),
            ("Cache-Control", "no-store"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing: whoever reads mails is nobody's business."""


def serve(port: int, folder: Path) -> None:
    """Serves until SIGTERM or SIGINT. Port 0 takes a free one; the first line on stdout names it."""
    with Server((LOOPBACK, port), Handler) as server:
        server.folder = folder

        def stop(_signal: int, _frame: FrameType | None) -> None:
            threading.Thread(target=server.shutdown).start()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        print(json.dumps({"event": "listening", "port": int(server.server_address[1])}), flush=True)
        server.serve_forever(poll_interval=0.1)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m local.mailbox", description="The mails of this machine")
    parser.add_argument("--port", type=int, required=True, help="on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--folder", type=Path, required=True, help="where the mails are kept")
    options = parser.parse_args()
    serve(options.port, options.folder)


if __name__ == "__main__":
    main()
