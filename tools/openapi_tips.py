"""Examples of gifts; see ``openapi_examples``."""

from __future__ import annotations

from typing import Any

from tools import openapi_wallet as wallet

GIFTS: dict[str, Any] = {
    "gifts": [
        {"gift": "rose", "name": "Rose", "priceCoins": 5},
        {"gift": "tea", "name": "Hot tea", "priceCoins": 20},
        {"gift": "night-train", "name": "Night train", "priceCoins": 1_000},
    ],
    "mostCount": 99,
    "mostDayCoins": 5_000,
}

RECENT: dict[str, Any] = {
    "gifts": [
        {"id": "3w9k3m1q8v4t6x0b", "at": "2026-11-21T18:05:10.000Z", "gift": "tea", "count": 1, "name": "Mia"},
        {"id": "7d2r0h5w9k3m1q8v", "at": "2026-11-21T18:04:05.123Z", "gift": "rose", "count": 3, "name": None},
    ]
}

RECEIPT: dict[str, Any] = {
    "account": "viewer:4h7d9k2m8q1r5t0v",
    "seq": 4,
    "at": "2026-11-21T18:04:05.123Z",
    "reference": "key:7d2r0h5w9k3m1q8v4t6x0b2c5e",
    "seriesId": "the-last-train",
    "episodes": [],
    "priceCoins": 15,
    "spent": [{"lot": "1", "unit": "coin", "coins": 15, "cash": 148, "currency": "USD", "expiresAt": None}],
    "creatorGets": [{"currency": "USD", "amount": 118}],
    "hash": "WhSQV26iubGiHMe8M0dDFgPjUyuKvrBsDn14amW8fKI",
    "gift": {"gift": "rose", "count": 3, "priceCoins": 5, "episode": 2},
}
_TIP = {
    "alreadyGiven": False,
    "receipt": RECEIPT,
    "wallet": {
        **wallet.WALLET_AFTER,
        "coins": {"total": 103, "bought": 85, "bonus": 18},
        "lots": [
            {"lot": "2", "unit": "bonus", "coins": 18, "expiresAt": "2027-11-22T00:00:00.000Z"},
            {"lot": "1", "unit": "coin", "coins": 85, "expiresAt": None},
        ],
        "spentToday": 27,
        "asOf": 4,
    },
}
_LIMIT = {"dayCoins": 100, "houseDayCoins": 5_000, "leftCoins": 85, "next": None}

BODIES: dict[str, Any] = {
    "giveTip": {"gift": "rose", "count": 3, "priceShownCoins": 5, "named": False},
    "setTipLimit": {"dayCoins": 200},
}

ANSWERS: dict[str, dict[int, Any]] = {
    "listGifts": {200: GIFTS},
    "giveTip": {201: _TIP, 200: {**_TIP, "alreadyGiven": True}},
    "listRecentGifts": {200: RECENT},
    "getTipLimit": {200: _LIMIT},
    "setTipLimit": {200: {**_LIMIT, "next": {"dayCoins": 200, "since": "2026-11-22T00:00:00.000Z"}}},
}
