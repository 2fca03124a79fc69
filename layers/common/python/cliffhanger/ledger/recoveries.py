"""Recoveries: what a lane has been short of for too long is made up for by who had shared in it. Pure (LEDGER rule 20).

Income that is taken back after it was carried leaves a lane below zero, and new income makes up for that. Where none
comes, everybody gives back their share of what is missing, divided as the last carry was; whoever no longer has it owes
it from then on (docs/adr/0038).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from cliffhanger.errors import NothingToCarry
from cliffhanger.ledger.carries import Carry, settled_with
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.invariants import MAX_POSTINGS
from cliffhanger.ledger.names import COIN_UNITS, OWN, Income
from cliffhanger.ledger.planning import Turn, living, next_entry
from cliffhanger.ledger.settlement import with_shortage_owed
from cliffhanger.ledger.splits import Part, account_of, divide
from cliffhanger.ledger.state import Posting

RECOVERY = "recovery"
"""Kind: of the entry, and of the batches by which the other parties give back."""
PATIENCE_MS = 30 * 86_400_000
"""For so long new income may make up for what a lane is short of. Cards are disputed for months, but a series that has
earned nothing for a month will not make up for anything."""


def recovery_reference(series: str, lane: int, day: str, income: Income = "earned") -> str:
    """The reference of what a lane is brought that was short for too long, once for a day."""
    return f"recovery:{series}:{income}:{lane}:{day}"


class Shortage(NamedTuple):
    """What a lane has been short of for long enough, per currency, and the entry that carried from it last."""

    amounts: tuple[tuple[str, int], ...]
    carry: tuple[str, int]


class Asked(NamedTuple):
    """What is asked of whom: amounts per currency, from the parts of a series' carry; without any, from its account."""

    series: str
    amounts: tuple[tuple[str, int], ...]
    parts: tuple[Part, ...]


def shortage_of(newest: Iterable[Entry], now: int) -> Shortage | None:
    """What a lane has to have made up, from its entries, newest first; None where it is not time, or nothing is.

    A currency counts whose balance has been below zero at every entry since a time that is long enough ago. Who had
    shared in it is what the last carry says; where none has ever been, nobody is asked. No more entries are taken than
    tell both.
    """
    asked: dict[str, int] | None = None
    long: dict[str, int] = {}
    carry = None
    for entry in newest:
        held = entry.state.balances
        if asked is None:
            asked = {unit: -amount for unit, amount in held.items() if unit not in COIN_UNITS and amount < 0}
        asked = {unit: missing for unit, missing in asked.items() if held.get(unit, 0) < 0}
        if entry.at <= now - PATIENCE_MS:
            long, asked = {**long, **asked}, {}
        carry = carry or next((source[:2] for source in entry.sources if source.account.startswith("creator:")), None)
        if not asked and (carry or not long):
            break
    return Shortage(tuple(sorted(long.items())), carry) if long and carry else None


def plan_recovery(turn: Turn, lane: str, ends: Mapping[str, Entry | None], asked: Asked) -> Carry:
    """Brings a lane what it is short of, from all parts of a carry; the guarded account's own and the others'.

    What of it the lane is no longer short of stays where it is.

    Raises:
        NothingToCarry: by now the lane is short of nothing.
        NameInvalid: the account takes no such reference.
        LedgerCorrupt: the entry would break a rule of the ledger.
    """
    end = ends[lane]
    held = {} if end is None else end.state.balances
    missing = [(unit, min(amount, -held.get(unit, 0))) for unit, amount in asked.amounts if held.get(unit, 0) < 0]
    missing = missing[: MAX_POSTINGS // max(1, len(asked.parts))]
    if not missing:
        raise NothingToCarry("The lane is short of nothing.")
    brought = [Posting(unit, amount, OWN, lane) for unit, amount in missing]
    accounts = [account_of(part.party, asked.series) for part in asked.parts]
    given = [
        Posting(unit, share, account, OWN)
        for unit, amount in missing
        for account, share in zip(accounts, divide(amount, asked.parts), strict=True)
        if share and account != turn.account
    ]
    alive = living(turn)
    state = with_shortage_owed(alive.state, [*brought, *given])
    entry = next_entry(turn, alive, postings=[*brought, *given], state=state)
    return settled_with(turn, lane, ends, entry, {**turn.ask.terms, "of": dict(missing)})
