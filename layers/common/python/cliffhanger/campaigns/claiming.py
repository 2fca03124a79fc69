"""Cashback comes about here: what a viewer did is decided by the rules and set aside on their slice, once.

A claim is noted among the viewer's before the ledger is asked, and said to be pending after it has answered: so nothing
that left a budget is ever forgotten, and what was refused is never shown. The note names the attempts that are under
way: the last of them that comes to nothing closes it, and what an attempt that died has noted the sweep gives up.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import NamedTuple

from cliffhanger.campaigns.deciding import Deed, Desk, Plan
from cliffhanger.campaigns.domain import DAY_MS, Campaign, Claimant, day_of, fact_of
from cliffhanger.errors import (
    BudgetCapReached,
    BudgetExhausted,
    CampaignClosed,
    CliffhangerError,
    RewardRefused,
    Unavailable,
    Undecided,
)
from cliffhanger.ledger.cashback import Standing
from cliffhanger.ledger.cashing import Cashback, cashback_of, claim_cashback, confirm_cashback, find_cashback
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.journal import Recorded
from cliffhanger.ledger.names import new_id
from cliffhanger.rewards.earning import refusal
from cliffhanger.rewards.pending import Pending, Status

ATTEMPT_MS = 15 * 60_000
"""Whoever asked for a claim so long ago has ended: no function runs longer (AWS Lambda, "Lambda quotas": timeout)."""


class Claimed(NamedTuple):
    """What came of it: how it stands on the slice, the entry of the claim, and whether that stood before."""

    standing: Standing
    entry: Entry
    repeated: bool


def claim(desk: Desk, campaign: Campaign, claimant: Claimant, deed: Deed) -> Claimed:
    """Sets cashback aside for a deed, once; asked again it answers with what came of it, whatever has changed since.

    Raises:
        CampaignClosed, RewardRefused, BudgetExhausted, BudgetCapReached: nothing is given, and that is counted.
        SwitchedOff: operators have stopped campaigns; nothing changed.
        Busy, Undecided, Unavailable: try again.
    """
    desk.check_open()
    cashback = place_of(campaign, claimant.person, deed)
    now = desk.clock()
    try:
        _check_open_or_known(desk, campaign, cashback, now)
        _check_meant_or_known(desk, campaign, cashback, claimant, deed)
        asked, attempt = _asked(campaign, cashback, claimant, deed, now), new_id()
        _check_not_refused(desk.claims.enter(asked, attempt))
        with _leaving(desk, asked, attempt):
            plan = Plan(desk, campaign, claimant, deed, cashback)
            recorded = _recorded(desk, plan, cashback, asked, attempt)
    except (CampaignClosed, RewardRefused, BudgetExhausted, BudgetCapReached) as refused:
        count_refusal(desk, campaign, refused)
        raise
    claimed = _noted(desk, cashback, asked, recorded)
    if not claimed.repeated:
        plan.lookout.note(desk.clock())
    return claimed


def place_of(campaign: Campaign, person: str, deed: Deed) -> Cashback:
    """Where the cashback of a deed stands."""
    fact = fact_of(campaign.campaign, deed.kind, deed.name)
    return cashback_of(campaign.budget, person, fact, campaign.terms.slices)


def pending_of(asked: Pending, standing: Standing, entry: Entry) -> Pending:
    """How a claim is listed, by what stands of it."""
    terms = entry.terms
    status: Status = (
        "paid" if standing.confirmation else "held" if "held" in terms and not standing.refused else "waiting"
    )
    if not standing.remaining:
        status = "returned"
    return asked._replace(
        status=status,
        due_at=entry.at if status == "held" else int(terms["until"]),
        coins=standing.coins,
        taken=standing.undone,
        lifetime_days=int(terms["life"]),
        rule=str(terms["rule"]),
        version=str(terms["version"]),
        score=int(terms.get("score", 0)),
        reasons=tuple(terms.get("held", ())),
        terms={**asked.terms, "until": int(terms["until"])},
    )


def count_refusal(desk: Desk, campaign: Campaign, refused: CliffhangerError) -> None:
    """Counts a refusal by its reason; that it could not be counted keeps nobody waiting."""
    because = refused.because if isinstance(refused, RewardRefused) else ()
    reason = next(iter(because), refused.code)
    try:
        desk.campaigns.count_refusal(campaign.campaign, day_of(desk.clock()), reason)
    except Unavailable:
        desk.uncounted()


def _check_open_or_known(desk: Desk, campaign: Campaign, cashback: Cashback, now: int) -> None:
    """Lets a claim pass while its campaign runs, and later if it stands already: then it is a retry."""
    try:
        campaign.check_open(now)
    except CampaignClosed:
        if not campaign.funded or find_cashback(desk.ledger, cashback).claim is None:
            raise


def _check_meant_or_known(desk: Desk, campaign: Campaign, cashback: Cashback, claimant: Claimant, deed: Deed) -> None:
    """Lets a claim pass that the campaign is for, or that stands already: terms may have changed, then it is a retry.

    Before it is noted: what can only be refused leaves nothing to be swept.
    """
    terms = campaign.terms
    if deed.kind not in terms.kinds:
        refused = RewardRefused("The campaign gives nothing for that.", reasons=["no_rule"])
    elif terms.countries and claimant.country not in terms.countries:
        refused = RewardRefused("The campaign is for viewers of other countries.", reasons=["country_refused"])
    else:
        return
    if find_cashback(desk.ledger, cashback).claim is None:
        raise refused


def _check_not_refused(known: Pending | None) -> None:
    """Lets a claim pass that its score has not refused before: who asks often enough would not be seen at last."""
    if known is not None and known.by_score:
        raise refusal(known.rule, known.version, known.reasons)


@contextlib.contextmanager
def _leaving(desk: Desk, asked: Pending, attempt: str) -> Iterator[None]:
    """Lets an attempt leave that nothing comes of; that it cannot keeps nobody waiting: the sweep gives it up."""
    try:
        yield
    except Undecided:  # it may still land
        raise
    except CliffhangerError:
        with contextlib.suppress(Unavailable):
            desk.claims.leave(asked, attempt, at=desk.clock())
        raise


def _recorded(desk: Desk, plan: Plan, cashback: Cashback, asked: Pending, attempt: str) -> Recorded:
    """Lets a plan decide; what its score refuses is kept, and where it came from."""
    try:
        return claim_cashback(desk.ledger, cashback, plan.decide, retrying=desk.pace)
    except RewardRefused:
        found = plan.refused
        if found is not None:
            told = asked._replace(rule=found.rule, version=found.version, score=found.score, reasons=found.reasons)
            desk.claims.keep_refused(told._replace(status="refused"), attempt)
            plan.lookout.note(desk.clock())
        raise


def _asked(campaign: Campaign, cashback: Cashback, claimant: Claimant, deed: Deed, now: int) -> Pending:
    return Pending(
        claimant.person,
        deed.kind,
        cashback.fact,
        day_of(now),
        now,
        "asked",
        now + max(ATTEMPT_MS, campaign.terms.return_days * DAY_MS),
        0,
        0,
        "",
        "",
        terms={
            "campaign": campaign.campaign,
            "name": campaign.terms.name,
            "slices": campaign.terms.slices,
            **deed.terms,
        },
    )


def _noted(desk: Desk, cashback: Cashback, asked: Pending, recorded: Recorded) -> Claimed:
    """Lists a claim that stands as it stands; what waits for no window is confirmed at once."""
    standing = find_cashback(desk.ledger, cashback)
    entry = standing.claim or recorded.entry
    pending = pending_of(asked, standing, entry)
    if pending.status == "waiting" and pending.due_at <= entry.at:
        confirm_cashback(desk.ledger, cashback, retrying=desk.pace)
        standing = find_cashback(desk.ledger, cashback)
        pending = pending_of(asked, standing, entry)
    desk.claims.settle(pending, standing.seq, at=desk.clock())
    return Claimed(standing, entry, recorded.repeated)
