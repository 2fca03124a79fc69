"""JSON Schema of the events of payouts: a part of :data:`cliffhanger.events.schemas.EVENT_SCHEMAS`."""

from __future__ import annotations

from typing import Any

_MOMENT = {"type": "string", "format": "date-time", "maxLength": 35}
_AMOUNT = {"type": "integer", "minimum": 1, "maximum": 9_007_199_254_740_991}
_PERSON = {"type": "string", "maxLength": 32, "description": "The creator's pseudonym"}
_OF_PAYOUT: dict[str, Any] = {
    "personId": _PERSON,
    "payoutId": {"type": "string", "maxLength": 32, "description": "The payout"},
    "amount": _AMOUNT | {"description": "What leaves the creator's account, in the currency's smallest unit"},
    "fee": {**_AMOUNT, "minimum": 0, "description": "Of it, what the platform takes; the rest arrives"},
    "currency": {"type": "string", "pattern": "^[A-Z]{3}$", "description": "ISO 4217"},
}
_SPEED = {"type": "string", "enum": ["instant", "standard"], "description": "How it is paid out"}
_RULE = {
    "type": "string",
    "maxLength": 40,
    "description": "Why, as a stable code, such as `bank_refused`; more may come",
}
_EXAMPLE = {"personId": "4h7d9k2m8q1r5t0v", "payoutId": "9k3m1q8v4t6x0b2c"}
_PAYOUT = _EXAMPLE | {"amount": 12_500, "fee": 125, "currency": "USD"}


def _schema(description: str, properties: dict[str, Any], example: dict[str, Any]) -> dict[str, Any]:
    return {
        "description": description,
        "type": "object",
        "additionalProperties": True,
        "required": list(properties),
        "properties": properties,
        "examples": [example],
    }


PAYOUT_SCHEMAS: dict[tuple[str, int], dict[str, Any]] = {
    ("PayoutRequested", 1): _schema(
        "A creator has asked for a payout, and its amount is set aside.",
        _OF_PAYOUT | {"speed": _SPEED},
        _PAYOUT | {"speed": "instant"},
    ),
    ("PayoutPaid", 1): _schema(
        "A payout has arrived at the creator's bank.",
        _OF_PAYOUT | {"speed": _SPEED},
        _PAYOUT | {"speed": "instant"},
    ),
    ("PayoutFailed", 1): _schema(
        "A payout does not arrive. All of its amount, the fee as well, stands on the creator's account as before.",
        _OF_PAYOUT | {"rule": _RULE},
        _PAYOUT | {"rule": "bank_refused"},
    ),
    ("PayoutReturned", 1): _schema(
        "The bank has sent a payout back that had arrived. All of its amount, the fee as well, stands on the creator's "
        "account again.",
        _OF_PAYOUT | {"rule": _RULE, "paidAt": {**_MOMENT, "description": "When it had arrived"}},
        _PAYOUT | {"rule": "bank_refused", "paidAt": "2026-11-18T06:12:31.400Z"},
    ),
    ("PayoutDestinationChanged", 1): _schema(
        "The bank that a creator is paid out to was changed, or may have been. For a while nothing is paid out to it.",
        {"personId": _PERSON, "paysFrom": {**_MOMENT, "description": "From when on payouts go there"}},
        {"personId": "4h7d9k2m8q1r5t0v", "paysFrom": "2026-11-24T18:04:05.123Z"},
    ),
    ("WeeklyPayoutRefused", 1): _schema(
        "A week's payout of a creator who wants one every week was not made. All of it stays on the account, and the "
        "next week's is tried anew. Told once for a week and currency.",
        {
            **{name: told for name, told in _OF_PAYOUT.items() if name != "payoutId"},
            "week": {"type": "string", "pattern": "^[0-9]{4}-W[0-9]{2}$", "description": "The week (ISO 8601)"},
            "rule": _RULE,
        },
        {
            "personId": "4h7d9k2m8q1r5t0v",
            "amount": 12_500,
            "fee": 0,
            "currency": "USD",
            "week": "2026-W48",
            "rule": "verification_required",
        },
    ),
}
"""By type and version, as :data:`cliffhanger.events.schemas.EVENT_SCHEMAS`."""
