"""The use case behind the queues: one attempt of one delivery.

What the endpoint wants, whether it is paused, and what it is signed with are looked at here, at every attempt. An
attempt is recorded after it was made, under the condition that nobody else has recorded one: who is killed in between
is followed by another who sends the same once more, under the same id.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from cliffhanger.clock import Clock, system_clock
from cliffhanger.webhooks.domain import (
    KEPT_ANSWER_BYTES,
    SLOW_FOR_MS,
    Attempt,
    Delivery,
    Endpoint,
    Reason,
    after,
    ended,
    is_slow,
    noteworthy,
    reason_to_disable,
    secrets_in_force,
    verdict,
)
from cliffhanger.webhooks.fanout import Reaches
from cliffhanger.webhooks.queues import Message, Queues, message_for
from cliffhanger.webhooks.schedule import SHORT_MS
from cliffhanger.webhooks.sending import Answered, Post, Unanswered
from cliffhanger.webhooks.signing import sign

if TYPE_CHECKING:
    from cliffhanger.webhooks.store import DeliveryLog, EndpointsStore

USER_AGENT = "Cliffhanger-Webhooks/1"

Outcome = Literal["delivered", "retrying", "failed", "held", "dropped", "stale", "moved"]
"""``stale``: another message or worker has dealt with it. ``moved``: it goes by the slow lane from here on."""


class Sends(Protocol):
    """Sends one request; raises nothing that the other side can cause."""

    def send(self, post: Post) -> Answered | Unanswered:
        """As :meth:`cliffhanger.webhooks.sending.Sender.send`."""


class Station(NamedTuple):
    """What delivering works with. ``key`` is the stage's, from which endpoints' secrets are derived."""

    endpoints: EndpointsStore
    log: DeliveryLog
    queues: Queues
    sender: Sends
    key: Callable[[], bytes]
    reaches: Reaches
    clock: Clock = system_clock
    draw: Callable[[], float] = random.random


class Worked(NamedTuple):
    """What came of a message, with the attempt where one was made, and why its endpoint was disabled, if it was."""

    outcome: Outcome
    type: str = ""
    attempt: Attempt | None = None
    disabled: Reason = ""


def deliver(station: Station, message: Message) -> Worked:
    """Attempts a delivery, if it is due and wanted.

    Raises:
        DeliveryUnreadable: what is kept of it is not what was written.
        Unavailable: a table or the queue does not answer; doing it again is harmless.
    """
    now = station.clock()
    delivery = station.log.find(message.endpoint, message.delivery, now)
    if delivery is None or delivery.state != "pending" or delivery.made != message.number:
        return Worked("stale")
    endpoint = station.endpoints.find(message.partner, message.mode, message.endpoint)
    decided = verdict(delivery, endpoint)
    if decided == "drop" or endpoint is None or not _may_see(station, delivery):
        return _end(station, delivery, "dropped", now)
    if decided == "hold":
        return _end(station, delivery, "held", now)
    if message.lane == "fast" and endpoint.lane(now) == "slow":
        station.queues.send([message._replace(lane="slow")])
        return Worked("moved", delivery.type)
    return _attempt(station, delivery, endpoint)


def note_waiting(station: Station, message: Message) -> None:
    """Has an endpoint go by the slow lane while its attempt still waits: those that follow must not wait here too.

    Raises:
        Unavailable: a table does not answer; the attempt's end notes it as well.
    """
    endpoint, now = station.endpoints.find(message.partner, message.mode, message.endpoint), station.clock()
    if endpoint is not None and endpoint.lane(now) == "fast":
        station.endpoints.note_slow(endpoint, now + SLOW_FOR_MS)


def _attempt(station: Station, delivery: Delivery, endpoint: Endpoint) -> Worked:
    at = station.clock()
    answer = station.sender.send(_post(station, delivery, endpoint, at))
    attempt = _attempt_of(answer, at)
    asked = answer.retry_after_s if isinstance(answer, Answered) else None
    made = after(delivery, attempt, asked, station.draw())
    if not station.log.record(delivery, made):
        # Perhaps by our own write, whose answer was lost.
        known = station.log.find(delivery.endpoint, delivery.delivery, at)
        if known is None or known.attempts != made.attempts:
            return Worked("stale", delivery.type, attempt)
    noted, reason = _note_health(station, endpoint, made, attempt)
    if made.state == "pending" and made.next_at - at <= SHORT_MS:
        wait_s = -(-max(made.next_at - station.clock(), 0) // 1_000)
        station.queues.send([message_for(made, noted.lane(at))], min(wait_s, SHORT_MS // 1_000))
    outcome: Outcome = "retrying" if made.state == "pending" else "delivered" if attempt.succeeded else "failed"
    return Worked(outcome, delivery.type, attempt, reason)


def _post(station: Station, delivery: Delivery, endpoint: Endpoint, at: int) -> Post:
    seconds = at // 1_000
    secrets = secrets_in_force(station.key(), endpoint, at)
    headers = {
        "content-type": "application/json",
        "user-agent": USER_AGENT,
        "webhook-id": delivery.event,
        "webhook-timestamp": str(seconds),
        "webhook-signature": sign(secrets, delivery.event, seconds, delivery.body),
    }
    return Post(endpoint.url, headers, delivery.body)


def _attempt_of(answer: Answered | Unanswered, at: int) -> Attempt:
    if isinstance(answer, Answered):
        return Attempt(at, answer.millis, answer.status, answer=answer.body[:KEPT_ANSWER_BYTES])
    return Attempt(at, answer.millis, code=answer.code)


def _note_health(station: Station, endpoint: Endpoint, made: Delivery, attempt: Attempt) -> tuple[Endpoint, Reason]:
    """Notes how an endpoint does, and disables it where that is to be; a healthy one is not written at all."""
    if made.test:
        return endpoint, ""
    slow_until = attempt.at + SLOW_FOR_MS if is_slow(attempt) else 0
    if slow_until - endpoint.health.slow_until < SLOW_FOR_MS // 2:
        slow_until = 0
    if attempt.succeeded:
        if endpoint.health.failures or slow_until:
            station.endpoints.note_success(endpoint, slow_until)
        return endpoint, ""
    noted: Endpoint | None = endpoint
    if made.state == "failed" or noteworthy(endpoint, attempt):
        noted = station.endpoints.note_failure(endpoint, attempt.at, slow_until)
    reason: Reason = "" if noted is None else reason_to_disable(noted, made, attempt)
    if noted is None or not reason or station.endpoints.disable(noted, reason, attempt.at) is None:
        return noted or endpoint, ""
    return replace(noted, status="disabled", reason=reason), reason


def _may_see(station: Station, delivery: Delivery) -> bool:
    """Whether its partner may still see it: what was made to be tried is any partner's own, while it is open."""
    reach = station.reaches(delivery.partner)
    if reach is None or delivery.test or delivery.mode == "sandbox":
        return reach is not None
    return reach.sees(json.loads(delivery.body))


def _end(station: Station, delivery: Delivery, state: Literal["held", "dropped"], now: int) -> Worked:
    if not station.log.record(delivery, ended(delivery, state, now)):
        return Worked("stale", delivery.type)
    return Worked(state, delivery.type)
