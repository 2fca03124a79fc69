"""What tellers of entries have in common: whose an entry is, what it is for, and which coins. Pure."""

from __future__ import annotations

from typing import Any

from cliffhanger.events.envelope import Event
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.names import text_of_hash
from cliffhanger.ledger.state import LotTerms

CLASSES = {"bonus": "bonus", "coin": "bought", "game": "game"}
"""What a unit of coins is called outside."""


def event_of(entry: Entry, name: str, data: dict[str, Any]) -> Event:
    """An event of an entry: with the person of a viewer's account, else with the account."""
    kind, _, person = entry.account.partition(":")
    whose = {"personId": person} if kind == "viewer" and not name.startswith("Account") else {"account": entry.account}
    return Event(
        type=name,
        version=1,
        subject=entry.account,
        occurred_at=entry.at,
        data={**whose, **data, "seq": entry.seq},
        # The hash, because a restored ledger may have another entry in this place than the one that was told.
        fact=(entry.account, str(entry.seq), text_of_hash(entry.hash)),
    )


def reference_of(entry: Entry) -> str:
    """What an entry is for.

    Raises:
        ValueError: it is a batch.
    """
    if entry.reference is None:
        raise ValueError("no reference")
    return entry.reference


def of_lot(entry: Entry, lot: LotTerms) -> dict[str, Any]:
    """Coins that move between a budget and a viewer, as the viewer's."""
    return {
        "personId": lot.viewer.removeprefix("viewer:"),
        "coins": {CLASSES[lot.unit]: lot.coins},
        "reference": reference_of(entry),
    }
