"""What must hold of every entry, checked before it is sealed: the last guard behind every planner. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from cliffhanger.errors import LedgerCorrupt
from cliffhanger.ledger.lots import MAX_LOTS
from cliffhanger.ledger.names import (
    COIN_UNITS,
    GUARDED_KINDS,
    OWN,
    OWN_DEFERRED,
    SOURCES,
    account_kind,
    check_unit,
)
from cliffhanger.ledger.state import Posting, Source, State, balances_after

MAX_POSTINGS = 32


def check(
    account: str,
    postings: tuple[Posting, ...],
    *,
    before: State,
    after: State,
    sources: tuple[Source, ...],
    units: tuple[str, ...],
) -> None:
    """Refuses an entry that would break a rule of the ledger: form, bounds, overdraft, lots, arithmetic, sources.

    Raises:
        LedgerCorrupt: which rule; a fault of the planner.
        NameInvalid: an account or unit follows no grammar.
    """
    _check_form(account, postings, after, batch=bool(sources))
    _check_arithmetic(before, postings, after)
    _check_sources(postings, sources, units)


def _check_form(account: str, postings: tuple[Posting, ...], state: State, *, batch: bool) -> None:
    kind = account_kind(account)
    if len(postings) > MAX_POSTINGS or len(state.lots) > MAX_LOTS:
        raise LedgerCorrupt(f"At most {MAX_POSTINGS} postings and {MAX_LOTS} lots.")
    for unit, amount, source, destination in postings:
        check_unit(unit)
        if type(amount) is not int or amount <= 0 or source == destination:
            raise LedgerCorrupt("A posting moves a positive whole amount between two accounts.")
        for side in (source, destination):
            if side not in (OWN, OWN_DEFERRED) and not (batch and side == SOURCES):
                account_kind(side)
        if unit in COIN_UNITS and destination.startswith("viewer:"):
            raise LedgerCorrupt("Coins reach a viewer on the viewer's own chain: a settlement could not say which lot.")
    if kind in GUARDED_KINDS and any(amount < 0 for amount in state.balances.values()):
        raise LedgerCorrupt(f"{account} would be overdrawn.")
    counted = (*state.debt.values(), *state.held.values(), *state.limits.values(), state.day[1], state.series[1])
    if any(amount < 0 for amount in counted):
        raise LedgerCorrupt("Debt, holds, limits and tallies are never negative.")
    if kind == "viewer":
        _check_lots(account, state)


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
