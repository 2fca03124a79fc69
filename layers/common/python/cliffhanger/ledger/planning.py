"""What every movement does before and after its own part: notice what has expired, repay debt, seal. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from cliffhanger.ledger import lots as lotting
from cliffhanger.ledger.entries import Entry, seal
from cliffhanger.ledger.lots import Lot, Portion
from cliffhanger.ledger.names import OWN, OWN_DEFERRED, check_reference, platform
from cliffhanger.ledger.state import Posting, State, balances_after

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


def next_entry(
    turn: Turn,
    alive: Living,
    *,
    postings: Sequence[Posting],
    state: State,
    spent: tuple[Portion, ...] = (),
) -> Entry:
    """The entry that records the expiries and the postings, with that state, whose balances follow from the postings.

    What went out as debt, or came in to repay it, moves no balance.

    Raises:
        NameInvalid: the reference does not belong on the account.
        LedgerCorrupt: the entry would break a rule of the ledger; a fault of the planner.
    """
    account, head, _, ask = turn
    check_reference(ask.reference, account)
    lines = (*alive.expiries, *postings)
    was = State() if head is None else head.state
    balances, before = balances_after(was.balances, lines), was.debt
    for unit in {*before, *state.debt}:
        balances[unit] = balances.get(unit, 0) + state.debt.get(unit, 0) - before.get(unit, 0)
    return seal(
        account,
        head,
        alive.at,
        postings=lines,
        state=state._replace(balances=balances),
        reference=ask.reference,
        request=ask.request,
        spent=spent,
        terms=ask.terms,
    )
