"""JSON Schema of the events of shared revenue, as part of :mod:`cliffhanger.events.schemas`."""

from __future__ import annotations

from typing import Any

from cliffhanger.events.schema_parts import REFERENCE, SERIES, cash, event_data

_PERSON = {"type": "string", "maxLength": 32, "description": "The pseudonym of who shares in a series"}
_DAY = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
_OF_SHARE: dict[str, Any] = {
    "personId": _PERSON,
    "role": {
        "type": "string",
        "enum": ["creator", "house", "affiliate"],
        "description": "As what: creator, production house or affiliate",
    },
    "seriesId": SERIES,
    "day": {**_DAY, "description": "The day, in UTC, whose income was divided"},
    "income": {"type": "string", "enum": ["earned", "tips"], "description": "Of what: unlocks, or tips"},
    "splitVersion": {
        "type": "integer",
        "minimum": 0,
        "description": "The version of the series' split that it was divided by; 0 is the one that ships",
    },
    "basisPoints": {"type": "integer", "minimum": 1, "maximum": 10_000, "description": "The person's part in it"},
    "amounts": cash("The person's share of each currency"),
    "divided": cash("All that was divided of those currencies, the others' shares included"),
    "reference": {**REFERENCE, "description": "What the entry is for; unique on the chain that it stands on"},
}
_SHARE = {
    "personId": "4h7d9k2m8q1r5t0v",
    "role": "creator",
    "seriesId": "the-last-train",
    "day": "2026-11-20",
    "income": "earned",
    "splitVersion": 3,
    "basisPoints": 6_000,
    "amounts": [{"currency": "USD", "amount": 601}],
    "divided": [{"currency": "USD", "amount": 1_002}],
}

REVENUE_SCHEMAS: dict[tuple[str, int], dict[str, Any]] = {
    ("RevenueShared", 1): event_data(
        "A series' income of a day was divided, and this is what came to one of those who share in it. A day of a busy "
        "series is divided in several pieces, each told once for each person: their sum is the day's. The platform's "
        "share is not told.",
        _OF_SHARE,
        _SHARE | {"reference": "carry:the-last-train:0:2026-11-20"},
    ),
    ("RevenueRecovered", 1): event_data(
        "Income was taken back after it had been divided, and nothing new has made up for it: this is what one of "
        "those who had shared in it gives back. What they no longer have is owed.",
        _OF_SHARE,
        _SHARE | {"reference": "recovery:the-last-train:earned:0:2026-11-20"},
    ),
    ("StatementReady", 1): event_data(
        "The statement of a day on which something moved on a creator's account can be fetched.",
        {"personId": _PERSON, "day": {**_DAY, "description": "The statement's day, in UTC"}},
        {"personId": "4h7d9k2m8q1r5t0v", "day": "2026-11-20"},
    ),
}
"""By type and version, as :data:`cliffhanger.events.schemas.EVENT_SCHEMAS`."""
