"""What an account is after an entry, and the parts of an entry. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from cliffhanger.errors import LedgerCorrupt
from cliffhanger.ledger.lots import Lot, unpack
from cliffhanger.ledger.names import OWN, OWN_DEFERRED

FROZEN = "frozen"
"""Flag: support has stopped spending."""
RANGES = "ranges"
"""Flag: the chain holds an unlock of several episodes, so that whoever looks for one must read the whole series."""


TIP_RULES = ("tips", "tipsFrom", "tipsNext")
"""The viewer's own limit on tips among ``limits``: coins a day; from which day on (since 1970-01-01 UTC) another holds
instead; and that one, absent where it is none."""


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


class LotTerms(NamedTuple):
    """What coins for a viewer become, or which ones are taken back: the viewer, the unit, how many, and their expiry.

    ``expires_day`` counts days since 1970-01-01 UTC. A settlement that finds nothing but a posting could not say which
    lot its coins are; with these terms sealed beside the posting it can.
    """

    viewer: str
    unit: str
    coins: int
    expires_day: int


class Hold(NamedTuple):
    """An amount set aside until it is posted, voided or expires, at ``until`` in milliseconds since the Unix epoch.

    Coins are held as pieces of their ``lots``, so that what is released goes back to where it came from; cash as an
    ``amount`` of a ``currency``, in its smallest unit.
    """

    hold: str
    until: int
    lots: tuple[Lot, ...] = ()
    currency: str = ""
    amount: int = 0

    @property
    def coins(self) -> int:
        """How many coins are held."""
        return sum(lot.coins for lot in self.lots)

    def packed(self) -> list[Any]:
        """The hold as an entry stores it."""
        held = [[self.currency, self.amount]] if self.currency else [lot.packed() for lot in self.lots]
        return [self.hold, self.until, *held]


def unpack_hold(stored: Sequence[Any]) -> Hold:
    """A hold from its stored form.

    Raises:
        LedgerCorrupt: it has another shape.
    """
    try:
        name, until, first, *others = stored
        if len(first) == 2 and not others:  # currency and amount; a lot has more
            return Hold(name, until, (), *first)
        return Hold(name, until, tuple(unpack(lot) for lot in (first, *others)))
    except (TypeError, ValueError) as error:
        raise LedgerCorrupt("A hold has another shape.") from error


def held_by(holds: Iterable[Hold]) -> dict[str, int]:
    """What holds set aside, under the keys of balances: ``coin``, ``USD``, ``USD.deferred`` ..."""
    held: dict[str, int] = {}
    for hold in holds:
        parts = [(hold.currency, hold.amount), *((lot.unit, lot.coins) for lot in hold.lots)]
        parts += [(lot.currency + OWN_DEFERRED, lot.cash) for lot in hold.lots]
        for key, amount in parts:
            if amount:
                held[key] = held.get(key, 0) + amount
    return held


_NOTHING: Mapping[str, int] = MappingProxyType({})


class State(NamedTuple):
    """An account after an entry. Balances are per unit; ``USD.deferred`` is the cash behind unspent bought coins.

    ``held`` is what open ``holds`` set aside, per unit; the balances are what is available beside it. ``debt`` is what
    a reversal could not take back, per unit. ``limits`` are the viewer's own, in coins: ``day``, ``series``, and those
    of :data:`TIP_RULES`; ``auto`` is 1 where clients may unlock by themselves. ``day`` is the last day on which coins
    were spent or set aside (since 1970-01-01 UTC) and how many; ``series`` the last series on which they were spent for
    episodes, and how many in all.
    """

    balances: Mapping[str, int] = _NOTHING
    lots: tuple[Lot, ...] = ()
    flags: tuple[str, ...] = ()
    held: Mapping[str, int] = _NOTHING
    debt: Mapping[str, int] = _NOTHING
    limits: Mapping[str, int] = _NOTHING
    day: tuple[int, int] = (0, 0)
    series: tuple[str, int] = ("", 0)
    holds: tuple[Hold, ...] = ()

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
            "holds": [hold.packed() for hold in self.holds],
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


def available_after(was: State, after: State, postings: Iterable[Posting]) -> dict[str, int]:
    """The balances of an account whose debt and holds become those of ``after``, once its own legs have moved.

    What went out as debt, or came in to repay it, moves no balance; what is held is not available.
    """
    balances = balances_after(was.balances, postings)
    for key in {*was.debt, *after.debt, *was.held, *after.held}:
        owed = after.debt.get(key, 0) - was.debt.get(key, 0)
        balances[key] = balances.get(key, 0) + owed + was.held.get(key, 0) - after.held.get(key, 0)
    return balances
