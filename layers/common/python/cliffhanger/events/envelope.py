"""The envelope of every event. Pure; forever: versions add, never reinterpret.

An event's id is derived from the fact it tells, so that the same fact told twice carries the same id, and a receiver
that has seen the id may forget the second telling.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from cliffhanger.clock import rfc3339
from cliffhanger.errors import EventUnknown
from cliffhanger.events.schemas import EVENT_SCHEMAS
from cliffhanger.ledger.names import base32

SPEC_VERSION = 1
ID_PATTERN = "^evt-[0-9a-hjkmnp-tv-z]{26}$"
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
