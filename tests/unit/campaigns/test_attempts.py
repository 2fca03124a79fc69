"""What claims leave behind that nothing came of, however their attempts meet and wherever they die."""

from __future__ import annotations

import contextlib
import functools
import itertools
import random
from collections.abc import Callable
from typing import Any

import pytest

from cliffhanger.campaigns.claiming import ATTEMPT_MS, place_of
from cliffhanger.campaigns.deciding import Deed
from cliffhanger.campaigns.domain import DAY_MS, Terms
from cliffhanger.campaigns.purchasing import Purchase
from cliffhanger.errors import (
    BudgetCapReached,
    BudgetExhausted,
    Busy,
    CliffhangerError,
    RewardRefused,
    Unavailable,
    Undecided,
)
from cliffhanger.ledger.cashing import find_cashback
from tests.support.campaigns import TERMS, CampaignWorld
from tests.support.dynamodb import Call, Fault, Moment, ScriptedFaults
from tests.support.tables import CLAIMS, LEDGER
from tests.unit.campaigns.attempts import Ends, Script, dying, play

FUNDED = 250
BOUGHT = Purchase("A-2", "EUR", 2_000)
"""Worth 200 coins."""
MOST_CALLS = 15
"""That an attempt makes of DynamoDB."""
NOTED = 1
"""Calls after which it has been noted, and the ledger was not asked."""
NOTED_AGAIN = 3
"""Likewise, where the claim was noted before."""


def nearly_spent() -> CampaignWorld:
    """A budget that has 50 coins left, until mia's purchase comes back."""
    world = CampaignWorld(TERMS._replace(slices=1), budget=FUNDED)
    world.buy("A-1", 2_000)
    return world


def row(world: CampaignWorld, person: str = "noa") -> dict[str, Any]:
    """The row of a viewer's only claim, as it is stored."""
    [item] = [one for one in world.model.items(CLAIMS["TableName"]) if one["person"]["S"] == person]
    return item


def is_swept(world: CampaignWorld, person: str = "noa") -> bool:
    """Whether the sweep will come to a viewer's only claim."""
    return row(world, person).get("queue") == {"S": "cashback"}


def check_nothing_is_lost(world: CampaignWorld) -> None:
    """After the last window and a sweep nobody waits for anything, and the budget's coins are all somewhere."""
    world.now += 15 * DAY_MS
    assert [code for _, code in world.sweep() if code] == []
    assert world.claims.due("cashback", world.now, 10) == ()
    budget, pending, mia = world.sums
    assert (pending, budget + mia + world.holds("viewer:noa")) == (0, FUNDED)


@pytest.mark.parametrize(
    ("terms", "by_cashback", "error"),
    [
        (TERMS._replace(slices=1), 0, BudgetExhausted),
        (TERMS._replace(viewer_times=0), 0, BudgetCapReached),
        (TERMS, 2_000, RewardRefused),
    ],
    ids=["budget", "campaign", "rule"],
)
def test_a_claim_that_is_refused_leaves_nothing_to_be_swept(
    terms: Terms, by_cashback: int, error: type[Exception]
) -> None:
    world = CampaignWorld(terms, budget=50)
    for _ in range(2):
        with pytest.raises(error):
            world.buy("A-2", 2_000, "noa", by_cashback=by_cashback)
        assert not is_swept(world)
        assert int(row(world)["expiresAt"]["N"]) == world.now // 1_000
    world.now += 20 * DAY_MS
    assert world.sweep() == []


@pytest.mark.parametrize("error", [Unavailable, Busy, RewardRefused])
def test_what_is_refused_before_the_ledger_is_asked_is_closed_too(error: type[CliffhangerError]) -> None:
    world = nearly_spent()
    listed = world.claims.of

    def of(_person: str) -> None:
        raise error("Not now.")

    world.claims.of = of  # type: ignore[assignment, method-assign]
    with pytest.raises(error):
        world.buy("A-2", 2_000, "noa")
    world.claims.of = listed  # type: ignore[method-assign]
    assert not is_swept(world)


def test_a_claim_that_was_refused_and_is_given_later_is_confirmed_in_its_time() -> None:
    world = nearly_spent()
    with pytest.raises(BudgetExhausted):
        world.buy("A-2", 2_000, "noa")
    world.back(2_000)
    world.now += DAY_MS
    assert not world.buy("A-2", 2_000, "noa").repeated
    assert is_swept(world)
    assert "expiresAt" not in row(world)
    assert [(one.status, one.at, one.day) for one in world.rows("noa")] == [("waiting", world.now, "2026-11-29")]
    check_nothing_is_lost(world)


def test_of_two_attempts_in_whatever_order_the_last_that_is_refused_closes_the_claim() -> None:
    met = set()
    for first, second in itertools.product(range(MOST_CALLS), repeat=2):
        world = nearly_spent()
        ends = play(world, BOUGHT, "noa", Script(first, second))
        assert is_swept(world) == ("given" in ends), (first, second, ends)
        met.add(ends)
        check_nothing_is_lost(world)
    assert met == {Ends("budget_exhausted", "budget_exhausted"), Ends("budget_exhausted", "given")}


