"""What the bus is told of campaigns' claims whose noting was cut short."""

from __future__ import annotations

from typing import Any

from cliffhanger.campaigns.claiming import place_of
from cliffhanger.campaigns.deciding import Deed
from cliffhanger.campaigns.domain import DAY_MS
from cliffhanger.events.envelope import Event
from cliffhanger.rewards.pending import Pending
from cliffhanger.rewards.telling import Herald, tell
from tests.support.campaigns import CampaignWorld, rules_of


class Bus:
    """Takes events."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def publish(self, events: list[Event]) -> None:
        self.events += events

    def told_of(self, world: CampaignWorld) -> list[str]:
        """The types of what a sweep tells it."""
        before = len(self.events)
        herald: Any = Herald(world.claims, self, world.clock)  # type: ignore[arg-type]
        list(tell(herald, world.now + 60_000))
        return [one.type for one in self.events[before:]]


def suspicious() -> CampaignWorld:
    weights = [{"signal": "account_hours", "points": 50, "upTo": 24}]
    return CampaignWorld(rules=rules_of(scoring={"holdAt": 50, "refuseAt": 80, "weights": weights}))


def test_a_claim_that_was_held_before_it_could_be_noted_is_told_by_the_sweep_that_finds_it() -> None:
    world, bus = suspicious(), Bus()
    world.buy()
    (row,) = world.rows()
    as_asked(world, row)
    assert bus.told_of(world) == []
    world.now += 15 * DAY_MS
    world.sweep()
    assert bus.told_of(world) == ["RewardHeld"]


def test_of_what_is_pending_or_never_came_to_stand_nobody_is_told() -> None:
    world, bus = CampaignWorld(), Bus()
    world.buy()
    place = place_of(world.campaign, "noa", Deed("cashback", "A-9", "partner"))
    terms = {"campaign": world.name, "name": "Winter coats", "slices": 2}
    asked = Pending(
        "noa", "cashback", place.fact, "2026-11-28", world.now, "asked", world.now, 0, 0, "", "", terms=terms
    )
    world.claims.add(asked)
    world.now += 15 * DAY_MS
    assert len(world.sweep()) == 2
    assert world.sweep() == []
    assert bus.told_of(world) == []


def as_asked(world: CampaignWorld, row: Pending) -> None:
    """The claim as it was noted before the ledger was asked: what came next was lost."""
    table = "test-claims"
    world.model.call("DeleteItem", {"TableName": table, "Key": {"person": {"S": row.person}, "claim": {"S": row.name}}})
    world.claims.add(row._replace(status="asked", due_at=int(row.terms["until"]), rule="", version="", reasons=()))
