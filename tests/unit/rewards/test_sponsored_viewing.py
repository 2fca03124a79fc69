"""Episodes that are watched while campaigns cannot be told of them: the house pays, and they are told later."""

from __future__ import annotations

import pytest

from cliffhanger.errors import Busy, CliffhangerError, Unavailable, Undecided
from cliffhanger.rewards.viewing import MOST_UNTOLD
from tests.support.earning import EPISODES, SERIES, EarningWorld, earner

MIA = earner()


@pytest.fixture
def world() -> EarningWorld:
    return EarningWorld()


class Campaigns:
    """Campaigns that do not answer so often, and then have been told of what they were told of."""

    def __init__(self, world: EarningWorld, failing: int, error: type[CliffhangerError] = Busy) -> None:
        self.failing = failing
        self.error = error
        self.told: list[tuple[str, int]] = []
        world.room = world.room._replace(sponsored=self.watched)

    def watched(self, _earner: object, series: str, episode: int) -> None:
        if self.failing:
            self.failing -= 1
            raise self.error("Try again.")
        self.told.append((series, episode))


@pytest.mark.parametrize("error", [Busy, Undecided, Unavailable])
def test_a_campaign_that_cannot_be_told_keeps_no_reward_of_the_house_and_is_told_again(
    world: EarningWorld, error: type[CliffhangerError]
) -> None:
    campaigns = Campaigns(world, 2, error)
    watched = world.watch(MIA, 1)
    assert [one.fact.kind for one in watched.earned] == ["watch.episode"]
    assert world.coins("mia") == 1
    world.beats(MIA, watched, 2)
    assert (campaigns.told, world.coins("mia")) == ([(SERIES, 1)], 1)


def test_who_watches_on_while_campaigns_cannot_be_told_earns_and_they_are_told_of_all_of_it_later(
    world: EarningWorld,
) -> None:
    campaigns = Campaigns(world, 1_000)
    watched = None
    for episode in (1, 2, 3):
        watched = world.watch(MIA, episode, after=watched)
        assert [one.fact.kind for one in watched.earned] == ["watch.episode"]
    assert world.coins("mia") == 3
    campaigns.failing = 0
    assert world.watch(MIA, 4, after=watched).session.owing is False
    assert {episode for _, episode in campaigns.told} == {1, 2, 3, 4}
    assert len([entry for entry in world.entries("mia") if entry.terms["rule"] == "episode"]) == 4


def test_what_campaigns_are_not_told_of_is_bounded_and_nothing_of_it_is_lost(world: EarningWorld) -> None:
    campaigns = Campaigns(world, 1_000)
    watched = None
    for episode in range(1, MOST_UNTOLD + 2):
        watched = world.watch(MIA, episode, after=watched)
    with pytest.raises(Busy):
        world.watch(MIA, MOST_UNTOLD + 2, after=watched)
    assert len(world.watches.find("mia").owed) == MOST_UNTOLD + 1  # type: ignore[union-attr]
    campaigns.failing = 0
    world.watch(MIA, EPISODES, after=watched)
    assert {episode for _, episode in campaigns.told} >= set(range(1, MOST_UNTOLD + 1))


def test_what_the_house_has_refused_is_not_asked_of_it_again_while_campaigns_cannot_be_told(
    world: EarningWorld,
) -> None:
    campaigns = Campaigns(world, 0)
    watched = None
    for episode in range(1, 6):
        watched = world.watch(MIA, episode, after=watched)
    campaigns.failing = 1_000
    for episode in (6, 7):  # beyond the day's cap
        watched = world.watch(MIA, episode, after=watched)
    world.now += 86_400_000
    campaigns.failing = 0
    world.watch(MIA, 8)
    assert (SERIES, 6) in campaigns.told
    paid = {entry.terms["episode"] for entry in world.entries("mia") if entry.terms["rule"] == "episode"}
    assert {6, 8} & paid == {8}
