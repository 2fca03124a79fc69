"""The latest gifts of an episode, as others see them: kept from events, which may come twice, late or in any order."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from cliffhanger.clock import Clock, ms_of
from cliffhanger.ledger.names import base32

if TYPE_CHECKING:
    from cliffhanger.tips.store import GiftsStore

SHOWN_MS = 24 * 3_600_000
"""What is older is shown to nobody, and forgotten, with the name of who gave it."""
MOST_SHOWN = 20
FRESH_MS = 3_000
"""An instance looks an episode's gifts up no more often, however many watch it."""
MOST_REMEMBERED = 500

GIVEN, REVERSED = "TipGiven", "TipReversed"


class Place(NamedTuple):
    """Where a gift is shown: the episode, when it was given (milliseconds), and an id that tells nobody who gave it."""

    series: str
    episode: int
    at: int
    gift_id: str


class Shown(NamedTuple):
    """One gift as others see it; ``name`` only where the giver wants it."""

    at: int
    gift_id: str
    gift: str
    times: int
    name: str | None = None


class Told(NamedTuple):
    """What an event tells: a gift in its place, or that the one there was reversed (None). ``giver`` may be named."""

    place: Place
    shown: Shown | None
    giver: str | None = None


def told_by(envelope: Mapping[str, Any]) -> Told | None:
    """What an event's envelope tells of gifts; None for an event of another type.

    Raises:
        LookupError, TypeError, ValueError: it is none of ours.
    """
    kind, data = envelope["type"], envelope["data"]
    if kind not in (GIVEN, REVERSED):
        return None
    given = kind == GIVEN
    at = ms_of(envelope["occurredAt"] if given else data["givenAt"])
    # Of persons and numbers a list can be tried; the reference of a tip is made with a secret. A reversal's begins so.
    reference, _, _ = str(data["reference"]).partition(":rev:")
    fact = hashlib.sha256(f"{data['personId']}/{reference}".encode()).digest()
    place = Place(data["seriesId"], int(data["episode"]), at, base32(fact[:10]))
    if not given:
        return Told(place, None)
    shown = Shown(at, place.gift_id, data["gift"], int(data["count"]))
    return Told(place, shown, data["personId"] if data["named"] else None)


def keep(
    store: GiftsStore, name_of: Callable[[str], str | None], told: Told, now: int
) -> Literal["kept", "withdrawn", "known", "over"]:
    """Keeps what an event tells, once: told again, or after its reversal, it changes nothing.

    Raises:
        Unavailable: the table, or that of people, does not answer; told again, it goes on.
    """
    if told.place.at <= now - SHOWN_MS:
        return "over"
    expires_at = (told.place.at + SHOWN_MS) // 1_000
    if told.shown is None:
        store.withdraw(told.place, expires_at)
        return "withdrawn"
    named = told.shown._replace(name=name_of(told.giver)) if told.giver else told.shown
    return "kept" if store.add(told.place, named, expires_at) else "known"


class Window:
    """The latest gifts of episodes as one warm instance knows them, for three seconds each.

    Args:
        store: where they are kept.
        clock: the present.
    """

    def __init__(self, store: GiftsStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._known: dict[tuple[str, int], tuple[int, tuple[Shown, ...]]] = {}

    def latest(self, series: str, episode: int) -> tuple[Shown, ...]:
        """The latest gifts of an episode, newest first.

        Raises:
            Unavailable: the table does not answer.
        """
        now, key = self._clock(), (series, episode)
        known = self._known.get(key)
        if known is None or not known[0] <= now < known[0] + FRESH_MS:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            known = self._known[key] = (now, self._store.latest(series, episode, now - SHOWN_MS, MOST_SHOWN))
        return known[1]
