"""Payouts whose money comes back: an entry for what a hold's post had moved away, never more, and once.

A bank may send a payout back days after it was paid, and a transfer may be reversed before it ever reached one. Either
way the legs of the post come back as they went, the fee among them, and repay debt of their currency first.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from cliffhanger.errors import HoldMissing
from cliffhanger.ledger.canonical import canonical_json, digest
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.holding import Held
from cliffhanger.ledger.journal import Recorded, Retrying, record_once
from cliffhanger.ledger.names import OWN, hold_references
from cliffhanger.ledger.planning import Ask, Turn, living, next_entry
from cliffhanger.ledger.settlement import with_debt_repaid
from cliffhanger.ledger.state import Posting
from cliffhanger.ledger.store import LedgerStore

NO_TERMS: Mapping[str, Any] = MappingProxyType({})
RETURNED = "payoutReturned"


def payout_reference(payout: str) -> str:
    """The reference of what brings a payout's money back: once, whatever it was that failed."""
    return f"payout:{payout}:returned"


def return_posted(turn: Turn, post: Entry) -> Entry:
    """Brings back what a post of held cash had moved away, from wherever it went; a freeze stops no income."""
    alive = living(turn)
    back = [Posting(unit, amount, away, OWN) for unit, amount, source, away in post.postings if source == OWN]
    state = alive.state
    for posting in back:
        state = with_debt_repaid(state, [posting], posting.source)
    return next_entry(turn, alive, postings=back, state=state)


def record_returned(
    ledger: LedgerStore, held: Held, *, terms: Mapping[str, Any] = NO_TERMS, retrying: Retrying | None = None
) -> Recorded:
    """Books a payout's money back that its hold's post had moved away; asked again, the first entry answers.

    Raises:
        HoldMissing: nothing was posted, so that there is nothing to come back; nothing changed.
        Busy, Undecided: try again.
    """
    post = posted(ledger, held)
    if post is None:
        raise HoldMissing("Nothing of it was posted.")
    request = digest(canonical_json({"operation": RETURNED, "post": post.seq}))
    ask = Ask(payout_reference(held.hold), request, {**terms, "kind": RETURNED})
    return record_once(ledger, held.account, ask, lambda turn: return_posted(turn, post), retrying)


def posted(ledger: LedgerStore, held: Held) -> Entry | None:
    """The post that ended a hold; None where it is open, was never placed, or ended otherwise.

    Raises:
        Unclear: the ledger does not answer now.
    """
    _, resolution = hold_references(held.hold)
    for name, seq in ledger.references(held.account, resolution):
        if name == resolution:
            entry = ledger.entry(held.account, seq)
            return entry if entry.terms.get("kind") == "post" else None
    return None
