"""One local Stripe for a module, the unmodified SDK before it, and whoever its webhooks go to."""

from __future__ import annotations

import http.client
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import stripe

from tests.local.arrangements import eventually, fetch, post_form
from tests.local.programs import running

KEY = "sk_test_localOfTheTests"
SECRETS = ["whsec_new", "whsec_old"]


class Receiver:
    """Takes webhooks, or refuses as many as it is told to; remembers all of them."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, bytes]] = []
        self.refusals = 0
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.seen.append((self.headers["Stripe-Signature"], body))
                receiver.refusals -= 1
                self.send_response(503 if receiver.refusals >= 0 else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1/webhooks/stripe"

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.seen]

    def types(self, about: str) -> list[str]:
        """The types of the events about an object, by its id or what it belongs to, in the order in which they came."""
        return [event["type"] for event in self.events() if about in json.dumps(event)]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Stripe:
    """The program, the SDK's client for it, and its own controls."""

    def __init__(self, program: Any, receiver: Any = None) -> None:
        self.url = program.url
        self.program = program
        self.receiver: Receiver = receiver
        self.client = client_for(program.url)
        self.v1: Any = self.client.v1  # with parameters as plain as a test has them

    def ask(self, path: str, document: object = None, method: str = "POST") -> Any:
        """One call of ``/_local/…``; fails when it is refused."""
        status, body = call(self.url + path, document, method)
        assert status == 200, body
        return body

    def paid(self, card: str = "visa", amount: int = 999, **more: Any) -> stripe.PaymentIntent:
        """A payment with a test card."""
        told: dict[str, Any] = {
            "amount": amount,
            "currency": "usd",
            "payment_method": f"pm_card_{card}",
            "confirm": True,
        }
        return self.v1.payment_intents.create({**told, "return_url": f"{self.url}/back", **more})

    def wait_for(self, about: str, kind: str) -> dict[str, Any]:
        """The first webhook of a type about something."""

        def found() -> list[dict[str, Any]]:
            return [e for e in self.receiver.events() if e["type"] == kind and about in json.dumps(e)]

        return eventually(found)[0]

    def session(self, **more: Any) -> stripe.checkout.Session:
        told = {
            "mode": "payment",
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {"currency": "eur", "unit_amount": 999, "product_data": {"name": "100 coins"}},
                }
            ],
            "success_url": "http://127.0.0.1:9/done?session={CHECKOUT_SESSION_ID}",
            "cancel_url": "http://127.0.0.1:9/back",
            **more,
        }
        return self.v1.checkout.sessions.create(told)

    def type_card(self, session: Any, number: str = "4242 4242 4242 4242", **more: str) -> tuple[int, str, str]:
        """Fills in the hosted page: status, content, and where it leads."""
        _, page, _ = fetch(session.url)
        key = page.decode().split('name="key" value="')[1].split('"')[0]
        form = {"number": number, "expiry": "12 / 40", "cvc": "123", "key": key, **more}
        status, content, location = post_form(session.url, form)
        return status, content.decode(), location


def client_for(url: str, key: str = KEY, **more: Any) -> stripe.StripeClient:
    return stripe.StripeClient(key, base_addresses={"api": url}, **more)


def told_by(refused: Any) -> Any:
    """The error object that an exception of the SDK carries, which its types hold for optional."""
    return refused.value.error


def call(url: str, document: object = None, method: str = "POST", **headers: str) -> tuple[int, Any]:
    """Status and JSON of a plain request."""

    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
    body = document if isinstance(document, bytes) else None if document is None else json.dumps(document).encode()
    sent = {"Content-Type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
    try:
        connection.request(method, f"{parts.path}?{parts.query}", body, sent)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read() or b"null")
    finally:
        connection.close()


def secret_in(folder: Path) -> Path:
    path = folder / "stripe.json"
    path.write_text(json.dumps({"apiKey": KEY, "webhookSecrets": SECRETS}))
    return path


@pytest.fixture(scope="session")
def secret_file(tmp_path_factory):
    return secret_in(tmp_path_factory.mktemp("secret"))


def started(secret_file, *arguments):
    receiver = Receiver()
    told = ["--port", 0, "--secret", secret_file, "--webhook", receiver.url, "--retries", "0.01,0.01,0.01", *arguments]
    return receiver, running("local.stripe", *told)


@pytest.fixture(scope="module")
def local(secret_file):
    receiver, program = started(secret_file)
    with program as running_program:
        yield Stripe(running_program, receiver)
    receiver.close()


@pytest.fixture
def fresh(secret_file):
    """One of its own, for a test that counts."""
    receiver, program = started(secret_file)
    with program as running_program:
        yield Stripe(running_program, receiver)
    receiver.close()
