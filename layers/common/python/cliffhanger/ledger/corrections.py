"""Reversals: entries that undo others. Nothing is ever edited (LEDGER rules 3, 19, 20). Pure.

A reversal stands on its original's chain, beside it: its reference is the original's and ``:rev:`` and the case.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from cliffhanger.errors import NotReversible
from cliffhanger.ledger import lots as lotting
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.lapsing import Lapsed, let_go
from cliffhanger.ledger.lots import Lot
from cliffhanger.ledger.names import GRANTED_UNITS, OWN, OWN_DEFERRED, platform
from cliffhanger.ledger.planning import RECOVERED, Living, Turn, give_back, living, next_entry
from cliffhanger.ledger.state import Posting

SECOND_LIFE_DAYS = 7
"""Granted coins that come back have at least this long, though their lot may have expired meanwhile."""
NOTHING: Mapping[str, int] = MappingProxyType({})


def reverse_spend(
    turn: Turn,
    *,
    original: Entry,
    before: Entry | None,
    series: str = "",
    spent_before: int = 0,
    given: Mapping[str, int] = NOTHING,
) -> Entry:
    """Gives coins and their cash back to the lots that a spend took them from.

    ``before`` is the entry before the original, whose state tells what the lots were; ``spent_before`` what the
    ``series`` has had from this account so far, in coins: both empty where it keeps no tally of it, as of tips. Debt is
    repaid first, as by any credit.

    ``given`` is what the series has given back already, by lot, because purchases of these coins were undone: the house
    stands in for that. It gets it again in the same entry where the coins repay what was owed for them, and has had it
    where other coins repaid that before; so the coins that come back pay the next creator in full.

    Raises:
        NotReversible: the original has not paid exactly one account.
    """
    alive = living(turn)
    paid = {line.destination for line in original.postings if line.destination.startswith("series:")}
    if len(paid) != bool(original.spent):
        raise NotReversible("Only what has paid a series gives coins back.")
    source = "".join(paid)
    kept = {lot.lot: lot for lot in (before.state.lots if before else ())}
    state, postings = alive.state, list[Posting]()
    for place, portion in enumerate(original.spent, start=1):
        postings.append(Posting(portion.unit, portion.coins, source, OWN))
        late = given.get(portion.lot, 0)
        shares = ((source, portion.cash - late), (platform(RECOVERED, turn.account), late))
        postings += [Posting(portion.currency, cash, payer, OWN_DEFERRED) for payer, cash in shares if cash]
        was = kept[portion.lot]
        expires = was.expires_day
        if expires != lotting.NEVER:
            expires = max(expires, lotting.expiry_day(alive.at, SECOND_LIFE_DAYS))
        back = Lot(was.lot, was.unit, portion.coins, expires, portion.cash, was.currency, was.channel)
        state, repaid = give_back(turn, state, back, place)
        postings += repaid
    coins = sum(portion.coins for portion in original.spent)
    # Entries of version 1 count no day: what they spent today is in no tally, and must not be taken out of one.
    counted = original.state.day[0] == alive.today
    state = state._replace(
        series=(series, spent_before - coins) if series else state.series,
        day=(alive.today, state.spent_on(alive.today) - coins) if counted else state.day,
    )
    return next_entry(turn, alive, postings=postings, state=state)


def reverse_grant(turn: Turn, *, original: Entry, lapsed: Lapsed, before: Entry | None = None) -> Entry:
    """Takes granted coins back: from their own lot first; what the account no longer has becomes debt.

    ``before`` is the entry before the original: it tells which older lot the coins have become a part of. Of coins
    whose day has come, what had been spent is owed, and what ``lapsed`` is not.

    Raises:
        NotReversible: the original granted nothing that has no cash behind it, or all of it has expired by itself.
    """
    alive = living(turn)
    grants = [line for line in original.postings if line.destination == OWN and line.unit in GRANTED_UNITS]
    if original.terms.get("kind", "grant") != "grant" or len(grants) != 1:
        raise NotReversible("Only coins that the house granted can be taken back.")
    unit, coins, source, _ = grants[0]
    lot = granted_lot(original, before, unit)
    turn, due = let_go(turn, lot, coins, alive.at, lapsed)
    if not due:
        raise NotReversible("What was granted has expired by itself.")
    first = str(original.seq) if lot is None else lot.lot
    return take_back(turn, alive, unit, due, first=first, source=source)


def take_back(turn: Turn, alive: Living, unit: str, coins: int, *, first: str, source: str) -> Entry:
    """Moves granted coins back to where they came from, of the lot named ``first`` before others; the rest is debt.

    Raises:
        NameInvalid: the reference does not belong on the account.
    """
    taken, remaining = lotting.take_back(alive.state.lots, unit, coins, first=first)
    debt = dict(alive.state.debt)
    if coins > taken:
        debt[unit] = debt.get(unit, 0) + coins - taken
    state = alive.state._replace(lots=remaining, debt=debt)
    return next_entry(turn, alive, postings=[Posting(unit, coins, OWN, source)], state=state)


def granted_lot(original: Entry, before: Entry | None, unit: str) -> Lot | None:
    """The lot that a grant became: its own, or an older one that grew by it; None where it went into debt."""
    had = {lot.lot: lot.coins for lot in (before.state.lots if before else ())}
    own = str(original.seq)
    grown = [lot for lot in original.state.lots if lot.unit == unit and lot.coins > had.get(lot.lot, 0)]
    return min(grown, key=lambda lot: lot.lot != own, default=None)
