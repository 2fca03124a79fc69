"""Coins for money, as the stub service sells them, and the page at another origin where they are paid."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from tests.e2e.browser.servers import Asked, Reply, Server, as_json, problem
from tests.e2e.browser.viewer import AT, Lot, Viewer

PACKS = [
    {"packId": "first", "coins": 100, "bonusCoins": 50, "bonusDays": 30, "amount": 99, "firstPurchase": True},
    {"packId": "evening", "coins": 320, "bonusCoins": 0, "bonusDays": 0, "amount": 299, "firstPurchase": False},
    {"packId": "season", "coins": 1150, "bonusCoins": 60, "bonusDays": 90, "amount": 999, "firstPurchase": False},
]
DIGITS = {"JPY": 0, "KRW": 0}


RETURN_TO = re.compile(r"/(?:[A-Za-z0-9._~!$&'()*+,;=:@%?-][A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?")
"""What the service takes as the place to come back to."""


def as_it_stands(order: dict[str, Any]) -> dict[str, Any]:
    """An order as it is read later: where to pay stands in the first answer only, and the ledger knows paid or not."""
    told = {name: value for name, value in order.items() if name != "url"}
    return told | {"status": "open"} if order["status"] in {"actionRequired", "processing"} else told


class Shop:
    """Packs, orders and saved cards of the one viewer. ``pay`` is the only thing that brings coins."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self.cashier = Cashier(self)
        self.packs: list[dict[str, Any]] = [pack.copy() for pack in PACKS]
        self.limit: dict[str, Any] | None = None
        self.tax_included = True
        self.cards: list[dict[str, str]] = []
        self.orders: dict[str, dict[str, Any]] = {}
        self.keys: dict[str, str] = {}
        self.returns: dict[str, str] = {}
        self.bank_asks = False
        self.pays_at_once = True
        self.declines: str | None = None

    def answer(self, asked: Asked) -> Reply:
        """What is asked of the shop by the viewer who is signed in."""
        if asked.path == "/v1/packs":
            return self._packs(asked.query["currency"])
        if asked.path == "/v1/cards":
            return as_json(200, {"cards": self.cards})
        if match := re.fullmatch(r"/v1/cards/(\w+)", asked.path):
            self.cards = [card for card in self.cards if card["cardId"] != match[1]]
            return Reply(204)
        if asked.path == "/v1/orders" and asked.method == "POST":
            return self._ordered(asked)
        if asked.path == "/v1/orders":
            return as_json(
                200, {"orders": [as_it_stands(one) for one in reversed(self.orders.values())], "nextCursor": None}
            )
        match = re.fullmatch(r"/v1/orders/(\w+)(/refund)?", asked.path)
        order = self.orders.get(match[1]) if match else None
        if match is None or order is None:
            return problem("not_found")
        return self._refunded(order) if match[2] else as_json(200, as_it_stands(order))

    def _packs(self, currency: str) -> Reply:
        top_up = {"perCoins": 100, "amountPerCoins": 99, "minCoins": 20, "maxCoins": 10_000}
        told = {"currency": currency, "digits": DIGITS.get(currency, 2), "taxIncluded": self.tax_included}
        return as_json(200, told | {"asOf": "2026-11-01", "packs": self.packs, "topUp": top_up, "limit": self.limit})

    def _ordered(self, asked: Asked) -> Reply:
        wish, key = asked.json, asked.headers["idempotency-key"]
        if key in self.keys:
            return as_json(200, self.orders[self.keys[key]])
        if "packId" in wish:
            pack = next(one for one in self.packs if one["packId"] == wish["packId"])
            bought = {name: pack[name] for name in ("coins", "bonusCoins", "amount")}
        else:
            bought = {"coins": wish["coins"], "bonusCoins": 0, "amount": -(-wish["coins"] * 99 // 100)}
        assert RETURN_TO.fullmatch(wish["returnTo"])
        if wish["amountShown"] != bought["amount"]:
            return problem("price_changed", amount=bought["amount"], currency=wish["currency"])
        order_id = f"order{len(self.orders) + 1}"
        order = {"orderId": order_id, "status": "open", **bought, "currency": wish["currency"], "digits": 2}
        order |= {"createdAt": AT, "refundedAmount": 0}
        self.orders[order_id] = order
        self.keys[key] = order_id
        self.returns[order_id] = f"http://{asked.headers['host']}{wish['returnTo']}&order={order_id}"
        if wish["method"] == "checkout":
            order["url"] = f"{self.cashier.origin}/pay/{order_id}"
        elif self.declines:
            order |= {"status": "failed", "failure": self.declines}
        elif self.bank_asks:
            order |= {"status": "actionRequired", "url": f"{self.cashier.origin}/bank/{order_id}"}
        elif self.pays_at_once:
            self.pay(order_id)
        else:
            order["status"] = "processing"
        return as_json(201, order)

    def _refunded(self, order: dict[str, Any]) -> Reply:
        held = {lot.lot: lot.coins for lot in self.viewer.lots}
        if held.get(order["orderId"]) != order["coins"]:
            return problem("not_refundable", rule="coins_spent")
        self.viewer.lots = [lot for lot in self.viewer.lots if not lot.lot.startswith(order["orderId"])]
        order |= {"status": "refunded", "refundedAmount": order["amount"]}
        self.viewer.entries += 1
        self.viewer.tell("refund", {"coin": -order["coins"]}, reference=f"purchase:{order['orderId']}:rev:r1")
        return as_json(200, order)

    def pay(self, order_id: str) -> None:
        """The provider's word has come: the coins are there."""
        order = self.orders[order_id]
        viewer = self.viewer
        viewer.entries += 1
        order |= {"status": "paid", "entrySeq": viewer.entries}
        viewer.lots.append(Lot(order_id, "coin", order["coins"]))
        coins = {"coin": order["coins"]}
        if order["bonusCoins"]:
            viewer.lots.insert(0, Lot(f"{order_id}b", "bonus", order["bonusCoins"], "2026-12-21T00:00:00Z"))
            coins["bonus"] = order["bonusCoins"]
        viewer.tell("purchase", coins, reference=f"purchase:{order_id}:grant")

    def fail(self, order_id: str, code: str) -> None:
        """The provider's word has come: nothing was paid."""
        order = self.orders[order_id]
        order |= {"status": "expired" if code == "expired" else "failed", "failure": code}


class Cashier(Server):
    """The provider's pages: one to pay on, one of a bank that wants a confirmation. Plain forms at their own origin."""

    def __init__(self, shop: Shop) -> None:
        super().__init__()
        self.shop = shop
        self.tells_at_once = True

    def answer(self, asked: Asked) -> Reply:
        match = re.fullmatch(r"/(pay|bank)/(\w+)", asked.path)
        if match is None:
            return Reply(404)
        where, order_id = match[1], match[2]
        back = self.shop.returns[order_id]
        if asked.method == "GET":
            return page_of(where, self.shop.orders[order_id], back)
        if self.tells_at_once:
            failed = asked.form["press"] == "fail"
            self.shop.fail(order_id, "authentication_failed") if failed else self.shop.pay(order_id)
        return Reply(303, b"", (("Location", back),))


def page_of(where: str, order: dict[str, Any], back: str) -> Reply:
    """The provider's page for an order."""
    buttons = '<button name="press" value="pay">Pay</button>'
    if where == "bank":
        buttons = '<button name="press" value="pay">Complete</button><button name="press" value="fail">Fail</button>'
    text = (
        f"<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>{where}</title><h1>{order['amount']} {order['currency']}</h1><form method=post>{buttons}</form>"
        f"<a href='{escape(back)}&amp;canceled=1'>Back</a></html>"
    )
    return Reply(200, text.encode(), (("Content-Type", "text/html; charset=utf-8"),))
