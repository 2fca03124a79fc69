"""Examples of support; see ``openapi_examples``."""

from __future__ import annotations

from typing import Any

from tools import openapi_kyc as kyc

GRANT: dict[str, Any] = {
    "caseId": "z5njznsp80gwffbz",
    "kind": "grant",
    "account": "viewer:4h7d9k2m8q1r5t0v",
    "status": "done",
    "asked": {"coins": 120, "lifetimeDays": 30},
    "coins": 120,
    "reason": "service_failure",
    "openedBy": "2m8q1r5t0v4h7d9k",
    "openedAt": "2026-11-21T18:07:04.947Z",
    "decidedBy": None,
    "decidedAt": None,
    "entry": {"account": "viewer:4h7d9k2m8q1r5t0v", "seq": 4},
    "code": None,
}

LARGE_GRANT: dict[str, Any] = {
    "caseId": "r3hbnf1c0nsyj251",
    "kind": "grant",
    "account": "viewer:4h7d9k2m8q1r5t0v",
    "status": "awaiting",
    "asked": {"coins": 2000, "lifetimeDays": 30},
    "coins": 2000,
    "reason": "goodwill",
    "openedBy": "2m8q1r5t0v4h7d9k",
    "openedAt": "2026-11-21T18:07:04.999Z",
    "decidedBy": None,
    "decidedAt": None,
    "entry": None,
    "code": None,
}

APPROVED: dict[str, Any] = {
    "caseId": "r3hbnf1c0nsyj251",
    "kind": "grant",
    "account": "viewer:4h7d9k2m8q1r5t0v",
    "status": "done",
    "asked": {"coins": 2000, "lifetimeDays": 30},
    "coins": 2000,
    "reason": "goodwill",
    "openedBy": "2m8q1r5t0v4h7d9k",
    "openedAt": "2026-11-21T18:07:04.999Z",
    "decidedBy": "9k4h7d2m8q1r5t0v",
    "decidedAt": "2026-11-21T18:07:05.060Z",
    "entry": {"account": "viewer:4h7d9k2m8q1r5t0v", "seq": 5},
    "code": None,
}

REFUSED: dict[str, Any] = {
    "caseId": "qsdh2gregsamxrh3",
    "kind": "grant",
    "account": "viewer:4h7d9k2m8q1r5t0v",
    "status": "refused",
    "asked": {"coins": 2000, "lifetimeDays": 30},
    "coins": 2000,
    "reason": "goodwill",
    "openedBy": "2m8q1r5t0v4h7d9k",
    "openedAt": "2026-11-21T18:07:05.108Z",
    "decidedBy": "9k4h7d2m8q1r5t0v",
    "decidedAt": "2026-11-21T18:07:05.138Z",
    "entry": None,
    "code": None,
}

REVERSAL: dict[str, Any] = {
    "caseId": "hthx4jmk2gv5fyfv",
    "kind": "reversal",
    "account": "viewer:4h7d9k2m8q1r5t0v",
    "status": "done",
    "asked": {"seq": 3},
    "coins": 24,
    "reason": "viewer_request",
    "openedBy": "2m8q1r5t0v4h7d9k",
    "openedAt": "2026-11-21T18:07:05.169Z",
    "decidedBy": None,
    "decidedAt": None,
    "entry": {"account": "viewer:4h7d9k2m8q1r5t0v", "seq": 6},
    "code": None,
}

FREEZE: dict[str, Any] = {
    "caseId": "htq92rz2htwdzdhr",
    "kind": "freeze",
    "account": "viewer:4h7d9k2m8q1r5t0v",
    "status": "done",
    "asked": {"frozen": True},
    "coins": 0,
    "reason": "fraud",
    "openedBy": "2m8q1r5t0v4h7d9k",
    "openedAt": "2026-11-21T18:07:05.235Z",
    "decidedBy": None,
    "decidedAt": None,
    "entry": {"account": "viewer:4h7d9k2m8q1r5t0v", "seq": 7},
    "code": None,
}

