"""What the ledger proves of a disputed purchase, for the bank that decides.

Only what the books know: when it was paid, which coins it brought, and which episodes they opened, with the hashes by
which each entry can be verified. No name, no address, nothing of what was watched.
"""

from __future__ import annotations

import re

from cliffhanger.clock import rfc3339
from cliffhanger.commerce.orders import Order
from cliffhanger.dynamo import Unclear
from cliffhanger.errors import Busy
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.names import text_of_hash
from cliffhanger.ledger.purchases import own_lot
from cliffhanger.ledger.purchasing import read_story
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.ledger.walking import entries_back

MOST_LINES = 40
"""So many unlocks are listed; the others are counted. Stripe takes 20,000 characters of a text."""
PRODUCT = "Coins that open episodes of serial stories in this service, delivered to the account at once when paid."

_UNLOCK = re.compile(r"unlock:([^:]+):(\d+)-(\d+)\.\d+")


def evidence_for(ledger: LedgerStore, order: Order, dispute: Entry) -> dict[str, str]:
    """Evidence as the provider's fields: what was sold, when it was delivered, and what it was used for.

    Empty where nothing was delivered.

    Raises:
        Busy: the ledger does not answer now, or the grant is too many entries ago.
    """
    story = read_story(ledger, order.chain)
    grant = story.grant
    if grant is None:
        return {}
    lot = own_lot(story)
    try:
        used = [
            entry
            for entry in entries_back(ledger, dispute, grant.seq)
            if any(portion.lot == lot for portion in entry.spent)
        ]
    except Unclear as error:
        raise Busy("Try again in a moment.") from error
    used.reverse()
    lines = [
        f"Order {order.order}: {order.title}, paid with {order.deal.cash} {order.deal.currency} (smallest unit).",
        f"Credited to the account at {rfc3339(grant.at)}; entry {grant.seq}, SHA-256 {text_of_hash(grant.hash)}.",
        *(_line(entry, lot) for entry in used[:MOST_LINES]),
    ]
    if len(used) > MOST_LINES:
        lines.append(f"And {len(used) - MOST_LINES} unlocks more.")
    if not used:
        lines.append("Coins of it have not been spent; they have been taken back.")
    return {
        "product_description": PRODUCT,
        "service_date": rfc3339(grant.at)[:10],
        "access_activity_log": "\n".join(lines),
    }


def _line(entry: Entry, lot: str) -> str:
    coins = sum(portion.coins for portion in entry.spent if portion.lot == lot)
    found = _UNLOCK.fullmatch(entry.reference or "")
    what = f"episodes {found[2]} to {found[3]} of {found[1]}" if found else "something of the service"
    return f"{rfc3339(entry.at)}: {coins} coins opened {what}; entry {entry.seq}, SHA-256 {text_of_hash(entry.hash)}."
