"""Examples of earnings and splits; see ``openapi_examples``."""

from __future__ import annotations

from typing import Any

_CREATOR, _HOUSE = "creator:4h7d9k2m8q1r5t0v", "house:7m2k9d4h0v5t8q1r"

UNLOCKS: list[dict[str, Any]] = [
    {"party": "platform", "bp": 4_000},
    {"party": _CREATOR, "bp": 4_500},
    {"party": _HOUSE, "bp": 1_500},
]
TIPS: list[dict[str, Any]] = [{"party": "platform", "bp": 1_500}, {"party": _CREATOR, "bp": 8_500}]
SHIPPED: dict[str, Any] = {
    "version": 0,
    "unlocks": [{"party": "platform", "bp": 5_000}, {"party": _CREATOR, "bp": 5_000}],
    "tips": [{"party": "platform", "bp": 2_000}, {"party": _CREATOR, "bp": 8_000}],
    "since": "1970-01-01",
}
SPLIT: dict[str, Any] = {
    "version": 1,
    "unlocks": UNLOCKS,
    "tips": TIPS,
    "since": "2026-12-01",
    "proposedBy": "2m8q1r5t0v4h7d9k",
    "proposedAt": "2026-11-21T18:07:08.381Z",
    "approvedBy": None,
    "approvedAt": None,
}
APPROVED: dict[str, Any] = {**SPLIT, "approvedBy": "9k4h7d2m8q1r5t0v", "approvedAt": "2026-11-21T18:20:11.002Z"}
_NOBODY: dict[str, Any] = {"proposedBy": None, "proposedAt": None, "approvedBy": None, "approvedAt": None}

EARNINGS: dict[str, Any] = {
    "money": [
        {
            "currency": "USD",
            "earned": 48_210,
            "balance": 31_770,
            "held": [
                {"holdId": "reserve-2026-11", "why": "reserve", "amount": 4_821, "until": "2026-12-20T00:00:00.000Z"}
            ],
            "debt": 0,
        }
    ],
    "days": [
        {"day": "2026-11-19", "currency": "USD", "amount": 1_204},
        {"day": "2026-11-20", "currency": "USD", "amount": 1_391},
    ],
    "through": 412,
    "frozen": False,
    "complete": True,
}

BODIES: dict[str, Any] = {"putSplit": {"unlocks": UNLOCKS, "tips": TIPS, "since": "2026-12-01"}}

ANSWERS: dict[str, dict[int, Any]] = {
    "getEarnings": {200: EARNINGS},
    "getOwnSplits": {200: {"items": [SHIPPED, {key: SPLIT[key] for key in ("version", "unlocks", "tips", "since")}]}},
    "listCreatorStatements": {
        200: {
            "items": [{"day": "2026-11-20", "bytes": 14_822, "madeAt": "2026-11-21T00:21:09.114Z"}],
            "nextCursor": None,
        }
    },
    "getCreatorStatement": {
        200: {
            "day": "2026-11-20",
            "bytes": 14_822,
            "madeAt": "2026-11-21T00:21:09.114Z",
            "jsonUrl": "https://reports.example/statements/4h7d9k2m8q1r5t0v/79738879-2026-11-20.json?X-Amz-Signature=…",
            "pdfUrl": "https://reports.example/statements/4h7d9k2m8q1r5t0v/79738879-2026-11-20.pdf?X-Amz-Signature=…",
            "expiresAt": "2026-11-21T08:05:00.000Z",
        }
    },
    "listSplits": {200: {"today": 0, "items": [{**SHIPPED, **_NOBODY}, SPLIT]}},
    "putSplit": {201: SPLIT, 200: SPLIT},
    "approveSplit": {200: APPROVED},
}
