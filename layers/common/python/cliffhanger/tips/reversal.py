"""Reverses a tip: the coins go back to their lots, the cash leaves the lane."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cliffhanger.errors import NotReversible
from cliffhanger.ledger.canonical import canonical_json, digest
from cliffhanger.ledger.corrections import reverse_spend
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.journal import Recorded, Retrying, record
from cliffhanger.ledger.names import reversal_reference
from cliffhanger.ledger.planning import Ask, Turn
from cliffhanger.ledger.purchasing import given_back
from cliffhanger.ledger.state import Known
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.tips.domain import given_by


def reverse_tip(
    ledger: LedgerStore,
    original: Entry,
    case: str,
    terms: Mapping[str, Any],
    retrying: Retrying | None = None,
) -> Recorded:
    """Reverses a tip as a whole, once; asked again for the same case, it answers with the same entry.

    Raises:
        NotReversible: it is no tip, or another case has reversed it.
        Busy, Undecided: try again.
    """
    given = given_by(original)
    if given is None or original.reference is None:
        raise NotReversible("It is no tip.")
    account, own = original.account, reversal_reference(original.reference, case)
    request = digest(canonical_json({"operation": "reverseTip", "reverses": original.seq, "case": case}))
    # Who shows gifts to others finds it by the time as well.
    told = {"kind": "reversal", "reverses": original.seq, "given": original.at, "episode": given.episode}
    ask = Ask(own, request, {**told, **terms})
    known: tuple[Known, ...] = ()

    def decide(references: tuple[Known, ...]) -> int | None:
        nonlocal known
        known = references
        return next((seq for name, seq in references if name == own), None)

    def plan(head: Entry | None, now: int) -> Entry:
        if known:
            raise NotReversible("It has been reversed already.")
        before = ledger.entry(account, original.seq - 1) if original.seq > 1 else None
        turn, given = Turn(account, head, now, ask), given_back(ledger, head, original)
        return reverse_spend(turn, original=original, before=before, given=given)

    return record(ledger, account, f"{original.reference}:rev:", decide=decide, plan=plan, retrying=retrying)
