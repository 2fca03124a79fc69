"""Endpoints of partners and the deliveries to them. Pure. Times are milliseconds since the Unix epoch.

A delivery is one event for one endpoint; an attempt is one request of it. What an endpoint wants, whether it is paused
and what it is signed with are looked at when an attempt is made, not when the event happened.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from cliffhanger.events.catalogue import RETENTION_DAYS
from cliffhanger.ledger.lots import DAY_MS
from cliffhanger.ledger.names import base32
from cliffhanger.webhooks.schedule import LOST_MS, SHORT_MS, delay_ms

Mode = Literal["live", "sandbox"]
Status = Literal["active", "paused", "disabled"]
Reason = Literal["", "gone", "failing", "exhausted"]
"""Why an endpoint was disabled: it answered 410; it has failed for days; a delivery ran out and nothing else came
through since it began."""

State = Literal["pending", "delivered", "failed", "held", "dropped"]
"""Of a delivery. ``held``: its endpoint was paused or disabled when it was to be sent; a replay sends it. ``dropped``:
its endpoint no longer wanted it."""

Lane = Literal["fast", "slow"]

EVERY_TYPE = "*"
MAX_ENDPOINTS = 20
"""Of one partner in one mode."""
MAX_BODY_BYTES = 65_536
KEPT_ATTEMPTS = 16
KEPT_ANSWER_BYTES = 256
RETENTION_MS = RETENTION_DAYS * DAY_MS

SLOW_AFTER = 3
"""Failures in a row after which an endpoint's deliveries go by the slow lane."""
SLOW_ANSWER_MS = 3_000
SLOW_FOR_MS = 600_000
"""How long an endpoint stays in the slow lane after an attempt that took longer than that."""
NOTED_EVERY_MS = 5_000
"""How often a failing endpoint's health is written: every failure of thousands of deliveries would heat one item."""

FAILING_FOR_MS = 5 * DAY_MS
FEWEST_FAILURES = 5
"""Without so many noted failures nobody is disabled for days of failing: a clock that steps is no outage."""

OK, REDIRECT, GONE = 200, 300, 410
BUSY = (429, 503)
TIMED_OUT = "timed_out"

_ID_BYTES = 10
_MODES: tuple[Mode, ...] = ("live", "sandbox")


class Health(NamedTuple):
    """How an endpoint has done lately: failures noted in a row, since when, and until when it goes by the slow lane."""

    failures: int = 0
    since: int = 0
    noted_at: int = 0
    slow_until: int = 0


HEALTHY = Health()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address of a partner's that receives events, in one mode.

    ``generation`` names the secret in force; the one before is signed with too until ``former_until``. ``asked`` is a
    digest of the request that made it. ``untold``: it was disabled, and nobody has been told yet.
    """

    partner: str
    mode: Mode
    endpoint: str
    url: str
    description: str
    types: tuple[str, ...]
    created_at: int
    changed_at: int
    status: Status = "active"
    reason: Reason = ""
    generation: int = 1
    former_until: int = 0
    health: Health = HEALTHY
    asked: str = ""
    untold: bool = False

    def wants(self, event_type: str) -> bool:
        """Whether its filter lets an event through."""
        return EVERY_TYPE in self.types or event_type in self.types

    def lane(self, now: int) -> Lane:
        """By which queue its deliveries go."""
        return "slow" if self.health.failures >= SLOW_AFTER or self.health.slow_until > now else "fast"


class Attempt(NamedTuple):
    """One request of a delivery: when, how long, and the answer's status and first bytes, or why there was none."""

    at: int
    millis: int
    status: int = 0
    code: str = ""
    answer: bytes = b""

    @property
    def succeeded(self) -> bool:
        """Only 2xx is success: a redirect is not followed."""
        return OK <= self.status < REDIRECT


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event for one endpoint.

    ``made`` counts all attempts; those since ``since`` belong to the present run of the schedule, which a replay begins
    anew. ``next_at`` is when the next one is due, and ``due_at`` when somebody has to see whether it was made; 0 where
    nothing is. A ``test`` is attempted once, whatever its endpoint wants. ``replay`` is the last replay that sent it.
    """

    endpoint: str
    delivery: str
    partner: str
    mode: Mode
    type: str
    body: bytes
    created_at: int
    state: State = "pending"
    made: int = 0
    since: int = 0
    next_at: int = 0
    due_at: int = 0
    ended_at: int = 0
    attempts: tuple[Attempt, ...] = ()
    test: bool = False
    replay: str = ""

    @property
    def event(self) -> str:
        """The event's id, which is the message's id at the receiver."""
        return self.delivery.partition("-")[2]


def delivery_id(occurred_at: int, event: str) -> str:
    """The id of an event's delivery: sorts by when the event happened, and is one for one event."""
    return f"{occurred_at:013d}-{event}"


def occurred_at(delivery: str) -> int:
    """When the event of a delivery happened."""
    return int(delivery[:13])


def endpoint_id(partner: str, mode: Mode, idempotency_key: str, secret: bytes) -> str:
    """The id of an endpoint: the same for the same partner, mode and key, so that a retry finds what it began."""
    return _named("endpoint", partner, mode, idempotency_key, secret)


