"""What every movement does before and after its own part: notice what has expired, repay debt, seal. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from cliffhanger.errors import AmountInvalid
from cliffhanger.ledger import lots as lotting
from cliffhanger.ledger.canonical import MAX_INTEGER
from cliffhanger.ledger.entries import Entry, seal
from cliffhanger.ledger.lots import Lot, Portion
from cliffhanger.ledger.names import OWN, OWN_DEFERRED, check_reference, platform
from cliffhanger.ledger.state import LotTerms, Posting, State, available_after, held_by

EXPIRED = "expired"
RECOVERED = "recovered"


class Ask(NamedTuple):
    """What an entry is for: its unique reference, the SHA-256 of what was asked, and what it was decided on."""

    reference: str
    request: bytes
    terms: Mapping[str, Any]


class Turn(NamedTuple):
    """Whose next entry is to be made: after which last one, at what time in milliseconds, and for what."""

    account: str
    head: Entry | None
    now: int
    ask: Ask

    @property
    def seq(self) -> int:
        """The number of the next entry."""
        return 1 if self.head is None else self.head.seq + 1


class Living(NamedTuple):
    """An account without its expired lots: the state, the postings that record their expiry, and the entry's time."""

    state: State
    expiries: tuple[Posting, ...]
    at: int

    @property
    def today(self) -> int:
        """The day of the entry, counted since 1970-01-01 UTC."""
        return self.at // lotting.DAY_MS


def living(turn: Turn) -> Living:
    """The account as of its next entry, whose time is ``max(now, head.at)`` (LEDGER rule 6)."""
    account, head = turn.account, turn.head
    if head is None:
        return Living(State(), (), turn.now)
    at = max(turn.now, head.at)
    alive, expired = lotting.split_expired(head.state.lots, at)
    gone: dict[str, int] = {}
    for lot in expired:
        gone[lot.unit] = gone.get(lot.unit, 0) + lot.coins
    expiries = tuple(Posting(unit, coins, OWN, platform(EXPIRED, account)) for unit, coins in sorted(gone.items()))
    return Living(head.state._replace(lots=alive), expiries, at)


def repay(account: str, state: State, lot: Lot) -> tuple[State, Lot | None, list[Posting]]:
    """A credit first repays debt of its unit, in its own entry (LEDGER rule 9).

    What comes back: the state with less debt, what is left of the lot if anything, and where the cash behind the
    repaid coins goes: to the house, which had paid for them.
    """
    owed = state.debt.get(lot.unit, 0)
    coins = min(owed, lot.coins)
    if not coins:
        return state, lot, []
    cash = lot.cash * coins // lot.coins
    debt = {unit: amount for unit, amount in {**state.debt, lot.unit: owed - coins}.items() if amount}
    left = lot._replace(coins=lot.coins - coins, cash=lot.cash - cash)
    cash = cash if left.coins else lot.cash
    postings = [Posting(lot.currency, cash, OWN_DEFERRED, platform(RECOVERED, account))] if cash else []
    return state._replace(debt=debt), left if left.coins else None, postings


def bring(account: str, state: State, lot: Lot) -> tuple[State, list[Posting]]:
    """A new lot comes onto the account, after debt of its unit is repaid.

    What comes back: the state, and where the cash behind the repaid coins goes.
    """
    state, left, repaid = repay(account, state, lot)
    return state if left is None else state._replace(lots=lotting.add(state.lots, left)), repaid


def give_back(turn: Turn, state: State, back: Lot, place: int) -> tuple[State, list[Posting]]:
    """Coins return to the lot that they were taken from, after debt of their unit is repaid.

    Where a lot of that name has another expiry by now, they become one of their own, the entry's ``place``-th. What
    comes back: the state, and where the cash behind the repaid coins goes.
    """
    if any(lot.lot == back.lot and lot.expires_day != back.expires_day for lot in state.lots):
        back = back._replace(lot=f"{turn.seq}.{place}")
    state, left, repaid = repay(turn.account, state, back)
    if left is not None:
        state = state._replace(lots=lotting.bounded(lotting.restore(state.lots, left)))
    return state, repaid


def check_amount(amount: int, most: int = MAX_INTEGER) -> None:
    """Lets a positive whole amount pass, up to ``most``; by default up to what an entry can say.

    Raises:
        AmountInvalid: it is none.
    """
    if type(amount) is not int or not 0 < amount <= most:
        raise AmountInvalid(f"No amount: {amount!r}")


def summed(postings: Sequence[Posting]) -> list[Posting]:
    """The postings, with those of one unit from one account to another as one."""
    total: dict[tuple[str, str, str], int] = {}
    for unit, amount, source, destination in postings:
        total[unit, source, destination] = total.get((unit, source, destination), 0) + amount
    return [Posting(unit, amount, source, destination) for (unit, source, destination), amount in total.items()]


def next_entry(
    turn: Turn,
    alive: Living,
    *,
    postings: Sequence[Posting],
    state: State,
    spent: tuple[Portion, ...] = (),
    lots: tuple[LotTerms, ...] = (),
) -> Entry:
    """The entry that records the expiries and the postings, with that state, whose balances follow from the postings.

    Raises:
        NameInvalid: the reference does not belong on the account.
        LedgerCorrupt: the entry would break a rule of the ledger; a fault of the planner.
    """
    account, head, _, ask = turn
    check_reference(ask.reference, account)
    lines = summed([*alive.expiries, *postings])
    after = state._replace(held=held_by(state.holds))
    return seal(
        account,
        head,
        alive.at,
        postings=lines,
        state=after._replace(balances=available_after(State() if head is None else head.state, after, lines)),
        reference=ask.reference,
        request=ask.request,
        spent=spent,
        terms=ask.terms,
        lots=lots,
    )
