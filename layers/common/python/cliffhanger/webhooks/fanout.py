"""The use case behind the bus: one delivery for each endpoint that wants an event and may see it.

An event may come twice, late or again at a replay of the bus: a delivery is written under its event's id, once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from cliffhanger.clock import Clock, ms_of, system_clock
from cliffhanger.errors import EventTooLarge, ValidationFailed
from cliffhanger.webhooks.domain import MAX_BODY_BYTES, RETENTION_MS, Delivery, Endpoint, Mode, delivery_id
from cliffhanger.webhooks.queues import Message, Queues, message_for
from cliffhanger.webhooks.schedule import LOST_MS

if TYPE_CHECKING:
    from cliffhanger.webhooks.store import DeliveryLog, EndpointsStore

KNOWN_MS = 10_000
"""How long a warm instance goes by the list of endpoints that it has read: after that every change is obeyed."""

MOST_KNOWN = 10_000
FRESH_MS = 300_000
"""An event that comes later than this is watched from the start: who looks for lost messages has passed its time."""


class Reach(Protocol):
    """Which events a partner may see."""

    def sees(self, event: Mapping[str, Any]) -> bool:
        """Whether the partner may see an event, given as its envelope."""


Reaches = Callable[[str], Reach | None]
"""The reach of a partner; None where the partner is closed, or no more."""


class Reaching:
    """The reaches of partners, as one warm instance knows them; what was not found as well.

    Args:
        find: reads a partner's.
        clock: the present.
    """

    def __init__(self, find: Reaches, clock: Clock) -> None:
        self._find = find
        self._clock = clock
        self._known: dict[str, tuple[Reach | None, int]] = {}

    def __call__(self, partner: str) -> Reach | None:
        """The reach of a partner; read again when it is known for ten seconds.

        Raises:
            Unavailable: the table does not answer.
        """
        now = self._clock()
        known = self._known.get(partner)
        if known is not None and known[1] <= now < known[1] + KNOWN_MS:
            return known[0]
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        found = self._find(partner)
        self._known[partner] = (found, now)
        return found


class Directory:
    """All endpoints of one mode, as one warm instance knows them.

    Args:
        endpoints: where they are kept.
        mode: of which.
        clock: the present.
    """

    def __init__(self, endpoints: EndpointsStore, mode: Mode, clock: Clock) -> None:
        self._endpoints = endpoints
        self._mode = mode
        self._clock = clock
        self._known: dict[str, list[Endpoint]] = {}
        self._read_at = -KNOWN_MS

    def wanting(self, event_type: str) -> Iterable[Endpoint]:
        """Those whose filter lets an event through, whatever their status.

        Raises:
            Unavailable: the table does not answer.
        """
        now = self._clock()
        # A clock that was set back must not make an old list hold for longer than a new one would.
        if not self._read_at <= now < self._read_at + KNOWN_MS:
            known: dict[str, list[Endpoint]] = {}
            for endpoint in self._endpoints.every(self._mode):
                for wanted in endpoint.types:
                    known.setdefault(wanted, []).append(endpoint)
            self._known, self._read_at = known, now
        return (*self._known.get("*", ()), *self._known.get(event_type, ()))


class Exchange(NamedTuple):
    """What fanning out works with."""

    directory: Directory
    endpoints: EndpointsStore
    log: DeliveryLog
    queues: Queues
    reaches: Reaches
    clock: Clock = system_clock


class FannedOut(NamedTuple):
    """An event, for how many endpoints it was, and how many of those deliveries were new."""

    event: str
    type: str
    deliveries: int
    new: int


def fan_out(exchange: Exchange, envelope: Mapping[str, Any]) -> FannedOut:
    """Writes an event's deliveries, and lets them be sent.

    Raises:
        ValidationFailed: it is no event of ours.
        EventTooLarge: no endpoint is sent so much.
        Unavailable: not all of it may have happened; doing it again is harmless.
    """
    told, now = told_by(envelope), exchange.clock()
    messages: list[Message] = []
    count = new = 0
    for known in exchange.directory.wanting(told.type):
        endpoint = _as_it_is(exchange, known, now)
        if endpoint is None or not endpoint.wants(told.type) or not _sees(exchange, endpoint, envelope):
            continue
        made = delivery_for(endpoint, told, now)
        if now - told.at >= FRESH_MS and made.state == "pending":
            made = replace(made, due_at=now + LOST_MS)
        count, new = count + 1, new + exchange.log.add(made)
        if made.state == "pending":
            # Once more also for one that is there already: its message may have been what failed the last time.
            messages.append(message_for(made, endpoint.lane(now)))
    exchange.queues.send(messages)
    return FannedOut(told.event, told.type, count, new)


class Told(NamedTuple):
    """An event as it is delivered: its id, its type, when it happened, and its bytes."""

    event: str
    type: str
    at: int
    body: bytes


def told_by(envelope: Mapping[str, Any]) -> Told:
    """The event of an envelope.

    Raises:
        ValidationFailed: it is no event of ours.
        EventTooLarge: no endpoint is sent so much.
    """
    try:
        event, kind, at = str(envelope["id"]), str(envelope["type"]), ms_of(envelope["occurredAt"])
        _ = envelope["data"].get("partnerId")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ValidationFailed("This is no event of ours.") from error
    body = json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode()
    if len(body) > MAX_BODY_BYTES:
        raise EventTooLarge(f"An event of {len(body):,} bytes is sent to nobody.")
    return Told(event, kind, at, body)


def delivery_for(endpoint: Endpoint, told: Told, now: int) -> Delivery:
    """A new delivery of an event for an endpoint; held where the endpoint is not active."""
    return Delivery(
        endpoint=endpoint.endpoint,
        delivery=delivery_id(told.at, told.event),
        partner=endpoint.partner,
        mode=endpoint.mode,
        type=told.type,
        body=told.body,
        created_at=now,
        state="pending" if endpoint.status == "active" else "held",
        ended_at=0 if endpoint.status == "active" else now,
    )


def _as_it_is(exchange: Exchange, known: Endpoint, now: int) -> Endpoint | None:
    """An endpoint as far as the decision to hold needs it: one that is not active may have become so just now."""
    if known.status == "active":
        return known
    endpoint = exchange.endpoints.find(known.partner, known.mode, known.endpoint)
    if endpoint is None or (endpoint.status == "disabled" and now - endpoint.changed_at >= RETENTION_MS):
        return None
    return endpoint


def _sees(exchange: Exchange, endpoint: Endpoint, envelope: Mapping[str, Any]) -> bool:
    data = envelope["data"]
    if "partnerId" in data and (data.get("mode") != endpoint.mode or data.get("endpointId") == endpoint.endpoint):
        return False
    reach = exchange.reaches(endpoint.partner)
    return reach is not None and reach.sees(envelope)
