"""Where the money behind spent coins has gone, found on the chain of who spent them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.names import OWN_DEFERRED
from cliffhanger.ledger.purchases import RETURNS, REVERSALS

MOST_PAYEES = 12
"""From so many accounts at most money comes back in one entry; the house bears the rest."""
PAYEES = ("series:", "platform:recovered-")
"""What bears to give money back: intake accounts, which may go below zero until more comes in."""


def trace(chain: Iterable[Entry], lot: str, grant: int, cash: int) -> dict[str, int]:
    """Who has the money behind the coins of a lot, up to an amount of it: how much of it, by account.

    ``chain`` are the entries since the ``grant`` of that number, newest first: the coins that were spent last are those
    that cannot be taken any more. What a series gave back already, by the reversal of an unlock or by an earlier refund
    of the same lot, is passed over. What nobody has, or more accounts than one entry names, is not in the answer.
    """
    found: dict[str, int] = {}
    returned: dict[str, int] = {}
    reversed_: set[int] = set()
    for entry in chain:
        if not cash:
            break
        kind = entry.terms.get("kind")
        if kind in REVERSALS or kind in RETURNS:
            for account, amount in _returned(entry, lot):
                returned[account] = returned.get(account, 0) + amount
        elif kind == "reversal" and "reverses" in entry.terms:
            reversed_.add(entry.terms["reverses"])
        elif entry.seq not in reversed_:
            for account, amount in _paid(entry, lot, grant):
                again = max(0, min(returned.get(account, 0), amount))
                returned[account] = returned.get(account, 0) - again
                part = min(amount - again, cash)
                if part and (account in found or len(found) < MOST_PAYEES):
                    found[account] = found.get(account, 0) + part
                    cash -= part
    return found


def _paid(entry: Entry, lot: str, grant: int) -> Iterator[tuple[str, int]]:
    """What an entry paid with the money behind coins of a lot; the grant itself, for coins that were owed by then."""
    cash = sum(portion.cash for portion in entry.spent if portion.lot == lot and portion.unit == "coin")
    for _, amount, source, destination in entry.postings:
        if source == OWN_DEFERRED and destination.startswith(PAYEES):
            if entry.seq == grant:
                yield destination, amount
            elif cash:
                yield destination, cash
                return


def _returned(entry: Entry, lot: str) -> Iterator[tuple[str, int]]:
    """What an entry took back from those who had it, less what it gave them again."""
    if entry.terms.get("lot") != lot:
        return
    for _, amount, source, destination in entry.postings:
        if source.startswith(PAYEES) and destination.startswith("external:"):
            yield source, amount
        elif destination.startswith(PAYEES) and source.startswith("external:"):
            yield destination, -amount
