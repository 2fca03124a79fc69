"""A viewer of whom much is listed: caps hold all the same, and who has more than anybody can have is refused."""

from __future__ import annotations

import pytest

from cliffhanger.errors import RewardRefused
from cliffhanger.rewards import claims_store
from cliffhanger.rewards.earning import Fact, earn
from cliffhanger.rewards.overview import overview
from cliffhanger.rewards.pending import Pending
from cliffhanger.rewards.vesting import vest
from tests.support.earning import MORNING, EarningWorld, earner
from tests.support.tables import CLAIMS
from tests.unit.rewards.sets import EPISODE, a_set

VESTING = {**EPISODE, "evidence": {"server": {"vestsAfterH": 24}}}
MIA = earner()


def after(count: int) -> EarningWorld:
    """A world in which mia has had so many rewards that had waited, which are listed before those of today."""
    world = EarningWorld(a_set(VESTING))
    had = Pending("mia", "ad", "", "2026-11-01", MORNING, "paid", MORNING, 2, 14, "ad", "v-1")
    for number in range(count):
        world.claims.add(had._replace(fact=f"v{number}"))
    return world


def outcomes(world: EarningWorld) -> list[str]:
    found = []
    for number in range(4):
        try:
            found.append(str(earn(world.desk, MIA, Fact("watch.episode", f"e{number}")).coins))
        except RewardRefused as refused:
            found.append("/".join(refused.because))
    return found


def test_however_many_claims_are_listed_the_day_s_cap_counts_all() -> None:
    assert outcomes(after(2_001)) == ["3", "3", "3", "rule_day_cap"]


def test_who_has_more_claims_than_are_added_up_is_refused_and_nothing_is_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A sum that is too small would be a cap that does not hold."""
    world = after(8)
    monkeypatch.setattr(claims_store, "AT_ONCE", 2)
    monkeypatch.setattr(claims_store, "MOST_LISTED", 7)
    before = world.model.items(CLAIMS["TableName"]), world.entries("mia")
    assert set(outcomes(world)) == {"viewer_velocity"}
    with pytest.raises(RewardRefused):
        overview(world.desk, MIA)
    assert (world.model.items(CLAIMS["TableName"]), world.entries("mia")) == before


def test_what_such_a_viewer_is_owed_is_put_off_and_paid_when_less_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    world = after(8)
    earn(world.desk, MIA, Fact("watch.episode", "e"))
    world.now += 30 * 3_600_000
    with monkeypatch.context() as few:
        few.setattr(claims_store, "AT_ONCE", 2)
        few.setattr(claims_store, "MOST_LISTED", 7)
        [left] = vest(world.till, 10**15)
    assert isinstance(left.error, RewardRefused)
    assert world.coins("mia") == 0
    world.now += 30 * 3_600_000
    assert [one.error for one in vest(world.till, 10**15)] == [None]
    assert world.coins("mia") == 3
