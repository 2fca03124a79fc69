"""Which purchases of coins stand on a viewer's chain: those that an allowance counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cliffhanger.commerce.domain import RIGHT_DAYS
from cliffhanger.errors import NotRefundable
from cliffhanger.ledger.lots import DAY_MS
from cliffhanger.ledger.purchases import Story, check_unspent
from cliffhanger.ledger.purchasing import OrderChain, read_story

if TYPE_CHECKING:
    from cliffhanger.ledger.planning import Turn
    from cliffhanger.ledger.store import LedgerStore

MOST_READ = 20
"""Purchases that are looked into: young ones, and those of which money went back. What more would bring is plenty."""


def purchases_of(ledger: LedgerStore, turn: Turn) -> int:
    """How many purchases of coins stand on the chain of whose turn it is.

    One whose money went back whole does not; nor, yet, does one that its buyer may still give back by right, for an
    allowance that was used up does not go back with it.

    Raises:
        Unclear, Busy: a read did not succeed.
    """
    parts = [(name.split(":"), seq) for name, seq in ledger.references(turn.account, "purchase:")]
    touched = {part[1] for part, _ in parts if part[2] == "rev"}
    grants = sorted(((seq, part[1]) for part, seq in parts if part[2] == "grant"), reverse=True)
    count, read, young = 0, 0, True
    for _, order in grants:
        if not young and order not in touched:
            count += 1
        elif read < MOST_READ:
            read += 1
            story = read_story(ledger, OrderChain(turn.account, order))
            young = story.grant is not None and story.grant.at + RIGHT_DAYS * DAY_MS > turn.now
            count += _stands(turn, story)
    return count


def _stands(turn: Turn, story: Story) -> bool:
    if story.deal is None or story.gone() >= story.deal.cash:
        return False
    try:
        check_unspent(turn, story, RIGHT_DAYS)
    except NotRefundable:
        return True
    return False
