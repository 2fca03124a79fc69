"""Coins of campaigns for episodes that they sponsor, once an episode counts as watched.

Which campaigns run is asked at most once a minute: one that has just begun gives a little later. Where it cannot be
asked, what was known last holds: the ledger and the campaign's own window decide in the end.
"""

from __future__ import annotations

from cliffhanger.campaigns.claiming import claim
from cliffhanger.campaigns.deciding import Deed, Desk
from cliffhanger.campaigns.domain import Campaign, Claimant
from cliffhanger.errors import (
    BudgetCapReached,
    BudgetExhausted,
    CampaignClosed,
    RewardRefused,
    SwitchedOff,
    Unavailable,
)

ASKED_APART_MS = 60_000
_NOTHING = (CampaignClosed, RewardRefused, BudgetExhausted, BudgetCapReached, SwitchedOff)


class Sponsors:
    """The campaigns that sponsor episodes, as one warm instance knows them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._known: tuple[Campaign, ...] = ()
        self._asked_at: int | None = None

    def watched(self, claimant: Claimant, series: str, episode: int) -> int:
        """Claims what campaigns give a viewer for an episode, once each; of how many campaigns coins came of it.

        Raises:
            Busy, Undecided, Unavailable: try again; what was claimed is not claimed twice.
        """
        given = 0
        for campaign in self._running():
            if campaign.sponsors(series, episode):
                try:
                    claim(self._desk, campaign, claimant, Deed("watch.episode", f"{series} {episode}", "server"))
                except _NOTHING:
                    continue
                given += 1
        return given

    def _running(self) -> tuple[Campaign, ...]:
        now = self._desk.clock()
        if self._asked_at is None or not 0 <= now - self._asked_at < ASKED_APART_MS:
            try:
                self._known = tuple(one for one in self._desk.campaigns.opened() if one.terms.sponsored)
            except Unavailable:
                if self._asked_at is None:
                    raise
            self._asked_at = now
        return tuple(one for one in self._known if one.running(now))
