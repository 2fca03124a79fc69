"""Where the money behind spent coins has gone, found on the chain of who spent them. Pure.

The coins that were spent last are those that cannot be taken any more: a purchase that is undone asks them first. Whom
it asked, for which spend, follows from the chain alone, entry by entry, and so does what a spend has given back by the
time that it is undone itself: no series gives the same money twice, and what comes again goes to who had given it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.names import OWN, OWN_DEFERRED, platform
from cliffhanger.ledger.planning import RECOVERED
from cliffhanger.ledger.purchases import RETURNS, REVERSALS

MOST_PAYEES = 12
"""From so many accounts at most money comes back in one entry; the house bears the rest."""
SERIES, HOUSE = "series:", "platform:recovered-"
PAYEES = (SERIES, HOUSE)
"""What bears to give money back: intake accounts, which may go below zero until more comes in."""
PAYER = "external:"


@dataclass
class _Paid:
    """What an entry paid with the money behind coins of the lot: to whom, how much, and how much of it is given back.

    It stands until the unlock is reversed; the series has nothing of it then.
    """

    seq: int
    account: str
    cash: int
    given: int = 0
    stands: bool = True


@dataclass
class _Share:
    """What the undoing of a purchase took of one payment, and has not brought again."""

    paid: _Paid
    amount: int


class Trail:
    """What became of the money behind the coins of one lot, as far as a chain is looked at.

    ``chain`` are its entries from the newest back to some other one. What is older changes nothing of what is told
    here: an undoing asks the payments before it, the last first, and those of before only for what these had not.
    """

    def __init__(self, chain: Iterable[Entry], lot: str) -> None:
        self._lot = lot
        self._paid: list[_Paid] = []
        self._shares: dict[int, list[_Share]] = {}
        self._grants: dict[int, int] = {}
        self._returned: list[int] = []
        for entry in reversed([entry for entry in chain if tells(entry)]):
            self._follow(entry)

    def trace(self, grant: int, cash: int) -> dict[str, int]:
        """Who has the money of an order with that ``grant``, up to an amount: how much of it, by account.

        What a series gave back already, by the reversal of an unlock or by an earlier undoing, is passed over. What
        nobody has, or more accounts than one entry names, is not in the answer.
        """
        found: dict[str, int] = {}
        for paid in self._before(grant):
            part = min(paid.cash - paid.given, cash) if paid.stands else 0
            if part and (paid.account in found or len(found) < MOST_PAYEES):
                found[paid.account] = found.get(paid.account, 0) + part
                cash -= part
        return found

    def given(self, seq: int) -> int:
        """How much of what the entry of that number paid with the lot's money has been given back by undoings."""
        return sum(paid.given for paid in self._paid if paid.seq == seq)

    def heirs(self, undoing: Entry) -> list[tuple[str, int]]:
        """Who gets what an undoing took, now that it comes again: those who gave it, in that order.

        For an unlock that has been reversed meanwhile it is the house, which has stood in for the series.
        """
        found = []
        for _, amount, source, destination in undoing.postings:
            if not destination.startswith(PAYER) or source in (OWN, OWN_DEFERRED):
                continue
            left = amount
            for share in self._shares.get(undoing.seq, ()):
                if share.paid.account == source:
                    found.append((_heir(share, undoing.account), share.amount))
                    left -= share.amount
            found.append((source, left))
        return found

    def left_over(self, grant: int) -> list[tuple[str, int]]:
        """Who still misses what undoings of an order took that have come to nothing since, for another stood then."""
        return [
            (share.paid.account, share.amount)
            for seq in self._returned
            for share in self._shares.get(seq, ())
            if self._grants[seq] == grant and share.paid.stands
        ]

    def _follow(self, entry: Entry) -> None:
        kind, reverses = entry.terms.get("kind"), entry.terms.get("reverses")
        if kind in REVERSALS or kind in RETURNS:
            if reverses is not None and entry.terms.get("lot") == self._lot:
                (self._take if kind in REVERSALS else self._bring)(entry, reverses)
        elif kind == "reversal":
            for paid in self._paid:
                paid.stands = paid.stands and paid.seq != reverses
        else:
            self._paid += _paid(entry, self._lot)

    def _before(self, grant: int) -> Iterator[_Paid]:
        """The payments that an undoing of that order's grant may ask, the last first; the house for its own debt."""
        return (
            paid
            for paid in reversed(self._paid)
            if paid.seq == grant or (paid.seq > grant and paid.account.startswith(SERIES))
        )

    def _take(self, entry: Entry, grant: int) -> None:
        self._grants[entry.seq], shares = grant, self._shares.setdefault(entry.seq, [])
        for _, amount, source, destination in entry.postings:
            left = amount if source.startswith(PAYEES) and destination.startswith(PAYER) else 0
            for paid in self._before(grant):
                part = min(left, paid.cash - paid.given) if paid.stands and paid.account == source else 0
                if part:
                    paid.given += part
                    left -= part
                    shares.append(_Share(paid, part))

    def _bring(self, entry: Entry, undoing: int) -> None:
        grant = self._grants.get(undoing)
        others = [self._shares[seq] for seq in self._returned if self._grants.get(seq) == grant and seq in self._shares]
        self._returned.append(undoing)
        for _, amount, source, destination in entry.postings:
            left = amount if source.startswith(PAYER) and destination.startswith(PAYEES) else 0
            for share in (share for shares in (self._shares.get(undoing, []), *others) for share in shares):
                part = min(left, share.amount) if _heir(share, entry.account) == destination else 0
                share.amount -= part
                share.paid.given -= part
                left -= part


def tells(entry: Entry) -> bool:
    """Whether an entry may tell something of where money behind coins went: whoever looks back far keeps only such."""
    return bool(entry.spent) or entry.terms.get("kind") in (*REVERSALS, *RETURNS, "reversal", "purchase")


def _heir(share: _Share, account: str) -> str:
    return share.paid.account if share.paid.stands else platform(RECOVERED, account)


def _paid(entry: Entry, lot: str) -> Iterator[_Paid]:
    """What an entry paid with money of the lot; a grant, for coins that were owed by then."""
    cash = sum(portion.cash for portion in entry.spent if portion.lot == lot and portion.unit == "coin")
    for _, amount, source, destination in entry.postings:
        if source != OWN_DEFERRED:
            continue
        if entry.terms.get("kind") == "purchase" and destination.startswith(HOUSE):
            yield _Paid(entry.seq, destination, amount)
        elif cash and destination.startswith(SERIES):
            yield _Paid(entry.seq, destination, cash)
            return
