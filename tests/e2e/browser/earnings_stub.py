"""A creator's money, small enough to read: earnings, statements and payouts, with every state a word away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.e2e.browser.servers import Asked, Reply, as_json, problem
from tests.e2e.browser.stub import Issuer, Site
from tools.openapi_payouts import ANSWERS

TODAY = datetime.now(UTC).date()
PAYABLE, HUNDREDTH = 31_770, 100


def day(back: int) -> str:
    return str(TODAY - timedelta(days=back))


def money(**changes: Any) -> dict[str, Any]:
    return {
        "currency": "USD",
        "earned": 48_210,
        "balance": PAYABLE + 2_500 + 4_821 + 999,
        "held": [],
        "debt": 0,
        **changes,
    }


def some_earnings() -> dict[str, Any]:
    """Two currencies, one with something held, and a month of days."""
    hold = {"holdId": "h1", "why": "payout", "amount": 2_500, "until": f"{day(-45)}T00:00:00.000Z"}
    brought = [{"day": day(back), "currency": "USD", "amount": 1_000 + 137 * (back % 9)} for back in range(29, 1, -1)]
    yesterday = [
        {"day": day(1), "currency": "USD", "amount": -420},
        {"day": day(1), "currency": "JPY", "amount": 1_500},
    ]
    yen = money(currency="JPY", earned=1_500, balance=1_500)
    told = {"money": [yen, money(held=[hold])], "days": [*brought, *yesterday]}
    return {**told, "through": 412, "frozen": False, "complete": True}


class EarningsSite(Site):
    """The pages, and a creator's calls about money.

    ``rules`` says what is in the way of an amount; ``old`` whether a sign-in is too old for money to leave.
    """

    def __init__(self, issuer: Issuer, film: Path) -> None:
        super().__init__(issuer, film)
        self.is_creator = True
        self.earnings: dict[str, Any] = some_earnings()
        self.statements = [
            {"day": day(back), "bytes": 9_000, "madeAt": f"{day(back - 1)}T00:20:00.000Z"} for back in range(1, 5)
        ]
        self.rule: Callable[[int], str | None] = lambda amount: None
        self.old: Callable[[], bool] = lambda: False
        self.verification: dict[str, Any] = {
            "tier": 1,
            "state": "verified",
            "until": "2028-11-21",
            "limits": [{"currency": "USD", "day": 250_000, "month": 1_000_000}],
            "check": None,
        }
        self.destination: dict[str, Any] = ANSWERS["getPayoutDestination"][200]
        self.schedule: dict[str, Any] = ANSWERS["getPayoutSchedule"][200]
        self.payable = PAYABLE
        self.payouts: list[dict[str, Any]] = []
        self.payments: dict[str, dict[str, Any]] = {}
        """What was asked to be paid out, by its key."""
        self.made: dict[str, str] = {}
        """The payout that came of it."""

    def _api(self, asked: Asked) -> Reply:
        if not asked.path.startswith(("/v1/creator", "/v1/payout")):
            return super()._api(asked)
        if not asked.token:
            return problem("token_missing")
        if not self.is_creator:
            return problem("group_required", group="creator")
        if asked.path.startswith("/v1/payout"):
            return self._payout(asked)
        if asked.path == "/v1/creator/earnings":
            return as_json(200, self.earnings)
        if asked.path == "/v1/creator/verification":
            return as_json(200 if asked.method == "GET" else 202, self.verification)
        return self._statement(asked)

    def _payout(self, asked: Asked) -> Reply:
        if asked.method != "GET" and self.old():
            return problem("sign_in_too_old", maxAgeSeconds=300)
        if asked.path == "/v1/payout-quote":
            return self._payout_quote(asked.query["currency"], int(asked.query.get("amount", self.payable)))
        if asked.path == "/v1/payout-destination":
            self.destination |= {"url": f"{self.origin}/earnings.html#/"} if asked.method == "PUT" else {}
            return as_json(200, self.destination)
        if asked.path == "/v1/payout-schedule":
            self.schedule = ANSWERS["setPayoutSchedule"][200] if asked.method == "PUT" else self.schedule
            return as_json(200, self.schedule)
        if asked.path == "/v1/payouts" and asked.method == "GET":
            return as_json(200, {"payouts": self.payouts, "nextCursor": None})
        if asked.path == "/v1/payouts":
            return self._request(asked)
        return problem("not_found")

    def _payout_quote(self, currency: str, amount: int) -> Reply:
        quote = ANSWERS["quotePayout"][200] | {"currency": currency, "amount": amount, "payable": self.payable}
        fees = {"standard": 0, "instant": amount // HUNDREDTH}
        holds = [hold for one in self.earnings["money"] if one["currency"] == currency for hold in one["held"]]
        quote |= {"held": sum(hold["amount"] for hold in holds)}
        quote |= {"recent": 2_500, "reserve": 4_821, "disputed": 999}
        quote["options"] = [
            one | {"fee": fees[one["speed"]], "arrives": amount - fees[one["speed"]], "rule": self.rule(amount)}
            for one in quote["options"]
        ]
        return as_json(200, quote)

    def _request(self, asked: Asked) -> Reply:
        key, wish = asked.headers["idempotency-key"], asked.json
        again = key in self.payments
        made = ANSWERS["requestPayout"][201] | {
            "payoutId": f"p{len(self.payouts)}",
            **{name: wish[name] for name in ("amount", "currency", "speed")},
            "fee": wish["feeShown"],
            "arrives": wish["amount"] - wish["feeShown"],
        }
        if again:
            return as_json(200, next(one for one in self.payouts if one["payoutId"] == self.made[key]))
        self.payments[key], self.made[key] = wish, made["payoutId"]
        self.payouts = [made, *self.payouts]
        return as_json(201, made)

    def _statement(self, asked: Asked) -> Reply:
        if asked.path == "/v1/creator/statements":
            later = "cursor" in asked.query
            items = self.statements[3:] if later else self.statements[:3]
            return as_json(200, {"items": items, "nextCursor": None if later else "c"})
        wanted = asked.path.rpartition("/")[2]
        if all(one["day"] != wanted for one in self.statements):
            return problem("not_found")
        where = f"{self.origin}/files/{wanted}"
        links = {"jsonUrl": f"{where}.json", "pdfUrl": f"{where}.pdf", "expiresAt": "2099-01-01T00:00:00.000Z"}
        return as_json(200, {**self.statements[0], "day": wanted, **links})
