"""Examples of partners; see ``openapi_examples``."""

from __future__ import annotations

from typing import Any

PARTNER: dict[str, Any] = {
    "partnerId": "acme-streams",
    "name": "Acme Streams",
    "reach": {"all": False, "series": ["the-last-train"]},
    "quotas": {"live": 100_000, "sandbox": 10_000},
}

ANSWERS: dict[str, dict[int, Any]] = {
    "getPartner": {200: PARTNER},
}
"""Answers by operation and status."""
