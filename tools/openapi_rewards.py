"""Examples of the rules of rewards; see ``openapi_examples``."""

from __future__ import annotations

from typing import Any

from tools import openapi_earning as earning

FESTIVE: dict[str, Any] = {
    "schema": "rule-set.v1",
    "name": "house",
    "version": "2026-12-festive",
    "description": "Twice the check-in for half of the viewers, until January.",
    "dayCaps": {"houseViewerCoins": 60, "houseDeviceCoins": 90, "campaignsViewerCoins": 500},
    "rules": [
        {
            "name": "checkin",
            "kind": "checkin",
            "amount": {"type": "ladder", "coins": [2, 3, 3, 4, 4, 5, 9], "repair": None},
            "caps": {
                "viewerDayCoins": 9,
                "viewerDayTimes": 1,
                "viewerCoins": None,
                "deviceDayCoins": 18,
                "campaignDayCoins": None,
            },
            "evidence": {"server": {"perMille": 1000, "vestsAfterH": 0}, "partner": None, "client": None},
            "lifetimeDays": 14,
            "campaign": None,
            "countries": [],
            "notIn": [],
            "minimumAge": 0,
            "arm": {"experiment": "december", "arm": "as-before"},
            "shadow": False,
        },
        {
            "name": "checkin-festive",
            "kind": "checkin",
            "amount": {"type": "ladder", "coins": [4, 6, 6, 8, 8, 10, 18], "repair": None},
            "caps": {
                "viewerDayCoins": 18,
                "viewerDayTimes": 1,
                "viewerCoins": None,
                "deviceDayCoins": 36,
                "campaignDayCoins": None,
            },
            "evidence": {"server": {"perMille": 1000, "vestsAfterH": 0}, "partner": None, "client": None},
            "lifetimeDays": 14,
            "campaign": None,
            "countries": [],
            "notIn": [],
            "minimumAge": 0,
            "arm": {"experiment": "december", "arm": "festive"},
            "shadow": False,
        },
    ],
    "scoring": {
        "holdAt": 50,
        "refuseAt": 80,
        "weights": [{"signal": "device_viewers_month", "points": 80, "from": 7, "upTo": 1_000_000}],
    },
    "experiments": [
        {"name": "december", "arms": [{"name": "as-before", "perMille": 500}, {"name": "festive", "perMille": 500}]}
    ],
}

KEPT: dict[str, Any] = {
    "ruleSet": FESTIVE,
    "mostADay": {"houseViewer": 18, "houseDevice": 54, "campaignsViewer": 0},
    "uploadedBy": "2m8q1r5t0v4h7d9k",
    "uploadedAt": "2026-11-21T18:07:08.381Z",
}

ACTIVATION: dict[str, Any] = {
    "active": "2026-12-festive",
    "before": "shipped-2",
    "activatedBy": "9k4h7d2m8q1r5t0v",
    "activatedAt": "2026-11-21T18:20:11.002Z",
}

LISTED: dict[str, Any] = {
    "activation": ACTIVATION,
    "ruleSets": [
        {
            "version": "shipped-2",
            "description": "What the house gives until operators activate rules of their own.",
            "mostADay": {"houseViewer": 120, "houseDevice": 120, "campaignsViewer": 0},
            "uploadedBy": None,
            "uploadedAt": None,
        },
        {
            "version": "2026-12-festive",
            "description": FESTIVE["description"],
            "mostADay": KEPT["mostADay"],
            "uploadedBy": KEPT["uploadedBy"],
            "uploadedAt": KEPT["uploadedAt"],
        },
    ],
    "nextCursor": None,
}

BODIES: dict[str, Any] = {
    "putRuleSet": FESTIVE,
    "activateRuleSet": {"replaces": "shipped-2"},
    **earning.BODIES,
}

ANSWERS: dict[str, dict[int, Any]] = {
    "listRuleSets": {200: LISTED},
    "getRuleSet": {200: KEPT},
    "putRuleSet": {201: KEPT, 200: KEPT},
    "activateRuleSet": {200: ACTIVATION},
    **earning.ANSWERS,
}
