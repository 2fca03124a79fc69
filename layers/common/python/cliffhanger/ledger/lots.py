"""Lots: coins of one class, price, channel and expiry. Pure.

Bought coins never expire and keep the cash they were bought for; granted coins expire and stand for none.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any, NamedTuple

from cliffhanger.errors import LedgerCorrupt

DAY_MS = 86_400_000
NEVER = 0
MAX_LOTS = 128
"""More than that become fewer by merging neighbours; a wallet in ordinary use holds a dozen."""
MAX_LIFETIME_DAYS = 366
"""Granted coins live no longer."""
_MONDAY = 4  # 1970-01-05, the first Monday, is day 4
_DAYS_A_WEEK = 7


class Lot(NamedTuple):
    """What is left of a lot.

    ``lot`` is the sequence number of the entry that brought it (``7``, or ``7.1`` for a second one); ``expires_day``
    counts days since 1970-01-01 UTC and is the first on which it cannot be spent, 0 for never; ``cash`` is what is
    left of its price, in the smallest unit of ``currency``.
    """

    lot: str
    unit: str
    coins: int
    expires_day: int = NEVER
    cash: int = 0
    currency: str = ""
    channel: str = ""

    def packed(self) -> list[Any]:
        """The lot as an entry stores it; what has neither cash, currency nor channel is shorter."""
        short: list[Any] = [self.lot, self.unit, self.coins, self.expires_day]
        return [*short, self.cash, self.currency, self.channel] if self[4:] != (0, "", "") else short

    def merges_with(self, other: Lot) -> bool:
        """Whether two lots can be one: the same class, expiry, channel and currency, and the same price a coin."""
        alike = (self.unit, self.expires_day, self.channel, self.currency)
        return (
            alike == (other.unit, other.expires_day, other.channel, other.currency)
            and self.cash * other.coins == other.cash * self.coins
        )

    def expired(self, at_ms: int) -> bool:
        """Whether the lot cannot be spent any more at that time."""
        return self.expires_day != NEVER and at_ms >= self.expires_day * DAY_MS


class Portion(NamedTuple):
    """What one spend took from one lot; ``cash`` in the smallest unit of ``currency``.

    ``expires_day`` is the lot's; 0 for never, and in entries of version 1, which do not tell.
    """

    lot: str
    unit: str
    coins: int
    cash: int
    currency: str
    expires_day: int = NEVER

    def packed(self) -> list[Any]:
        """The portion as an entry stores it; the expiry only where there is one."""
        short: list[Any] = [self.lot, self.unit, self.coins, self.cash, self.currency]
        return [*short, self.expires_day] if self.expires_day != NEVER else short


def unpack(stored: Sequence[Any]) -> Lot:
    """A lot from its stored form.

    Raises:
        LedgerCorrupt: it has another shape.
    """
    try:
        return Lot(*stored)
    except TypeError as error:
        raise LedgerCorrupt("A lot has another shape.") from error


def expiry_day(at_ms: int, lifetime_days: int) -> int:
    """The expiry of a lot granted now: its lifetime, rounded up to a Monday so that weeks of grants expire together."""
    day = -(-at_ms // DAY_MS) + lifetime_days
    return day + (_MONDAY - day) % _DAYS_A_WEEK


def spend_order(lots: Sequence[Lot]) -> list[Lot]:
    """Granted lots by earliest expiry first, then bought ones, oldest first."""
    return sorted(lots, key=lambda lot: (lot.unit == "coin", lot.expires_day, _age(lot)))


def _age(lot: Lot) -> tuple[int, ...]:
    return tuple(int(part) for part in lot.lot.split("."))


def spendable(lots: Sequence[Lot], units: frozenset[str], at_ms: int) -> int:
    """Coins of those units that can be spent at that time."""
    return sum(lot.coins for lot in lots if lot.unit in units and not lot.expired(at_ms))


def add(lots: Sequence[Lot], new: Lot) -> tuple[Lot, ...]:
    """The lots with a new one, which becomes part of an older one where nothing tells the two apart (LEDGER rule 7)."""
    for place, lot in enumerate(lots):
        if lot.merges_with(new):
            merged = lot._replace(coins=lot.coins + new.coins, cash=lot.cash + new.cash)
            return (*lots[:place], merged, *lots[place + 1 :])
    return bounded((*lots, new))


def bounded(lots: tuple[Lot, ...], most: int = MAX_LOTS) -> tuple[Lot, ...]:
    """At most that many lots: of too many, the two alike that expire closest together become one, with the later date.

    No coin and no cash is lost, and none expires earlier. Bought coins of one currency and channel come last, where
    nothing granted can become one any more: of what LEDGER rule 7 asks, prices that stay apart and a number that is
    bounded, the bound holds then, and what was paid is still spent to the cent.
    """
    while len(lots) > most:
        pairs = [
            (sooner.unit == "coin", later.expires_day - sooner.expires_day, sooner, later)
            for sooner, later in itertools.pairwise(sorted(lots, key=_likeness))
            if _likeness(sooner)[:3] == _likeness(later)[:3]
        ]
        if not pairs:
            return lots
        *_, sooner, later = min(pairs, key=lambda pair: pair[:2])
        merged = later._replace(coins=sooner.coins + later.coins, cash=sooner.cash + later.cash)
        lots = tuple(merged if lot is later else lot for lot in lots if lot is not sooner)
    return lots


def _likeness(lot: Lot) -> tuple[str, str, str, int, tuple[int, ...]]:
    return lot.unit, lot.currency, lot.channel, lot.expires_day, _age(lot)


def restore(lots: Sequence[Lot], back: Lot) -> tuple[Lot, ...]:
    """The lots after coins have come back to the lot that they were taken from, or to one like it if it is used up."""
    for place, lot in enumerate(lots):
        if lot.lot == back.lot and lot.expires_day == back.expires_day:
            grown = lot._replace(coins=lot.coins + back.coins, cash=lot.cash + back.cash)
            return (*lots[:place], grown, *lots[place + 1 :])
    return (*lots, back)


def take_back(lots: Sequence[Lot], unit: str, coins: int, first: str, at_ms: int = 0) -> tuple[int, tuple[Lot, ...]]:
    """Takes granted coins of a unit back, from the lot named ``first`` before any other: how many, and what remains.

    What had expired by ``at_ms`` is left where it is.
    """
    taken, remaining = 0, {lot.lot: lot for lot in lots}
    for lot in sorted(spend_order(lots), key=lambda lot: lot.lot != first):
        count = min(coins - taken, lot.coins) if lot.unit == unit and not lot.expired(at_ms) else 0
        if count:
            taken += count
            remaining[lot.lot] = lot._replace(coins=lot.coins - count)
    return taken, tuple(lot for lot in remaining.values() if lot.coins)


def split_expired(lots: Sequence[Lot], at_ms: int) -> tuple[tuple[Lot, ...], tuple[Lot, ...]]:
    """Lots that live and lots that have expired at that time, each in the order given."""
    living = tuple(lot for lot in lots if not lot.expired(at_ms))
    return living, tuple(lot for lot in lots if lot.expired(at_ms))


def allocate(lots: Sequence[Lot], amount: int, units: frozenset[str]) -> tuple[tuple[Portion, ...], tuple[Lot, ...]]:
    """Takes an amount of coins in spend order: what was taken from each lot, and what remains, in the order given.

    Spending k of a lot's n coins takes ``floor(cash * k / n)``; the last coin takes the rest, so no cent is lost.

    Raises:
        ValueError: the amount is not positive, or the lots do not cover it: the caller has to look first.
    """
    if amount <= 0 or sum(lot.coins for lot in lots if lot.unit in units) < amount:
        raise ValueError(amount)
    taken: dict[str, Portion] = {}
    missing = amount
    for lot in spend_order([lot for lot in lots if lot.unit in units]):
        coins = min(missing, lot.coins)
        if coins:
            cash = lot.cash * coins // lot.coins
            taken[lot.lot] = Portion(lot.lot, lot.unit, coins, cash, lot.currency, lot.expires_day)
            missing -= coins
    remaining = []
    for lot in lots:
        portion = taken.get(lot.lot)
        if portion is None:
            remaining.append(lot)
        elif portion.coins < lot.coins:
            remaining.append(lot._replace(coins=lot.coins - portion.coins, cash=lot.cash - portion.cash))
    return tuple(taken.values()), tuple(remaining)
