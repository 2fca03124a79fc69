"""Examples of quotes, ranges and entitlements; see ``openapi_examples``."""

from __future__ import annotations

from typing import Any

QUOTE: dict[str, Any] = {
    "status": "locked",
    "options": [
        {
            "kind": "episode",
            "first": 3,
            "last": 3,
            "generation": 0,
            "episodes": [{"episode": 3, "coins": 8}],
            "listCoins": 8,
            "discountCoins": 0,
            "cappedCoins": 0,
            "priceCoins": 8,
            "bonusCoins": 8,
            "boughtCoins": 0,
            "missingCoins": 0,
            "money": {"amount": 8, "currency": "USD", "digits": 2},
            "pack": None,
        },
        {
            "kind": "next",
            "first": 3,
            "last": 5,
            "generation": 0,
            "episodes": [{"episode": 3, "coins": 8}, {"episode": 4, "coins": 8}, {"episode": 5, "coins": 8}],
            "listCoins": 24,
            "discountCoins": 0,
            "cappedCoins": 0,
            "priceCoins": 24,
            "bonusCoins": 24,
            "boughtCoins": 0,
            "missingCoins": 0,
            "money": {"amount": 24, "currency": "USD", "digits": 2},
            "pack": None,
        },
        {
            "kind": "rest",
            "first": 3,
            "last": 8,
            "generation": 0,
            "episodes": [
                {"episode": 3, "coins": 6},
                {"episode": 4, "coins": 6},
                {"episode": 5, "coins": 7},
                {"episode": 6, "coins": 6},
                {"episode": 7, "coins": 6},
                {"episode": 8, "coins": 8},
            ],
            "listCoins": 49,
            "discountCoins": 10,
            "cappedCoins": 0,
            "priceCoins": 39,
            "bonusCoins": 30,
            "boughtCoins": 9,
            "missingCoins": 0,
            "money": {"amount": 39, "currency": "USD", "digits": 2},
            "pack": None,
        },
    ],
    "neverMoreThan": {
        "coins": 160,
        "spentCoins": 0,
        "leftCoins": 160,
        "money": {"amount": 159, "currency": "USD", "digits": 2},
    },
    "bonusCoins": 30,
    "boughtCoins": 100,
    "dayLeftCoins": None,
    "seriesLeftCoins": None,
    "autoUnlock": False,
    "unreleasedEpisodes": 1,
    "asOf": 2,
}

RANGE_BODY: dict[str, Any] = {"first": 3, "last": 5, "priceShownCoins": 24, "generation": 0}

RANGE: dict[str, Any] = {
    "alreadyUnlocked": False,
    "receipts": [
        {
            "account": "viewer:4h7d9k2m8q1r5t0v",
            "seq": 3,
            "at": "2026-11-21T18:07:04.861Z",
            "reference": "unlock:the-last-train:3-5.0",
            "seriesId": "the-last-train",
            "episodes": [{"episode": 3, "coins": 8}, {"episode": 4, "coins": 8}, {"episode": 5, "coins": 8}],
            "priceCoins": 24,
            "spent": [
                {
                    "lot": "2",
                    "unit": "bonus",
                    "coins": 24,
                    "cash": 0,
                    "currency": None,
                    "expiresAt": "2026-12-28T00:00:00.000Z",
                }
            ],
            "creatorGets": [],
            "hash": "WhSQV26iubGiHMe8M0dDFgPjUyuKvrBsDn14amW8fKI",
        }
    ],
    "wallet": {
        "coins": {"total": 106, "bought": 100, "bonus": 6},
        "lots": [
            {"lot": "2", "unit": "bonus", "coins": 6, "expiresAt": "2026-12-28T00:00:00.000Z"},
            {"lot": "1", "unit": "coin", "coins": 100, "expiresAt": None},
        ],
        "held": {},
        "debt": {},
        "frozen": False,
        "limits": {"dayCoins": None, "seriesCoins": None, "autoUnlock": False},
        "spentToday": 24,
        "asOf": 3,
    },
}

ENTITLEMENTS: dict[str, Any] = {
    "seriesId": "the-last-train",
    "included": False,
    "unlocks": [{"first": 3, "last": 5, "seq": 3}],
}

BODIES: dict[str, Any] = {"unlockRange": RANGE_BODY}

ANSWERS: dict[str, dict[int, Any]] = {
    "quoteUnlock": {200: QUOTE},
    "unlockRange": {201: RANGE, 200: {**RANGE, "alreadyUnlocked": True}},
    "getEntitlements": {200: ENTITLEMENTS},
    "listEntitlements": {200: {"series": [ENTITLEMENTS], "nextCursor": None}},
}
