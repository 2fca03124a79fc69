"""Granted coins whose day has come: how many of them expired by themselves, and are not owed. Pure (LEDGER rule 20).

What had been spent of a grant is owed when it is taken back, however late that is; what expired was never used. Which
is which is told by the chain: what stood in the lot in the last entry before its day, and of coins that came back to
the lot later, when they expired in turn. What a hold has set aside counts as spent.

Grants of one week are one lot, so that nobody can say whose coins were the ones that expired. An undoing lets them go
as its own as far as there are any, and tells how many it was (``lapsed``): the next finds so much less, and all of them
together let go no more than did expire.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.lots import DAY_MS, Lot
from cliffhanger.ledger.planning import Turn
from cliffhanger.ledger.state import LotTerms

LAPSED = "lapsed"
"""The term by which an undoing tells ``[lot, coins]`` that it did not take, for they had expired; less than nothing
where it is undone itself."""

Lapsed = Callable[[Lot, int], int]
"""Tells how many coins of a lot have expired by a time in milliseconds and were let go by no undoing yet."""
LapsedElsewhere = Callable[[LotTerms, int], tuple[str, int]]
"""Likewise of coins that were sent to a viewer, and by which name their lot goes there."""


def lapsed_in(chain: Iterable[Entry], lot: Lot, at: int) -> int:
    """How many coins that went by a lot's name expired by a time, less those that undoings have told of.

    ``chain`` are the account's entries, the newest first; it is read back to the last one before the lot's day.
    """
    found, later, kept = 0, at, frozenset[tuple[str, int]]()
    for entry in chain:
        there = {(one.lot, one.expires_day): one for one in entry.state.lots}
        # A batch that settles leaves what has expired where it is: it counts once, where it is no more.
        found += sum(
            one.coins for key, one in there.items() if one.lot == lot.lot and one.expired(later) and key not in kept
        )
        if entry.at < lot.expires_day * DAY_MS:
            break
        told, coins = entry.terms.get(LAPSED, ("", 0))
        found -= coins if told == lot.lot else 0
        later, kept = entry.at, frozenset(there)
    return max(0, found)


def lapsed_of(chain: Iterable[Entry], sent: LotTerms, at: int) -> tuple[str, int]:
    """Which lot of a viewer's coins that were sent have become, and as :func:`lapsed_in` of that.

    There is none, and nothing has expired, where all of it was used by its day. ``chain`` is the viewer's.
    """
    seen = []
    for entry in chain:
        seen.append(entry)
        if entry.at < sent.expires_day * DAY_MS:
            break
    alike = (
        lot
        for entry in seen[-1:]
        for lot in entry.state.lots
        if (lot.unit, lot.expires_day) == (sent.unit, sent.expires_day)
    )
    lot = next(alike, None)
    return ("", 0) if lot is None else (lot.lot, lapsed_in(seen, lot, at))


def let_go_of(turn: Turn, sent: LotTerms, coins: int, at: int, lapsed: LapsedElsewhere) -> tuple[Turn, int]:
    """As :func:`let_go`, of coins that were sent to a viewer from another's chain."""
    if at < sent.expires_day * DAY_MS:
        return turn, coins
    name, found = lapsed(sent, at)
    gone = min(coins, found)
    return telling(turn, name, gone), coins - gone


def let_go(turn: Turn, lot: Lot | None, coins: int, at: int, lapsed: Lapsed) -> tuple[Turn, int]:
    """How many of so many coins to be taken back did not expire by themselves, and the turn that tells of the others.

    ``lot`` is what they were granted as; None where they repaid debt, and were used by that.
    """
    if lot is None or not coins or not lot.expired(at):
        return turn, coins
    gone = min(coins, lapsed(lot, at))
    return telling(turn, lot.lot, gone), coins - gone


def telling(turn: Turn, lot: str, coins: int) -> Turn:
    """The turn whose entry tells so many coins of a lot; as it was where there are none to tell of."""
    return turn._replace(ask=turn.ask._replace(terms={**turn.ask.terms, LAPSED: [lot, coins]})) if coins else turn
