"""Settlement: applying an entry's foreign legs to the other accounts, in batches. Pure.

A batch is one entry on the destination's chain that names every source it settles; each source is marked in the same
transaction, so that it is settled exactly once whatever is delivered twice, late or out of order (LEDGER rules 10, 11).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from cliffhanger.errors import LedgerCorrupt
from cliffhanger.ledger import lots as lotting
from cliffhanger.ledger.entries import Entry, foreign_legs, mark_of, seal
from cliffhanger.ledger.lots import Lot
from cliffhanger.ledger.names import COIN_UNITS, OWN, SOURCES, account_kind, volume_of
from cliffhanger.ledger.planning import repay
from cliffhanger.ledger.state import Posting, Source, State, available_after

MAX_SOURCES = 99
"""A transaction holds 100 actions (DynamoDB quota): one batch entry and 99 marks."""


class Claim(NamedTuple):
    """One source's part in a batch: which attribute to set on it, provided its hash still holds and it is unmarked."""

    account: str
    seq: int
    hash: bytes
    mark: str


class Batch(NamedTuple):
    """A batch entry and the claims that must all hold for it to be written."""

    entry: Entry
    claims: tuple[Claim, ...]


def by_destination(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Entries by each account on which they have legs, in order of address; each entry once per account."""
    groups: dict[str, dict[tuple[str, int], Entry]] = {}
    for entry in entries:
        for destination in foreign_legs(entry):
            groups.setdefault(destination, {})[entry.account, entry.seq] = entry
    return {destination: list(groups[destination].values()) for destination in sorted(groups)}


def plan_batch(
    destination: str,
    head: Entry | None,
    sources: Sequence[Entry],
    now: int,
    terms: Mapping[str, Any] | None = None,
) -> Batch:
    """The batch that settles those entries on one account, after its last entry, in whatever volume that is.

    What arrives repays debt of its unit first. Coins for a viewer become the lots that their sources have sealed; coins
    that are taken from one, and are no longer there, become debt, as cash of a creator does (LEDGER rules 9, 20).
    ``terms`` are for who is paid to read: what the sources were decided on, where the one who settles them knows it.
    The batch is never before what it settles, whosever clock is behind.

    Raises:
        ValueError: there is no source, or more than 99; or the head is another account's.
        LedgerCorrupt: the account cannot bear it, or a source does not say which lots its coins are.
    """
    if not 0 < len(sources) <= MAX_SOURCES:
        raise ValueError(len(sources))
    account = destination if head is None else head.account
    if volume_of(account)[0] != destination:
        raise ValueError(account)
    legs = [foreign_legs(entry)[destination] for entry in sources]
    units = tuple(sorted({unit for leg in legs for unit in leg}))
    postings = []
    for unit in units:
        total = sum(leg.get(unit, 0) for leg in legs)
        if total > 0:
            postings.append(Posting(unit, total, SOURCES, OWN))
        elif total < 0:
            postings.append(Posting(unit, -total, OWN, SOURCES))
    before = State() if head is None else head.state
    state = with_debt_repaid(before, postings, SOURCES)
    if account_kind(destination) == "creator":
        state = with_shortage_owed(state, postings)
    if account_kind(destination) == "viewer":
        state = _with_lots_settled(
            state, destination, 1 if head is None else head.seq + 1, zip(sources, legs, strict=True)
        )
    state = state._replace(balances=available_after(before, state, postings))
    named = tuple(
        Source(entry.account, entry.seq, tuple(leg.get(unit, 0) for unit in units))
        for entry, leg in zip(sources, legs, strict=True)
    )
    now = max(now, *(entry.at for entry in sources))
    batch = seal(account, head, now, postings=postings, state=state, sources=named, units=units, terms=terms)
    claims = tuple(Claim(entry.account, entry.seq, entry.hash, mark_of(entry, destination)) for entry in sources)
    return Batch(batch, claims)


def with_debt_repaid(state: State, postings: Iterable[Posting], payer: str) -> State:
    """Cash that arrives from ``payer`` repays what is owed of its currency; coins do so lot by lot."""
    debt = dict(state.debt)
    for unit, amount, source, _ in postings:
        if source == payer and unit not in COIN_UNITS and debt.get(unit):
            debt[unit] = max(0, debt[unit] - amount)
    return state._replace(debt=debt)


def with_shortage_owed(state: State, postings: Iterable[Posting]) -> State:
    """Cash that leaves an account and is not there is owed from then on (LEDGER rule 20); what is held stays held."""
    moved: dict[str, int] = {}
    for unit, amount, source, destination in postings:
        for side, signed in ((source, -amount), (destination, amount)):
            if side == OWN and unit not in COIN_UNITS:
                moved[unit] = moved.get(unit, 0) + signed
    debt = dict(state.debt)
    for unit, amount in moved.items():
        missing = -amount - state.balances.get(unit, 0)
        if amount < 0 and missing > 0:
            debt[unit] = debt.get(unit, 0) + missing
    return state._replace(debt=debt)


def _with_lots_settled(state: State, viewer: str, seq: int, sources: Iterable[tuple[Entry, dict[str, int]]]) -> State:
    """The lots and the debt of a viewer after each source's coins, one after the other."""
    count = 0
    for entry, leg in sources:
        terms = [lot for lot in entry.lots if lot.viewer == viewer]
        if {unit for unit in leg if unit in COIN_UNITS} != {lot.unit for lot in terms}:
            raise LedgerCorrupt(f"Entry {entry.seq} of {entry.account} does not say which lots its coins are.")
        for _, unit, coins, expires_day in terms:
            count += 1
            if leg[unit] > 0:
                state, left, _ = repay(viewer, state, Lot(f"{seq}.{count}", unit, coins, expires_day))
                state = state if left is None else state._replace(lots=lotting.add(state.lots, left))
            else:
                alike = (lot.lot for lot in state.lots if lot.unit == unit and lot.expires_day == expires_day)
                # What had expired when it was sent has been let go there (``lapsing``), though it may stand here still.
                taken, remaining = lotting.take_back(state.lots, unit, coins, first=next(alike, ""), at_ms=entry.at)
                debt = {**state.debt, unit: state.debt.get(unit, 0) + coins - taken}
                state = state._replace(lots=remaining, debt=debt)
    return state