EXPLAINED: dict[str, Any] = {
    "account": "viewer:4h7d9k2m8q1r5t0v",
    "words": [
        "7 entries, the last at 2026-11-21T18:07:05.252Z.",
        "2250 coins can be spent: 100 bought, 2150 granted.",
        "2150 of them expire first, on 2026-12-28.",
        "Frozen: nothing can be spent; coins still come in.",
    ],
    "asOf": 7,
    "state": {
        "at": "2026-11-21T18:07:05.252Z",
        "balances": {"USD.deferred": 907, "bonus": 2150, "coin": 100},
        "lots": [
            {"lot": "2", "unit": "bonus", "coins": 2150, "expiresAt": "2026-12-28T00:00:00.000Z"},
            {"lot": "1", "unit": "coin", "coins": 100, "expiresAt": None},
        ],
        "flags": ["frozen", "ranges"],
        "limits": {"dayCoins": None, "seriesCoins": None, "autoUnlock": False},
        "debt": {},
        "held": {},
    },
    "entries": [
        {
            "seq": 7,
            "fault": None,
            "checks": {"hash": True, "link": True, "arithmetic": True},
            "at": "2026-11-21T18:07:05.252Z",
            "kind": "freeze",
            "reference": "support:htq92rz2htwdzdhr",
            "terms": {"actor": "2m8q1r5t0v4h7d9k", "kind": "freeze", "reason": "fraud"},
            "postings": [],
            "sources": 0,
            "hash": "ARt3cTkLdYTavEtY1Ey_ypg8oEiK3s5r-AVOt1_vtJo",
            "settled": [],
        },
        {
            "seq": 6,
            "fault": None,
            "checks": {"hash": True, "link": True, "arithmetic": True},
            "at": "2026-11-21T18:07:05.187Z",
            "kind": "reversal",
            "reference": "unlock:the-last-train:3-5.0:rev:hthx4jmk2gv5fyfv",
            "terms": {"actor": "2m8q1r5t0v4h7d9k", "kind": "reversal", "reason": "viewer_request", "reverses": 3},
            "postings": [
                {
                    "unit": "bonus",
                    "amount": 24,
                    "source": "series:the-last-train:earned:0",
                    "destination": "viewer:4h7d9k2m8q1r5t0v",
                }
            ],
            "sources": 0,
            "hash": "_QSa7SswJKHnqBZvzqyfU1LYaoINuIMMf0BwZ5ldGEc",
            "settled": [{"account": "series:the-last-train:earned:0", "seq": 2}],
        },
    ],
    "nextCursor": "3K6vUDr7Se3YyhyWIRwmmFs2XQ",
}

SWITCH: dict[str, Any] = {
    "switch": "unlocks",
    "off": True,
    "reason": "service_failure",
    "by": "2m8q1r5t0v4h7d9k",
    "at": "2026-11-21T18:07:08.381Z",
}

SWITCHES: dict[str, Any] = {
    "switches": [
        {
            "switch": "unlocks",
            "off": True,
            "reason": "service_failure",
            "by": "2m8q1r5t0v4h7d9k",
            "at": "2026-11-21T18:07:08.381Z",
        },
        {"switch": "playback", "off": False, "reason": None, "by": None, "at": None},
        {"switch": "rewards", "off": False, "reason": None, "by": None, "at": None},
        {"switch": "tips", "off": False, "reason": None, "by": None, "at": None},
    ]
}

PARKED: dict[str, Any] = {
    "parked": [
        {
            "entry": {"account": "viewer:4h7d9k2m8q1r5t0v", "seq": 3},
            "reason": "not_as_delivered",
            "times": 1,
            "firstAt": "2026-11-21T18:00:00.000Z",
            "lastAt": "2026-11-21T18:00:00.000Z",
        }
    ],
    "nextCursor": None,
}

REPLAYED: dict[str, Any] = {
    "entry": {"account": "viewer:4h7d9k2m8q1r5t0v", "seq": 3},
    "outcome": "done",
    "reason": None,
}

REFUND: dict[str, Any] = {
    **GRANT,
    "caseId": "6q0x9s4c7v2m8k1d",
    "kind": "refund",
    "asked": {"orderId": "9k3m1q8v4t6x0b2c", "amount": 200},
    "coins": 230,
    "entry": {"account": "viewer:4h7d9k2m8q1r5t0v", "seq": 9},
}

BODIES: dict[str, Any] = {
    **kyc.BODIES,
    "grantCoins": {"coins": 120, "lifetimeDays": 30, "reason": "service_failure"},
    "reverseEntry": {"seq": 3, "reason": "viewer_request"},
    "refundPurchase": {"orderId": "9k3m1q8v4t6x0b2c", "amount": 200, "reason": "service_failure"},
    "freezeAccount": {"frozen": True, "reason": "fraud"},
    "putSwitch": {"off": True, "reason": "service_failure"},
    "replayParked": {"entry": {"account": "viewer:4h7d9k2m8q1r5t0v", "seq": 3}},
}

ANSWERS: dict[str, dict[int, Any]] = {
    **kyc.ANSWERS,
    "explainAccount": {200: EXPLAINED},
    "grantCoins": {201: GRANT, 202: LARGE_GRANT, 200: REFUSED},
    "reverseEntry": {201: REVERSAL, 202: {**REVERSAL, "status": "awaiting", "entry": None}, 200: REVERSAL},
    "refundPurchase": {201: REFUND, 202: {**REFUND, "status": "awaiting", "entry": None}, 200: REFUND},
    "freezeAccount": {201: FREEZE, 202: FREEZE, 200: FREEZE},
    "listCases": {200: {"cases": [LARGE_GRANT], "nextCursor": None}},
    "getCase": {200: LARGE_GRANT},
    "approveCase": {200: APPROVED},
    "refuseCase": {200: REFUSED},
    "listSwitches": {200: SWITCHES},
    "putSwitch": {200: SWITCH},
    "listParked": {200: PARKED},
    "replayParked": {200: REPLAYED},
}
