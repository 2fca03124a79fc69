"""The demo's campaign: its brand gives back part of what is bought, and coins for its code and for the demo's episodes.

Operators run it through the public API, and what is there already stays as it is. The rules that it needs rule from the
first start on, unless operators have activated others since.
"""

from __future__ import annotations

import json
from importlib import resources
from typing import Any, Final, NamedTuple

from cliffhanger.clock import rfc3339, system_clock
from local.calls import call
from local.cast import SERIES
from local.partner import PARTNER

CAMPAIGN: Final = "night-reading"
NAME: Final = "Night reading"
RULES: Final = "demo-1"
SHIPPED: Final = "shipped-"
"""How versions begin that come with the product."""
BUDGET_COINS: Final = 10_000
RETURN_DAYS: Final = 14
DAYS: Final = 180
DAY_MS: Final = 86_400_000


class Operators(NamedTuple):
    """The tokens of two operators: what one has uploaded, the other activates."""

    one: str
    other: str


def seed(api: str, operators: Operators) -> str:
    """Makes what is missing of the campaign, lets its rules rule, and answers with its id.

    Raises:
        CallRefused: the platform refused a call.
    """
    _let_rule(f"{api}/v1/support/rule-sets", operators)
    campaigns = f"{api}/v1/support/campaigns"
    known = {one["campaignId"] for one in call("GET", campaigns, operators.one)["campaigns"]}
    if CAMPAIGN not in known:
        made = {"terms": _terms(), "status": "live", "revision": 0}
        call("PUT", f"{campaigns}/{CAMPAIGN}", operators.one, made)
    once = {"Idempotency-Key": f"demo-{CAMPAIGN}"}
    call("POST", f"{campaigns}/{CAMPAIGN}/fundings", operators.one, {"coins": BUDGET_COINS}, once)
    return CAMPAIGN


def _let_rule(address: str, operators: Operators) -> None:
    active = str(call("GET", address, operators.one)["activation"]["active"])
    if active.startswith(SHIPPED):
        call("PUT", f"{address}/{RULES}", operators.one, rules())
        call("POST", f"{address}/{RULES}/activation", operators.other, {"replaces": active})


def rules() -> dict[str, Any]:
    """What ships, and the campaign's rules beside it."""
    document: dict[str, Any] = json.loads((resources.files("cliffhanger.rewards") / "shipped.json").read_text())
    own = [
        _rule("reading-bought", "cashback", {"type": "proportion", "perMille": 100}, {"partner": {}}),
        _rule("reading-scanned", "scan", {"type": "flat", "coins": 5}, {"client": {}}),
        _rule("reading-watched", "watch.episode", {"type": "flat", "coins": 3}, {"server": {}}),
    ]
    told = "What ships, and what the demo's campaign gives."
    return {**document, "version": RULES, "description": told, "rules": [*document["rules"], *own]}


def _rule(name: str, kind: str, amount: dict[str, Any], evidence: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "kind": kind,
        "campaign": CAMPAIGN,
        "amount": amount,
        "caps": {"viewerDayCoins": 500},
        "evidence": evidence,
        "lifetimeDays": 60,
    }


def _terms() -> dict[str, Any]:
    now = system_clock()
    return {
        "partnerId": PARTNER,
        "name": NAME,
        "kinds": ["cashback", "scan", "watch.episode"],
        "startsAt": rfc3339(now),
        "endsAt": rfc3339(now + DAYS * DAY_MS),
        "returnDays": RETURN_DAYS,
        "slices": 1,
        "viewerTimes": 20,
        "viewerCoins": 2_000,
        "worth": [{"currency": currency, "amount": 100, "coins": 100} for currency in ("EUR", "USD")],
        "sponsored": [{"seriesId": SERIES, "episodes": [1, 2]}],
        "code": "printed",
    }
