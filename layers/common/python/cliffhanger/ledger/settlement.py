"""Settlement: applying an entry's foreign legs to the other accounts, in batches. Pure.

A batch is one entry on the destination's chain that names every source it settles; each source is marked in the same
transaction, so that it is settled exactly once whatever is delivered twice, late or out of order (LEDGER rules 10, 11).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from cliffhanger.ledger.entries import Entry, foreign_legs, mark_of, seal
from cliffhanger.ledger.names import OWN, SOURCES
from cliffhanger.ledger.state import Posting, Source, State, balances_after

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


def plan_batch(destination: str, head: Entry | None, sources: Sequence[Entry], now: int) -> Batch:
    """The batch that settles those entries on one account.

    Raises:
        ValueError: there is no source, or more than 99.
    """
    if not 0 < len(sources) <= MAX_SOURCES:
        raise ValueError(len(sources))
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
    state = before._replace(balances=balances_after(before.balances, postings))
    named = tuple(
        Source(entry.account, entry.seq, tuple(leg.get(unit, 0) for unit in units))
        for entry, leg in zip(sources, legs, strict=True)
    )
    batch = seal(destination, head, now, postings=postings, state=state, sources=named, units=units)
    claims = tuple(Claim(entry.account, entry.seq, entry.hash, mark_of(entry, destination)) for entry in sources)
    return Batch(batch, claims)
