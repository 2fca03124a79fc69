"""Cashback: coins that a slice of a budget sets aside, confirms, or takes back. Pure (LEDGER rules 18, 19).

Claim, returns and confirmation of one fact stand on one chain, the viewer's slice, under one prefix; so each is planned
from all the others, whichever comes first. What a claim sets aside leaves the slice for ``platform:pending-{lane}`` in
the same put, so that a budget cannot be promised twice; what is returned comes back by the same way, at once.

A return says how much of the whole it takes back, in the fact's own unit. What all of them together undo of the coins
is rounded down once, so that the parts come to the whole in whatever order they are told.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from cliffhanger.errors import AccountFrozen, CashbackNotDue, NotReversible, ReturnTooLarge
from cliffhanger.ledger import lots as lotting
from cliffhanger.ledger.budgets import check_covers
from cliffhanger.ledger.consequences import Undone
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.lapsing import LapsedElsewhere, let_go_of
from cliffhanger.ledger.names import OWN, platform
from cliffhanger.ledger.planning import Living, Turn, check_amount, living, next_entry
from cliffhanger.ledger.state import LotTerms, Posting

UNIT = "bonus"
PENDING = "pending"
"""The platform's account of what is set aside and not confirmed yet: never below zero once all is settled."""
MOST_RETURNS = 32
"""Returns of one fact: each is read before the next."""


class Pledge(NamedTuple):
    """What is set aside for a fact: ``coins`` for the ``whole`` of it, until a time in milliseconds; their lifetime.

    ``whole`` is a positive number in the fact's own unit, such as what was paid, in the currency's smallest unit.
    """

    coins: int
    whole: int
    until: int
    lifetime_days: int


class Standing(NamedTuple):
    """What stands of one fact on its slice: claim, confirmation and returns, in whatever order they came."""

    claim: Entry | None = None
    confirmation: Entry | None = None
    returns: tuple[Entry, ...] = ()

    @property
    def seq(self) -> int:
        """The number of the newest of these entries, 0 where there is none: whoever knows a higher one knows more."""
        return max((entry.seq for entry in (self.claim, self.confirmation, *self.returns) if entry), default=0)

    @property
    def returned(self) -> int:
        """How much of the whole has come back, as it was told."""
        return sum(int(entry.terms["returned"]) for entry in self.returns)

    @property
    def refused(self) -> bool:
        """Whether a reviewer has taken back what was left."""
        return any("actor" in entry.terms for entry in self.returns)

    @property
    def coins(self) -> int:
        """How many coins the fact is worth were nothing of it returned; 0 before the claim."""
        return 0 if self.claim is None else int(self.claim.terms["coins"])

    @property
    def undone(self) -> int:
        """How many of these coins the returns have undone."""
        return 0 if self.claim is None else undone(self.coins, int(self.claim.terms["whole"]), self.returned)

    @property
    def remaining(self) -> int:
        """How many coins are pending, or were confirmed and not taken back."""
        return self.coins - self.undone


def undone(coins: int, whole: int, returned: int) -> int:
    """How many of so many coins are undone once so much of the whole has come back; never more than all."""
    return Undone(min(returned, whole), whole).of(coins)


def claim(turn: Turn, pledge: Pledge, standing: Standing) -> Entry:
    """Sets aside what remains after the returns that came before it; an entry without postings where nothing does.

    Raises:
        AmountInvalid: it is no amount, whole or lifetime.
        BudgetExhausted: the slice holds less; nothing is set aside from another.
    """
    alive = living(turn)
    check_amount(pledge.coins)
    check_amount(pledge.whole)
    check_amount(pledge.lifetime_days, most=lotting.MAX_LIFETIME_DAYS)
    coins = pledge.coins - undone(pledge.coins, pledge.whole, standing.returned)
    check_covers(alive, UNIT, coins)
    return _moved(turn, alive, coins, OWN, platform(PENDING, turn.account))


