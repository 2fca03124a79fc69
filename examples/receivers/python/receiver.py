"""A small complete receiver of webhooks: verifies, takes each event once, answers at once, works afterwards.

    python -m pip install -r requirements.txt
    WEBHOOK_SECRETS="whsec_..." python receiver.py

Settings, from the environment:

WEBHOOK_SECRETS  the endpoint's secret; while you rotate it, the new and the old one with a space between
PORT             where it listens; 8443 when unset
HOST             the address it listens at; every one when unset
CERTIFICATE      file with the certificate's chain and its private key (PEM); without it, a proxy in front speaks TLS
"""

from __future__ import annotations

import json
import os
import queue
import ssl
import threading
from collections import OrderedDict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

MAX_BODY_BYTES = 1_000_000
REMEMBERED = 100_000
"""Ids of events that were taken. A delivery may be repeated for days: keep yours where a restart does not lose them,
under a unique key, in the same transaction as what the event changes."""

WEBHOOKS = [Webhook(secret) for secret in os.environ["WEBHOOK_SECRETS"].split()]

work: queue.Queue[dict[str, Any]] = queue.Queue(maxsize=1_000)
taken: OrderedDict[str, None] = OrderedDict()
taking = threading.Lock()


def handle(event: dict[str, Any]) -> None:
    """What you do with an event. It may come in any order, and later than it happened: ``occurredAt`` says when."""
    print(json.dumps({"handled": event["id"], "type": event["type"]}), flush=True)


class Receiver(BaseHTTPRequestHandler):
    """Answers 204 to what it has taken, and to what it had taken before; anything else is sent again later."""

    protocol_version = "HTTP/1.1"
    timeout = 10

    def do_POST(self) -> None:
        """One delivery."""
        length = self.headers.get("content-length", "")
        if not length.isdigit() or int(length) > MAX_BODY_BYTES:
            self.answer(413)
            return
        body = self.rfile.read(int(length))  # verify these bytes; what is parsed and written again is signed no more
        if not self.is_genuine(body):
            self.answer(401)
            return
        self.answer(204 if take(self.headers["webhook-id"], json.loads(body)) else 503)

    def is_genuine(self, body: bytes) -> bool:
        """Whether one of our secrets has signed these bytes, within five minutes of now."""
        for webhook in WEBHOOKS:
            try:
                webhook.verify(body, dict(self.headers), json_parse=False)
            except (WebhookVerificationError, ValueError):
                continue
            return True
        return False

    def answer(self, status: int) -> None:
        """Ends the exchange."""
        self.send_response(status)
        self.send_header("content-length", "0")
        self.send_header("connection", "close")
        self.end_headers()
        self.close_connection = True


def take(event_id: str, event: dict[str, Any]) -> bool:
    """Lets an event be worked on, once; False if it cannot be taken now."""
    with taking:
        if event_id in taken:
            return True
        try:
            work.put_nowait(event)
        except queue.Full:
            return False
        taken[event_id] = None
        if len(taken) > REMEMBERED:
            taken.popitem(last=False)
    return True


def work_off() -> None:
    """Works on what was taken, one after the other."""
    while True:
        handle(work.get())


def main() -> None:
    """Receives until it is stopped."""
    server = ThreadingHTTPServer((os.environ.get("HOST", ""), int(os.environ.get("PORT", "8443"))), Receiver)
    if certificate := os.environ.get("CERTIFICATE"):
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
        # The handshake comes with the first read, in the request's own thread, so that a slow one holds nobody up.
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=work_off, daemon=True).start()
    print(json.dumps({"listening": server.server_port}), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
