"""JSON Schema of the events of gifts, as part of :mod:`cliffhanger.events.schemas`."""

from __future__ import annotations

from typing import Any

from cliffhanger.events.schema_parts import EPISODE, PERSON, REFERENCE, REVERSES, SEQ, SERIES, cash, coins, event_data

_MIA = {"personId": "4h7d9k2m8q1r5t0v"}
_KEY = "key:7d2r0h5w9k3m1q8v4t6x0b2c5e"

GIFT_SCHEMAS: dict[tuple[str, int], dict[str, Any]] = {
    ("TipGiven", 1): event_data(
        "A viewer has given a gift to a series, while an episode of it was watched.",
        {
            "personId": PERSON,
            "seriesId": SERIES,
            "episode": {**EPISODE, "description": "The episode that was watched"},
            "gift": {"type": "string", "maxLength": 32, "description": "Which gift"},
            "count": {"type": "integer", "minimum": 1, "maximum": 99, "description": "How many of it"},
            "coins": coins("What was paid; only bought coins are given", "bought", every=True),
            "cash": cash("What those coins had cost"),
            "named": {
                "type": "boolean",
                "description": "Whether the viewer wants others to see who gave it; where not, show nobody",
            },
            "reference": REFERENCE,
            "seq": SEQ,
        },
        _MIA
        | {
            "seriesId": "the-last-train",
            "episode": 2,
            "gift": "rose",
            "count": 3,
            "coins": {"bought": 15},
            "cash": [{"currency": "USD", "amount": 14}],
            "named": False,
            "reference": _KEY,
            "seq": 13,
        },
    ),
    ("TipReversed", 1): event_data(
        "A gift was reversed: its coins went back to who gave it.",
        {
            "personId": PERSON,
            "seriesId": SERIES,
            "episode": {**EPISODE, "description": "The episode that was watched when it was given"},
            "coins": coins("What went back", "bought", every=True),
            "cash": cash("What those coins had cost"),
            "givenAt": {"type": "string", "format": "date-time", "maxLength": 35, "description": "When it was given"},
            "reverses": REVERSES,
            "reference": REFERENCE,
            "seq": SEQ,
        },
        _MIA
        | {
            "seriesId": "the-last-train",
            "episode": 2,
            "coins": {"bought": 15},
            "cash": [{"currency": "USD", "amount": 14}],
            "givenAt": "2026-11-21T18:04:05.123Z",
            "reverses": 13,
            "reference": f"{_KEY}:rev:2t6x0b2c5e7d9k2m",
            "seq": 14,
        },
    ),
}
