"""The launcher calls the platform as its clients should: it waits when it is told to, and tells what it was refused."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from local import calls


class Api:
    """Answers what it was given, in order; remembers what it was asked."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, dict[str, str]]] = []
        self.asked: list[tuple[str, str, str | None, Any]] = []


@pytest.fixture
def api() -> Iterator[tuple[Api, str]]:
    told = Api()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            body = json.loads(self.rfile.read(length)) if length else None
            told.asked.append((self.command, self.path, self.headers.get("Authorization"), body))
            status, headers = told.answers.pop(0)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(b'{"code": "rate_limited"}')

        do_GET = do_PUT = do_POST = _answer

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield told, f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def waited(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    seconds: list[float] = []
    monkeypatch.setattr("local.calls.time.sleep", seconds.append)
    return seconds


def test_a_call_carries_its_token_and_its_body(api: tuple[Api, str]):
    told, url = api
    told.answers = [(200, {})]
    assert calls.call("PUT", f"{url}/v1/me", "t", {"language": "en"}) == {"code": "rate_limited"}
    assert told.asked == [("PUT", "/v1/me", "Bearer t", {"language": "en"})]


def test_who_is_told_to_wait_waits_as_long_as_was_said(api: tuple[Api, str], waited: list[float]):
    told, url = api
    told.answers = [(429, {"Retry-After": "7"}), (429, {"Retry-After": "99999"}), (200, {})]
    calls.call("GET", f"{url}/v1/series")
    assert waited == [7, calls.LONGEST_WAIT_S]


def test_nobody_waits_for_ever(api: tuple[Api, str], waited: list[float]):
    told, url = api
    told.answers = [(429, {"Retry-After": "1"})] * calls.ATTEMPTS
    with pytest.raises(calls.CallRefused, match="429"):
        calls.call("GET", f"{url}/v1/series")
    assert len(waited) == calls.ATTEMPTS - 1


def test_a_refusal_is_told_with_what_was_said_and_not_asked_again(api: tuple[Api, str], waited: list[float]):
    told, url = api
    told.answers = [(403, {})]
    with pytest.raises(calls.CallRefused, match=r"403 Forbidden: .*rate_limited"):
        calls.call("GET", f"{url}/v1/wallet", "t")
    assert waited == []


@pytest.mark.parametrize(("method", "more"), [("GET", {}), ("PUT", {}), ("POST", {"Idempotency-Key": "k"})])
def test_what_is_harmless_to_ask_again_is_asked_again_where_the_platform_is_busy(
    api: tuple[Api, str], waited: list[float], method: str, more: dict[str, str]
):
    told, url = api
    told.answers = [(503, {"Retry-After": "2"}), (503, {}), (200, {})]
    calls.call(method, f"{url}/v1/series", more=more)
    assert waited == [2, 1]


def test_what_may_have_been_done_already_is_not_asked_again(api: tuple[Api, str], waited: list[float]):
    told, url = api
    told.answers = [(503, {})]
    with pytest.raises(calls.CallRefused, match="503"):
        calls.call("POST", f"{url}/v1/studio/uploads", body={})
    assert waited == []
