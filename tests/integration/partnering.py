"""Requests of partners' members and clients, and of operators, through the real handler."""

from __future__ import annotations

import base64
import re
from typing import Any
from urllib.parse import urlencode

from cliffhanger import bootstrap
from functions.partners.handler import handler as partners
from tests.support.http import access_token, body_of, event

PIA = access_token("pia", groups=("partner",))
OTTO = access_token("otto", groups=("partner",))
OPAL = access_token("opal", groups=("operator",))
SCOPES = ["requests:read", "webhooks:read"]
ROTATION = "/partner/{mode}/clients/{clientId}/rotation"


def ask(method: str, route: str, token: str | None = None, /, **more: Any) -> dict[str, Any]:
    """A request to a route under ``/v1``; ``mode``, ``client`` and ``partner`` fill its path."""
    path = {
        "mode": more.pop("mode", "live"),
        "clientId": more.pop("client", None),
        "partnerId": more.pop("partner", None),
    }
    named = {name: path[name] for name in re.findall(r"{(\w+)}", route)}
    key = f"{method} /v1{route}"
    return partners(event(method, "/", route=key, path_parameters=named, token=token, **more), None)


def status(answer: dict[str, Any]) -> tuple[int, str]:
    return answer["statusCode"], body_of(answer)["code"]


def make(token: str = PIA, mode: str = "live", scopes: list[str] = SCOPES) -> tuple[str, str]:
    """A new client's id and secret."""
    made = ask("POST", "/partner/{mode}/clients", token, mode=mode, body={"name": "Server", "scopes": scopes})
    assert made["statusCode"] == 201, made["body"]
    return body_of(made)["client"]["clientId"], body_of(made)["clientSecret"]


def buy(client: str, secret: str, *, basic: bool = True, address: str = "198.51.100.7", **form: str) -> dict[str, Any]:
    """Asks for a token as a client does, from an address."""
    headers = {"content-type": "application/x-www-form-urlencoded", "x-forwarded-for": f"{address}, 203.0.113.7"}
    sent = {"grant_type": "client_credentials"} | form
    if basic:
        headers["authorization"] = "Basic " + base64.b64encode(f"{client}:{secret}".encode()).decode()
    else:
        sent |= {"client_id": client, "client_secret": secret}
    return ask("POST", "/oauth/token", headers=headers, body=urlencode(sent))


def token_of(client: str, secret: str) -> str:
    return str(body_of(buy(client, secret))["access_token"])


def read_requests(token: str, mode: str = "live", **query: str) -> dict[str, Any]:
    return ask("GET", "/partner/{mode}/requests", token, mode=mode, query=query)


def clients(mode: str = "live", token: str = PIA) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = body_of(ask("GET", "/partner/{mode}/clients", token, mode=mode))["clients"]
    return found


def rotate(client: str, hours: int) -> str:
    answer = ask("POST", ROTATION, PIA, client=client, body={"overlapHours": hours})
    assert answer["statusCode"] == 200, answer["body"]
    return str(body_of(answer)["clientSecret"])


def usage(token: str, mode: str = "live") -> dict[str, Any]:
    found: dict[str, Any] = body_of(ask("GET", "/partner/{mode}/usage", token, mode=mode))
    return found


def later() -> None:
    """As if ten seconds had passed: what an instance remembers of partners is over."""
    bootstrap.partner_reception.cache_clear()
