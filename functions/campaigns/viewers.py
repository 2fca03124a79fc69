"""What viewers get of campaigns: claim tokens, codes to scan, and how their cashback stands."""

from __future__ import annotations

from cliffhanger import bootstrap
from cliffhanger.campaigns import scanning
from cliffhanger.campaigns.domain import Claimant
from cliffhanger.campaigns.running import find
from cliffhanger.clock import rfc3339, system_clock
from cliffhanger.errors import (
    BudgetCapReached,
    BudgetExhausted,
    Busy,
    CampaignClosed,
    CodeInvalid,
    NotFound,
    RewardRefused,
    SwitchedOff,
    Unavailable,
    Undecided,
)
from cliffhanger.rewards.blocks import block_digest
from cliffhanger.rewards.devices import device_hash
from cliffhanger.web.addresses import block_of
from cliffhanger.web.api import Answer, Call, Operation
from functions.campaigns.answers import (
    CashbackAnswer,
    ClaimTokenAnswer,
    RunningAnswer,
    ScanAnswer,
    cashback_answer,
    cashback_item,
    running_answer,
)
from functions.campaigns.schemas import CampaignPath, ScanBody, TokenBody

LISTED = ("waiting", "held", "paid", "returned")


def list_campaigns(call: Call) -> Answer:
    """Campaigns that are running and are for the viewer's country."""
    now, country = system_clock(), _claimant(call).country
    found = [
        one
        for one in bootstrap.campaigns_store().opened()
        if one.running(now) and (not one.terms.countries or country in one.terms.countries)
    ]
    return Answer(200, running_answer(found))


def make_token(call: Call) -> Answer:
    """What names the viewer to the brand, for this campaign and no other; the same one whenever it is asked for."""
    campaign = find(bootstrap.campaign_office(), call.path.campaign_id)
    claimant = _claimant(call, call.body.device)
    token, until = scanning.get_token(bootstrap.cashback_desk(), campaign, claimant, bootstrap.campaign_key())
    return Answer(200, ClaimTokenAnswer(token, rfc3339(until)))


def scan_code(call: Call) -> Answer:
    """Coins for a brand's code: once for one on print, once a day for one on a screen. Sent again, it repeats."""
    desk, claimant = bootstrap.cashback_desk(), _claimant(call, call.body.device)
    claimed = scanning.scan(desk, claimant, call.body.code, bootstrap.campaign_key())
    fact = claimed.entry.reference.split(":")[2] if claimed.entry.reference else ""
    row = desk.claims.find(claimant.person, f"scan.{fact}")
    if row is None:
        raise NotFound("There is no such claim.")
    return Answer(200, ScanAnswer(cashback_item(row)))


def list_cashback(call: Call) -> Answer:
    """What campaigns have given the viewer, pending with its date, and what became of it."""
    rows = bootstrap.claims_store().of(call.person)
    return Answer(200, cashback_answer([one for one in rows if one.campaign and one.status in LISTED]))


def _claimant(call: Call, device: str = "") -> Claimant:
    caller, claimant = call.caller, Claimant(call.person)
    if device:
        block = block_digest(block_of(call.event), bootstrap.request_secret("blocks"))
        claimant = claimant._replace(device=device_hash(device), block=block)
    if caller is None:
        return claimant
    return claimant._replace(country=caller.country or "", age=caller.age, since=caller.joined)


VIEWERS: dict[str, Operation] = {
    "listCampaigns": Operation(list_campaigns, answers={200: RunningAnswer}, problems=(Unavailable,)),
    "makeClaimToken": Operation(
        make_token,
        path=CampaignPath,
        body=TokenBody,
        answers={200: ClaimTokenAnswer},
        problems=(NotFound, CampaignClosed, SwitchedOff, Unavailable),
    ),
    "scanCode": Operation(
        scan_code,
        body=ScanBody,
        answers={200: ScanAnswer},
        problems=(
            *(CodeInvalid, CampaignClosed, RewardRefused, BudgetExhausted, BudgetCapReached),
            *(NotFound, SwitchedOff, Busy, Undecided, Unavailable),
        ),
    ),
    "listCashback": Operation(list_cashback, answers={200: CashbackAnswer}, problems=(RewardRefused, Unavailable)),
}
