"""Tells the entries of the ledger's stream on the bus: the use case behind the publisher function.

The stream is the outbox: what is in the journal is told, at least once, and never what is not (LEDGER rule 15).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from cliffhanger.errors import LedgerCorrupt
from cliffhanger.events.envelope import Event
from cliffhanger.events.facts import NothingToTell, events_of
from cliffhanger.ledger.packing import key_of
from cliffhanger.ledger.store import entry_of_image

if TYPE_CHECKING:
    from cliffhanger.events.publisher import EventPublisher


class Untold(NamedTuple):
    """An entry of which nothing can be told: its key, why, and in words for the log."""

    account: str
    seq: int
    reason: Literal["unreadable", "no_event"]
    detail: str


class Told(NamedTuple):
    """How many events were told, and of which entries nothing can be."""

    events: int
    poison: tuple[Untold, ...] = ()


def publish_images(publisher: EventPublisher, images: Iterable[Mapping[str, Any]]) -> Told:
    """Tells the entries of a stream's new images, in DynamoDB's JSON, in the order given.

    Poison blocks nobody: it is named and the others are told.

    Raises:
        EventsRefused: the bus did not take all of them; to tell all of them again is safe.
    """
    events: list[Event] = []
    poison: list[Untold] = []
    for image in images:
        try:
            events += events_of(entry_of_image(image))
        except LedgerCorrupt as error:
            poison.append(Untold(*key_of(image), "unreadable", error.detail))
        except NothingToTell as error:
            poison.append(Untold(*key_of(image), "no_event", str(error)))
    publisher.publish(events)
    return Told(len(events), tuple(poison))
