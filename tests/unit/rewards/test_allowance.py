"""What a viewer alone stands for is paid up to an allowance, for all time, whatever happens at once or in between."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from cliffhanger.errors import RewardRefused
from cliffhanger.ledger.canonical import digest
from cliffhanger.ledger.declarations import set_limits
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.journal import record_once
from cliffhanger.ledger.movements import spend_at_house
from cliffhanger.ledger.names import key_reference, platform, viewer
from cliffhanger.ledger.planning import Ask, Turn
from cliffhanger.rewards import tallies
from cliffhanger.rewards.claims import Ever
from cliffhanger.rewards.days import HOUR_MS
from cliffhanger.rewards.earning import Desk, Earned, Fact, earn
from cliffhanger.rewards.overview import overview
from cliffhanger.rewards.paying import refuse, release
from cliffhanger.rewards.pending import Pending
from cliffhanger.rewards.vesting import vest
from tests.support.earning import EarningWorld, earner
from tests.unit.rewards.friends import DAY_MS, buys, gives_back
from tests.unit.rewards.sets import EPISODE, a_set

WIDE = {"viewerDayCoins": 90, "deviceDayCoins": 90}
WATCHED = EPISODE | {"amount": {"type": "flat", "coins": 4}, "caps": WIDE}
VESTS = {"server": {"vestsAfterH": 24}}
SERIES = EPISODE | {
    "name": "series", "kind": "watch.series", "amount": {"type": "flat", "coins": 6}, "caps": WIDE, "evidence": VESTS,
}  # fmt: skip
AD = EPISODE | {
    "name": "ad", "kind": "ad", "amount": {"type": "flat", "coins": 2}, "caps": WIDE, "evidence": {"partner": {}},
}  # fmt: skip
ALLOWANCE = {"coins": 10, "perAdCoins": 3, "perPurchaseCoins": 20}
RULES = a_set(WATCHED, SERIES, AD, allowance=ALLOWANCE)
MIA = earner()
NAMES = itertools.count(1)


@pytest.fixture
def world() -> EarningWorld:
    return EarningWorld(RULES)


def watches(world: EarningWorld, desk: Desk | None = None) -> Earned:
    return earn(desk or world.desk, MIA, Fact("watch.episode", f"e{next(NAMES)}"))


def finishes(world: EarningWorld, desk: Desk | None = None) -> Earned:
    return earn(desk or world.desk, MIA, Fact("watch.series", f"s{next(NAMES)}"))


def sees_ad(world: EarningWorld) -> Earned:
    return earn(world.desk, MIA, Fact("ad", f"a{next(NAMES)}", evidence="partner"))


def coins_of(make: Callable[[EarningWorld], Earned], world: EarningWorld) -> int:
    """What it brings; nothing only because of the allowance."""
    try:
        return make(world).coins
    except RewardRefused as refused:
        if "house_allowance" not in str(refused.members["reasons"]):
            raise
        return 0


def records(world: EarningWorld, make: Callable[[Turn], Any], kind: str) -> None:
    ask = Ask(key_reference(f"key-{next(NAMES)}", b"secret"), digest(kind), {"kind": kind})
    record_once(world.ledger, viewer("mia"), ask, make, world.desk.retrying)


def limits(world: EarningWorld, times: int) -> None:
    """Entries that cost nobody anything."""

    def make(turn: Turn) -> Entry:
        return set_limits(turn, {"day": turn.seq})

    for _ in range(times):
        records(world, make, "limits")


def vests(world: EarningWorld) -> None:
    assert all(one.error is None for one in vest(world.till, 10**15))


def ever(world: EarningWorld) -> Ever:
    return tallies.ever_of(world.ledger, viewer("mia"), world.ledger.head(viewer("mia")))


# --- what it comes to ------------------------------------------------------------------------------------------------


def test_what_a_viewer_alone_stands_for_is_paid_in_part_and_then_never_again(world: EarningWorld) -> None:
    assert [coins_of(watches, world) for _ in range(4)] == [4, 4, 2, 0]
    for days in (1, 30, 400):
        world.now += days * DAY_MS
        assert coins_of(watches, world) == 0
    assert ever(world) == (10, 0)


def test_an_ad_that_its_network_vouches_for_brings_more_and_counts_not_against_it(world: EarningWorld) -> None:
    assert [coins_of(watches, world) for _ in range(3)] == [4, 4, 2]
    assert sees_ad(world).coins == 2
    assert [coins_of(watches, world) for _ in range(2)] == [3, 0]
    assert ever(world) == (13, 1)


def test_a_purchase_brings_more_from_when_it_cannot_be_given_back_by_right(world: EarningWorld) -> None:
    """Else who buys, earns and has the money again would have been paid for nothing."""
    for _ in range(3):
        watches(world)
    buys(world, MIA.person)
    assert coins_of(watches, world) == 0
    world.now += 14 * DAY_MS
    assert [coins_of(watches, world) for _ in range(6)] == [4, 4, 4, 4, 4, 0]


def test_a_purchase_brings_more_at_once_when_some_of_it_is_used(world: EarningWorld) -> None:
    buys(world, MIA.person)
    records(world, lambda turn: spend_at_house(turn, 1, platform("repairs", turn.account)), "repair")
    assert sum(coins_of(watches, world) for _ in range(9)) == 30


@pytest.mark.parametrize(("gone", "left"), [(98, 20), (99, 0)])
def test_a_purchase_whose_money_went_back_whole_brings_nothing(world: EarningWorld, gone: int, left: int) -> None:
    buys(world, MIA.person)
    buys(world, MIA.person, order="o2")
    gives_back(world, amount=gone, person=MIA.person)
    gives_back(world, name="r2", order="o2", person=MIA.person)
    world.now += 14 * DAY_MS
    assert sum(coins_of(watches, world) for _ in range(9)) == 10 + left


def test_an_old_purchase_that_went_back_does_not_hide_an_older_one(world: EarningWorld) -> None:
    buys(world, MIA.person, order="o1")
    buys(world, MIA.person, order="o2")
    world.now += 20 * DAY_MS
    gives_back(world, order="o2", person=MIA.person)
    assert sum(coins_of(watches, world) for _ in range(9)) == 30


def test_purchases_are_looked_at_only_where_all_else_does_not_suffice(
    world: EarningWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    read = world.ledger.references

    def noted(account: str, prefix: str) -> Any:
        asked.append(prefix)
        return read(account, prefix)

    monkeypatch.setattr(world.ledger, "references", noted)
    watches(world)
    watches(world)
    assert "purchase:" not in asked
    watches(world)
    assert "purchase:" in asked


def test_a_rule_in_shadow_counts_nothing(world: EarningWorld) -> None:
    trial = WATCHED | {"name": "trial", "shadow": True}
    world.rules = a_set(trial, WATCHED, allowance=ALLOWANCE)
    watches(world)
    assert (world.shadow, ever(world)) == (["trial"], (4, 0))


def test_without_an_allowance_nothing_is_bounded_and_all_is_counted(world: EarningWorld) -> None:
    world.rules = a_set(WATCHED)
    assert [coins_of(watches, world) for _ in range(4)] == [4, 4, 4, 4]
    world.rules = RULES
    assert coins_of(watches, world) == 0


def test_a_viewer_is_shown_what_is_left_with_what_waits_and_what_was_bought(world: EarningWorld) -> None:
    finishes(world)
    watches(world)
    assert overview(world.desk, MIA).allowance == (0, 3, 20)
    buys(world, MIA.person)
    assert overview(world.desk, MIA).allowance == (0, 3, 20)
    world.now += 14 * DAY_MS
    assert overview(world.desk, MIA).allowance == (20, 3, 20)
    world.rules = a_set(WATCHED)
    assert overview(world.desk, MIA).allowance is None


def test_a_viewer_whose_sums_cannot_be_found_is_shown_that_nothing_is_left(
    world: EarningWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    watches(world)
    monkeypatch.setattr(tallies, "MOST_PAGES", 2)
    limits(world, 20)
    world.now += 3 * DAY_MS
    assert overview(world.desk, MIA).allowance == (0, 3, 20)


# --- what waits ------------------------------------------------------------------------------------------------------


def test_what_waits_counts_and_once_it_is_paid_it_counts_once(world: EarningWorld) -> None:
    assert finishes(world).coins == 6
    assert coins_of(watches, world) == 4
    assert coins_of(watches, world) == 0
    world.now += 24 * HOUR_MS
    vests(world)
    assert ever(world) == (10, 0)
    sees_ad(world)
    assert [coins_of(watches, world) for _ in range(2)] == [3, 0]


def test_what_waits_is_put_off_and_not_lost_where_the_sums_cannot_be_found(
    world: EarningWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    watches(world)
    finishes(world)
    limits(world, 20)
    world.now += 24 * HOUR_MS
    with monkeypatch.context() as shorter:
        shorter.setattr(tallies, "MOST_PAGES", 2)
        [left] = vest(world.till, world.now + HOUR_MS)
        assert left.error is not None
        assert left.error.code == "busy"
    world.now += HOUR_MS
    vests(world)
    assert world.coins("mia") == 10


def test_what_is_paid_after_its_list_was_read_is_not_counted_twice(world: EarningWorld) -> None:
    finishes(world)
    stale = world.claims.of("mia")
    world.now += 24 * HOUR_MS
    vests(world)
    assert watches(world, world.desk._replace(claims=Stale(world, stale))).coins == 4  # type: ignore[arg-type]


def test_what_another_reviewer_has_paid_meanwhile_is_not_counted_twice_when_the_next_is(world: EarningWorld) -> None:
    first, second = finishes(world).pending, finishes(world).pending
    assert first is not None
    assert second is not None
    assert (first.coins, second.coins) == (6, 4)
    world.now += 24 * HOUR_MS
    stale = world.claims.of("mia")
    vests(world)
    third = second._replace(fact="other", at=second.at + 1, coins=4)
    world.claims.add(third)
    sees_ad(world)
    sees_ad(world)
    till = world.till._replace(claims=Stale(world, (*stale, third)))  # type: ignore[arg-type]
    assert [one.pending.fact for one in vest(till, 10**15) if one.error is None] == ["other"]
    assert ever(world) == (14, 2)


def test_claims_at_the_same_moment_are_paid_no_more_than_there_is(world: EarningWorld) -> None:
    """Neither sees the other; whoever is paid second has what is left."""
    blind = world.desk._replace(claims=Stale(world, ()))  # type: ignore[arg-type]
    assert [finishes(world, blind).coins for _ in range(3)] == [6, 6, 6]
    world.now += 24 * HOUR_MS
    vests(world)
    assert sorted(one.coins for one in world.claims.of("mia") if one.status == "paid") == [4, 6]
    assert [one.status for one in world.claims.of("mia")].count("refused") == 1
    assert ever(world) == (10, 0)


def test_what_was_paid_at_once_beside_what_waits_is_paid_no_more_than_there_is(world: EarningWorld) -> None:
    blind = world.desk._replace(claims=Stale(world, ()))  # type: ignore[arg-type]
    finishes(world)
    assert [watches(world, blind).coins for _ in range(3)] == [4, 4, 2]
    world.now += 24 * HOUR_MS
    vests(world)
    assert [one.status for one in world.claims.of("mia")] == ["refused"]


def test_what_waits_is_paid_by_the_figures_that_it_was_decided_by(world: EarningWorld) -> None:
    finishes(world)
    world.rules = a_set(WATCHED, SERIES, AD, allowance={"coins": 0})
    world.now += 24 * HOUR_MS
    vests(world)
    assert ever(world) == (6, 0)


def test_a_purchase_that_went_back_meanwhile_is_not_paid_for(world: EarningWorld) -> None:
    world.rules = a_set(WATCHED, SERIES, allowance={"coins": 0, "perPurchaseCoins": 20})
    buys(world, MIA.person)
    world.now += 15 * DAY_MS
    assert finishes(world).coins == 6
    gives_back(world, person=MIA.person)
    world.now += DAY_MS
    vests(world)
    assert [one.status for one in world.claims.of("mia")] == ["refused"]


def test_what_is_released_counts_and_what_is_refused_does_not(world: EarningWorld) -> None:
    world.rules = a_set(
        WATCHED, SERIES, AD, allowance=ALLOWANCE,
        scoring={"holdAt": 50, "refuseAt": 80, "weights": [{"signal": "account_hours", "upTo": 900, "points": 50}]},
    )  # fmt: skip
    held = watches(world).pending
    assert held is not None
    assert held.status == "held"
    assert release(world.till, "mia", held.name, "olga").coins == 4
    assert ever(world) == (4, 0)
    other = watches(world).pending
    assert other is not None
    assert (coins_of(watches, world), coins_of(watches, world)) == (2, 0)
    refuse(world.till, "mia", other.name, "olga")
    assert coins_of(watches, world) == 4


def test_an_ad_that_was_held_brings_more_once_it_is_released(world: EarningWorld) -> None:
    weights = [{"signal": "evidence", "from": 1, "points": 50}]
    world.rules = a_set(WATCHED, AD, allowance=ALLOWANCE, scoring={"holdAt": 50, "refuseAt": 80, "weights": weights})
    held = sees_ad(world).pending
    assert held is not None
    assert ever(world) == (0, 0)
    assert [coins_of(watches, world) for _ in range(4)] == [4, 4, 2, 0]
    release(world.till, "mia", held.name, "olga")
    assert ever(world) == (10, 1)


# --- how long it is remembered ---------------------------------------------------------------------------------------


def test_entries_that_cost_nothing_make_it_forget_nothing(world: EarningWorld) -> None:
    for _ in range(3):
        watches(world)
    limits(world, 150)
    world.now += 3 * DAY_MS
    limits(world, 150)
    assert coins_of(watches, world) == 0
    assert ever(world) == (10, 0)


def test_what_cannot_be_found_any_more_is_refused(world: EarningWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    watches(world)
    monkeypatch.setattr(tallies, "MOST_PAGES", 2)
    limits(world, 20)
    with pytest.raises(RewardRefused) as refused:
        watches(world)
    assert refused.value.because == ("viewer_velocity",)


def test_who_has_never_earned_may_have_done_however_much(world: EarningWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tallies, "MOST_PAGES", 2)
    limits(world, 20)
    world.now += 3 * DAY_MS
    assert watches(world).coins == 4


def test_what_was_had_before_it_was_counted_is_not(world: EarningWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    stated = tallies.terms_of

    def before(*asked: Any) -> dict[str, Any]:
        return {name: told for name, told in stated(*asked).items() if name != "ever"}

    with monkeypatch.context() as patch:
        patch.setattr("cliffhanger.rewards.earning.terms_of", before)
        watches(world)
    assert ever(world) == (0, 0)
    assert coins_of(watches, world) == 4
    assert ever(world) == (4, 0)


class Stale:
    """The table of claims as somebody has read it a moment ago."""

    def __init__(self, world: EarningWorld, listed: tuple[Pending, ...]) -> None:
        self._claims = world.claims
        self._listed = listed

    def of(self, person: str) -> tuple[Pending, ...]:
        return self._listed

    def __getattr__(self, name: str) -> Any:
        return getattr(self._claims, name)
