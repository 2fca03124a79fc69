"""The lines of a viewer's statement, each from an entry and the state before it. Pure.

They add up: the balance before a line and what the line says is the balance after it, per unit; debt, holds and cash
likewise.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, cast, get_args

from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.names import COIN_UNITS, OWN, OWN_DEFERRED
from cliffhanger.ledger.planning import EXPIRED
from cliffhanger.ledger.state import State
from cliffhanger.ledger.tipping import tipped_series

Kind = Literal[
    "unlock",
    "tip",
    "reversal",
    "grant",
    "reward",
    "purchase",
    "refund",
    "refundFailed",
    "dispute",
    "disputeWon",
    "exchange",
    "repair",
    "limits",
    "freeze",
    "thaw",
    "hold",
    "post",
    "void",
    "expiry",
    "settlement",
    "other",
]
"""What an entry is for. ``settlement``: a batch that credits or debits the account; ``other``: nothing says it."""

_UNLOCKED = re.compile(r"unlock:([^:]+):(\d+)-(\d+)\.\d+(?::rev:.+)?")
_EXPIRED = f"platform:{EXPIRED}-"


class Cash(NamedTuple):
    """A change in cash, in the smallest unit of the currency; ``deferred``: that which bought coins stand for."""

    currency: str
    amount: int
    deferred: bool


class Span(NamedTuple):
    """Episodes of a series that an entry opens, or locks again; both ends included."""

    series: str
    first: int
    last: int


class Line(NamedTuple):
    """One entry of a statement: what it changed.

    ``coins`` is the change per unit, with what had ``expired`` by then, which is told once more for itself. ``debt`` is
    the change of what the viewer owes, per unit; ``held`` that of what is set aside, per unit, where ``USD.deferred``
    is the cash that held coins stand for. ``rule`` is by which rule of rewards, and of which version, coins were given;
    ``tipped`` is the series that a gift was for.
    """

    entry: Entry
    kind: Kind
    coins: Mapping[str, int]
    expired: Mapping[str, int]
    debt: Mapping[str, int]
    held: Mapping[str, int]
    cash: tuple[Cash, ...]
    span: Span | None
    rule: tuple[str, str] | None = None
    tipped: str | None = None


def lines_of(entries: Sequence[Entry], before: State) -> tuple[Line, ...]:
    """The lines of consecutive entries, newest first as given; ``before`` is the state before the last of them."""
    befores = [*(entry.state for entry in entries), before][1:]
    return tuple(line_of(entry, state) for entry, state in zip(entries, befores, strict=True))


def line_of(entry: Entry, before: State) -> Line:
    """The line of an entry, given the state before it."""
    moved = _change(before.balances, entry.state.balances)
    return Line(
        entry=entry,
        kind=kind_of(entry),
        coins={unit: amount for unit, amount in moved.items() if unit in COIN_UNITS},
        expired=_expired(entry),
        debt=_change(before.debt, entry.state.debt),
        held=_change(before.held, entry.state.held),
        cash=tuple(
            Cash(key.removesuffix(OWN_DEFERRED), amount, key.endswith(OWN_DEFERRED))
            for key, amount in moved.items()
            if key not in COIN_UNITS
        ),
        span=_span(entry),
        rule=(entry.terms["rule"], entry.terms["version"]) if {"rule", "version"} <= entry.terms.keys() else None,
        tipped=tipped_series(entry),
    )


def kind_of(entry: Entry) -> Kind:
    """What an entry is for: its terms say it, or, in entries of version 1, its reference and what came in."""
    if entry.sources:
        return "settlement"
    told = entry.terms.get("kind")
    if told in get_args(Kind):
        return cast("Kind", told)
    reference = entry.reference or ""
    if ":rev:" in reference:
        return "reversal"
    if reference.startswith("unlock:"):
        return "unlock"
    units = {line.unit for line in entry.postings if line.destination == OWN}
    if "coin" in units:
        return "purchase"
    return "grant" if units else "other"


def _change(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int]:
    changes = {unit: after.get(unit, 0) - before.get(unit, 0) for unit in sorted({*before, *after})}
    return {unit: amount for unit, amount in changes.items() if amount}


def _expired(entry: Entry) -> dict[str, int]:
    return {
        line.unit: line.amount
        for line in entry.postings
        if line.source == OWN and line.destination.startswith(_EXPIRED)
    }


def _span(entry: Entry) -> Span | None:
    found = _UNLOCKED.fullmatch(entry.reference or "")
    return Span(found[1], int(found[2]), int(found[3])) if found else None
