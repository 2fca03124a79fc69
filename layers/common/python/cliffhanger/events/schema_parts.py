"""What the schemas of several events have in common."""

from __future__ import annotations

from typing import Any

PERSON = {"type": "string", "maxLength": 32, "description": "The viewer's pseudonym"}
SERIES = {"type": "string", "maxLength": 32, "description": "The series"}
SEQ = {"type": "integer", "minimum": 1, "description": "The number of the entry on the account's chain"}
REFERENCE = {"type": "string", "maxLength": 100, "description": "What the entry is for; unique on the chain"}
REVERSES = {"type": "integer", "minimum": 1, "description": "The number of the entry that is reversed"}
EPISODE = {"type": "integer", "minimum": 1, "maximum": 9_999}
COUNT = {"type": "integer", "minimum": 0}
SOME = {"type": "integer", "minimum": 1}


def coins(description: str, *classes: str, every: bool = False) -> dict[str, Any]:
    """Coins by class; all of the classes, or at least one of them and then at least one coin."""
    schema: dict[str, Any] = {"type": "object", "description": description, "additionalProperties": True}
    if every:
        return schema | {"required": list(classes), "properties": dict.fromkeys(classes, COUNT)}
    return schema | {"minProperties": 1, "properties": dict.fromkeys(classes, SOME)}


def cash(description: str) -> dict[str, Any]:
    """Amounts of cash, one for each currency."""
    amount = {
        "type": "object",
        "additionalProperties": True,
        "required": ["currency", "amount"],
        "properties": {
            "currency": {"type": "string", "pattern": "^[A-Z]{3}$", "description": "ISO 4217"},
            "amount": {"type": "integer", "minimum": 1, "description": "In the currency's smallest unit"},
        },
    }
    return {"type": "array", "maxItems": 32, "items": amount, "description": description}


def event_data(
    description: str, properties: dict[str, Any], example: dict[str, Any], optional: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The schema of an event: every property is required but the ``optional`` ones, and others may come."""
    return {
        "description": description,
        "type": "object",
        "additionalProperties": True,
        "required": list(properties),
        "properties": properties | (optional or {}),
        "examples": [example],
    }
