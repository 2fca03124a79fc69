"""Every event that is told, by type and version: what happened, where it comes from, its schema and an example. Pure.

The schema is that of the whole envelope, which is what the bus and webhooks carry. It is published in
``docs/schemas/events``, and from then on only ever gains members: ``tools/schemas.py`` refuses what would break a
receiver.
"""

from __future__ import annotations

import functools
from typing import Any, Literal, NamedTuple

from cliffhanger.errors import ValidationFailed
from cliffhanger.events.envelope import ID_PATTERN, SPEC_VERSION, Event, envelope_of
from cliffhanger.events.schemas import EVENT_SCHEMAS

EXAMPLE_TIME = 1_795_284_245_123
"""When the examples happened, in milliseconds since the Unix epoch: 2026-11-21, as in the examples of the API."""
RETENTION_DAYS = 30
"""How long the delivery of an event to an endpoint is kept, and can be sent again."""

Source = Literal[
    "verification",
    "ledger-stream",
    "media-pipeline",
    "expiry-sweep",
    "rewards-sweep",
    "webhooks",
    "payouts",
    "waterfall",
]
SOURCES: dict[Source, str] = {
    "verification": "the check of who a creator is",
    "ledger-stream": "an entry of the ledger, once it stands",
    "media-pipeline": "an upload on its way to becoming a version",
    "expiry-sweep": "the sweep that looks every few minutes at what is due",
    "rewards-sweep": "the same sweep, of rewards that are held or refused",
    "webhooks": "what becomes of a partner's own endpoints",
    "payouts": "a creator's money on its way to their bank",
    "waterfall": "the daily division of what series have earned",
}
"""Where events come from, in words."""


class Origin(NamedTuple):
    """Where a type comes from, and its ``subject`` as a template over the members of ``data``."""

    source: Source
    subject: str


_VIEWERS_ENTRY = Origin("ledger-stream", "viewer:{personId}")
_ACCOUNTS_ENTRY = Origin("ledger-stream", "{account}")
_CASHBACK = Origin("ledger-stream", "{account}")
_CLAIM = Origin("rewards-sweep", "viewer:{personId}")
_UPLOAD = Origin("media-pipeline", "{seriesId}/{episode}")
_CREATOR = Origin("verification", "person:{personId}")
_ENDPOINT = Origin("webhooks", "endpoint:{endpointId}")
_PAYOUT = Origin("payouts", "creator:{personId}")
_SHARE = Origin("ledger-stream", "creator:{personId}")

ORIGINS: dict[str, Origin] = {
    "EpisodePublished": _UPLOAD,
    "TranscodeBudgetReached": _UPLOAD,
    "EpisodeUnlocked": _VIEWERS_ENTRY,
    "UnlockReversed": _VIEWERS_ENTRY,
    "TipGiven": _VIEWERS_ENTRY,
    "TipReversed": _VIEWERS_ENTRY,
    "CoinsGranted": _VIEWERS_ENTRY,
    "GrantReversed": _VIEWERS_ENTRY,
    "CoinsBought": _VIEWERS_ENTRY,
    "PurchaseRefunded": _VIEWERS_ENTRY,
    "PurchaseRefundFailed": _VIEWERS_ENTRY,
    "DisputeOpened": _VIEWERS_ENTRY,
    "DisputeClosed": _VIEWERS_ENTRY,
    "CoinsExpired": _VIEWERS_ENTRY,
    "StreakRepaired": _VIEWERS_ENTRY,
    "RewardHeld": _CLAIM,
    "RewardRefused": _CLAIM,
    "BonusExpiring": Origin("expiry-sweep", "viewer:{personId}"),
    "CashbackPending": _CASHBACK,
    "CashbackConfirmed": _CASHBACK,
    "CashbackClawedBack": _CASHBACK,
    "VerificationDecided": _CREATOR,
    "VerificationExpiring": _CREATOR,
    "AccountFrozen": _ACCOUNTS_ENTRY,
    "AccountThawed": _ACCOUNTS_ENTRY,
    "WebhookEndpointDisabled": _ENDPOINT,
    "WebhookEndpointTested": _ENDPOINT,
    "PayoutRequested": _PAYOUT,
    "PayoutPaid": _PAYOUT,
    "PayoutFailed": _PAYOUT,
    "PayoutReturned": _PAYOUT,
    "PayoutDestinationChanged": _PAYOUT,
    "WeeklyPayoutRefused": _PAYOUT,
    "RevenueShared": _SHARE,
    "RevenueRecovered": _SHARE,
    "StatementReady": Origin("waterfall", "creator:{personId}"),
}
"""By type. Every type of :data:`EVENT_SCHEMAS` has one."""


class EventType(NamedTuple):
    """One version of one type of event. ``data`` is the schema of its data alone, ``schema`` that of its envelope."""

    type: str
    version: int
    origin: Origin
    data: dict[str, Any]

    @property
    def description(self) -> str:
        """What happened."""
        return str(self.data["description"])

    @property
    def schema(self) -> dict[str, Any]:
        """JSON Schema (2020-12) of the event as a receiver gets it."""
        return _schema_of(self)

    @property
    def example(self) -> dict[str, Any]:
        """An envelope, as it might arrive."""
        (data,) = self.data["examples"]
        return envelope_of(self.event(EXAMPLE_TIME, data, ("example",)))

    def event(self, at_ms: int, data: dict[str, Any], fact: tuple[str, ...]) -> Event:
        """An event of this type; its subject follows from its data, which must have the schema's members."""
        return Event(self.type, self.version, self.origin.subject.format_map(data), at_ms, data, fact)


@functools.cache
def catalogue() -> tuple[EventType, ...]:
    """Every version of every type, by name."""
    return tuple(EventType(*key, ORIGINS[key[0]], schema) for key, schema in sorted(EVENT_SCHEMAS.items()))


def newest(name: str) -> EventType:
    """The newest version of a type.

    Raises:
        ValidationFailed: there is no such type.
    """
    versions = [kind for kind in catalogue() if kind.type == name]
    if not versions:
        raise ValidationFailed("There is no such type of event: GET /v1/event-types lists all.", where="body")
    return versions[-1]


def _schema_of(kind: EventType) -> dict[str, Any]:
    data = {key: value for key, value in kind.data.items() if key not in ("description", "examples")}
    members: dict[str, Any] = {
        "specVersion": {"type": "integer", "const": SPEC_VERSION, "description": "The envelope's version"},
        "id": {
            "type": "string",
            "pattern": ID_PATTERN,
            "description": "The same whenever the same fact is told: what has been seen may be passed over",
        },
        "type": {"type": "string", "const": kind.type, "description": "What happened"},
        "version": {"type": "integer", "const": kind.version, "description": "The version of `data`"},
        "subject": {"type": "string", "maxLength": 100, "description": f"What it is about, as `{kind.origin.subject}`"},
        "occurredAt": {"type": "string", "format": "date-time", "maxLength": 35, "description": "When it happened"},
        "data": {**data, "description": "The facts; may gain members"},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:cliffhanger:event:{kind.type}:{kind.version}",
        "title": kind.type,
        "description": kind.description,
        "type": "object",
        "additionalProperties": True,
        "required": list(members),
        "properties": members,
        "examples": [kind.example],
    }
