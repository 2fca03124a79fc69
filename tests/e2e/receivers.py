"""A partner of a test's own, its endpoints, and the demo's receiver, which verifies with the public library."""

from __future__ import annotations

import secrets
import urllib.parse
from collections.abc import Callable
from typing import Any

from local.cast import SERIES, person_of
from tests.e2e.client import Platform, Reply, eventually, send

DELIVERED_S = 120.0
"""A cold start of three functions, on a machine that runs tests meanwhile."""


class Receiver:
    """The demo's receiver, by its page."""

    def __init__(self, platform: Platform) -> None:
        self.pages: str = platform.outputs["receiverUrl"].rstrip("/")
        self.hooks: str = platform.outputs["hooksUrl"].rstrip("/")

    def received(self, inbox: str) -> list[dict[str, Any]]:
        every = send("GET", f"{self.pages}/_local/received").json["received"]
        return [one for one in every if one["inbox"] == inbox]

    def set(self, inbox: str, **form: str) -> None:
        headers = {"content-type": "application/x-www-form-urlencoded"}
        raw = urllib.parse.urlencode(form).encode()
        assert send("POST", f"{self.pages}/inboxes/{inbox}", raw=raw, headers=headers).status == 303


class Acme:
    """A partner that sees one series, the demo's, or all of them, by one of its members."""

    def __init__(self, platform: Platform, *, sees_all: bool = False) -> None:
        self.platform = platform
        self.id = f"acme-{secrets.token_hex(4)}"
        self.member, self.token = platform.new_person("partner")
        body = {
            "name": "Acme",
            "members": [person_of(self.token)],
            "reach": {"all": sees_all, "series": [] if sees_all else [SERIES]},
            "quotas": {"live": 10_000, "sandbox": 10_000},
            "status": "active",
            "revision": 0,
        }
        made = platform.put(f"/v1/support/partners/{self.id}", platform.token_of("opal"), body)
        assert made.status in (200, 201), made

    def ask(self, method: str, path: str, body: object = None, mode: str = "live", **headers: str) -> Reply:
        address = f"{self.platform.api}/v1/partner/{mode}/{path}"
        return send(method, address, token=self.token, body=body, headers=headers)

    def endpoint(self, url: str, *types: str, mode: str = "live") -> str:
        """A new endpoint's id."""
        body = {"url": url, "types": list(types or ("*",))}
        made = self.ask("POST", "endpoints", body, mode, **{"Idempotency-Key": secrets.token_hex(8)})
        assert made.status == 201, made
        return str(made.json["endpointId"])

    def secret(self, endpoint: str, mode: str = "live") -> str:
        return str(self.ask("GET", f"endpoints/{endpoint}/secret", mode=mode).json["secret"])

    def deliveries(self, endpoint: str, mode: str = "live") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask("GET", f"endpoints/{endpoint}/deliveries", mode=mode).json["deliveries"]
        return found


def until(read: Callable[[], Any]) -> Any:
    return eventually(read, DELIVERED_S)
