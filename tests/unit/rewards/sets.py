"""Rule sets for tests, made as an operator makes them: as JSON."""

from __future__ import annotations

import copy
import json
from typing import Any

from cliffhanger.rewards.claims import Claim
from cliffhanger.rewards.rules import Kind, RuleSet, rule_set_of

NOON = 1_795_262_400_000
"""2026-11-21T12:00:00Z."""
TODAY = "2026-11-21"

EPISODE: dict[str, Any] = {
    "name": "episode",
    "kind": "watch.episode",
    "amount": {"type": "flat", "coins": 3},
    "caps": {"viewerDayCoins": 9, "deviceDayCoins": 12},
    "evidence": {"server": {}},
    "lifetimeDays": 14,
}
CASHBACK: dict[str, Any] = {
    "name": "cashback",
    "kind": "cashback",
    "campaign": "tea",
    "amount": {"type": "proportion", "perMille": 50},
    "caps": {"viewerDayCoins": 100},
    "evidence": {"partner": {"vestsAfterH": 336}},
    "lifetimeDays": 90,
}


def document(*rules: dict[str, Any], **members: Any) -> dict[str, Any]:
    """A rule set as JSON values; of one episode's rule unless told otherwise."""
    return {
        "schema": "rule-set.v1",
        "name": "house",
        "version": "v-1",
        "dayCaps": {"houseViewerCoins": 100, "houseDeviceCoins": 200, "campaignsViewerCoins": 500},
        "rules": copy.deepcopy(list(rules or (EPISODE,))),
        "scoring": {"holdAt": 50, "refuseAt": 80},
        **members,
    }


def a_set(*rules: dict[str, Any], **members: Any) -> RuleSet:
    """A rule set of these rules."""
    return rule_set_of(json.dumps(document(*rules, **members)))


def a_claim(kind: Kind = "watch.episode", **members: Any) -> Claim:
    """A claim of a viewer whose device, country and age are known."""
    known = {"device": "phone", "country": "DE", "age": 30}
    return Claim(kind, "mia", "fact-1", NOON, TODAY, **{**known, **members})
