"""What must hold of every entry, checked before it is sealed: the last guard behind every planner. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from cliffhanger.errors import LedgerCorrupt
from cliffhanger.ledger.lots import MAX_LOTS
from cliffhanger.ledger.names import (
    COIN_UNITS,
    GRANTED_UNITS,
    GUARDED_KINDS,
    OWN,
    OWN_DEFERRED,
    SOURCES,
    account_kind,
    check_unit,
    volume_of,
)
from cliffhanger.ledger.state import LotTerms, Posting, Source, State, balances_after, held_by

MAX_POSTINGS = 32
MAX_HOLDS = 16
"""So many holds are open on an account at most: each stands in every entry until it is resolved."""


def check(
    account: str,
    postings: tuple[Posting, ...],
    *,
    before: State,
    after: State,
    sources: tuple[Source, ...],
    units: tuple[str, ...],
    lots: tuple[LotTerms, ...] = (),
) -> None:
    """Refuses an entry that would break a rule of the ledger: form, bounds, overdraft, holds, lots, sums, sources.

    Raises:
        LedgerCorrupt: which rule; a fault of the planner.
        NameInvalid: an account or unit follows no grammar.
    """
    _check_form(account, postings, after, batch=bool(sources))
    _check_holds(after)
    _check_lot_terms(postings, lots)
    _check_arithmetic(before, postings, after)
    _check_sources(postings, sources, units)


def _check_form(account: str, postings: tuple[Posting, ...], state: State, *, batch: bool) -> None:
    whose, _ = volume_of(account)
    kind = account_kind(whose)
    if len(postings) > MAX_POSTINGS or len(state.lots) > MAX_LOTS:
        raise LedgerCorrupt(f"At most {MAX_POSTINGS} postings and {MAX_LOTS} lots.")
    for unit, amount, source, destination in postings:
        check_unit(unit)
        if type(amount) is not int or amount <= 0 or source == destination or whose in (source, destination):
            raise LedgerCorrupt("A posting moves a positive whole amount between two accounts.")
        for side in (source, destination):
            if side not in (OWN, OWN_DEFERRED) and not (batch and side == SOURCES):
                account_kind(side)
    if kind in GUARDED_KINDS and any(amount < 0 for amount in state.balances.values()):
        raise LedgerCorrupt(f"{account} would be overdrawn.")
    counted = (*state.debt.values(), *state.held.values(), *state.limits.values(), state.day[1], state.series[1])
    if any(amount < 0 for amount in counted):
        raise LedgerCorrupt("Debt, holds, limits and tallies are never negative.")
    if kind == "viewer":
        _check_lots(account, state)


def _check_holds(state: State) -> None:
    if len(state.holds) > MAX_HOLDS or sum(len(hold.lots) for hold in state.holds) > MAX_LOTS:
        raise LedgerCorrupt(f"At most {MAX_HOLDS} holds, of {MAX_LOTS} pieces of lots.")
    if len({hold.hold for hold in state.holds}) < len(state.holds):
        raise LedgerCorrupt("A hold stands twice.")
    for hold in state.holds:
        pieces = [hold.amount] if hold.currency else [lot.coins for lot in hold.lots]
        if min(pieces, default=0) <= 0 or any(lot.cash < 0 for lot in hold.lots) or (hold.currency and hold.lots):
            raise LedgerCorrupt("A hold sets coins or cash aside, and no less than one.")
    if held_by(state.holds) != _net(state.held):
        raise LedgerCorrupt("What is held is not what the holds set aside.")


def _check_lot_terms(postings: tuple[Posting, ...], lots: tuple[LotTerms, ...]) -> None:
    """Coins reach a viewer, or are taken from one, on another's chain only with the terms of their lots sealed."""
    moved: dict[tuple[str, str], int] = {}
    for unit, amount, source, destination in postings:
        for side, other in ((source, destination), (destination, source)):
            if unit in COIN_UNITS and side.startswith("viewer:"):
                if other != OWN or moved.get((side, unit)):
                    raise LedgerCorrupt(
                        "Coins of a unit move between a viewer and the account itself, one way at a time."
                    )
                moved[side, unit] = amount
    told: dict[tuple[str, str], int] = {}
    for viewer, unit, coins, expires_day in lots:
        if unit not in GRANTED_UNITS or type(coins) is not int or coins <= 0 or expires_day <= 0:
            raise LedgerCorrupt("Only granted coins, which expire and stand for no cash, are sent with their terms.")
        told[viewer, unit] = told.get((viewer, unit), 0) + coins
    if moved != told:
        raise LedgerCorrupt("Coins move to or from a viewer, and no terms say which lots they are.")


def _check_arithmetic(before: State, postings: tuple[Posting, ...], after: State) -> None:
    """Available plus held minus debt, per unit, moves by exactly the account's own legs (LEDGER rule 9)."""
    if _net(balances_after(_worth(before), postings)) != _net(_worth(after)):
        raise LedgerCorrupt("The balances after an entry are not those before it and its postings.")


def _worth(state: State) -> dict[str, int]:
    worth = dict(state.balances)
    for unit, amount in state.held.items():
        worth[unit] = worth.get(unit, 0) + amount
    for unit, amount in state.debt.items():
        worth[unit] = worth.get(unit, 0) - amount
    return worth


def _net(worth: Mapping[str, int]) -> dict[str, int]:
    return {unit: amount for unit, amount in worth.items() if amount}


def _check_sources(postings: tuple[Posting, ...], sources: tuple[Source, ...], units: tuple[str, ...]) -> None:
    named = {unit: sum(source.amounts[place] for source in sources) for place, unit in enumerate(units)}
    moved = {unit: amount if source == SOURCES else -amount for unit, amount, source, _ in postings if units}
    if {unit: amount for unit, amount in named.items() if amount} != moved:
        raise LedgerCorrupt("A batch's postings are not the sum of its sources.")


def _check_lots(account: str, state: State) -> None:
    for unit in COIN_UNITS:
        if sum(lot.coins for lot in state.lots if lot.unit == unit) != state.balances.get(unit, 0):
            raise LedgerCorrupt(f"The lots of {account} do not add up to its {unit} balance.")
    cash: dict[str, int] = {}
    for lot in state.lots:
        if lot.coins <= 0 or lot.cash < 0 or lot.unit not in COIN_UNITS or (lot.cash and not lot.currency):
            raise LedgerCorrupt("A lot holds at least one coin, and no cash that is negative or of no currency.")
        if lot.currency:
            cash[lot.currency] = cash.get(lot.currency, 0) + lot.cash
    deferred = {key: value for key, value in state.balances.items() if key.endswith(OWN_DEFERRED) and value}
    if {currency + OWN_DEFERRED: value for currency, value in cash.items() if value} != deferred:
        raise LedgerCorrupt(f"The lots of {account} do not add up to its deferred cash.")
