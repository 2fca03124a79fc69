"""Examples of verifications; see ``openapi_examples``."""

from __future__ import annotations

from typing import Any

_LIMITS = [
    {"currency": "EUR", "day": 230_000, "month": 920_000},
    {"currency": "USD", "day": 250_000, "month": 1_000_000},
]
_VERIFIED: dict[str, Any] = {"tier": 1, "state": "verified", "until": "2028-11-20", "limits": _LIMITS, "check": None}
_BEGUN: dict[str, Any] = {
    "tier": 0,
    "state": "pending",
    "until": None,
    "limits": [],
    "check": {
        "tier": 1,
        "phase": "identity",
        "since": "2026-11-21T18:04:05.123Z",
        "url": "https://verify.stripe.com/start/test_YWNjdF8x",
        "code": None,
    },
}
_REVIEW: dict[str, Any] = {
    "reviewId": "4h7d9k2m8q1r5t0v.1",
    "personId": "4h7d9k2m8q1r5t0v",
    "kind": "identity",
    "tier": 1,
    "why": "hits",
    "since": "2026-11-21T18:14:05.123Z",
    "edition": 3,
    "hits": [
        {
            "list": "synthetic/2026-11-01",
            "entry": "SYN-0004",
            "score": 88,
            "strong": False,
            "reasons": ["name_alike", "birth_date_near", "country_same"],
        }
    ],
    "needsTwo": False,
    "firstApproval": None,
}
_DETAIL: dict[str, Any] = {
    "review": _REVIEW,
    "state": "review",
    "identity": {"name": "Esteban Quintanillo", "birthDate": "1967-03-01", "country": "MX"},
    "told": True,
    "entries": [
        {
            "list": "synthetic/2026-11-01",
            "entry": "SYN-0004",
            "names": ["Esteban Quintanilla Ibarrondo", "El Relojero"],
            "births": ["1968-07-19", "1969"],
            "countries": ["MX"],
            "programs": ["SYN-NARCO"],
        }
    ],
    "decisions": [],
}
_EDITION: dict[str, Any] = {
    "edition": 3,
    "lists": [
        {"list": "eu-consolidated", "published": "2026-11-18"},
        {"list": "ofac-sdn", "published": "2026-11-20"},
    ],
    "by": "5k8e0m3p9r2t6v1x",
    "at": "2026-11-21T06:00:00.000Z",
}

BODIES: dict[str, Any] = {
    "beginVerification": {"tier": 1},
    "decideReview": {"verdict": "approve", "reason": "false_hit", "note": "Born in another year, and another face."},
    "putEdition": {"keys": ["lists/eu-consolidated/2026-11-18.json", "lists/ofac-sdn/2026-11-20.json"]},
}
ANSWERS: dict[str, dict[int, Any]] = {
    "getVerification": {200: _VERIFIED},
    "beginVerification": {202: _BEGUN},
    "listReviews": {200: {"items": [_REVIEW], "nextCursor": None}},
    "getReview": {200: _DETAIL},
    "decideReview": {200: {"reviewId": "4h7d9k2m8q1r5t0v.1", "status": "decided"}},
    "getEdition": {200: _EDITION},
    "putEdition": {200: _EDITION},
}
