"""Carries: what a lane of income has taken in moves to who earned it. Pure (LEDGER rule 12).

An entry is written on a guarded chain, the creator's. It takes all cash off the lane and hands the others of a split
their shares on; what remains is the creator's own. Its terms say by which split, so that whoever has the entry can
divide anew: ``parties`` are ``[party, basis points]``, and each unit's posting from the lane is what was divided.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from cliffhanger.errors import LedgerCorrupt, NothingToCarry
from cliffhanger.ledger.entries import Entry, foreign_legs, mark_of
from cliffhanger.ledger.invariants import MAX_POSTINGS
from cliffhanger.ledger.names import COIN_UNITS, GUARDED_KINDS, OWN, Income, account_kind
from cliffhanger.ledger.planning import Turn, living, next_entry
from cliffhanger.ledger.settlement import plan_batch, with_debt_repaid
from cliffhanger.ledger.splits import Part, account_of, divide
from cliffhanger.ledger.state import Posting

SHARE = "share"
"""Kind: the batch by which a carry pays a party; its terms are the carry's, and ``of``: what was divided, per unit."""


class Carry(NamedTuple):
    """An entry of the guarded account, and the batches that settle it: the lane's, then those of the other parties.

    ``marks`` are to say so on the entry, which batch by its number. They are all written, or none.
    """

    entry: Entry
    batches: tuple[Entry, ...]
    marks: Mapping[str, int]


def plan_carry(
    turn: Turn,
    lane: str,
    ends: Mapping[str, Entry | None],
    parts: Sequence[Part] = (),
    series: str = "",
    *,
    most: Mapping[str, int] | None = None,
) -> Carry:
    """Carries the cash that a lane holds, and divides it; each batch comes after the ``end`` of its account.

    It is all of it, or of each currency the ``most``. Without ``parts`` it is all the guarded account's; with them, one
    part must be. Coins stay: on a lane they only say what was watched. A currency that the lane is short of, because
    income was taken back after it had been carried, stays until new income has made up for it. What arrives repays debt
    first.

    Raises:
        NothingToCarry: the lane holds no cash.
        NameInvalid: the account takes no such reference.
        LedgerCorrupt: the guarded account has no part.
    """
    cash = cash_of(ends[lane], most)[: MAX_POSTINGS // max(1, len(parts))]
    if not cash:
        raise NothingToCarry("The lane holds no cash.")
    postings = [Posting(unit, amount, lane, OWN) for unit, amount in cash]
    handed = _handed_on(turn.account, cash, parts, series)
    alive = living(turn)
    state = with_debt_repaid(alive.state, _kept(postings, handed), lane)
    entry = next_entry(turn, alive, postings=[*postings, *handed], state=state)
    return settled_with(turn, lane, ends, entry, {**turn.ask.terms, "kind": SHARE, "of": dict(cash)})


def settled_with(
    turn: Turn, lane: str, ends: Mapping[str, Entry | None], entry: Entry, shared: Mapping[str, Any]
) -> Carry:
    """An entry that moves something between a lane and its parties, with the batches that settle it on each account.

    ``shared`` are the terms of the batches on guarded accounts, whose owners are told what it was.
    """
    batches = {
        account: plan_batch(
            account, ends[account], [entry], turn.now, shared if account_kind(account) in GUARDED_KINDS else None
        ).entry
        for account in sorted(foreign_legs(entry), key=lambda account: account != lane)
    }
    marks = {mark_of(entry, account): batch.seq for account, batch in batches.items()}
    return Carry(entry, tuple(batches.values()), marks)


def carry_reference(series: str, lane: int, period: str, income: Income = "earned") -> str:
    """The reference of what carries a lane's income to a guarded account, once for a period, an id."""
    return f"{'carry' if income == 'earned' else f'carry{income}'}:{series}:{lane}:{period}"


def cash_of(end: Entry | None, most: Mapping[str, int] | None = None) -> list[tuple[str, int]]:
    """What is to be carried of what a lane holds after an entry: currencies and amounts, in order; of each the most."""
    held = {} if end is None else end.state.balances
    due = held if most is None else {unit: min(amount, most.get(unit, 0)) for unit, amount in held.items()}
    return [(unit, amount) for unit, amount in sorted(due.items()) if unit not in COIN_UNITS and amount > 0]


def _handed_on(account: str, cash: Sequence[tuple[str, int]], parts: Sequence[Part], series: str) -> list[Posting]:
    """The shares of all parties but the guarded account's own; nothing of a unit that comes to nothing for one."""
    accounts = [account_of(part.party, series) for part in parts]
    if parts and accounts.count(account) != 1:
        raise LedgerCorrupt(f"{account} has not one part of what it carries.")
    return [
        Posting(unit, share, OWN, to)
        for unit, amount in cash
        for to, share in zip(accounts, divide(amount, parts), strict=True)
        if share and to != account
    ]


def _kept(arrived: Sequence[Posting], handed: Sequence[Posting]) -> list[Posting]:
    """What of each unit stays with the guarded account: only that can repay what it owes."""
    gone: dict[str, int] = {}
    for posting in handed:
        gone[posting.unit] = gone.get(posting.unit, 0) + posting.amount
    return [posting._replace(amount=posting.amount - gone.get(posting.unit, 0)) for posting in arrived]


def terms_of(parts: Sequence[Part], **told: Any) -> dict[str, Any]:
    """A carry's terms: by which parts, and what else is told of them."""
    return {**told, **({"parties": [list(part) for part in parts]} if parts else {}), "kind": "carry"}
