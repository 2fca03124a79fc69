"""What brands tell of purchases and returns, and read of their campaigns. In the sandbox nothing is real."""

from __future__ import annotations

from cliffhanger import bootstrap
from cliffhanger.campaigns import purchasing, sandbox
from cliffhanger.campaigns.codes import code_of
from cliffhanger.campaigns.domain import Campaign
from cliffhanger.campaigns.purchasing import Purchase, Return
from cliffhanger.campaigns.reporting import Report, Sums, report
from cliffhanger.campaigns.running import find
from cliffhanger.clock import rfc3339, system_clock
from cliffhanger.errors import (
    BudgetCapReached,
    BudgetExhausted,
    Busy,
    CampaignClosed,
    ClaimTokenInvalid,
    CursorInvalid,
    NotFound,
    NotReversible,
    OrderClaimed,
    ReturnTooLarge,
    RewardRefused,
    SwitchedOff,
    Unavailable,
    Undecided,
    ValidationFailed,
)
from cliffhanger.web.api import Answer, Call, Operation
from cliffhanger.web.fields import ListQuery
from functions.campaigns.answers import (
    PurchaseAnswer,
    ReturnAnswer,
    purchase_answer,
    return_answer,
    tried_answer,
    tried_return,
)
from functions.campaigns.campaign_answers import (
    CodeAnswer,
    OwnCampaign,
    OwnCampaigns,
    ReportAnswer,
    own_answer,
    report_answer,
)
from functions.campaigns.schemas import ModePath, OrderPath, OwnPath, PurchaseBody, ReturnBody

SANDBOX = "sandbox"
LIST = "listOwnCampaigns"


def list_own(call: Call) -> Answer:
    """The brand's campaigns, newest first; the same in both modes."""
    partner, limit, cursors, cursor = call.partner.id, call.query.limit, bootstrap.cursors(), call.query.cursor
    position = cursors.open(LIST, partner, cursor) if cursor else None
    before = None if position is None else (int(position[0]), str(position[1]))
    found = bootstrap.campaigns_store().of(partner, limit + 1, before)  # one more tells whether there is a next page
    shown, following = found[:limit], None
    if len(found) > limit:
        following = cursors.seal(LIST, partner, [shown[-1].created_at, shown[-1].campaign])
    return Answer(200, OwnCampaigns([own_answer(one) for one in shown], following))


def get_own(call: Call) -> Answer:
    """One of the brand's campaigns."""
    return Answer(200, own_answer(_own(call)))


def get_code(call: Call) -> Answer:
    """The campaign's code now, to print or to show. In the sandbox it is one that nobody can scan."""
    campaign = _own(call)
    if "scan" not in campaign.terms.kinds:
        raise NotFound("The campaign has no code.")
    key = bootstrap.campaign_key()
    text, until = code_of(campaign, system_clock(), b"sandbox" + key if call.path.mode == SANDBOX else key)
    return Answer(200, CodeAnswer(text, campaign.terms.code, rfc3339(until)))


def get_report(call: Call) -> Answer:
    """What became of the campaign, by day, as the ledger has it; in the sandbox nothing ever does."""
    campaign = _own(call)
    if call.path.mode == SANDBOX:
        return Answer(200, report_answer(campaign, Report((), Sums(), {}, complete=True)))
    found = report(bootstrap.campaigns_store(), bootstrap.ledger_store(), campaign)
    return Answer(200, report_answer(campaign, found))


def post_purchase(call: Call) -> Answer:
    """Tells of a purchase: its cashback is pending from now on. Told again, it answers how it stands, with 200."""
    campaign, body, desk = _own(call), call.body, bootstrap.cashback_desk()
    if body.paid_with_cashback > body.amount_paid:
        raise ValidationFailed("No more is paid with cashback than is paid.", where="body")
    bought = Purchase(body.order_id, body.currency, body.amount_paid, body.paid_with_cashback)
    if call.path.mode == SANDBOX:
        tried, known = sandbox.try_purchase(desk, campaign, bought)
        return Answer(200 if known else 201, tried_answer(body.order_id, tried))
    claimed = purchasing.purchase(desk, campaign, body.claim_token, bought)
    return Answer(200 if claimed.repeated else 201, purchase_answer(body.order_id, claimed))


def post_return(call: Call) -> Answer:
    """Tells of a return, in part or whole, before its purchase or after. Told again, it answers the same, with 200."""
    campaign, body, order, desk = _own(call), call.body, call.path.order_id, bootstrap.cashback_desk()
    back = Return(order, body.return_id, body.amount_returned)
    if call.path.mode == SANDBOX:
        tried, coins, known = sandbox.try_return(desk, campaign, back)
        return Answer(200 if known else 201, tried_return(order, body.return_id, tried, coins))
    done = purchasing.give_back_purchase(desk, campaign, body.claim_token, back)
    return Answer(200 if done.repeated else 201, return_answer(order, body.return_id, done))


def _own(call: Call) -> Campaign:
    campaign = find(bootstrap.campaign_office(), call.path.campaign_id)
    if campaign.terms.partner != call.partner.id:
        raise NotFound("There is no such campaign.")
    return campaign


AGAIN = (Busy, Undecided, Unavailable)
BRANDS: dict[str, Operation] = {
    LIST: Operation(
        list_own,
        path=ModePath,
        query=ListQuery,
        answers={200: OwnCampaigns},
        problems=(CursorInvalid, Unavailable),
    ),
    "getOwnCampaign": Operation(get_own, path=OwnPath, answers={200: OwnCampaign}, problems=(NotFound, Unavailable)),
    "getCampaignCode": Operation(get_code, path=OwnPath, answers={200: CodeAnswer}, problems=(NotFound, Unavailable)),
    "getCampaignReport": Operation(
        get_report, path=OwnPath, answers={200: ReportAnswer}, problems=(NotFound, Busy, Unavailable)
    ),
    "reportPurchase": Operation(
        post_purchase,
        path=OwnPath,
        body=PurchaseBody,
        answers={201: PurchaseAnswer, 200: PurchaseAnswer},
        problems=(
            *(NotFound, ClaimTokenInvalid, OrderClaimed, CampaignClosed, RewardRefused),
            *(BudgetExhausted, BudgetCapReached, SwitchedOff, *AGAIN),
        ),
    ),
    "reportReturn": Operation(
        post_return,
        path=OrderPath,
        body=ReturnBody,
        answers={201: ReturnAnswer, 200: ReturnAnswer},
        problems=(NotFound, ClaimTokenInvalid, OrderClaimed, ReturnTooLarge, NotReversible, *AGAIN),
    ),
}
