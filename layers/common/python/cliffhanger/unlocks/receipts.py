"""An entry as a receipt: what was opened, which lots paid, what they had cost, and what the creator gets.

Everything here follows from the entry alone, so that whoever holds its bytes can compute it again, offline.
"""

from __future__ import annotations

import re

from msgspec import UNSET, Struct, UnsetType

from cliffhanger.clock import rfc3339
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.lots import DAY_MS, NEVER
from cliffhanger.ledger.names import text_of_hash
from cliffhanger.ledger.tipping import TIP, tipped_series
from cliffhanger.unlocks.pricing import Run, shares

WHOLE_BP = 10_000
_UNLOCKED = re.compile(r"unlock:([^:]+):(\d+)-(\d+)\.\d+(?::rev:.+)?")


class SpentAnswer(Struct, rename="camel"):
    """What was taken from one lot; ``cash`` is what those coins had cost, in the smallest unit of ``currency``."""

    lot: str
    unit: str
    coins: int
    cash: int
    currency: str | None
    expires_at: str | None


class EpisodeCoins(Struct, rename="camel"):
    """An episode that the entry opened, and its part of the price."""

    episode: int
    coins: int


class CashAnswer(Struct, rename="camel"):
    """An amount in the smallest unit of an ISO 4217 currency."""

    currency: str
    amount: int


class GiftAnswer(Struct, rename="camel"):
    """What a tip gave: the gift, how many of it, at so many coins each, while which episode was watched."""

    gift: str
    count: int
    price_coins: int
    episode: int


class ReceiptAnswer(Struct, rename="camel"):
    """An entry as a receipt: where it stands, what it opened, what paid for it, and the hash that proves it.

    ``creatorGets`` is the creator's share of the cash behind the coins that were spent, rounded down; coins that the
    house granted stand for no cash. ``gift`` only on the receipt of a tip.
    """

    account: str
    seq: int
    at: str
    reference: str | None
    series_id: str | None
    episodes: list[EpisodeCoins]
    price_coins: int
    spent: list[SpentAnswer]
    creator_gets: list[CashAnswer]
    hash: str
    gift: GiftAnswer | UnsetType = UNSET


def receipt_of(entry: Entry) -> ReceiptAnswer:
    """An entry as a receipt."""
    coins = sum(portion.coins for portion in entry.spent)
    opened = _UNLOCKED.fullmatch(entry.reference or "")
    return ReceiptAnswer(
        account=entry.account,
        seq=entry.seq,
        at=rfc3339(entry.at),
        reference=entry.reference,
        series_id=opened[1] if opened else tipped_series(entry),
        episodes=[EpisodeCoins(*share) for share in shares(_runs(entry, opened), coins)],
        price_coins=coins,
        spent=[
            SpentAnswer(
                lot=portion.lot,
                unit=portion.unit,
                coins=portion.coins,
                cash=portion.cash,
                currency=portion.currency or None,
                expires_at=None if portion.expires_day == NEVER else rfc3339(portion.expires_day * DAY_MS),
            )
            for portion in entry.spent
        ],
        creator_gets=_creator_gets(entry),
        hash=text_of_hash(entry.hash),
        gift=gift_of(entry),
    )


def gift_of(entry: Entry) -> GiftAnswer | UnsetType:
    """What a tip's entry gave; unset for any other."""
    terms = entry.terms
    if terms.get("kind") != TIP:
        return UNSET
    return GiftAnswer(terms["gift"], terms["count"], terms["price"], terms["episode"])


def _runs(entry: Entry, opened: re.Match[str] | None) -> tuple[Run, ...]:
    if "prices" in entry.terms:
        return tuple(Run(*run) for run in entry.terms["prices"])
    # Version 1 knew single episodes only, and kept no prices: what was paid is the price.
    return (Run(int(opened[2]), int(opened[3]), 1),) if opened and entry.spent else ()


def _creator_gets(entry: Entry) -> list[CashAnswer]:
    cash: dict[str, int] = {}
    for portion in entry.spent:
        if portion.cash:
            cash[portion.currency] = cash.get(portion.currency, 0) + portion.cash
    share = entry.terms.get("share", 0)
    return [CashAnswer(currency, amount * share // WHOLE_BP) for currency, amount in sorted(cash.items()) if share]