def test_what_an_attempt_that_died_has_set_aside_is_confirmed_whoever_closes_meanwhile() -> None:
    left_alone = 0
    for seed in range(200):
        world, chance = nearly_spent(), random.Random(seed)
        first, second, dies_at = (chance.randrange(MOST_CALLS) for _ in range(3))
        ends = play(world, BOUGHT, "noa", Script(first, second, chance.choice(["first", "second"]), dies_at))
        place = place_of(world.campaign, "noa", Deed("cashback", BOUGHT.order, "partner"))
        left_alone += ends == Ends("budget_exhausted", "died") and find_cashback(world.ledger, place).claim is not None
        check_nothing_is_lost(world)
    assert left_alone > 5


@pytest.mark.parametrize("fault", [Fault.LOST_REPLY, Fault.DELAYED, Fault.FAILED, Fault.THROTTLED])
def test_a_call_that_fails_anywhere_loses_no_claim(fault: Fault) -> None:
    for call in range(1, 2 * MOST_CALLS):
        world = nearly_spent()
        world.model.faults = ScriptedFaults({world.model.calls + call: fault})
        for _ in range(2):
            with contextlib.suppress(BudgetExhausted, Unavailable, Busy, Undecided):
                world.buy("A-2", 2_000, "noa")
            with contextlib.suppress(Unavailable, Busy, Undecided):
                world.back(2_000)
        world.model.faults = ScriptedFaults({})
        check_nothing_is_lost(world)


def without_a_window() -> CampaignWorld:
    """Whose claims are due soon after they are noted."""
    return CampaignWorld(TERMS._replace(slices=1, return_days=0), budget=FUNDED)


@pytest.mark.parametrize("stale", [False, True], ids=["new", "stale"])
def test_a_sweep_that_comes_between_loses_no_claim(stale: bool) -> None:
    for gap, dies in itertools.combinations_with_replacement(range(MOST_CALLS), 2):
        world = without_a_window()
        if stale:
            dying(world, calls=NOTED)
            world.now += ATTEMPT_MS
        between(world, functools.partial(dying, world, calls=dies), gap, world.sweep)
        check_nothing_is_lost(world)


def test_a_claim_that_is_asked_for_while_it_is_given_up_is_not_lost() -> None:
    for gap, dies in itertools.product(range(6), range(MOST_CALLS)):
        world = without_a_window()
        dying(world, calls=NOTED)
        world.now += ATTEMPT_MS
        between(world, world.sweep, gap, functools.partial(dying, world, calls=dies))
        check_nothing_is_lost(world)


def between(world: CampaignWorld, act: Callable[[], object], gap: int, other: Callable[[], object]) -> None:
    """Lets another come between two calls of somebody's."""
    first = world.model.calls + 1 + gap

    def hook(moment: Moment, call: Call) -> None:
        if (moment, call.number) == (Moment.BEFORE, first):
            other()

    world.model.hook = hook
    act()
    world.model.hook = None


def test_what_a_dead_attempt_noted_is_given_up_once_no_function_can_still_run() -> None:
    world = without_a_window()
    dying(world, calls=NOTED)
    assert is_swept(world)
    world.now += ATTEMPT_MS - 1
    world.sweep()
    assert is_swept(world)
    world.now += 1
    world.sweep()
    assert not is_swept(world)


def test_what_may_still_land_is_not_closed() -> None:
    world = nearly_spent()
    world.back(2_000)
    world.token("noa")
    world.model.faults = NeverHeard()
    with pytest.raises(Undecided):
        world.buy("A-2", 2_000, "noa")
    world.model.faults = ScriptedFaults({})
    assert is_swept(world)


class NeverHeard(ScriptedFaults):
    """No entry that is written arrives, as far as its writer can tell."""

    def __init__(self) -> None:
        super().__init__({})

    def strike(self, call: Call) -> Fault | None:
        ledger = call.parameters.get("TableName") == LEDGER["TableName"]
        return Fault.LOST_REQUEST if ledger and call.operation == "PutItem" else None


def test_a_claim_that_was_closed_is_not_forgotten_while_it_is_asked_for_again() -> None:
    world = CampaignWorld(TERMS._replace(viewer_times=0))
    for _ in range(2):
        with pytest.raises(BudgetCapReached):
            world.did("scan", "printed", "client", "noa")
        assert "expiresAt" in row(world)
    dying(world, calls=NOTED_AGAIN)
    assert "expiresAt" not in row(world)
    assert is_swept(world)


def test_a_claim_that_a_restored_ledger_does_not_know_is_listed_as_refused() -> None:
    world = CampaignWorld()
    world.buy()
    [waiting] = world.rows()
    world.claims.add(waiting._replace(person="noa"))
    world.now += 15 * DAY_MS
    assert len(world.sweep()) == 2
    assert [one.status for one in world.rows("noa")] == ["refused"]
