"""Carries: what a lane of income has taken in moves to a guarded account. Pure (LEDGER rule 12)."""

from __future__ import annotations

from typing import NamedTuple

from cliffhanger.errors import NothingToCarry
from cliffhanger.ledger.entries import Entry, mark_of
from cliffhanger.ledger.invariants import MAX_POSTINGS
from cliffhanger.ledger.names import COIN_UNITS, OWN
from cliffhanger.ledger.planning import Turn, living, next_entry
from cliffhanger.ledger.settlement import plan_batch, with_debt_repaid
from cliffhanger.ledger.state import Posting


class Carry(NamedTuple):
    """An entry of the guarded account, and the batch that settles it on the lane; ``mark`` is to say so on the entry.

    They are written both or not at all.
    """

    entry: Entry
    batch: Entry
    mark: str


def plan_carry(turn: Turn, lane: str, end: Entry | None) -> Carry:
    """Carries all the cash that a lane holds after ``end``, its last entry; the batch takes the place after that one.

    Coins stay: on a lane they only say what was watched. A currency that the lane is short of, because income was taken
    back after it had been carried, stays until new income has made up for it. What arrives repays debt first.

    Raises:
        NothingToCarry: the lane holds no cash.
        NameInvalid: the account takes no such reference.
    """
    held = {} if end is None else end.state.balances
    cash = [(unit, amount) for unit, amount in sorted(held.items()) if unit not in COIN_UNITS and amount > 0]
    if not cash:
        raise NothingToCarry("The lane holds no cash.")
    postings = [Posting(unit, amount, lane, OWN) for unit, amount in cash[:MAX_POSTINGS]]
    alive = living(turn)
    entry = next_entry(turn, alive, postings=postings, state=with_debt_repaid(alive.state, postings, lane))
    return Carry(entry, plan_batch(lane, end, [entry], turn.now).entry, mark_of(entry, lane))