def confirm(turn: Turn, viewer: str, standing: Standing) -> Entry:
    """Gives the viewer what remains of a claim, once its time has come; an entry without postings where nothing does.

    Raises:
        NotReversible: there is no claim.
        CashbackNotDue: goods may still be returned; ``until`` is when not any more, in milliseconds.
        AccountFrozen: support has frozen the slice.
    """
    alive = _thawed(turn)
    if standing.claim is None:
        raise NotReversible("Nothing was claimed.")
    terms = standing.claim.terms
    if alive.at < terms["until"]:
        raise CashbackNotDue("The goods may still be returned.", until=int(terms["until"]))
    coins = standing.remaining
    if not coins:
        return next_entry(turn, alive, postings=(), state=alive.state)
    lot = LotTerms(viewer, UNIT, coins, lotting.expiry_day(alive.at, int(terms["life"])))
    through = [Posting(UNIT, coins, platform(PENDING, turn.account), OWN), Posting(UNIT, coins, OWN, viewer)]
    return next_entry(turn, alive, postings=through, state=alive.state, lots=(lot,))


def claw_back(turn: Turn, returned: int, standing: Standing, lapsed: LapsedElsewhere) -> Entry:
    """Takes back what a return undoes beyond those before it: from what is pending, else from the viewer.

    What the viewer no longer has becomes debt there, when the entry is settled. What has ``lapsed`` is not taken: it
    was never used. Where nothing is to be taken, or nothing was claimed yet, it has no postings.

    Raises:
        AmountInvalid: it is no amount.
        NotReversible: so many returns there never are.
        ReturnTooLarge: all returns together are more than the whole; ``most`` is what may still come back.
    """
    alive = living(turn)
    check_amount(returned)
    if len(standing.returns) >= MOST_RETURNS:
        raise NotReversible(f"A purchase is returned in {MOST_RETURNS} parts at most.")
    if standing.claim is None:
        return next_entry(turn, alive, postings=(), state=alive.state)
    whole, before = int(standing.claim.terms["whole"]), standing.returned
    if before + returned > whole and not standing.refused:
        raise ReturnTooLarge("More comes back than was bought.", most=max(0, whole - before))
    coins = undone(standing.coins, whole, before + returned) - standing.undone
    if not coins:
        return next_entry(turn, alive, postings=(), state=alive.state)
    if standing.confirmation is None:
        return _moved(turn, alive, coins, platform(PENDING, turn.account), OWN)
    (lot,) = standing.confirmation.lots
    turn, coins = let_go_of(turn, lot, coins, alive.at, lapsed)
    if not coins:
        return next_entry(turn, alive, postings=(), state=alive.state)
    back = Posting(UNIT, coins, lot.viewer, OWN)
    return next_entry(turn, alive, postings=[back], state=alive.state, lots=(lot._replace(coins=coins),))


def give_back(turn: Turn, destination: str) -> Entry:
    """Gives what a slice still holds back to where its funding came from; an entry without postings for nothing.

    Raises:
        AccountFrozen: support has frozen the slice.
    """
    alive = _thawed(turn)
    return _moved(turn, alive, alive.state.balances.get(UNIT, 0), OWN, destination)


def standing_of(entries: Iterable[Entry]) -> Standing:
    """What stands of one fact, from its entries."""
    standing = Standing()
    for entry in entries:
        part = (entry.reference or "").split(":")[3]
        if part == "claim":
            standing = standing._replace(claim=entry)
        elif part == "confirm":
            standing = standing._replace(confirmation=entry)
        else:
            standing = standing._replace(returns=(*standing.returns, entry))
    return standing


def _thawed(turn: Turn) -> Living:
    alive = living(turn)
    if alive.state.frozen:
        raise AccountFrozen("Support has stopped what goes out of the budget.")
    return alive


def _moved(turn: Turn, alive: Living, coins: int, source: str, destination: str) -> Entry:
    lines = [Posting(UNIT, coins, source, destination)] if coins else []
    return next_entry(turn, alive, postings=lines, state=alive.state)
