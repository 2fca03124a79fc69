"""How entries of campaigns' cashback are told. Pure."""

from __future__ import annotations

from collections.abc import Callable

from cliffhanger.clock import rfc3339
from cliffhanger.events.envelope import Event
from cliffhanger.events.tellings import event_of, of_lot, reference_of
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.names import OWN


def cashback(name: str) -> Callable[[Entry], list[Event]]:
    """Tells how cashback stands: coins set aside, confirmed or taken back; nothing where none moved.

    What came into a wallet by it, or went out again, is a grant and its reversal besides.
    """

    def tell(entry: Entry) -> list[Event]:
        _, person, fact, _ = reference_of(entry).split(":", maxsplit=3)
        campaign = entry.account.split(":")[1]
        # Confirmed coins pass through the slice: what comes onto it there goes out by the next posting.
        lines = [line for line in entry.postings if not (name == "CashbackConfirmed" and line.destination == OWN)]
        if not lines:
            return []
        (line,) = lines
        about = {"personId": person, "campaignId": campaign, "claimId": fact, "coins": line.amount}
        until = {"confirmsAt": rfc3339(int(entry.terms["until"]))} if name == "CashbackPending" else {}
        told = [event_of(entry, name, {**about, **until, "reference": reference_of(entry)})]
        for lot in entry.lots:
            wallet = of_lot(entry, lot)
            if name == "CashbackConfirmed":
                told.append(event_of(entry, "CoinsGranted", wallet))
            else:
                told.append(event_of(entry, "GrantReversed", {**wallet, "reverses": int(entry.terms["of"])}))
        return told

    return tell
