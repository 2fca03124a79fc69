"""Campaigns as they stand: who pays for what, when, where, and how much at most. Pure.

A campaign's budget has one period, whose slices are frozen by the first funding; what comes after is another campaign.
Times are milliseconds since the Unix epoch, days are UTC's, coins are bonus coins.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Literal, NamedTuple, get_args

from cliffhanger.clock import rfc3339
from cliffhanger.errors import CampaignClosed, FundingsFull, KeyReused, ValidationFailed
from cliffhanger.ledger.budgets import Budget
from cliffhanger.ledger.names import base32, external

Kind = Literal["cashback", "scan", "watch.episode"]
"""What a campaign gives coins for: a purchase at the brand, a code scanned, a sponsored episode watched."""
KINDS: tuple[Kind, ...] = get_args(Kind)
Status = Literal["paused", "live", "closed"]
"""``paused``: gives nothing, and what is pending goes on; ``closed``: over, and what was not spent has gone back."""
FundingStatus = Literal["awaiting", "approved", "done", "refused"]
CodeKind = Literal["printed", "shown"]
"""``printed``: one code for the whole campaign; ``shown``: another one every minute, on a screen at the brand's."""

PERIOD = "1"
ALONE_COINS = 10_000
"""Coins that operators bring to one campaign without a second one: a hundred dollars' worth. More awaits another."""
MOST_FUNDINGS = 50
MOST_SLICES = 64
MOST_OPEN = 200
"""Campaigns that are not closed, drafts too: who looks at what is running looks at them all."""
DAY_MS = 86_400_000
LATE_MS = 90 * DAY_MS
"""For so long after the last return window, what late returns bring back to a budget goes on to its brand."""

_FACT_BYTES = 10


class Worth(NamedTuple):
    """What money is worth: ``coins`` for each ``amount`` of a currency, in its smallest unit."""

    currency: str
    amount: int
    coins: int


class Sponsored(NamedTuple):
    """A series that a campaign sponsors, and its episodes; all of them where none is named."""

    series: str
    episodes: tuple[int, ...] = ()


class Terms(NamedTuple):
    """What a campaign is. Caps are for one viewer over the whole of it; what was returned counts all the same.

    ``countries`` are those of viewers who may take part, all where there are none.
    """

    partner: str
    name: str
    kinds: tuple[Kind, ...]
    starts_at: int
    ends_at: int
    return_days: int
    slices: int
    viewer_times: int
    viewer_coins: int
    countries: tuple[str, ...] = ()
    worth: tuple[Worth, ...] = ()
    sponsored: tuple[Sponsored, ...] = ()
    code: CodeKind = "printed"


class Funding(NamedTuple):
    """Coins that operators bring to a campaign, once. ``decided_by`` is the second operator, where one was needed."""

    funding: str
    coins: int
    status: FundingStatus
    by: str
    at: int
    decided_by: str = ""
    decided_at: int = 0


class Campaign(NamedTuple):
    """A campaign as it stands. ``revision`` counts its changes from 1; a change names the one it was made from.

    ``promised`` is until when tokens that were made for it before it was changed are good.
    """

    campaign: str
    terms: Terms
    status: Status
    revision: int
    created_at: int
    changed_at: int
    changed_by: str
    fundings: tuple[Funding, ...] = ()
    promised: int = 0

    @property
    def budget(self) -> Budget:
        """Its budget."""
        return Budget(self.campaign, PERIOD)

    @property
    def source(self) -> str:
        """Where its funding comes from, and goes back to: the brands, on the other side of the world."""
        return external("brands", self.campaign)

    @property
    def funded(self) -> bool:
        """Whether its slices are frozen, or about to be."""
        return any(one.status in ("approved", "done") for one in self.fundings)

    @property
    def settles_at(self) -> int:
        """From when on nothing new is pending: the end of its last return window."""
        return self.terms.ends_at + self.terms.return_days * DAY_MS

    @property
    def returns_until(self) -> int:
        """Until when returns may be told: as long as any of its tokens is good, though it was made to end earlier."""
        return max(self.promised, self.settles_at + LATE_MS)

    def check_open(self, now: int) -> None:
        """Lets a claim pass while the campaign is running.

        Raises:
            CampaignClosed: it is not.
        """
        reason = ""
        if now >= self.terms.ends_at or self.status == "closed":
            reason = "over"
        elif self.status == "paused" or not self.funded:
            reason = "paused"
        elif now < self.terms.starts_at:
            reason = "not_begun"
        if reason:
            raise CampaignClosed("The campaign gives nothing now.", reason=reason)

    def running(self, now: int) -> bool:
        """Whether it gives something at a time."""
        open_now = self.status == "live" and self.funded
        return open_now and self.terms.starts_at <= now < self.terms.ends_at

    def sponsors(self, series: str, episode: int) -> bool:
        """Whether an episode is one that it gives coins for."""
        return "watch.episode" in self.terms.kinds and any(
            one.series == series and (not one.episodes or episode in one.episodes) for one in self.terms.sponsored
        )


