"""Rewards and their reversals: a consequence of a fact, which may come after what takes it back. Pure (LEDGER rule 19).

The grant and all its reversals stand on one chain under one prefix. A reversal says how much of the fact is undone *in
all*, so that reversals may come twice and in any order: what counts is the furthest. It always leaves its entry, and
where the grant has not come yet, the grant finds it and pays only what remains.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from cliffhanger.errors import AmountInvalid
from cliffhanger.ledger import lots as lotting
from cliffhanger.ledger.corrections import granted_lot, take_back
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.lapsing import Lapsed, let_go
from cliffhanger.ledger.lots import Lot
from cliffhanger.ledger.movements import credit
from cliffhanger.ledger.names import GRANTED_UNITS, check_unit, platform
from cliffhanger.ledger.planning import Turn, check_amount, living, next_entry

MOST_REVERSALS = 32
"""A fact is undone in so many steps at most: each is read before the next."""


class Undone(NamedTuple):
    """How much of a fact is undone in all, as ``part`` of ``whole``; both whole numbers, in the fact's own unit."""

    part: int
    whole: int

    def of(self, coins: int) -> int:
        """How many of so many coins that is, rounded down."""
        return coins * self.part // self.whole


class Reward(NamedTuple):
    """Coins that follow from a fact: which unit, how many were it never undone, and how long they live."""

    unit: str
    coins: int
    lifetime_days: int


def check_undone(undone: Undone) -> None:
    """Lets a part of a fact pass.

    Raises:
        AmountInvalid: they are no positive whole numbers, or the part is more than the whole.
    """
    check_amount(undone.whole)
    check_amount(undone.part, most=undone.whole)


def undone_of(coins: int, reversals: Iterable[Entry]) -> int:
    """How many of so many coins the reversals that stand have undone: what the furthest of them says."""
    return max((Undone(*entry.terms["undone"]).of(coins) for entry in reversals), default=0)


def grant_reward(turn: Turn, reward: Reward, reversals: Iterable[Entry]) -> Entry:
    """Grants what remains of a reward after the reversals that came before it; an entry without postings for nothing.

    Raises:
        AmountInvalid, NameInvalid: it is no amount, lifetime or unit that is granted.
    """
    alive = living(turn)
    check_amount(reward.coins)
    check_amount(reward.lifetime_days, most=lotting.MAX_LIFETIME_DAYS)
    if check_unit(reward.unit) not in GRANTED_UNITS:
        raise AmountInvalid(f"{reward.unit} is not granted.")
    coins = reward.coins - undone_of(reward.coins, reversals)
    if not coins:
        return next_entry(turn, alive, postings=(), state=alive.state)
    lot = Lot(str(turn.seq), reward.unit, coins, lotting.expiry_day(alive.at, reward.lifetime_days))
    return credit(turn, alive, lot, platform("issued", turn.account))


def reverse_reward(
    turn: Turn,
    undone: Undone,
    *,
    grant: Entry | None,
    before: Entry | None,
    reversals: Iterable[Entry],
    lapsed: Lapsed,
) -> Entry:
    """Takes back what this undoes beyond what has been undone; what the account no longer has becomes debt.

    ``grant`` is the reward's entry, if it has come, and ``before`` the one before it. What has ``lapsed`` is not taken
    back: it was never used. Nothing to take back is an entry without postings all the same.

    Raises:
        AmountInvalid: it is no part of a whole.
    """
    alive = living(turn)
    check_undone(undone)
    if grant is None:
        return next_entry(turn, alive, postings=(), state=alive.state)
    unit, whole = grant.terms["unit"], grant.terms["coins"]
    coins = undone.of(whole) - undone_of(whole, reversals)
    lot = granted_lot(grant, before, unit)
    turn, due = let_go(turn, lot, max(0, coins), alive.at, lapsed)
    if not due:
        return next_entry(turn, alive, postings=(), state=alive.state)
    first = str(grant.seq) if lot is None else lot.lot
    return take_back(turn, alive, unit, due, first=first, source=platform("issued", turn.account))
