"""Two-phase movements: a hold sets an amount aside; post, void or expiry resolves it, once. Pure.

What is held has left the balances, and the lots, and stands in the head until its one resolution. A post takes all of
it or a part, and the rest is released in the same entry; a void and an expiry release all. A hold keeps coins from
expiring: what is released after its day expires in the entry that releases it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cliffhanger.errors import (
    AccountFrozen,
    AmountInvalid,
    HoldExceeded,
    HoldExpired,
    HoldMissing,
    HoldPending,
    HoldsFull,
    InsufficientFunds,
    NameInvalid,
)
from cliffhanger.ledger import lots as lotting
from cliffhanger.ledger.debts import check_no_debt
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.invariants import MAX_HOLDS
from cliffhanger.ledger.lots import MAX_LOTS, Lot
from cliffhanger.ledger.movements import check_coins, check_limit, legs_of
from cliffhanger.ledger.names import COIN_UNITS, OWN, account_kind, check_unit, platform
from cliffhanger.ledger.planning import EXPIRED, Living, Turn, check_amount, give_back, living, next_entry
from cliffhanger.ledger.state import Hold, Posting, State


class Fee(NamedTuple):
    """What somebody takes of held cash when it is posted, in the currency's smallest unit, and their account."""

    amount: int
    account: str


MAX_LIFETIME_MS = 90 * lotting.DAY_MS
"""No hold is open for longer: what somebody forgot comes back by itself."""


def hold_coins(turn: Turn, *, hold: str, coins: int, units: frozenset[str], lifetime_ms: int) -> Entry:
    """Sets coins of those units aside, taken from lots in the order of spending.

    They count against the viewer's own limit of the day on which they are set aside, whatever becomes of the hold.

    Raises:
        AmountInvalid: the amount or the lifetime is no positive whole number, or the lifetime more than 90 days.
        AccountFrozen, DebtOutstanding, SpendLimitReached, InsufficientCoins, HoldsFull: the account refuses.
    """
    alive = _open(turn, lifetime_ms)
    check_amount(coins)
    today = alive.state.spent_on(alive.today)
    check_limit(alive, "day", today, coins)
    check_coins(alive, units, coins)
    taken, remaining = lotting.allocate(alive.state.lots, coins, units)
    by_name = {lot.lot: lot for lot in alive.state.lots}
    pieces = tuple(by_name[one.lot]._replace(coins=one.coins, cash=one.cash) for one in taken)
    state = alive.state._replace(lots=remaining, day=(alive.today, today + coins))
    return _holding(turn, alive, state, Hold(hold, alive.at + lifetime_ms, pieces))


def hold_cash(turn: Turn, *, hold: str, currency: str, amount: int, lifetime_ms: int) -> Entry:
    """Sets cash of the account's own aside, in the currency's smallest unit; never what unspent coins stand for.

    Raises:
        AmountInvalid: the amount or the lifetime is no positive whole number, or the lifetime more than 90 days.
        NameInvalid: it is no currency.
        AccountFrozen, DebtOutstanding, HoldsFull: the account refuses.
        InsufficientFunds: with ``currency``, ``amount`` and ``balance``.
    """
    alive = _open(turn, lifetime_ms)
    check_amount(amount)
    balance = alive.state.balances.get(_currency(currency), 0)
    if balance < amount:
        raise InsufficientFunds(
            f"The account holds {balance} of {currency}.", currency=currency, amount=amount, balance=balance
        )
    return _holding(turn, alive, alive.state, Hold(hold, alive.at + lifetime_ms, (), currency, amount))


