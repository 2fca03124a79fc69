"""How operators run campaigns. Whatever they do is logged with who did it, to what, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from cliffhanger import bootstrap
from cliffhanger.campaigns import running
from cliffhanger.campaigns.codes import funding_id
from cliffhanger.campaigns.domain import Campaign, Funding, Sponsored, Terms, Worth
from cliffhanger.clock import ms_of
from cliffhanger.errors import (
    Busy,
    CampaignChanged,
    CampaignClosed,
    CampaignFunded,
    CampaignsFull,
    CaseClosed,
    CliffhangerError,
    FourEyesRequired,
    FundingsFull,
    KeyReused,
    NotFound,
    Unavailable,
    Undecided,
    ValidationFailed,
)
from cliffhanger.telemetry.log import logger
from cliffhanger.web.api import Answer, Call, Operation
from functions.campaigns.campaign_answers import (
    CampaignAnswer,
    CampaignsAnswer,
    FundingShape,
    campaign_answer,
    funding_shape,
)
from functions.campaigns.schemas import CampaignBody, CampaignPath, CampaignTerms, FundingBody, FundingPath

Done = TypeVar("Done")
STATUS = {"done": 201, "awaiting": 202}
"""Of an answer to a funding; one that was refused since is shown with 200."""


def list_all(_: Call) -> Answer:
    """Every campaign that is not closed."""
    return Answer(200, CampaignsAnswer([campaign_answer(one) for one in bootstrap.campaigns_store().opened()]))


def explain(call: Call) -> Answer:
    """One campaign, with its fundings."""
    return Answer(200, campaign_answer(running.find(bootstrap.campaign_office(), call.path.campaign_id)))


def put(call: Call) -> Answer:
    """Makes a campaign, changes it, pauses it or lets it go on."""
    campaign, body = call.path.campaign_id, call.body

    def act() -> tuple[Campaign, bool]:
        wanted = running.Wanted(_terms(body.terms), body.status, body.revision)
        return running.put(bootstrap.campaign_office(), campaign, wanted, call.person)

    done, new = _acted(call, "putCampaign", act, campaign)
    return Answer(201 if new else 200, campaign_answer(done))


def fund(call: Call) -> Answer:
    """Brings coins to a campaign that its brand has paid for; many of them await a second operator."""
    campaign = call.path.campaign_id
    name = funding_id(call.person, call.idempotency_key, bootstrap.campaign_key())

    def act() -> tuple[Campaign, Funding]:
        return running.fund(bootstrap.campaign_office(), campaign, name, call.body.coins, call.person)

    _, funding = _acted(call, "fundCampaign", act, campaign)
    return Answer(STATUS.get(funding.status, 200), funding_shape(funding))


def approve(call: Call) -> Answer:
    """Approves another operator's funding, and carries it out."""
    return _decide(call, "approveFunding", approved=True)


def refuse(call: Call) -> Answer:
    """Refuses a funding, or withdraws one's own."""
    return _decide(call, "refuseFunding", approved=False)


def _decide(call: Call, operation: str, *, approved: bool) -> Answer:
    campaign, name = call.path.campaign_id, call.path.funding_id

    def act() -> tuple[Campaign, Funding]:
        return running.decide(bootstrap.campaign_office(), campaign, name, call.person, approved=approved)

    _, funding = _acted(call, operation, act, campaign)
    return Answer(200, funding_shape(funding))


def _acted(call: Call, operation: str, act: Callable[[], Done], campaign: str) -> Done:
    outcome = "error"
    try:
        done = act()
        outcome = "done"
    except CliffhangerError as error:
        outcome = error.code
        raise
    finally:
        logger().info("campaigns", operation=operation, operator=call.person, campaign=campaign, outcome=outcome)
    return done


def _terms(told: CampaignTerms) -> Terms:
    try:
        starts, ends = ms_of(told.starts_at), ms_of(told.ends_at)
    except ValueError as error:
        raise ValidationFailed("A time is written as RFC 3339 says.", where="body") from error
    return Terms(
        told.partner_id,
        told.name,
        tuple(told.kinds),
        starts,
        ends,
        told.return_days,
        told.slices,
        told.viewer_times,
        told.viewer_coins,
        tuple(told.countries),
        tuple(Worth(one.currency, one.amount, one.coins) for one in told.worth),
        tuple(Sponsored(one.series_id, tuple(one.episodes)) for one in told.sponsored),
        told.code,
    )


AGAIN = (Busy, Undecided, Unavailable)
DECIDED = (NotFound, FourEyesRequired, CaseClosed, *AGAIN)
OPERATORS: dict[str, Operation] = {
    "listAllCampaigns": Operation(list_all, answers={200: CampaignsAnswer}, problems=(Unavailable,)),
    "explainCampaign": Operation(
        explain, path=CampaignPath, answers={200: CampaignAnswer}, problems=(NotFound, Unavailable)
    ),
    "putCampaign": Operation(
        put,
        path=CampaignPath,
        body=CampaignBody,
        answers={201: CampaignAnswer, 200: CampaignAnswer},
        problems=(CampaignChanged, CampaignFunded, CampaignClosed, CampaignsFull, Unavailable),
    ),
    "fundCampaign": Operation(
        fund,
        path=CampaignPath,
        body=FundingBody,
        answers={201: FundingShape, 202: FundingShape, 200: FundingShape},
        problems=(NotFound, KeyReused, FundingsFull, CampaignClosed, *AGAIN),
        keyed=True,
    ),
    "approveFunding": Operation(
        approve, path=FundingPath, answers={200: FundingShape}, problems=(*DECIDED, CampaignClosed)
    ),
    "refuseFunding": Operation(refuse, path=FundingPath, answers={200: FundingShape}, problems=DECIDED),
}
