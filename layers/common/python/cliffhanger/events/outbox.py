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
    from cliffhanger.ledger.entries import Entry


class Untold(NamedTuple):
    """An entry of which nothing can be told: its key, why, and in words for the log."""

    account: str
    seq: int
    reason: Literal["unreadable", "no_event"]
    detail: str


class Told(NamedTuple):
    """How many events were told, of which entries nothing can be, and coins that the house gave as rewards in them."""

    events: int
    poison: tuple[Untold, ...] = ()
    house_coins: int = 0


def publish_images(publisher: EventPublisher, images: Iterable[Mapping[str, Any]]) -> Told:
    """Tells the entries of a stream's new images, in DynamoDB's JSON, in the order given.

    Poison blocks nobody: it is named and the others are told.

    Raises:
        EventsRefused: the bus did not take all of them; to tell all of them again is safe.
    """
    events: list[Event] = []
    poison: list[Untold] = []
    house_coins = 0
    for image in images:
        try:
            entry = entry_of_image(image)
            events += events_of(entry)
            house_coins += _given_by_the_house(entry)
        except LedgerCorrupt as error:
            poison.append(Untold(*key_of(image), "unreadable", error.detail))
        except NothingToTell as error:
            poison.append(Untold(*key_of(image), "no_event", str(error)))
    publisher.publish(events)
    return Told(len(events), tuple(poison), house_coins)


def _given_by_the_house(entry: Entry) -> int:
    """Coins of a reward: the platform's side has no balance that could run out, so it is watched (LEDGER rule 17)."""
    return int(entry.terms["coins"]) if entry.terms.get("kind") == "reward" else 0
