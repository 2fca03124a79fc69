"""JSON Schema of the events of verifications, as part of :mod:`cliffhanger.events.schemas`."""

from __future__ import annotations

from typing import Any

from cliffhanger.events.schema_parts import PERSON, event_data

_MIA = {"personId": "4h7d9k2m8q1r5t0v"}
_PERSON = {**PERSON, "description": "The creator's pseudonym"}
_UNTIL = {"type": "string", "format": "date", "maxLength": 10, "description": "The first day (UTC) without the tier"}

VERIFICATION_SCHEMAS: dict[tuple[str, int], dict[str, Any]] = {
    ("VerificationDecided", 1): event_data(
        "It was decided who a creator is, by a reviewer or a policy, or it holds no more. Why is not told.",
        {
            "personId": _PERSON,
            "outcome": {
                "type": "string",
                "enum": ["approved", "refused", "again", "unfinished", "canceled", "gone", "expired"],
                "description": "What was decided. `again`: they are to verify anew; `unfinished`: they never came to "
                "an end; `gone`: what was known of them was erased",
            },
            "tier": {"type": "integer", "minimum": 0, "maximum": 2, "description": "How they stand from then on"},
            "until": {**_UNTIL, "description": "The first day (UTC) without the tier; of tier 0, that of the decision"},
        },
        _MIA | {"outcome": "approved", "tier": 1, "until": "2028-11-20"},
    ),
    ("VerificationExpiring", 1): event_data(
        "What was decided of a creator holds for thirty days more. It is told once.",
        {
            "personId": _PERSON,
            "tier": {"type": "integer", "minimum": 1, "maximum": 2, "description": "What they stand for until then"},
            "until": _UNTIL,
        },
        _MIA | {"tier": 1, "until": "2026-12-21"},
    ),
}