def replay_id(endpoint: str, idempotency_key: str, secret: bytes) -> str:
    """The id of a replay: the same for the same endpoint and key."""
    return _named("replay", endpoint, "", idempotency_key, secret)


def secret_of(stage_key: bytes, endpoint: str, generation: int) -> bytes:
    """The 32 bytes that an endpoint's messages are signed with. Derived, and kept nowhere."""
    return hmac.new(stage_key, f"{endpoint}.{generation}".encode(), hashlib.sha256).digest()


def secrets_in_force(stage_key: bytes, endpoint: Endpoint, now: int) -> tuple[bytes, ...]:
    """What an attempt is signed with: the newest secret first, then the one before while its overlap lasts."""
    generations = [endpoint.generation]
    if endpoint.generation > 1 and now < endpoint.former_until:
        generations.append(endpoint.generation - 1)
    return tuple(secret_of(stage_key, endpoint.endpoint, generation) for generation in generations)


def verdict(delivery: Delivery, endpoint: Endpoint | None) -> Literal["send", "hold", "drop"]:
    """What is to be done with a delivery that is due, by its endpoint as it is now."""
    if endpoint is None:
        return "drop"
    if delivery.test:
        return "send"
    if not endpoint.wants(delivery.type):
        return "drop"
    return "send" if endpoint.status == "active" else "hold"


def ended(delivery: Delivery, state: State, now: int) -> Delivery:
    """A delivery that nothing more is due on."""
    return replace(delivery, state=state, next_at=0, due_at=0, ended_at=now)


def after(delivery: Delivery, attempt: Attempt, retry_after_s: int | None, draw: float) -> Delivery:
    """A delivery after an attempt.

    Args:
        delivery: as it was before.
        attempt: what came of it.
        retry_after_s: what the answer's ``Retry-After`` asks for; it counts with 429 and 503 alone.
        draw: from 0 up to 1, for the jitter.
    """
    now = attempt.at + attempt.millis
    attempts = (*delivery.attempts, attempt)[-KEPT_ATTEMPTS:]
    made = replace(delivery, made=delivery.made + 1, attempts=attempts)
    if attempt.succeeded:
        return ended(made, "delivered", now)
    asked = retry_after_s if attempt.status in BUSY else None
    delay = None if delivery.test or attempt.status == GONE else delay_ms(made.made - made.since, draw, asked)
    if delay is None:
        return ended(made, "failed", now)
    # A short wait is the queue's; whoever looks after lost messages comes once that is over.
    watched = delay + LOST_MS if delay <= SHORT_MS else delay
    return replace(made, next_at=now + delay, due_at=now + watched)


def renewed(delivery: Delivery, now: int, replay: str = "") -> Delivery:
    """A delivery that is sent again, from the schedule's beginning."""
    return replace(
        delivery, state="pending", since=delivery.made, next_at=now, due_at=now + LOST_MS, ended_at=0, replay=replay
    )


def noteworthy(endpoint: Endpoint, attempt: Attempt) -> bool:
    """Whether a failure is written into its endpoint's health: the first ones, and then one every few seconds."""
    health = endpoint.health
    return health.failures < SLOW_AFTER or not 0 <= attempt.at - health.noted_at < NOTED_EVERY_MS


def is_slow(attempt: Attempt) -> bool:
    """Whether an attempt has kept a worker so long that others must not wait behind the next one."""
    return attempt.code == TIMED_OUT or attempt.millis >= SLOW_ANSWER_MS


def reason_to_disable(endpoint: Endpoint, delivery: Delivery, attempt: Attempt) -> Reason:
    """Why an endpoint is to be disabled after a failed attempt; empty where it is not.

    Args:
        endpoint: with the failure noted in its health.
        delivery: after the attempt.
        attempt: that failed.
    """
    if endpoint.status == "disabled" or delivery.test:
        return ""
    if attempt.status == GONE:
        return "gone"
    health = endpoint.health
    if not health.failures:
        return ""
    if attempt.at - health.since >= FAILING_FOR_MS and health.failures >= FEWEST_FAILURES:
        return "failing"
    tries = min(delivery.made - delivery.since, len(delivery.attempts))
    if delivery.state == "failed" and health.since <= delivery.attempts[-tries].at:
        return "exhausted"
    return ""


def partners_failing(endpoints: Sequence[Endpoint], now: int, for_ms: int) -> frozenset[str]:
    """The partners of whom an active endpoint has had no success for so long, and failures."""
    return frozenset(
        each.partner
        for each in endpoints
        if each.status == "active" and each.health.failures >= SLOW_AFTER and now - each.health.since >= for_ms
    )


def owner_of(partner: str, mode: Mode) -> str:
    """A partner in one mode, as one text."""
    return f"{partner}#{mode}"


def partner_of(owner: str) -> tuple[str, Mode]:
    """The partner and the mode in such a text.

    Raises:
        ValueError: it is none.
    """
    partner, _, mode = owner.rpartition("#")
    return partner, _MODES[_MODES.index(mode)]


def _named(kind: str, whose: str, mode: str, key: str, secret: bytes) -> str:
    # Neither an id nor a mode has a line feed, and a key has none either.
    text = f"{kind}\n{whose}\n{mode}\n{key}"
    return base32(hmac.new(secret, text.encode(), hashlib.sha256).digest()[:_ID_BYTES])
