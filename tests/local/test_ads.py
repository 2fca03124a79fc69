"""The ad network of one machine tells what AdMob would, and shows an ad that a person can see."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from cliffhanger.clock import system_clock
from cliffhanger.rewards.ads_admob import AdMob
from cliffhanger.rewards.ads_keys import AdKeys, fetch_keys
from local.ads.network import TRIES, Ad, Network
from tests.local.programs import running

pytestmark = pytest.mark.enable_socket

UNIT, DATA = "2747237135", "mZ2qWk0uVd8s3Jx0dX2b1Qp8mWc5sKf7"


class Service:
    """Who is called back; it answers with what it is told to, and keeps what it heard."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.heard: list[str] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                service.heard.append(self.path)
                self.send_response(service.answers.pop(0) if service.answers else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/v1/webhooks/admob"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()
    yield made
    made.server.shutdown()
    made.server.server_close()


def ask(port: int, method: str, path: str, body: object = None, **headers: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path, None if body is None else json.dumps(body), headers)
    answer = connection.getresponse()
    told = answer.status, answer.read().decode()
    connection.close()
    return told


def test_what_it_signs_the_product_takes_by_the_keys_it_publishes(service: Service) -> None:
    with running("local.ads", "--port", 0, "--callback", service.url) as program:
        told = {"adUnit": UNIT, "customData": DATA, "transactionId": "ab12"}
        status, answer = ask(program.port, "POST", "/_local/seen", told)
        keys = AdKeys(fetch_keys(f"{program.url}/verifier-keys.json"), system_clock, lambda: None)
        admob = AdMob(keys)
        callback = admob.read(json.loads(answer)["query"])
        admob.verify(callback)
    assert (status, json.loads(answer)["status"]) == (200, 200)
    assert (callback.unit, callback.custom_data, callback.transaction) == (UNIT, DATA, "ab12")
    assert service.heard == [f"/v1/webhooks/admob?{json.loads(answer)['query']}"]


def test_an_ad_is_a_page_that_goes_on_by_itself_and_then_calls_back(service: Service) -> None:
    with running("local.ads", "--port", 0, "--callback", service.url) as program:
        status, page = ask(program.port, "GET", f"/ad?ad_unit={UNIT}&custom_data={DATA}")
        assert (status, service.heard) == (200, [])
        assert f"url=/seen?ad_unit={UNIT}&amp;custom_data={DATA}" in page
        assert "Thank you" in ask(program.port, "GET", f"/seen?ad_unit={UNIT}&custom_data={DATA}")[1]
        assert len(service.heard) == 1


def test_it_calls_back_as_often_as_admob_and_no_more(service: Service) -> None:
    waits: list[float] = []
    network = Network(service.url, sleep=waits.append)
    service.answers = [503, 503]
    assert network.tell(network.query(Ad.seen(UNIT, DATA))) == 200
    assert len(service.heard) == 3
    service.answers = [400] * 9
    assert network.tell(network.query(Ad.seen(UNIT, DATA))) == 400
    assert len(service.heard) == 3 + TRIES
    assert set(waits) == {1.0}


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/ad?ad_unit=x&custom_data=y", None, 400),
        ("GET", "/elsewhere", None, 404),
        ("POST", "/_local/seen", {"adUnit": UNIT}, 400),
        ("POST", "/_local/seen", [1], 400),
        ("POST", "/_local/seen", {"adUnit": UNIT, "customData": "x" * 5_000}, 413),
    ],
    ids=["no ad", "no page", "no data", "no object", "too long"],
)
def test_what_makes_no_sense_is_refused(service: Service, method: str, path: str, body: object, status: int) -> None:
    with running("local.ads", "--port", 0, "--callback", service.url) as program:
        assert ask(program.port, method, path, body)[0] == status
        assert ask(program.port, "GET", "/_local/health", Host="elsewhere.example")[0] == 403
    assert service.heard == []
