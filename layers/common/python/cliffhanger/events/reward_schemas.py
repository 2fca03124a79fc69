"""The schemas of what is told of earning; see :mod:`.schemas`."""

from __future__ import annotations

from typing import Any

from cliffhanger.events.schema_parts import PERSON, REFERENCE, SEQ, SOME, cash, coins
from cliffhanger.events.schema_parts import event_data as event

_MIA = {"personId": "4h7d9k2m8q1r5t0v"}
_ID = {"type": "string", "maxLength": 32}
_OF_CLAIM: dict[str, Any] = {
    "personId": PERSON,
    "claimId": {"type": "string", "maxLength": 120, "description": "Its name among all that are claimed"},
    "kind": {"type": "string", "maxLength": 32, "description": "What was to be rewarded"},
    "rule": {**_ID, "description": "By which rule"},
    "version": {**_ID, "description": "Of which version of the rules"},
    "score": {"type": "integer", "minimum": 0, "maximum": 100, "description": "Of fraud, in points"},
    "reasons": {
        "type": "array",
        "maxItems": 16,
        "items": {"type": "string", "maxLength": 32},
        "description": "Why; stable codes, of which more may come",
    },
}
_CLAIM = _MIA | {
    "claimId": "4h7d9k2m8q1r5t0v.referral-friend.k3v9t2m8q1r5x0w4",
    "kind": "referral.friend",
    "rule": "friend",
    "version": "shipped-2",
    "score": 50,
    "reasons": ["account_new", "device_shared"],
}

REWARD_SCHEMAS: dict[tuple[str, int], dict[str, Any]] = {
    ("RewardHeld", 1): event(
        "A reward waits for a reviewer, because of what it scores as a fraud.",
        {**_OF_CLAIM, "coins": {**SOME, "description": "Bonus coins"}},
        _CLAIM | {"coins": 30},
    ),
    ("RewardRefused", 1): event(
        "A reward is not given: it scores as a fraud, or a reviewer has refused it.",
        {
            **_OF_CLAIM,
            "by": {"type": "string", "enum": ["score", "reviewer"], "description": "Who has decided"},
        },
        _CLAIM | {"score": 95, "by": "score"},
    ),
    ("StreakRepaired", 1): event(
        "A viewer has paid for a day on which they had not checked in: their run of check-ins goes on.",
        {
            "personId": PERSON,
            "date": {"type": "string", "format": "date", "maxLength": 10, "description": "In the viewer's zone"},
            "run": {**SOME, "description": "Days in a row, up to that one"},
            "coins": coins("What was paid, by class", "bonus", "bought", every=True),
            "cash": cash("What the bought coins had cost"),
            "reference": REFERENCE,
            "seq": SEQ,
        },
        _MIA
        | {
            "date": "2026-11-20",
            "run": 5,
            "coins": {"bonus": 10, "bought": 0},
            "cash": [],
            "reference": "repair:2026-11-20",
            "seq": 14,
        },
    ),
}