class Claimant(NamedTuple):
    """Who claims, or whom a claim token stands for, as they were when they got it.

    ``age`` is None where it is not known, and so is ``since``, when they first signed in, in milliseconds since the
    Unix epoch. ``block`` is the digest of the address block that they ask from: with a token it is not kept, but how
    many viewers it had within a day (``crowd``), and how many of them were new (``newcomers``).
    """

    person: str
    country: str = ""
    age: int | None = None
    device: str = ""
    until: int = 0
    since: int | None = None
    block: str = ""
    crowd: int = 1
    newcomers: int = 0


class Tallied(NamedTuple):
    """What the chain of a slice came to, up to an entry: by day, numbers by their names."""

    seq: int = 0
    days: Mapping[str, Mapping[str, int]] = {}


def check_terms(terms: Terms) -> Terms:
    """The terms themselves, if their parts go together.

    Raises:
        ValidationFailed: they do not; the text says what does not.
    """
    wrong = ""
    if terms.starts_at >= terms.ends_at:
        wrong = "A campaign ends after it begins."
    elif terms.ends_at - terms.starts_at > 366 * DAY_MS:
        wrong = "A campaign lasts a year at most."
    elif len(set(terms.kinds)) != len(terms.kinds):
        wrong = "A kind is named once."
    elif ("cashback" in terms.kinds) != bool(terms.worth):
        wrong = "Who gives cashback says what money is worth, and nobody else does."
    elif len({one.currency for one in terms.worth}) != len(terms.worth):
        wrong = "A currency is named once."
    elif ("watch.episode" in terms.kinds) != bool(terms.sponsored):
        wrong = "Who gives coins for watching says which series, and nobody else does."
    if wrong:
        raise ValidationFailed(wrong, where="body")
    return terms


def with_funding(campaign: Campaign, funding: Funding) -> Campaign:
    """The campaign with one more funding, which awaits another operator where all that had none come to too much.

    A funding that is there already stays as it is.

    Raises:
        KeyReused: it is there with another number of coins, or by somebody else.
        FundingsFull: there are as many as may be.
        CampaignClosed: the campaign is over.
    """
    known = funding_of(campaign, funding.funding)
    if known is not None:
        if (known.coins, known.by) != (funding.coins, funding.by):
            raise KeyReused("The key stands for another funding already; use a new one.")
        return campaign
    if campaign.status == "closed":
        raise CampaignClosed("The campaign is over.", reason="over")
    if len(campaign.fundings) >= MOST_FUNDINGS:
        raise FundingsFull("The campaign has been funded as often as may be.", most=MOST_FUNDINGS)
    alone = sum(one.coins for one in campaign.fundings if one.status != "refused" and not one.decided_by)
    status: FundingStatus = "approved" if alone + funding.coins <= ALONE_COINS else "awaiting"
    return campaign._replace(fundings=(*campaign.fundings, funding._replace(status=status)))


def funding_of(campaign: Campaign, name: str) -> Funding | None:
    """A campaign's funding of that name."""
    return next((one for one in campaign.fundings if one.funding == name), None)


def changed_funding(campaign: Campaign, funding: Funding) -> Campaign:
    """The campaign with a funding in the place of the one of its name."""
    return campaign._replace(
        fundings=tuple(funding if one.funding == funding.funding else one for one in campaign.fundings)
    )


def worth_of(terms: Terms, currency: str, amount: int) -> int | None:
    """How many coins an amount of money is worth, rounded down; None for a currency that the campaign does not take."""
    worth = next((one for one in terms.worth if one.currency == currency), None)
    return None if worth is None else amount * worth.coins // worth.amount


def fact_of(campaign: str, kind: str, name: str) -> str:
    """What something that was done is called in references: an id, which says nothing of what the brand calls it."""
    hashed = hashlib.sha256(f"{campaign}\n{kind}\n{name}".encode()).digest()
    return base32(hashed[:_FACT_BYTES])


def day_of(at: int) -> str:
    """The day of a time, in UTC."""
    return rfc3339(at)[:10]
