"""Calls of the platform's own API, as a patient client makes them."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

TIMEOUT_S = 30
ATTEMPTS = 3
LONGEST_WAIT_S = 60
REPEATABLE = frozenset({"GET", "PUT"})


class CallRefused(RuntimeError):
    """The answer is no success; the message holds it."""


def call(
    method: str,
    url: str,
    token: str | None = None,
    body: Mapping[str, Any] | None = None,
    more: Mapping[str, str] | None = None,
) -> Any:
    """The answer's JSON. Who is told to slow down waits as long as the answer says, and asks again.

    So does who is told that something does not answer now, where asking twice is harmless: a busy machine says so, too.
    ``more`` are headers beside those for the token and the body.

    Raises:
        CallRefused: the answer is no success.
    """
    headers = {**({"Content-Type": "application/json"} if body is not None else {}), **(more or {})}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    content = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=content, headers=headers, method=method)  # noqa: S310 - loopback
    harmless = method in REPEATABLE or "Idempotency-Key" in headers
    passing = {HTTPStatus.TOO_MANY_REQUESTS, *([HTTPStatus.SERVICE_UNAVAILABLE] if harmless else [])}
    tried = 0
    while True:
        tried += 1
        try:
            return _answer(request)
        except urllib.error.HTTPError as error:
            with error:
                if error.code not in passing or tried == ATTEMPTS:
                    raise CallRefused(f"{method} {url} answered {_told(error)}") from error
                wait = int(error.headers.get("Retry-After", "1"))
        time.sleep(min(wait, LONGEST_WAIT_S))


def _answer(request: urllib.request.Request) -> Any:
    with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310 - loopback
        return json.load(answer)


def _told(error: urllib.error.HTTPError) -> str:
    return f"{error.code} {HTTPStatus(error.code).phrase}: {error.read().decode(errors='replace')}"
