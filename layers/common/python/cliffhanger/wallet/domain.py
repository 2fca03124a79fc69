"""What a wallet shows, from the last entry of the viewer's chain. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.lots import DAY_MS, Lot, spend_order, spendable
from cliffhanger.ledger.names import COIN_UNITS


class Limits(NamedTuple):
    """What viewers allow themselves, in coins: on a day of UTC, and for a series in all; None for no limit.

    ``auto_unlock``: clients may unlock by themselves, without a tap.
    """

    day_coins: int | None = None
    series_coins: int | None = None
    auto_unlock: bool = False

    def packed(self) -> dict[str, int]:
        """The limits as an entry's state keeps them; what is not limited is left out."""
        coins = {"day": self.day_coins, "series": self.series_coins}
        packed = {rule: limit for rule, limit in coins.items() if limit is not None}
        return packed | {"auto": 1} if self.auto_unlock else packed


NO_LIMITS = Limits()


def limits_of(packed: Mapping[str, int]) -> Limits:
    """The limits from how an entry's state keeps them."""
    return Limits(packed.get("day"), packed.get("series"), bool(packed.get("auto")))


class Wallet(NamedTuple):
    """Coins by class, and the living lots in the order of spending; ``as_of`` is the last entry's seq, 0 for none.

    ``held`` is set aside and in no lot, ``debt`` is what a reversal could not take back, both in coins per unit;
    ``spent_today`` counts the coins of this day of UTC against the limits.
    """

    bought: int
    bonus: int
    lots: tuple[Lot, ...]
    as_of: int
    held: Mapping[str, int]
    debt: Mapping[str, int]
    frozen: bool
    limits: Limits
    spent_today: int

    @property
    def total(self) -> int:
        """All coins that can pay for episodes."""
        return self.bought + self.bonus


def wallet_of(head: Entry | None, now: int) -> Wallet:
    """The wallet after an entry, without what has expired since. ``now`` in milliseconds."""
    if head is None:
        return Wallet(0, 0, (), 0, {}, {}, frozen=False, limits=NO_LIMITS, spent_today=0)
    at = max(now, head.at)
    living = [lot for lot in spend_order(head.state.lots) if not lot.expired(at)]
    return Wallet(
        bought=spendable(living, frozenset({"coin"}), at),
        bonus=spendable(living, frozenset({"bonus"}), at),
        lots=tuple(living),
        as_of=head.seq,
        held={unit: coins for unit, coins in head.state.held.items() if unit in COIN_UNITS},
        debt=head.state.debt,
        frozen=head.state.frozen,
        limits=limits_of(head.state.limits),
        spent_today=head.state.spent_on(at // DAY_MS),
    )
