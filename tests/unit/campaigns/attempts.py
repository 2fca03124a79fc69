"""Two attempts at one claim, played call by call in whatever order; either may die at any of its calls."""

from __future__ import annotations

import contextlib
from typing import Any, NamedTuple

from bench.conflicts import Timeline
from cliffhanger.campaigns.claiming import claim
from cliffhanger.campaigns.claims import CampaignClaims
from cliffhanger.campaigns.deciding import Deed, Desk
from cliffhanger.campaigns.domain import Claimant
from cliffhanger.campaigns.purchasing import Purchase, purchase
from cliffhanger.campaigns.store import CampaignsStore
from cliffhanger.errors import BudgetCapReached, BudgetExhausted, Busy, CampaignClosed, RewardRefused
from cliffhanger.ledger.store import LedgerStore
from tests.support.campaign_tables import CAMPAIGNS
from tests.support.campaigns import CampaignWorld
from tests.support.dynamodb import Call, Moment, connect
from tests.support.tables import CLAIMS, LEDGER

AGES = 1_000
SCANNED = Deed("scan", "printed", "client")
REFUSALS = (CampaignClosed, RewardRefused, BudgetExhausted, BudgetCapReached)


class Died(BaseException):
    """The process is gone, at once."""


class Script(NamedTuple):
    """How far the first comes before the second begins, and the second before the first goes on; in calls.

    ``dies`` is who is gone for good after so many calls.
    """

    first: int
    second: int
    dies: str = ""
    dies_at: int = 0


class Ends(NamedTuple):
    """How both ended: ``given``, the code of a refusal, or ``died``."""

    first: str
    second: str


def play(world: CampaignWorld, bought: Purchase, person: str, script: Script) -> Ends:
    """Two attempts at one purchase; once the first has come to its end, mia's goods come back, and coins with them."""
    token, campaign, timeline = world.token(person), world.campaign, Timeline()
    ends, made = {"first": "", "second": ""}, {"first": 0, "second": 0}
    stops = {"first": script.first, "second": script.second}

    def attempt(actor: str, after_ms: int) -> None:
        timeline.wait(after_ms)
        try:
            purchase(_desk(world, actor, script.dies_at if actor == script.dies else None), campaign, token, bought)
            ends[actor] = "given"
        except (*REFUSALS, Busy) as error:
            ends[actor] = error.code
        except Died:
            ends[actor] = "died"
        if actor == "first":
            world.back(2_000)

    def take_time(moment: Moment, call: Call) -> None:
        if moment is not Moment.BEFORE or call.actor not in made:
            return
        if made[call.actor] == stops[call.actor]:
            timeline.wait(2 * AGES)
        made[call.actor] += 1
        timeline.wait(1)

    timeline.add(lambda: attempt("first", 0))
    timeline.add(lambda: attempt("second", AGES))
    world.model.hook = take_time
    timeline.play()
    world.model.hook = None
    return Ends(ends["first"], ends["second"])


def dying(world: CampaignWorld, person: str = "noa", *, calls: int) -> None:
    """An attempt at a claim that is gone for good after so many calls; it has come to its end if it makes fewer."""
    with contextlib.suppress(Died):
        claim(_desk(world, "dying", calls), world.campaign, Claimant(person, "DE", 30), SCANNED)


def _desk(world: CampaignWorld, actor: str, dies_at: int | None) -> Desk:
    connection = connect(world.model, actor)
    if dies_at is not None:
        left, client = iter(range(dies_at)), connection.client
        serve = client._make_api_call

        def call(operation: str, parameters: dict[str, Any]) -> Any:
            if next(left, None) is None:
                raise Died
            return serve(operation, parameters)

        client._make_api_call = call  # type: ignore[assignment, method-assign]  # pynamodb calls just this
    return world.desk._replace(
        ledger=LedgerStore(connection, LEDGER["TableName"]),
        claims=CampaignClaims(connection, CLAIMS["TableName"]),
        campaigns=CampaignsStore(connection, CAMPAIGNS["TableName"]),
    )
