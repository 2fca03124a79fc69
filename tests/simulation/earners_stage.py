"""What histories of rewards are played with: rules whose caps are met soon, films, an ad network."""

from __future__ import annotations

import functools
import json
from typing import Any, NamedTuple

from cliffhanger.catalog.store import CatalogStore
from cliffhanger.errors import AdCallbackRefused
from cliffhanger.rewards.ads import Callback, Placement
from cliffhanger.rewards.earning import Earner
from cliffhanger.rewards.rules import RuleSet, rule_set_of
from cliffhanger.rewards.viewing import Watched
from tests.support.dynamodb import MemoryDynamoDB, connect
from tests.support.earning import page_of, publish
from tests.support.tables import CATALOG

EARNING_EVERY = 8
"""In one history of so many viewers earn, and then a lot: where all happens in all of them, little of a kind does."""
KEY = b"the-key-of-rewards-in-histories!"
FILMS = {**CATALOG, "TableName": "test-films"}
SHORTS, LENGTH_MS = ("one", "two", "three"), 160_000
SPARE_MS = 25_000
SHORTEST_MS = LENGTH_MS * 9 // 10 // 2 - SPARE_MS
"""An episode cannot be finished in less: nine tenths of it, at twice its speed, with what was to spare before."""
UNIT = "2747237135"
PLACEMENTS = {"web": Placement("web", UNIT)}
ZONES = ("UTC", "UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago")
SHARED = "tablet"
REVIEWER = "opal"


def flat(name: str, kind: str, coins: int, caps: dict[str, int], days: int, **proof: Any) -> dict[str, Any]:
    """A rule of so many coins each time."""
    amount = {"type": "flat", "coins": coins}
    evidence = proof or {"server": {}}
    return {"name": name, "kind": kind, "amount": amount, "caps": caps, "evidence": evidence, "lifetimeDays": days}


@functools.cache
def rules() -> RuleSet:
    """Rules whose caps are met soon: those of ``earners_rules``, as an operator would upload them."""
    checkin = flat("checkin", "checkin", 1, {"viewerDayCoins": 4, "viewerDayTimes": 1, "deviceDayCoins": 7}, 9)
    checkin["amount"] = {"type": "ladder", "coins": [2, 3, 4]}
    series = {"viewerDayCoins": 3, "viewerDayTimes": 1, "deviceDayCoins": 3}
    document = {
        "schema": "rule-set.v1",
        "name": "house",
        "version": "of-histories",
        "dayCaps": {"houseViewerCoins": 9, "houseDeviceCoins": 14, "campaignsViewerCoins": 1},
        "rules": [
            checkin,
            flat("episode", "watch.episode", 2, {"viewerDayCoins": 4, "deviceDayCoins": 6}, 6),
            flat("series", "watch.series", 3, series, 15, server={"vestsAfterH": 24}),
            flat("ad", "ad", 2, {"viewerDayCoins": 5, "viewerDayTimes": 3, "deviceDayCoins": 8}, 6, partner={}),
        ],
        "scoring": {
            "holdAt": 50,
            "refuseAt": 80,
            "weights": [{"signal": "device_viewers_month", "from": 2, "points": 50}],
        },
    }
    return rule_set_of(json.dumps(document))


@functools.cache
def films() -> tuple[dict[str, Any], ...]:
    """What the catalog has of films of one episode each; it never changes."""
    model = MemoryDynamoDB()
    model.call("CreateTable", FILMS)
    catalog = CatalogStore(connect(model), FILMS["TableName"])
    for short in SHORTS:
        publish(catalog, page_of(short, 1, LENGTH_MS))
    return tuple(model.items(FILMS["TableName"]))


class Network:
    """An ad network whose word is taken for its signature: what it has not said is forged."""

    name = "admob"

    def __init__(self) -> None:
        self.said: dict[str, Callback] = {}

    def read(self, query: str) -> Callback:
        return self.said[query]

    def verify(self, callback: Callback) -> None:
        if callback.key != "genuine":
            raise AdCallbackRefused("wrong_signature")


class Watching(NamedTuple):
    """A session as somebody holds it, and how long it has really been going on in its episode, at the most."""

    watched: Watched
    earner: Earner
    real_ms: int
