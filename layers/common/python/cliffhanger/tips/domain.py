"""What a tip is asked for with, and what it is of. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from cliffhanger.clock import rfc3339
from cliffhanger.errors import NotFound, PriceChanged
from cliffhanger.ledger.canonical import canonical_json, digest
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.tipping import TIP, tipped_series
from cliffhanger.tips.editions import EDITIONS, Gift, GiftEdition

MAX_COUNT = 99
"""So many of a gift are given at once at most: taps that follow one another are one request."""


class Giver(NamedTuple):
    """Who gives: the person id, the age in years where it is known, whether a membership runs."""

    person: str
    age: int | None = None
    member: bool = False


class TipRequest(NamedTuple):
    """What a viewer asks for: so many ``times`` a gift for an episode's series, at the price of one that was displayed.

    ``named``: others may see who gave it.
    """

    giver: Giver
    series: str
    episode: int
    gift: str
    times: int
    price_shown_coins: int
    named: bool = False

    def hash(self) -> bytes:
        """SHA-256 of what was asked, as the entry keeps it."""
        asked = {**self._asdict(), "giver": self.giver.person, "operation": "tip"}
        return digest(canonical_json(asked))


class Given(NamedTuple):
    """What a tip's entry says was given: the series and episode, the gift, how many, and the price of one in coins."""

    series: str
    episode: int
    gift: str
    times: int
    price_coins: int
    named: bool


def edition_at(at: int, editions: Sequence[GiftEdition] = EDITIONS) -> GiftEdition:
    """The edition that is in force at a time, in milliseconds since the Unix epoch."""
    today = rfc3339(at)[:10]
    return next((edition for edition in reversed(editions) if edition.since <= today), editions[0])


def gift_in(edition: GiftEdition, name: str, shown_coins: int) -> Gift:
    """The gift of that name at the price that was shown.

    Raises:
        NotFound: there is none of that name now.
        PriceChanged: with the present ``priceCoins``.
    """
    for gift in edition.gifts:
        if gift.gift == name:
            if gift.coins != shown_coins:
                raise PriceChanged(f"It costs {gift.coins} coins now.", priceCoins=gift.coins)
            return gift
    raise NotFound("There is no such gift.")


def terms_of(request: TipRequest, gift: Gift, share_bp: int) -> dict[str, Any]:
    """What a tip was decided on, as its entry keeps it; ``share_bp`` is the creator's part, in basis points."""
    terms: dict[str, Any] = {
        "kind": TIP,
        "episode": request.episode,
        "gift": gift.gift,
        "count": request.times,
        "price": gift.coins,
        "share": share_bp,
    }
    return terms | {"named": True} if request.named else terms


def is_tip(entry: Entry) -> bool:
    """Whether an entry is a tip, and no reversal of one."""
    return entry.terms.get("kind") == TIP


def given_by(entry: Entry) -> Given | None:
    """What a tip's entry gives; None for any other entry."""
    series, terms = tipped_series(entry), entry.terms
    if series is None or not is_tip(entry):
        return None
    return Given(
        series=series,
        episode=terms["episode"],
        gift=terms["gift"],
        times=terms["count"],
        price_coins=terms["price"],
        named=bool(terms.get("named")),
    )
