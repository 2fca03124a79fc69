"""The envelope of every event, and the names and schemas of the events. Pure; forever: versions add, never reinterpret.

An event's id is derived from the fact it tells, so that the same fact told twice carries the same id, and a receiver
that has seen the id may forget the second telling.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from cliffhanger.clock import rfc3339
from cliffhanger.errors import EventUnknown
from cliffhanger.ledger.names import base32

SPEC_VERSION = 1
_ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: past-tense ``type`` with its ``version``, what it is about, when, and the facts."""

    type: str
    version: int
    subject: str
    occurred_at: int
    data: dict[str, Any]
    fact: tuple[str, ...]


EVENT_SCHEMAS: dict[tuple[str, int], dict[str, Any]] = {
    ("EpisodePublished", 1): {
        "description": "An episode's video can be watched for the first time, or has been replaced by a newer version.",
        "type": "object",
        "additionalProperties": True,
        "required": ["seriesId", "episode", "version", "durationMs"],
        "properties": {
            "seriesId": {"type": "string", "maxLength": 32},
            "episode": {"type": "integer", "minimum": 1},
            "version": {"type": "string", "maxLength": 32},
            "durationMs": {"type": "integer", "minimum": 1},
        },
    },
}
"""JSON Schema of each event's ``data``, by type and version."""


def event_id(event: Event) -> str:
    """The event's id: the same for the same fact, however often it is told."""
    text = "\n".join((event.type, str(event.version), *event.fact))
    return f"evt-{base32(hashlib.sha256(text.encode()).digest()[:_ID_BYTES])}"


def envelope_of(event: Event) -> dict[str, Any]:
    """The event as it leaves the product.

    Keys: ``specVersion``, ``id``, ``type``, ``version``, ``subject``, ``occurredAt`` (RFC 3339) and ``data``.

    Raises:
        EventUnknown: no schema is published for that type and version.
    """
    if (event.type, event.version) not in EVENT_SCHEMAS:
        raise EventUnknown(f"{event.type} version {event.version}")
    return {
        "specVersion": SPEC_VERSION,
        "id": event_id(event),
        "type": event.type,
        "version": event.version,
        "subject": event.subject,
        "occurredAt": rfc3339(event.occurred_at),
        "data": event.data,
    }
