"""JSON Schema of the events of campaigns' cashback, as part of :mod:`cliffhanger.events.schemas`."""

from __future__ import annotations

from typing import Any

from cliffhanger.events.schema_parts import PERSON, REFERENCE, SEQ, SOME, event_data

_CLAIM = "cashback:4h7d9k2m8q1r5t0v:3w9k3m1q8v4t6x0b"
_OF_CASHBACK: dict[str, Any] = {
    "account": {"type": "string", "maxLength": 100, "description": "The slice of the campaign's budget"},
    "personId": PERSON,
    "campaignId": {"type": "string", "maxLength": 32, "description": "The campaign"},
    "claimId": {"type": "string", "maxLength": 32, "description": "What it is for, once per viewer and campaign"},
    "coins": {**SOME, "description": "Bonus coins"},
    "reference": REFERENCE,
    "seq": SEQ,
}
_CASHBACK = {
    "account": "budget:winter-coats:1:5",
    "personId": "4h7d9k2m8q1r5t0v",
    "campaignId": "winter-coats",
    "claimId": "3w9k3m1q8v4t6x0b",
    "coins": 50,
}

CASHBACK_SCHEMAS: dict[tuple[str, int], dict[str, Any]] = {
    ("CashbackPending", 1): event_data(
        "A campaign has set coins aside for a viewer, who has them once goods can no longer be returned.",
        _OF_CASHBACK
        | {"confirmsAt": {"type": "string", "format": "date-time", "maxLength": 35, "description": "When that is"}},
        _CASHBACK | {"confirmsAt": "2026-12-05T18:04:05.123Z", "reference": f"{_CLAIM}:claim", "seq": 12},
    ),
    ("CashbackConfirmed", 1): event_data(
        "What a campaign had set aside for a viewer is theirs; `CoinsGranted` tells of it as well.",
        _OF_CASHBACK,
        _CASHBACK | {"reference": f"{_CLAIM}:confirm", "seq": 31},
    ),
    ("CashbackClawedBack", 1): event_data(
        "Goods were returned, and the campaign has taken their share of the cashback back: of what was pending, or "
        "from the viewer, who owes what they no longer have; then `GrantReversed` tells of it as well.",
        _OF_CASHBACK,
        _CASHBACK | {"coins": 25, "reference": f"{_CLAIM}:rev:5m8q1r5t0v4h7d9k", "seq": 40},
    ),
}
