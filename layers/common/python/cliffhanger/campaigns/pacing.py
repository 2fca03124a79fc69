"""How much of a campaign's day is left on one slice, where a rule paces it.

A day's coins are cut among the slices as a funding is, so that all of them together never give more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cliffhanger.campaigns.domain import Campaign, day_of
from cliffhanger.dynamo import Unclear
from cliffhanger.errors import Busy, RewardRefused
from cliffhanger.ledger.budgets import shares
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.planning import Turn

if TYPE_CHECKING:
    from cliffhanger.ledger.store import LedgerStore

AT_ONCE = 100
MOST_PAGES = 40
"""So many entries of a day on one slice are looked at, a hundred at a time: a campaign that is paced needs few."""


def paced_room(ledger: LedgerStore, turn: Turn, cap: int, campaign: Campaign) -> int:
    """How many coins of a day's cap a slice may still set aside, as of the turn's head.

    Raises:
        RewardRefused: the slice has so many entries of the day that they are not added up.
        Busy: the ledger does not answer now.
    """
    number = int(turn.account.rpartition(":")[2])
    share = shares(cap, campaign.terms.slices)[number]
    today, taken, head = day_of(turn.now), 0, turn.head
    page: tuple[Entry, ...] = () if head is None else (head,)
    for _ in range(MOST_PAGES):
        if not page:
            return max(0, share - taken)
        for entry in page:
            if day_of(entry.at) < today:
                return max(0, share - taken)
            if entry.terms.get("kind") == "claim":
                taken += int(entry.terms["coins"])
        try:
            page = ledger.newest(turn.account, AT_ONCE, before=page[-1].seq)
        except Unclear as error:
            raise Busy("Try again in a moment.") from error
    raise RewardRefused("The campaign has given too often today.", reasons=["campaign_day_cap"])
