"""Use cases of parking: park what a consumer could not take, list it, try it again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from cliffhanger.clock import Clock, system_clock
from cliffhanger.dynamo import Unclear
from cliffhanger.errors import Busy, EventsRefused, LedgerCorrupt, Unavailable
from cliffhanger.events.facts import NothingToTell, events_of
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.journal import Retrying
from cliffhanger.ledger.settling import settle
from cliffhanger.parking.domain import Consumer, ParkedPage, Poison, Reason, Replayed, key_of, parts_of

if TYPE_CHECKING:
    from cliffhanger.events.publisher import EventPublisher
    from cliffhanger.ledger.store import LedgerStore
    from cliffhanger.parking.store import ParkedStore


PAGE, PAGES_LOOKED_AT = 1_000, 10


class Desk(NamedTuple):
    """What a replay works with."""

    parked: ParkedStore
    ledger: LedgerStore
    events: EventPublisher
    clock: Clock = system_clock
    retrying: Retrying | None = None


def park(store: ParkedStore, consumer: Consumer, poison: Iterable[Poison], clock: Clock = system_clock) -> int:
    """Parks what a consumer could not take; an entry that failed on several accounts once. Answers how many there are.

    Raises:
        Unavailable: not all are parked; the consumer must not go on, so that they are delivered again.
    """
    reasons: dict[str, str] = {}
    for account, seq, reason, _ in poison:
        reasons.setdefault(key_of(account, seq), reason)
    for entry, reason in reasons.items():
        store.park(consumer, entry, reason, clock())
    return len(reasons)


def list_parked(store: ParkedStore, consumer: Consumer, limit: int, after: str | None = None) -> ParkedPage:
    """At most ``limit`` of what a consumer could not take, in the order of the keys, that follow the key ``after``.

    Raises:
        Unavailable: the table does not answer.
    """
    return store.page(consumer, limit, after)


def oldest_parked_at(store: ParkedStore, consumer: Consumer) -> int | None:
    """When that was parked which a consumer has not taken for longest, in milliseconds; None where nothing is parked.

    Of very many it is the oldest of those looked at, 10,000: whoever has so many knows it.

    Raises:
        Unavailable: the table does not answer.
    """
    times: list[int] = []
    after: str | None = None
    for _ in range(PAGES_LOOKED_AT):
        page = store.page(consumer, PAGE, after)
        times += (parked.first_at for parked in page.parked)
        after = page.after
        if after is None:
            break
    return min(times, default=None)


def replay(desk: Desk, consumer: Consumer, entry: str) -> Replayed:
    """Lets a consumer take a parked entry, as it stands in the ledger now; ``entry`` is its key, ``{account}/{seq}``.

    It is settled on all the accounts it has legs on, or all its events are told again, under their ids. Either may have
    happened already, in part or whole: settling is exactly once, and who is told twice knows it by the id. Only what is
    parked is tried, so that asking again after it is done does nothing.

    Raises:
        Unavailable: a table does not answer; the entry is parked as before, or was taken: try again.
    """
    if desk.parked.find(consumer, entry) is None:
        return Replayed(entry, "absent")
    reason = _attempt(desk, consumer, entry)
    if reason is None:
        desk.parked.remove(consumer, entry)
        return Replayed(entry, "done")
    desk.parked.park(consumer, entry, reason, desk.clock())
    return Replayed(entry, "kept", reason)


def _attempt(desk: Desk, consumer: Consumer, key: str) -> Reason | None:
    try:
        entry = desk.ledger.entry(*parts_of(key))
    except LedgerCorrupt:
        return "unreadable"
    except Unclear as error:
        raise Unavailable("The ledger does not answer; try again.") from error
    return _settle(desk, entry) if consumer == "settlement" else _tell(desk, entry)


def _settle(desk: Desk, entry: Entry) -> Reason | None:
    try:
        settled = settle(desk.ledger, [entry], desk.retrying)
    except Busy:
        return "busy"
    return settled.poison[0].reason if settled.poison else None


def _tell(desk: Desk, entry: Entry) -> Reason | None:
    try:
        desk.events.publish(events_of(entry))
    except NothingToTell:
        return "no_event"
    except EventsRefused:
        return "refused"
    return None
