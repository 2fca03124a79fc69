"""Reverses an unlock: the coins go back to their lots, the episodes are locked again."""

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
from cliffhanger.unlocks.domain import series_prefix, unlocks_of
from cliffhanger.unlocks.standing import spent_in


def reverse_unlock(
    ledger: LedgerStore,
    original: Entry,
    case: str,
    terms: Mapping[str, Any],
    retrying: Retrying | None = None,
) -> Recorded:
    """Reverses an unlock as a whole, once; asked again for the same case, it answers with the same entry.

    Raises:
        NotReversible: it is no unlock, or another case has reversed it.
        Busy, Undecided: try again.
    """
    found = unlocks_of([Known(original.reference or "", original.seq)])
    if not found:
        raise NotReversible("It is no unlock.")
    unlock, account = found[0], original.account
    own = reversal_reference(unlock.reference, case)
    request = digest(canonical_json({"operation": "reverseUnlock", "reverses": original.seq, "case": case}))
    known: tuple[Known, ...] = ()

    def decide(references: tuple[Known, ...]) -> int | None:
        nonlocal known
        known = references
        return next((seq for reference, seq in references if reference == own), None)

    def plan(head: Entry | None, now: int) -> Entry:
        if any(reference.startswith(f"{unlock.reference}:rev:") for reference, _ in known):
            raise NotReversible("It has been reversed already.")
        before = ledger.entry(account, original.seq - 1) if original.seq > 1 else None
        return reverse_spend(
            Turn(account, head, now, Ask(own, request, {"kind": "reversal", "reverses": original.seq, **terms})),
            original=original,
            before=before,
            series=unlock.series,
            spent_before=spent_in(ledger, account, head, known, unlock.series),
            given=given_back(ledger, head, original),
        )

    return record(ledger, account, series_prefix(unlock.series), decide=decide, plan=plan, retrying=retrying)
