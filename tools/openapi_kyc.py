"""Examples of verifications; see ``openapi_examples``."""

from __future__ import annotations

from typing import Any

STANDING: dict[str, Any] = {
    "tier": 1,
    "state": "verified",
    "until": "2028-11-20",
    "limits": [
        {"currency": "EUR", "day": 230_000, "month": 920_000},
        {"currency": "USD", "day": 250_000, "month": 1_000_000},
    ],
}

BODIES: dict[str, Any] = {}
ANSWERS: dict[str, dict[int, Any]] = {"getVerification": {200: STANDING}}
