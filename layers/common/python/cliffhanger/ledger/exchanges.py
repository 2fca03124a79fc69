"""Exchanges: one unit for another at a declared rate, balanced in each of the two. Pure.

The house stands between: what is given goes to its exchange account, and what is got comes from there. Cash is
exchanged for cash and granted coins for granted coins; neither becomes the other, and bought coins keep their price.
"""

from __future__ import annotations

from typing import NamedTuple

from cliffhanger.errors import AccountFrozen, InsufficientFunds, NameInvalid, QuoteExpired
from cliffhanger.ledger import lots as lotting
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.lots import Lot
from cliffhanger.ledger.movements import check_coins
from cliffhanger.ledger.names import COIN_UNITS, GRANTED_UNITS, OWN, check_unit, platform
from cliffhanger.ledger.planning import Living, Turn, check_amount, living, next_entry, repay
from cliffhanger.ledger.state import Posting, State

EXCHANGE = "exchange"


class Rate(NamedTuple):
    """So many of what is got for so many of what is given, as whole numbers, until a time in milliseconds."""

    got: int
    given: int
    until: int


class Exchange(NamedTuple):
    """What is given, in the unit's smallest part, for which unit; coins that are got live ``lifetime_days``."""

    unit: str
    amount: int
    got_unit: str
    rate: Rate
    lifetime_days: int = 0

    @property
    def got(self) -> int:
        """What it comes to, rounded down: the rest of a fraction stays with the house."""
        return self.amount * self.rate.got // self.rate.given


def exchange(turn: Turn, wish: Exchange) -> Entry:
    """Gives and gets in one entry, whose terms declare the rate and until when it was good.

    What is got repays debt of its unit first.

    Raises:
        AmountInvalid: an amount, the rate or the lifetime is no positive whole number, or nothing would be got.
        NameInvalid: those two units are not exchanged for each other.
        AccountFrozen, InsufficientFunds, InsufficientCoins: the account refuses.
        QuoteExpired: with ``until``; by the time of the chain.
    """
    alive = living(turn)
    _check(wish)
    if alive.state.frozen:
        raise AccountFrozen("Spending is stopped; ask support.")
    if alive.at >= wish.rate.until:
        raise QuoteExpired("Ask for a new rate.", until=wish.rate.until)
    house = platform(EXCHANGE, turn.account)
    state = _given(alive, wish)
    if wish.got_unit in COIN_UNITS:
        day = lotting.expiry_day(alive.at, wish.lifetime_days)
        state, left, _ = repay(turn.account, state, Lot(str(turn.seq), wish.got_unit, wish.got, day))
        state = state if left is None else state._replace(lots=lotting.add(state.lots, left))
    else:
        owed = state.debt.get(wish.got_unit, 0)
        state = state._replace(debt={**state.debt, wish.got_unit: max(0, owed - wish.got)})
    postings = [Posting(wish.unit, wish.amount, OWN, house), Posting(wish.got_unit, wish.got, house, OWN)]
    return next_entry(turn, alive, postings=postings, state=state)


def _check(wish: Exchange) -> None:
    for amount in (wish.amount, wish.rate.got, wish.rate.given):
        check_amount(amount)
    check_amount(wish.got)
    units = {check_unit(wish.unit), check_unit(wish.got_unit)}
    if len(units) < 2 or "coin" in units or len(units & GRANTED_UNITS) == 1:
        raise NameInvalid(f"{wish.unit} is not exchanged for {wish.got_unit}")
    if wish.got_unit in COIN_UNITS:
        check_amount(wish.lifetime_days, most=lotting.MAX_LIFETIME_DAYS)


def _given(alive: Living, wish: Exchange) -> State:
    if wish.unit in COIN_UNITS:
        units = frozenset({wish.unit})
        check_coins(alive, units, wish.amount)
        _, remaining = lotting.allocate(alive.state.lots, wish.amount, units)
        return alive.state._replace(lots=remaining)
    balance = alive.state.balances.get(wish.unit, 0)
    if balance < wish.amount:
        raise InsufficientFunds(
            f"The account holds {balance} of {wish.unit}.", currency=wish.unit, amount=wish.amount, balance=balance
        )
    return alive.state
