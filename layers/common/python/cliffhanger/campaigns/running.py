"""Campaigns as operators run them: made, changed, funded by two where it is much, paused, closed when they are over.

Whatever is cut short goes on where it was: a funding that is approved and not done yet is carried out by the same
request again, by its approval, or by the next sweep.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from cliffhanger.campaigns.domain import (
    MOST_OPEN,
    Campaign,
    Funding,
    FundingStatus,
    Status,
    Terms,
    changed_funding,
    check_terms,
    day_of,
    funding_of,
    with_funding,
)
from cliffhanger.campaigns.reporting import report
from cliffhanger.clock import Clock, system_clock
from cliffhanger.errors import (
    Busy,
    CampaignChanged,
    CampaignClosed,
    CampaignFunded,
    CampaignsFull,
    CaseClosed,
    FourEyesRequired,
    NotFound,
)
from cliffhanger.ledger.budgeting import fund_budget, open_budget
from cliffhanger.ledger.cashback import UNIT
from cliffhanger.ledger.cashing import give_back_unspent
from cliffhanger.ledger.journal import Retrying

if TYPE_CHECKING:
    from cliffhanger.campaigns.store import CampaignsStore
    from cliffhanger.ledger.store import LedgerStore

ATTEMPTS = 5
UNDER_WAY_MS = 3_600_000
"""So long after the last return may be told, one that was told just before has reached its slice."""


class Office(NamedTuple):
    """What campaigns are run with."""

    campaigns: CampaignsStore
    ledger: LedgerStore
    clock: Clock = system_clock
    retrying: Retrying = Retrying()

    @property
    def pace(self) -> Retrying:
        """How its loops wait, by its clock."""
        return self.retrying._replace(clock=self.clock)


class Wanted(NamedTuple):
    """A campaign as it is to be, and the revision that it is changed from, 0 for a new one."""

    terms: Terms
    status: Status
    revision: int


def find(office: Office, campaign: str) -> Campaign:
    """A campaign.

    Raises:
        NotFound: there is none of that id.
        Unavailable: try again.
    """
    found = office.campaigns.find(campaign)
    if found is None:
        raise NotFound("There is no such campaign.")
    return found


def put(office: Office, campaign: str, wanted: Wanted, by: str) -> tuple[Campaign, bool]:
    """Makes a campaign, or changes it as the caller knows it; and whether it is new.

    Claims that stand keep the window and the coins that they were decided on.

    Raises:
        ValidationFailed: the parts of the terms do not go together.
        CampaignChanged: it is another revision by now.
        CampaignFunded: it was funded, and its partner, its slices and, once it has begun, when it began stay.
        CampaignClosed: it is over.
        CampaignsFull: as many as may be are open. Of some that are made at once, a few more can be.
        Unavailable: try again.
    """
    terms, status, revision = wanted
    check_terms(terms)
    known = office.campaigns.find(campaign)
    now = office.clock()
    if known is None:
        if len(office.campaigns.opened()) >= MOST_OPEN:
            raise CampaignsFull("So many campaigns are open; one has to end first.", most=MOST_OPEN)
        made = Campaign(campaign, terms, status, 1, now, now, by)
        if revision == 0 and office.campaigns.put(made):
            return made, True
        raise CampaignChanged("There is no such campaign, or somebody has just made it.", revision=0)
    if (known.terms, known.status, known.changed_by) == (terms, status, by) and revision == known.revision - 1:
        return known, False  # the same request again
    if revision != known.revision:
        raise CampaignChanged("The campaign is another by now; look again.", revision=known.revision)
    if known.status == "closed":
        raise CampaignClosed("The campaign is over.", reason="over")
    if known.fundings and _frozen(terms, known, now) != _frozen(known.terms, known, now):
        raise CampaignFunded("The campaign has been funded: its partner, its slices and when it began stay.")
    promised = known.returns_until if known.funded else 0  # before, there are no tokens
    changed = _next(known, now, by)._replace(terms=terms, status=status, promised=promised)
    if office.campaigns.put(changed):
        return changed, False
    raise CampaignChanged("The campaign is another by now; look again.", revision=known.revision + 1)


def _frozen(terms: Terms, known: Campaign, now: int) -> tuple[str, int, int | None]:
    """What of terms stays as it is of a campaign that was funded."""
    return terms.partner, terms.slices, terms.starts_at if known.terms.starts_at <= now else None


def fund(office: Office, campaign: str, name: str, coins: int, by: str) -> tuple[Campaign, Funding]:
    """Brings coins to a campaign, once per name; where it comes to much, they await a second operator.

    Raises:
        NotFound, KeyReused, FundingsFull, CampaignClosed: nothing changed.
        Busy, Undecided, Unavailable: try again.
    """
    asked = Funding(name, coins, "awaiting", by, office.clock())
    found = _changed(office, campaign, by, lambda known: with_funding(known, asked))
    return _carried_out(office, found, name)


def decide(office: Office, campaign: str, name: str, by: str, *, approved: bool) -> tuple[Campaign, Funding]:
    """Approves another operator's funding and carries it out, or refuses one; asked again, it answers the same.

    Raises:
        NotFound: there is no such funding.
        FourEyesRequired: the operator has asked for it.
        CaseClosed: with its ``caseStatus``: it has been decided otherwise, or awaited nobody.
        CampaignClosed: the campaign is over, and nothing is brought to it any more.
        Busy, Undecided, Unavailable: try again.
    """

    def decided(known: Campaign) -> Campaign:
        funding = funding_of(known, name)
        if funding is None:
            raise NotFound("There is no such funding.")
        if funding.status == "awaiting":
            if approved and funding.by == by:
                raise FourEyesRequired("You have asked for it; ask another operator.", rule="own_case")
            if approved and known.status == "closed":
                raise CampaignClosed("The campaign is over.", reason="over")
            status: FundingStatus = "approved" if approved else "refused"
            changed = funding._replace(status=status, decided_by=by, decided_at=office.clock())
            return changed_funding(known, changed)
        if funding.decided_by != by or (funding.status == "refused") == approved:
            raise CaseClosed("It has been decided already.", caseStatus=funding.status)
        return known

    return _carried_out(office, _changed(office, campaign, by, decided), name)


def go_on(office: Office, campaign: Campaign) -> Campaign:
    """Carries out what is approved and was cut short.

    Raises:
        Busy, Undecided, Unavailable: try again.
    """
    for one in campaign.fundings:
        if one.status == "approved":
            campaign, _ = _carried_out(office, campaign, one.funding)
    return campaign


def wind_up(office: Office, campaign: Campaign) -> int:
    """Gives back what a campaign that is over has not spent, and closes it in the end; how many coins went back.

    What returns and reviewers bring back to it later goes back too, once a day. Nobody comes to a closed one again: so
    it closes long after its last return window, and only once nothing comes to its slices and all of it went back.
    What was never funded closes when it ends.

    Raises:
        Busy, Undecided, Unavailable: try again.
    """
    now = office.clock()
    if now < (campaign.settles_at if campaign.funded else campaign.terms.ends_at) or campaign.status == "closed":
        return 0
    if not campaign.funded:
        _close(office, campaign)
        return 0
    # Asked before the slices are: what is pending no more by then is on them, or has left for good.
    last = now >= campaign.returns_until + UNDER_WAY_MS and _nothing_comes(office, campaign)
    found = [
        give_back_unspent(
            office.ledger, campaign.budget.slice(number), day_of(now), campaign.source, retrying=office.pace
        )
        for number in range(campaign.terms.slices)
    ]
    given = [one for one in found if one is not None]
    if last and not any(one.repeated for one in given):  # else one still holds what came to it since, until tomorrow
        _close(office, campaign)
    return sum(line.amount for one in given if not one.repeated for line in one.entry.postings)


def _nothing_comes(office: Office, campaign: Campaign) -> bool:
    """Whether nothing comes to a campaign's slices any more: no funding is to be carried out, and nothing is pending.

    What is held is pending until a reviewer has decided, however long that takes.
    """
    told = report(office.campaigns, office.ledger, campaign)
    under_way = any(one.status == "approved" for one in campaign.fundings)
    return told.complete and not told.total.pending and not under_way


def _close(office: Office, campaign: Campaign) -> None:
    """Closes a campaign as it is known; if it is another by now, the next sweep decides."""
    office.campaigns.put(_next(campaign, office.clock(), campaign.changed_by)._replace(status="closed"))


def _carried_out(office: Office, campaign: Campaign, name: str) -> tuple[Campaign, Funding]:
    """A funding whose coins are on the slices, where it is approved; else as it stands."""
    funding = funding_of(campaign, name)
    if funding is None:
        raise NotFound("There is no such funding.")
    if funding.status != "approved":
        return campaign, funding
    open_budget(office.ledger, campaign.budget, campaign.terms.slices, office.pace)
    fund_budget(
        office.ledger,
        campaign.budget,
        funding=name,
        unit=UNIT,
        coins=funding.coins,
        source=campaign.source,
        retrying=office.pace,
    )
    done = funding._replace(status="done")
    written = _changed(office, campaign.campaign, campaign.changed_by, lambda known: changed_funding(known, done))
    return written, done


def _changed(office: Office, campaign: str, by: str, change: Callable[[Campaign], Campaign]) -> Campaign:
    """The campaign after a change of it as it stands; written again where another was faster.

    Raises:
        NotFound: there is none of that id.
        Busy: others are always faster.
        Unavailable: try again.
    """
    for _ in range(ATTEMPTS):
        known = find(office, campaign)
        changed = change(known)
        if changed == known:
            return known
        written = _next(changed, office.clock(), by)
        if office.campaigns.put(written):
            return written
    raise Busy("Try again in a moment.")


def _next(campaign: Campaign, now: int, by: str) -> Campaign:
    return campaign._replace(revision=campaign.revision + 1, changed_at=now, changed_by=by)
