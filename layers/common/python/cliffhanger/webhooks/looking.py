"""Use cases of what was delivered: looked at, and sent again."""

from __future__ import annotations

from typing import NamedTuple

from cliffhanger.errors import KeyReused, NotFound, ReplaysFull, ValidationFailed
from cliffhanger.webhooks.domain import RETENTION_MS, Delivery, owner_of, replay_id
from cliffhanger.webhooks.items import Only, Replay, Wanted
from cliffhanger.webhooks.replaying import Again, send_again
from cliffhanger.webhooks.service import Office, Whose, get
from cliffhanger.webhooks.store import Page

MOST_REPLAYS = 3
"""Of one endpoint at once."""


class Span(NamedTuple):
    """Which deliveries are to be sent again, by when their events happened; until now where no end is named."""

    since: int
    until: int | None
    only: Only


def deliveries(office: Office, whose: Whose, wanted: Wanted, limit: int, after: str | None) -> Page:
    """An endpoint's deliveries, newest first.

    Raises:
        NotFound: there is none of that id.
        Unavailable: a table does not answer.
    """
    return office.log.between(get(office, whose).endpoint, wanted, limit, after, newest_first=True)


def delivery(office: Office, whose: Whose, name: str) -> Delivery:
    """One delivery of an endpoint, of the last thirty days.

    Raises:
        NotFound: there is no such endpoint, or no such delivery of it.
        Unavailable: a table does not answer.
    """
    found = office.log.find(get(office, whose).endpoint, name, office.clock())
    if found is None:
        raise NotFound("There is no such delivery of the last thirty days.")
    return found


def replay_one(office: Office, whose: Whose, name: str) -> Delivery:
    """Sends one delivery again, from the schedule's beginning. Raises: as :func:`delivery`."""
    again = Again(office.endpoints, office.log, office.queues, office.clock)
    return send_again(again, delivery(office, whose, name))


def begin_replay(office: Office, whose: Whose, span: Span, idempotency_key: str) -> tuple[Replay, bool]:
    """Begins to send a range of an endpoint's deliveries again, by when their events happened; and whether it is new.

    Raises:
        NotFound: there is none of that id.
        ValidationFailed: the range is empty, or begins before what is kept.
        KeyReused: the key stands for another replay.
        ReplaysFull: as many are running as may be.
        Unavailable: the same request again will tell.
    """
    endpoint, now = get(office, whose), office.clock()
    until = now if span.until is None else min(span.until, now)
    name = replay_id(endpoint.endpoint, idempotency_key, office.naming())
    known = office.log.replay(endpoint.endpoint, name, now)
    if known is None:
        if not now - RETENTION_MS <= span.since <= until:
            raise ValidationFailed("A range begins within the last thirty days, and ends after that.", where="body")
        if len(office.log.running(endpoint.endpoint, MOST_REPLAYS)) >= MOST_REPLAYS:
            raise ReplaysFull("Wait until one of them is done.", most=MOST_REPLAYS)
        begun = Replay(
            endpoint=endpoint.endpoint,
            replay=name,
            owner=owner_of(whose.partner, whose.mode),
            since=span.since,
            until=until,
            only=span.only,
            created_at=now,
        )
        if office.log.begin(begun):
            return begun, True
        known = replay(office, whose, name)
    if (known.since, known.only) != (span.since, span.only):
        raise KeyReused("The key stands for another replay; use a new one.")
    return known, False


def replay(office: Office, whose: Whose, name: str) -> Replay:
    """How far a replay has come.

    Raises:
        NotFound: there is no such endpoint, or no such replay of it.
        Unavailable: a table does not answer.
    """
    found = office.log.replay(get(office, whose).endpoint, name, office.clock())
    if found is None:
        raise NotFound("There is no such replay.")
    return found
