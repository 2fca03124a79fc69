"""What a card dispute may take of creators: set apart of what is payable, from the dispute on.

When a bank takes money back whose coins were spent, the books take it from the lanes of the series that had it. What of
it was carried to somebody already is at stake: new income of the series makes up for it, or after
:data:`~cliffhanger.ledger.recoveries.PATIENCE_MS` it is recovered from who had shared in it. Until then nobody is paid
out what is to be given back. A dispute that is won ends it at once; one that is lost changes nothing of it.

Where nothing was ever carried from a lane, nobody has any of it: once the lane has heard of the dispute, it carries so
much less. Until it has, the dispute is to be told again, for the daily run might come in between.

A stake follows from the entries of the dispute alone, and has their name: told twice, late or first, it is the same.
"""

from __future__ import annotations

from typing import NamedTuple

from cliffhanger.dynamo import Unclear
from cliffhanger.errors import Busy
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.names import COIN_UNITS
from cliffhanger.ledger.purchasing import OrderChain, read_story
from cliffhanger.ledger.recoveries import PATIENCE_MS
from cliffhanger.ledger.rolling import stored_at, stored_upto
from cliffhanger.ledger.splits import Part, divide, person_of
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.payouts.policy import DAY_MS
from cliffhanger.payouts.store import PayoutsStore, Stake

STAKE_MS = PATIENCE_MS + 2 * DAY_MS
"""By then the daily run has recovered what was not made up for: so much longer is a stake kept at most."""
LOOKED_BACK, PAGE = 100_000, 500
"""Entries of a lane that are looked through for its last carry, and how many at once: lanes are carried daily, and one
that is settled every second has 86,400 a day. A page is half of what one query may answer."""


class Heeding(NamedTuple):
    """What is needed to heed a dispute: the books, and where stakes are kept."""

    ledger: LedgerStore
    payouts: PayoutsStore


def heed(desk: Heeding, account: str, seq: int) -> int:
    """Sets apart what the dispute of an entry takes of creators, or ends that where it was won; how many it concerns.

    ``account`` is the buyer's, ``seq`` the entry by which the dispute took, or by which it was given back.

    Raises:
        Busy, Unavailable: tell it again.
    """
    try:
        order, name = _named(desk.ledger.entry(account, seq))
        on = OrderChain(account, order)
        story = read_story(desk.ledger, on)
        taken = story.reversals.get(name)
        stakes = [] if taken is None else _stakes(desk.ledger, name, taken)
    except Unclear as error:
        raise Busy("Try again in a moment.") from error
    _put(desk, stakes, stands=name not in story.returns)
    # Somebody else may have been told meanwhile that it was won, and may have ended it before this one began it.
    if stakes and name not in story.returns and name in read_story(desk.ledger, on).returns:
        _put(desk, stakes, stands=False)
    return len(stakes)


def _put(desk: Heeding, stakes: list[Stake], *, stands: bool) -> None:
    for stake in stakes:
        desk.payouts.put_stake(stake._replace(stands=stands))


def _named(entry: Entry) -> tuple[str, str]:
    """Order and dispute of an entry, by its reference."""
    _, order, _, name = (entry.reference or "").split(":")
    return order, name


def _stakes(ledger: LedgerStore, name: str, taken: Entry) -> list[Stake]:
    """Each person's share of what an entry took from series, as those divided it last.

    Raises:
        Busy: one that has never divided anything has yet to hear of the entry, or its last carry is too far back.
    """
    amounts: dict[tuple[str, str], int] = {}
    for unit, amount, source, _ in taken.postings:
        if not source.startswith("series:") or unit in COIN_UNITS:
            continue
        parts = _shared_in(ledger, source)
        if not parts and not _settled_on(ledger, taken, source):
            raise Busy("The series' account has not heard of the dispute yet; try again in a moment.")
        for part, share in zip(parts, divide(amount, parts) if parts else (), strict=True):
            if share and person_of(part.party):
                whose = (person_of(part.party), unit)
                amounts[whose] = amounts.get(whose, 0) + share
    return [
        Stake(person, name, currency, amount, taken.at + STAKE_MS)
        for (person, currency), amount in sorted(amounts.items())
    ]


def _shared_in(ledger: LedgerStore, lane: str) -> tuple[Part, ...]:
    """Who shared in what was carried from a lane last; nobody where nothing was.

    Raises:
        Busy: it is further back than is looked. Nobody is taken for having none of it, and the notice is parked.
    """
    before = None
    for _ in range(LOOKED_BACK // PAGE):
        page = stored_upto(ledger, lane, PAGE, before)
        for entry in (one.entry for one in page if one.entry is not None):
            for account, seq, *_ in entry.sources:
                if account.startswith("creator:"):
                    parties = ledger.entry(account, seq).terms.get("parties")
                    return tuple(Part(str(party), int(bp)) for party, bp in parties or [(account, 10_000)])
        if len(page) < PAGE or page[-1].seq <= 1:
            return ()
        before = page[-1].seq
    raise Busy("The last carry of the series' account is too far back; try again after the next.")


def _settled_on(ledger: LedgerStore, entry: Entry, account: str) -> bool:
    found = stored_at(ledger, entry.account, entry.seq)
    return found is not None and account in found.settled
