"""Use cases of partners' endpoints: made, changed, ended, and their secrets rotated.

An endpoint is found by its partner and mode, so that nobody reaches another's, or from one mode into the other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from cliffhanger.clock import Clock, rfc3339, system_clock
from cliffhanger.errors import (
    EndpointsFull,
    KeyReused,
    NotFound,
    RotationRunning,
)
from cliffhanger.events.catalogue import newest
from cliffhanger.ledger.names import new_id
from cliffhanger.webhooks.addresses import Networks, check_url
from cliffhanger.webhooks.domain import (
    EVERY_TYPE,
    HEALTHY,
    MAX_ENDPOINTS,
    Endpoint,
    Mode,
    Status,
    endpoint_id,
    secret_of,
)
from cliffhanger.webhooks.queues import Queues
from cliffhanger.webhooks.signing import shown

if TYPE_CHECKING:
    from cliffhanger.webhooks.store import DeliveryLog, EndpointsStore

HOUR_MS = 3_600_000


class Office(NamedTuple):
    """What these use cases work with.

    ``key`` gives the stage's key of endpoints' secrets, ``naming`` the key that ids of keyed requests are made with.
    """

    endpoints: EndpointsStore
    log: DeliveryLog
    queues: Queues
    networks: Networks
    key: Callable[[], bytes]
    naming: Callable[[], bytes]
    clock: Clock = system_clock
    make_id: Callable[[], str] = new_id


class Whose(NamedTuple):
    """An endpoint of a partner's, in one mode."""

    partner: str
    mode: Mode
    endpoint: str = ""


class Asked(NamedTuple):
    """What a partner says of an endpoint."""

    url: str
    description: str
    types: tuple[str, ...]

    @property
    def digest(self) -> str:
        """Of all of it: a key that stands for one request does not stand for another."""
        return hashlib.sha256(json.dumps(self).encode()).hexdigest()


class Secrets(NamedTuple):
    """What an endpoint's messages are signed with, as its partner is shown it; the one before while it is in force."""

    secret: str
    former: str | None
    former_until: int


def get(office: Office, whose: Whose) -> Endpoint:
    """An endpoint.

    Raises:
        NotFound: the partner has none of that id in that mode.
        Unavailable: the table does not answer.
    """
    found = office.endpoints.find(*whose)
    if found is None:
        raise NotFound("There is no such endpoint.")
    return found


def endpoints(office: Office, whose: Whose) -> tuple[Endpoint, ...]:
    """All endpoints of a partner in one mode, oldest first.

    Raises:
        Unavailable: the table does not answer.
    """
    return office.endpoints.of(whose.partner, whose.mode)


def remove(office: Office, whose: Whose) -> None:
    """Ends an endpoint; also one that is not there.

    Raises:
        Unavailable: it may or may not have ended; asking again is harmless.
    """
    office.endpoints.remove(*whose)


def create(office: Office, whose: Whose, asked: Asked, idempotency_key: str) -> tuple[Endpoint, bool]:
    """Makes an endpoint; the same one when the same is asked again under the same key, and whether it is new.

    Raises:
        EndpointAddressRefused: nothing is sent to such a URL.
        ValidationFailed: there is no such type of event.
        KeyReused: the key stands for another endpoint.
        EndpointsFull: the partner has as many as it may have.
        Unavailable: the same request again will tell.
    """
    _check(office, asked)
    name = endpoint_id(whose.partner, whose.mode, idempotency_key, office.naming())
    known = office.endpoints.of(whose.partner, whose.mode)
    if not any(each.endpoint == name for each in known):
        if len(known) >= MAX_ENDPOINTS:
            raise _full()
        now = office.clock()
        made = Endpoint(
            partner=whose.partner,
            mode=whose.mode,
            endpoint=name,
            url=asked.url,
            description=asked.description,
            types=asked.types,
            created_at=now,
            changed_at=now,
            asked=asked.digest,
        )
        if office.endpoints.add(made):
            return made, True
    first = office.endpoints.find(whose.partner, whose.mode, name)
    if first is None:  # somebody else of the same partner has just made the last one
        raise _full()
    if first.asked != asked.digest:
        raise KeyReused("The key stands for another endpoint; use a new one.")
    return first, False


def _full() -> EndpointsFull:
    return EndpointsFull(f"A partner has at most {MAX_ENDPOINTS} endpoints in a mode.", most=MAX_ENDPOINTS)


def change(office: Office, whose: Whose, asked: Asked, status: Status) -> Endpoint:
    """Changes an endpoint, pauses it, or lets it be sent to again.

    Raises:
        NotFound: there is none of that id.
        EndpointAddressRefused, ValidationFailed: as of :func:`create`.
        Unavailable: the same request again will tell.
    """
    _check(office, asked)
    known = get(office, whose)
    changed = office.endpoints.change(
        replace(
            known,
            url=asked.url,
            description=asked.description,
            types=asked.types,
            status=status,
            reason="",
            untold=False,
            changed_at=office.clock(),
            health=HEALTHY if known.status == "disabled" else known.health,
        )
    )
    if changed is None:
        raise NotFound("There is no such endpoint.")
    return changed


def rotate(office: Office, whose: Whose, overlap_hours: int) -> Endpoint:
    """Puts a new secret in force; the one before is signed with too for so many hours.

    Raises:
        RotationRunning: the one before is in force still; without overlap it ends at once.
        NotFound: there is none of that id.
        Unavailable: it may or may not have been rotated; its secrets will tell.
    """
    known, now = get(office, whose), office.clock()
    if overlap_hours and known.generation > 1 and now < known.former_until:
        raise RotationRunning("Wait until it has ended, or rotate without overlap.", until=rfc3339(known.former_until))
    rotated = office.endpoints.rotate(known, now + overlap_hours * HOUR_MS, now)
    return get(office, whose) if rotated is None else rotated


def secrets(office: Office, whose: Whose) -> Secrets:
    """What an endpoint's messages are signed with.

    Raises:
        NotFound: there is none of that id.
        Unavailable: the table, or who keeps the key, does not answer.
    """
    known, now, key = get(office, whose), office.clock(), office.key()
    overlaps = known.generation > 1 and now < known.former_until
    former = shown(secret_of(key, known.endpoint, known.generation - 1)) if overlaps else None
    return Secrets(
        shown(secret_of(key, known.endpoint, known.generation)), former, known.former_until if overlaps else 0
    )


def _check(office: Office, asked: Asked) -> None:
    check_url(asked.url, office.networks)
    for kind in asked.types:
        if kind != EVERY_TYPE:
            newest(kind)
