"""What partners are answered about endpoints, deliveries and replays."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from cliffhanger.clock import rfc3339
from cliffhanger.webhooks.domain import Attempt, Delivery, Endpoint, Mode, Reason, State, Status, occurred_at
from cliffhanger.webhooks.items import Only, Replay
from cliffhanger.webhooks.service import Secrets


class HealthShape(Struct, rename="camel"):
    """Failures in a row, of which of many at once not all are counted, and since when."""

    failures: int
    failing_since: str | None


class EndpointAnswer(Struct, rename="camel"):
    """An endpoint. `reason` says why it was disabled."""

    endpoint_id: str
    mode: Mode
    url: str
    description: str
    types: list[str]
    status: Status
    reason: Reason | None
    created_at: str
    changed_at: str
    health: HealthShape


class EndpointsAnswer(Struct, rename="camel"):
    """All endpoints of the partner in the mode, oldest first."""

    endpoints: list[EndpointAnswer]


class EndpointSecrets(Struct, rename="camel"):
    """What messages are signed with; `formerSecret` too, until it ends."""

    secret: str
    former_secret: str | None
    former_until: str | None


class AttemptShape(Struct, rename="camel"):
    """One request: the answer's status and first bytes, or `code` for why there was none."""

    at: str
    millis: int
    status: int | None
    code: str | None
    answer: str


class DeliveryRow(Struct, rename="camel"):
    """A delivery; `nextAttemptAt` while it waits for one."""

    delivery_id: str
    event_id: str
    type: str
    status: State
    test: bool
    occurred_at: str
    created_at: str
    attempts: int
    next_attempt_at: str | None
    ended_at: str | None


class DeliveriesAnswer(Struct, rename="camel"):
    """A page of deliveries, newest first; more follows while there is a cursor, even after a short page."""

    deliveries: list[DeliveryRow]
    next_cursor: str | None


class DeliveryAnswer(Struct, rename="camel"):
    """A delivery with what was sent, and its last attempts, oldest first."""

    delivery: DeliveryRow
    body: str
    attempts: list[AttemptShape]


class RangeReplay(Struct, rename="camel"):
    """A replay: how many deliveries were looked at, and how many of them sent again."""

    replay_id: str
    status: Literal["running", "done"]
    since: str
    until: str
    of: Only
    found: int
    sent: int
    created_at: str
    done_at: str | None


class SandboxEventAnswer(Struct, rename="camel"):
    """The event that was sent, and to how many endpoints."""

    event_id: str
    type: str
    deliveries: int


def endpoint_answer(endpoint: Endpoint) -> EndpointAnswer:
    """An endpoint as its partner sees it."""
    health = endpoint.health
    return EndpointAnswer(
        endpoint_id=endpoint.endpoint,
        mode=endpoint.mode,
        url=endpoint.url,
        description=endpoint.description,
        types=list(endpoint.types),
        status=endpoint.status,
        reason=endpoint.reason or None,
        created_at=rfc3339(endpoint.created_at),
        changed_at=rfc3339(endpoint.changed_at),
        health=HealthShape(health.failures, _time(health.since)),
    )


def secret_answer(secrets: Secrets) -> EndpointSecrets:
    """Secrets as their partner is shown them."""
    return EndpointSecrets(secrets.secret, secrets.former, _time(secrets.former_until))


def delivery_row(delivery: Delivery) -> DeliveryRow:
    """A delivery as a list shows it."""
    return DeliveryRow(
        delivery_id=delivery.delivery,
        event_id=delivery.event,
        type=delivery.type,
        status=delivery.state,
        test=delivery.test,
        occurred_at=rfc3339(occurred_at(delivery.delivery)),
        created_at=rfc3339(delivery.created_at),
        attempts=delivery.made,
        next_attempt_at=_time(delivery.next_at),
        ended_at=_time(delivery.ended_at),
    )


def delivery_answer(delivery: Delivery) -> DeliveryAnswer:
    """A delivery in full."""
    return DeliveryAnswer(delivery_row(delivery), delivery.body.decode(), list(map(_attempt, delivery.attempts)))


def replay_answer(replay: Replay) -> RangeReplay:
    """How far a replay has come."""
    return RangeReplay(
        replay_id=replay.replay,
        status="done" if replay.done_at else "running",
        since=rfc3339(replay.since),
        until=rfc3339(replay.until),
        of=replay.only,
        found=replay.found,
        sent=replay.sent,
        created_at=rfc3339(replay.created_at),
        done_at=_time(replay.done_at),
    )


def _attempt(attempt: Attempt) -> AttemptShape:
    answer = attempt.answer.decode(errors="replace")
    return AttemptShape(rfc3339(attempt.at), attempt.millis, attempt.status or None, attempt.code or None, answer)


def _time(at_ms: int) -> str | None:
    return rfc3339(at_ms) if at_ms else None
