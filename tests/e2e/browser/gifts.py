"""Gifts of the stub service: what can be given, what the viewer gives, once per key, and what others gave."""

from __future__ import annotations

from typing import Any

from cliffhanger.tips.domain import MAX_COUNT
from cliffhanger.tips.editions import EDITIONS
from tests.e2e.browser.servers import Asked, Reply, as_json, problem
from tests.e2e.browser.viewer import AT, SERIES, Viewer

PRICES = {gift.gift: gift.coins for gift in EDITIONS[0].gifts}


class Gifts:
    """``given`` is what was taken, by key; ``recent`` what others gave, newest first; ``limits`` now and next."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self.given: dict[str, dict[str, Any]] = {}
        self.recent: list[dict[str, Any]] = []
        self.limits: list[int | None] = [None, None]

    def listed(self) -> Reply:
        """What can be given."""
        gifts = [{"gift": gift.gift, "name": gift.name, "priceCoins": gift.coins} for gift in EDITIONS[0].gifts]
        return as_json(200, {"gifts": gifts, "mostCount": MAX_COUNT, "mostDayCoins": EDITIONS[0].day_coins})

    def latest(self) -> Reply:
        """What others gave."""
        return as_json(200, {"gifts": self.recent})

    def limit(self, asked: Asked) -> Reply:
        """The own limit: lower at once, higher from the next day on."""
        house = EDITIONS[0].day_coins
        if asked.method == "PUT":
            wanted, now = asked.json["dayCoins"], self.limits[0]
            lower = wanted is not None and (now is None or wanted <= now)
            self.limits = [wanted if lower else now, wanted]
        own, later = self.limits
        following = None if later == own else {"dayCoins": later, "since": "2026-11-30T00:00:00.000Z"}
        told = {"dayCoins": own, "houseDayCoins": house, "leftCoins": house if own is None else own, "next": following}
        return as_json(200, told)

    def take(self, asked: Asked) -> Reply:
        """Takes a gift, from bought coins."""
        key, body = asked.headers["idempotency-key"], asked.json
        if key in self.given:
            return as_json(200, self.given[key] | {"alreadyGiven": True})
        price = PRICES[body["gift"]]
        if body["priceShownCoins"] != price:
            return problem("price_changed", priceCoins=price)
        coins, lot = price * body["count"], next(lot for lot in self.viewer.lots if lot.unit == "coin")
        if lot.coins < coins:
            missing = coins - lot.coins
            return problem("insufficient_coins", priceCoins=coins, balanceCoins=lot.coins, missingCoins=missing)
        lot.coins -= coins
        self.viewer.entries += 1
        self.viewer.tell("tip", {"coin": -coins})
        gift = {"gift": body["gift"], "count": body["count"], "priceCoins": price, "episode": 1}
        receipt = {"account": "viewer:mia", "seq": self.viewer.entries, "at": AT, "reference": "key:0", "gift": gift}
        receipt |= {"seriesId": SERIES, "episodes": [], "priceCoins": coins, "spent": [], "creatorGets": [], "hash": ""}
        self.given[key] = {"alreadyGiven": False, "receipt": receipt, "wallet": self.viewer.wallet()}
        return as_json(201, self.given[key])