def post_hold(turn: Turn, *, hold: str, amount: int, destination: str, fee: Fee | None = None) -> Entry:
    """Moves what is held, or a part of it, to an account, and releases the rest.

    Of cash, a fee may go elsewhere in the same entry; amount and fee together are no more than is held.

    Raises:
        HoldMissing: no hold of that name is open.
        HoldExpired: it came too late, by the time of the chain.
        AmountInvalid, HoldExceeded: it is no amount, or more than is held.
        AccountFrozen: support has frozen the account.
    """
    alive = living(turn)
    found = _find(alive.state, hold)
    if alive.state.frozen:
        raise AccountFrozen("Spending is stopped; ask support.")
    if alive.at >= found.until:
        raise HoldExpired("It has expired, and nothing of it can be posted.")
    check_amount(amount)
    account_kind(destination)
    if amount + (fee.amount if fee else 0) > (found.amount or found.coins):
        raise HoldExceeded("That is more than is held.", held=found.amount or found.coins)
    if found.currency:
        moved = [Posting(found.currency, amount, OWN, destination)]
        if fee is not None:
            check_amount(fee.amount)
            account_kind(fee.account)
            moved.append(Posting(found.currency, fee.amount, OWN, fee.account))
        return _released(turn, alive, found, (), moved)
    if fee is not None:
        raise AmountInvalid("A fee is taken of cash.")
    spent, left = lotting.allocate(found.lots, amount, frozenset(COIN_UNITS))
    state, postings = _release(turn, alive, found, left)
    return next_entry(turn, alive, postings=[*legs_of(spent, destination), *postings], state=state, spent=spent)


def void_hold(turn: Turn, *, hold: str) -> Entry:
    """Releases all that is held: it will not be needed.

    Raises:
        HoldMissing: no hold of that name is open.
    """
    alive = living(turn)
    found = _find(alive.state, hold)
    return _released(turn, alive, found, found.lots)


def expire_hold(turn: Turn, *, hold: str) -> Entry:
    """Releases all that is held: its time is over.

    Raises:
        HoldMissing: no hold of that name is open.
        HoldPending: its time is not over, by the time of the chain.
    """
    alive = living(turn)
    found = _find(alive.state, hold)
    if alive.at < found.until:
        raise HoldPending("It has not expired yet.", until=found.until)
    return _released(turn, alive, found, found.lots)


def _open(turn: Turn, lifetime_ms: int) -> Living:
    check_amount(lifetime_ms, most=MAX_LIFETIME_MS)
    alive = living(turn)
    if alive.state.frozen:
        raise AccountFrozen("Spending is stopped; ask support.")
    check_no_debt(alive.state)
    if len(alive.state.holds) >= MAX_HOLDS:
        raise HoldsFull(f"At most {MAX_HOLDS} holds are open at a time.")
    return alive


def _holding(turn: Turn, alive: Living, state: State, hold: Hold) -> Entry:
    holds = (*state.holds, hold)
    if sum(len(one.lots) for one in holds) > MAX_LOTS:
        raise HoldsFull(f"Holds are of at most {MAX_LOTS} lots, all together.")
    return next_entry(turn, alive, postings=(), state=state._replace(holds=holds))


def _find(state: State, name: str) -> Hold:
    for hold in state.holds:
        if hold.hold == name:
            return hold
    raise HoldMissing("No such hold is open.")


def _released(turn: Turn, alive: Living, hold: Hold, pieces: Sequence[Lot], postings: Sequence[Posting] = ()) -> Entry:
    state, released = _release(turn, alive, hold, pieces)
    if hold.currency:
        state = _repaid(state, hold.currency, hold.amount - sum(posting.amount for posting in postings))
    return next_entry(turn, alive, postings=[*postings, *released], state=state)


def _repaid(state: State, currency: str, released: int) -> State:
    """What is released comes in again, and repays debt of its currency first (LEDGER rule 9)."""
    owed = state.debt.get(currency, 0)
    return state._replace(debt={**state.debt, currency: owed - min(owed, released)}) if owed else state


def _release(turn: Turn, alive: Living, hold: Hold, pieces: Sequence[Lot]) -> tuple[State, list[Posting]]:
    """The state without the hold and with the pieces back in their lots; those whose day has come expire instead."""
    state = alive.state._replace(holds=tuple(other for other in alive.state.holds if other.hold != hold.hold))
    back, expired = lotting.split_expired(pieces, alive.at)
    postings = [Posting(lot.unit, lot.coins, OWN, platform(EXPIRED, turn.account)) for lot in expired]
    for place, lot in enumerate(back, start=1):
        state, repaid = give_back(turn, state, lot, place)
        postings += repaid
    return state, postings


def _currency(unit: str) -> str:
    if check_unit(unit) in COIN_UNITS:
        raise NameInvalid(f"No currency: {unit!r}")
    return unit
