"""Budgets: coins that a campaign has paid for, granted from slices that cannot be overspent. Pure (LEDGER rule 18).

A budget is a campaign's for one period, cut into slices whose number is frozen when it is opened. Each slice is a
guarded chain of its own; a viewer's grants are all on one slice, chosen by a hash, so that uniqueness, caps and the
balance are decided by one put. A slice that is empty refuses, whatever the others hold.
"""

from __future__ import annotations

from typing import NamedTuple

from cliffhanger.errors import BudgetExhausted, NameInvalid, NotReversible
from cliffhanger.ledger import lots as lotting
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.lapsing import LapsedElsewhere, let_go_of
from cliffhanger.ledger.names import GRANTED_UNITS, OWN, account_kind, lane_of
from cliffhanger.ledger.planning import Living, Turn, check_amount, living, next_entry
from cliffhanger.ledger.state import LotTerms, Posting

MAX_SLICES = 1_000
OPENING = "opening:slices"
"""The reference, on slice 0, of the entry that freezes how many slices the budget has."""


class Budget(NamedTuple):
    """A campaign's budget for one period; both are ids."""

    campaign: str
    period: str

    def slice(self, number: int) -> str:
        """The account of a slice.

        Raises:
            NameInvalid: campaign or period is no id.
        """
        account = f"budget:{self.campaign}:{self.period}:{number}"
        account_kind(account)
        return account

    def slice_of(self, person: str, slices: int) -> str:
        """The account of the one slice that grants to a person."""
        return self.slice(lane_of(person, slices))


def shares(amount: int, slices: int) -> list[int]:
    """An amount cut into so many parts that differ by one at most, the larger ones first."""
    whole, rest = divmod(amount, slices)
    return [whole + (number < rest) for number in range(slices)]


def open_slices(turn: Turn) -> Entry:
    """Freezes the number of slices, which the terms of the entry say.

    Raises:
        AmountInvalid: they do not say a number from 1 to 1,000.
    """
    check_amount(turn.ask.terms.get("slices", 0), most=MAX_SLICES)
    alive = living(turn)
    return next_entry(turn, alive, postings=(), state=alive.state)


def fund(turn: Turn, *, unit: str, coins: int, source: str) -> Entry:
    """Brings coins of a granted unit onto a slice.

    Raises:
        AmountInvalid, NameInvalid: it is no amount, unit or account.
    """
    alive = _living(turn, unit, coins)
    return next_entry(turn, alive, postings=[Posting(unit, coins, source, OWN)], state=alive.state)


def grant_from(turn: Turn, *, viewer: str, unit: str, coins: int, lifetime_days: int) -> Entry:
    """Grants coins of a slice to a viewer; what they become is sealed with the posting, and settled to the viewer.

    Raises:
        AmountInvalid, NameInvalid: it is no amount, unit or viewer.
        BudgetExhausted: the slice holds less; nothing is granted from another.
    """
    alive = _living(turn, unit, coins)
    check_amount(lifetime_days, most=lotting.MAX_LIFETIME_DAYS)
    if account_kind(viewer) != "viewer":
        raise NameInvalid(f"No viewer: {viewer!r}")
    check_covers(alive, unit, coins)
    terms = LotTerms(viewer, unit, coins, lotting.expiry_day(alive.at, lifetime_days))
    return next_entry(turn, alive, postings=[Posting(unit, coins, OWN, viewer)], state=alive.state, lots=(terms,))


def withhold(turn: Turn) -> Entry:
    """An entry without postings: a grant that was reversed before it came, or its reversal, which has nothing to undo.

    Raises:
        NameInvalid: the reference does not belong on the slice.
    """
    alive = living(turn)
    return next_entry(turn, alive, postings=(), state=alive.state)


def reverse_grant_from(turn: Turn, *, grant: Entry, lapsed: LapsedElsewhere) -> Entry:
    """Takes what a slice has granted back onto it; what the viewer no longer has becomes debt there.

    Of coins whose day has come, what had been spent is taken, and what ``lapsed`` is not.

    Raises:
        NotReversible: the grant moved nothing, or all that it granted has expired by itself.
    """
    alive = living(turn)
    if len(grant.lots) != 1:
        raise NotReversible("It granted nothing.")
    (lot,) = grant.lots
    turn, coins = let_go_of(turn, lot, lot.coins, alive.at, lapsed)
    if not coins:
        raise NotReversible("What was granted has expired by itself.")
    back = Posting(lot.unit, coins, lot.viewer, OWN)
    return next_entry(turn, alive, postings=[back], state=alive.state, lots=(lot._replace(coins=coins),))


def transfer(turn: Turn, *, unit: str, coins: int, destination: str) -> Entry:
    """Moves coins to another slice of the same budget, which has them once they are settled.

    Raises:
        AmountInvalid, NameInvalid: it is no amount or unit, or the destination no other slice of the same budget.
        BudgetExhausted: the slice holds less.
    """
    alive = _living(turn, unit, coins)
    same = account_kind(destination) == "budget" and destination.rpartition(":")[0] == turn.account.rpartition(":")[0]
    if not same or destination == turn.account:
        raise NameInvalid(f"{destination!r} is no other slice of {turn.account!r}")
    check_covers(alive, unit, coins)
    return next_entry(turn, alive, postings=[Posting(unit, coins, OWN, destination)], state=alive.state)


def _living(turn: Turn, unit: str, coins: int) -> Living:
    check_amount(coins)
    if unit not in GRANTED_UNITS:
        raise NameInvalid(f"Budgets grant no {unit!r}")
    return living(turn)


def check_covers(alive: Living, unit: str, coins: int) -> None:
    """Lets so many coins pass that the slice holds; one that support has frozen gives nothing, as if it were empty.

    Raises:
        BudgetExhausted: it holds less; with what is ``available``.
    """
    available = 0 if alive.state.frozen else alive.state.balances.get(unit, 0)
    if available < coins:
        raise BudgetExhausted("The slice holds less than that.", available=available)
