"""A brand's campaign over HTTP: what operators, the brand's server and viewers ask of it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from cliffhanger import bootstrap
from cliffhanger.clock import rfc3339, system_clock
from cliffhanger.rewards.rules import RuleSet
from functions.campaigns.handler import handler
from tests.integration.partnering import make, token_of
from tests.support.adapters import replace_in_bootstrap
from tests.support.campaigns import rules_of
from tests.support.http import access_token, body_of, event

OLGA = access_token("olga", groups=("operator",))
NOA = access_token("noa", country="DE", age=30)
DAY = 86_400_000
COATS = "winter-coats"
OWN = "/partner/{mode}/campaigns/{campaignId}"
RUN = "/support/campaigns/{campaignId}"
BUDGET = 2_000


class Book:
    """The rules in force, which name the campaign."""

    def __init__(self, rules: RuleSet) -> None:
        self._rules = rules

    def active(self) -> RuleSet:
        return self._rules


def terms(**changed: Any) -> dict[str, Any]:
    now = system_clock()
    return {
        "partnerId": "acme",
        "name": "Winter coats",
        "kinds": ["cashback", "scan"],
        "startsAt": rfc3339(now - DAY),
        "endsAt": rfc3339(now + 30 * DAY),
        "returnDays": 14,
        "slices": 2,
        "viewerTimes": 5,
        "viewerCoins": 400,
        "countries": ["DE"],
        "worth": [{"currency": "EUR", "amount": 100, "coins": 100}],
        **changed,
    }


def ask(method: str, route: str, token: str, /, mode: str = "live", **more: Any) -> tuple[int, Any]:
    known = {"mode": mode, "campaignId": COATS, "orderId": "A-1", "fundingId": more.pop("funding", "")}
    path = {name: known[name] for name in re.findall(r"{(\w+)}", route)}
    answer = handler(event(method, "/", route=f"{method} /v1{route}", path_parameters=path, token=token, **more), None)
    return answer["statusCode"], body_of(answer)


def run_campaign(monkeypatch: pytest.MonkeyPatch, *, rules: RuleSet | None = None, **changed: Any) -> None:
    """Makes the campaign, by terms of its own where some are told, and funds it."""
    book = Book(rules or rules_of())
    replace_in_bootstrap(monkeypatch, "rulebook", lambda: book)
    status, made = ask("PUT", RUN, OLGA, body={"terms": terms(**changed), "status": "live", "revision": 0})
    assert (status, made["revision"]) == (201, 1)
    status, funding = fund(BUDGET)
    assert (status, funding["status"]) == (201, "done")


def fund(coins: int, token: str = OLGA, key: str = "k-1") -> tuple[int, Any]:
    return ask("POST", RUN + "/fundings", token, body={"coins": coins}, headers={"idempotency-key": key})


def claim_token(token: str = NOA, device: str = "f3Qx9_mB2tKc") -> str:
    status, answer = ask("POST", "/campaigns/{campaignId}/token", token, body={"device": device})
    assert status == 200
    return str(answer["claimToken"])


def brand(mode: str = "live") -> str:
    return token_of(*make(mode=mode, scopes=["campaigns:read", "purchases:write"]))


def purchase(token: str, mode: str = "live", **changed: Any) -> tuple[int, Any]:
    body = {"claimToken": changed.pop("claimToken", "0" * 26), "orderId": "A-1", "currency": "EUR"}
    return ask("POST", OWN + "/purchases", token, mode, body={**body, "amountPaid": 2_000, **changed})


def back(token: str, claim: str, amount: int, name: str = "R-1", mode: str = "live") -> tuple[int, Any]:
    body = {"claimToken": claim, "returnId": name, "amountReturned": amount}
    return ask("POST", OWN + "/purchases/{orderId}/returns", token, mode, body=body)


def entries() -> int:
    found = [bootstrap.ledger_store().head(f"budget:{COATS}:1:{number}") for number in range(2)]
    return sum(head.seq for head in found if head is not None)
