"""How entries that divide a series' income are told: to each who shares in it, of their own share alone. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cliffhanger.events.envelope import Event
from cliffhanger.events.tellings import reference_of
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.names import COIN_UNITS, text_of_hash
from cliffhanger.ledger.splits import Part, divide, person_of


def shared(name: str) -> Callable[[Entry], list[Event]]:
    """Tells each person of a split what came to them, or was taken back, of one lane's income of a day.

    The platform is told of nothing, and neither is who has no share; an entry that knows no split tells nothing.
    """

    def tell(entry: Entry) -> list[Event]:
        if "parties" not in entry.terms:
            return []
        parts = [Part(str(party), int(bp)) for party, bp in entry.terms["parties"]]
        whole = _whole(entry)
        shares = {unit: divide(amount, parts) for unit, amount in whole.items()}
        told = []
        for place, part in enumerate(parts):
            amounts = {unit: share[place] for unit, share in shares.items() if share[place]}
            if person_of(part.party) and amounts:
                told.append(_told(entry, name, part, _amounts(amounts), _amounts({u: whole[u] for u in amounts})))
        return told

    return tell


def _told(entry: Entry, name: str, part: Part, amounts: list[dict[str, Any]], whole: list[dict[str, Any]]) -> Event:
    person = person_of(part.party)
    data = {
        "personId": person,
        "role": part.party.partition(":")[0],
        "seriesId": str(entry.terms["series"]),
        "day": str(entry.terms["day"]),
        "income": str(entry.terms["income"]),
        "splitVersion": int(entry.terms["split"]),
        "basisPoints": part.bp,
        "amounts": amounts,
        "divided": whole,
        "reference": reference_of(entry),
    }
    fact = (entry.account, str(entry.seq), text_of_hash(entry.hash), part.party)
    return Event(name, 1, f"creator:{person}", entry.at, data, fact)


def _whole(entry: Entry) -> dict[str, int]:
    """What was divided, per currency: what came from the lane, or went back there."""
    lines = [line for line in entry.postings if any(side.startswith("series:") for side in line[2:])]
    return {line.unit: line.amount for line in lines if line.unit not in COIN_UNITS}


def _amounts(amounts: Mapping[str, int]) -> list[dict[str, Any]]:
    return [{"currency": currency, "amount": amount} for currency, amount in sorted(amounts.items())]
