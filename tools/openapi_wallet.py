"""The examples of the wallet in ``docs/openapi.json``: one viewer's first three entries. The receipt is genuine."""

from __future__ import annotations

from typing import Any

_BONUS = {"lot": "2", "unit": "bonus", "coins": 18, "expiresAt": "2027-11-22T00:00:00.000Z"}
_BOUGHT = {"lot": "1", "unit": "coin", "coins": 100, "expiresAt": None}
_NO_LIMITS = {"dayCoins": None, "seriesCoins": None, "autoUnlock": False}
LIMITS = {"dayCoins": 100, "seriesCoins": None, "autoUnlock": True}

WALLET: dict[str, Any] = {
    "coins": {"total": 130, "bought": 100, "bonus": 30},
    "lots": [{**_BONUS, "coins": 30}, _BOUGHT],
    "held": {"bonus": 5},
    "debt": {},
    "frozen": False,
    "limits": _NO_LIMITS,
    "spentToday": 0,
    "asOf": 2,
}
WALLET_AFTER = {
    **WALLET,
    "coins": {"total": 118, "bought": 100, "bonus": 18},
    "lots": [_BONUS, _BOUGHT],
    "spentToday": 12,
    "asOf": 3,
}
WALLET_LIMITED = {**WALLET_AFTER, "limits": LIMITS, "asOf": 4}

RECEIPT: dict[str, Any] = {
    "account": "viewer:4h7d9k2m8q1r5t0v",
    "seq": 3,
    "at": "2026-11-21T18:04:05.123Z",
    "reference": "unlock:the-last-train:2-2.0",
    "seriesId": "the-last-train",
    "episodes": [{"episode": 2, "coins": 12}],
    "priceCoins": 12,
    "spent": [
        {
            "lot": "2",
            "unit": "bonus",
            "coins": 12,
            "cash": 0,
            "currency": None,
            "expiresAt": "2027-11-22T00:00:00.000Z",
        }
    ],
    "creatorGets": [],
    "hash": "Zl7muMG2MAztL7ij1KUqTjIJH1Hv_1GanVRy0pezSNg",
}
RECEIPT_PROVEN = {
    **RECEIPT,
    "kind": "unlock",
    "entry": '{"account":"viewer:4h7d9k2m8q1r5t0v","at":1795284245123,"postings":[["bonus",12,".",'
    '"series:the-last-train:earned:0"]],"prev":"l0tqjFvrwLLAk7HrBfFkkvpkrvgOnqjTTv3BXr1piy4","reference":'
    '"unlock:the-last-train:2-2.0","request":"sYz15bWi7eA-_T5JN2y3ZvGTFTxnBl6OJvJ9B_7OBF4","seq":3,"spent":'
    '[["2","bonus",12,0,"",21144]],"state":{"balances":{"USD.deferred":990,"bonus":18,"coin":100},"day":[20778,12],'
    '"lots":[["1","coin",100,0,990,"USD","web"],["2","bonus",18,21144]],"series":["the-last-train",12]},"terms":'
    '{"kind":"unlock","prices":[[2,2,12]],"share":5000},"v":2}',
    "settled": [{"account": "series:the-last-train:earned:0", "seq": 9}],
}

LIMIT_REACHED: dict[str, Any] = {
    "rule": "day",
    "limitCoins": 60,
    "spentCoins": 52,
    "priceCoins": 12,
    "resetsAt": "2026-11-22T00:00:00.000Z",
}

STATEMENT: dict[str, Any] = {
    "lines": [
        {
            "seq": 3,
            "at": "2026-11-21T18:04:05.123Z",
            "kind": "unlock",
            "reference": "unlock:the-last-train:2-2.0",
            "coins": {"bonus": -12},
            "expired": {},
            "debt": {},
            "held": {},
            "cash": [],
            "balance": {"bought": 100, "bonus": 18},
            "seriesId": "the-last-train",
            "episodes": {"first": 2, "last": 2},
            "rule": None,
        },
        {
            "seq": 2,
            "at": "2026-11-21T18:03:00.123Z",
            "kind": "grant",
            "reference": "key:5714xrsrets41dw92snf8d0ckf",
            "coins": {"bonus": 30},
            "expired": {},
            "debt": {},
            "held": {},
            "cash": [],
            "balance": {"bought": 100, "bonus": 30},
            "seriesId": None,
            "episodes": None,
            "rule": None,
        },
        {
            "seq": 1,
            "at": "2026-11-21T18:02:00.123Z",
            "kind": "purchase",
            "reference": "key:7t9j3y6pz7369y9f5w5xptgcha",
            "coins": {"coin": 100},
            "expired": {},
            "debt": {},
            "held": {},
            "cash": [{"currency": "USD", "amount": 990, "deferred": True}],
            "balance": {"bought": 100, "bonus": 0},
            "seriesId": None,
            "episodes": None,
            "rule": None,
        },
    ],
    "nextCursor": None,
}
