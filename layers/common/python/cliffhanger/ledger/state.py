"""What an account is after an entry, and the parts of an entry. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from cliffhanger.ledger.lots import Lot
from cliffhanger.ledger.names import OWN, OWN_DEFERRED

FROZEN = "frozen"
"""Flag: support has stopped spending."""
RANGES = "ranges"
"""Flag: the chain holds an unlock of several episodes, so that whoever looks for one must read the whole series."""


class Known(NamedTuple):
    """A reference that stands on a chain, and the number of the entry that carries it."""

    reference: str
    seq: int


class Posting(NamedTuple):
    """An amount that moves from one account to another, in the unit's smallest part; always positive."""

    unit: str
    amount: int
    source: str
    destination: str


class Source(NamedTuple):
    """One entry whose legs a batch settles: its account, its seq, and the signed amount per unit of the batch."""

    account: str
    seq: int
    amounts: tuple[int, ...]


_NOTHING: Mapping[str, int] = MappingProxyType({})


class State(NamedTuple):
    """An account after an entry. Balances are per unit; ``USD.deferred`` is the cash behind unspent bought coins.

    ``debt`` is what a reversal could not take back, per unit. ``limits`` are the viewer's own, in coins: ``day``,
    ``series``; ``auto`` is 1 where clients may unlock by themselves. ``day`` is the last day on which coins were spent
    (since 1970-01-01 UTC) and how many; ``series`` the last series on which they were, and how many in all.
    """

    balances: Mapping[str, int] = _NOTHING
    lots: tuple[Lot, ...] = ()
    flags: tuple[str, ...] = ()
    held: Mapping[str, int] = _NOTHING
    debt: Mapping[str, int] = _NOTHING
    limits: Mapping[str, int] = _NOTHING
    day: tuple[int, int] = (0, 0)
    series: tuple[str, int] = ("", 0)

    @property
    def frozen(self) -> bool:
        """Whether support has frozen the account."""
        return FROZEN in self.flags

    def spent_on(self, day: int) -> int:
        """Coins spent on a day, counted since 1970-01-01 UTC; 0 for a day other than the last."""
        return self.day[1] if self.day[0] == day else 0

    def document(self) -> dict[str, Any]:
        """The state as it is hashed; empty parts and zero balances are left out, so that each state has one form."""
        document: dict[str, Any] = {
            "balances": {unit: amount for unit, amount in self.balances.items() if amount},
            "lots": [lot.packed() for lot in self.lots],
            "flags": sorted(self.flags),
            "held": {unit: amount for unit, amount in self.held.items() if amount},
            "debt": {unit: amount for unit, amount in self.debt.items() if amount},
            "limits": dict(self.limits),
            "day": list(self.day) if self.day[1] else [],
            "series": list(self.series) if self.series[0] else [],
        }
        return {key: value for key, value in document.items() if value}


def balances_after(before: Mapping[str, int], postings: Iterable[Posting]) -> dict[str, int]:
    """The account's balances after its own legs of the postings."""
    after = dict(before)
    for unit, amount, source, destination in postings:
        for side, signed in ((source, -amount), (destination, amount)):
            if side in (OWN, OWN_DEFERRED):
                key = unit if side == OWN else unit + OWN_DEFERRED
                after[key] = after.get(key, 0) + signed
    return after
