"""Mending a run of check-ins: what it costs, when it can be, and that it counts once and goes on."""

from __future__ import annotations

import contextlib

import pytest

from cliffhanger.errors import (
    AccountFrozen,
    Busy,
    InsufficientCoins,
    PriceChanged,
    RepairUnavailable,
    SpendLimitReached,
    SwitchedOff,
    Unavailable,
    Undecided,
)
from cliffhanger.ledger.names import key_reference, viewer
from cliffhanger.rewards.checkin import missed
from cliffhanger.rewards.checking import check_in, checkin_standing, standing_today
from cliffhanger.rewards.days import HOUR_MS
from cliffhanger.rewards.paying import Till, refuse
from cliffhanger.rewards.repairing import repair
from cliffhanger.wallet.service import credit_bought, freeze, grant_bonus, set_own_limits
from tests.support.dynamodb import Fault, ScriptedFaults
from tests.support.earning import EarningWorld, earner, unbounded
from tests.unit.rewards.sets import a_set

DAY_MS = 24 * HOUR_MS
MIA = earner()
LADDER = {
    "name": "checkin",
    "kind": "checkin",
    "amount": {"type": "ladder", "coins": [1], "repair": {"coins": 7, "withinDays": 5, "times": 3}},
    "caps": {"viewerDayCoins": 9, "deviceDayCoins": 18},
    "evidence": {"server": {}},
    "lifetimeDays": 14,
}


def laddered(repair: dict[str, int] | None) -> dict[str, object]:
    return {**LADDER, "amount": {"type": "ladder", "coins": [1], **({"repair": repair} if repair else {})}}


@pytest.fixture
def world() -> EarningWorld:
    return EarningWorld(unbounded())


def given(world: EarningWorld, coins: int = 20) -> None:
    reference = key_reference("a gift", b"test")
    grant_bonus(
        world.ledger, viewer("mia"), coins=coins, lifetime_days=90, reference=reference, retrying=world.desk.retrying
    )


def checked_in(world: EarningWorld, days: int = 1) -> list[int]:
    """The runs of check-ins on so many days; the clock stands on the day after them."""
    runs = []
    for _ in range(days):
        runs.append(check_in(world.desk, MIA)[0].run)
        world.now += DAY_MS
    return runs


def torn(world: EarningWorld, days: int = 3, missing: int = 1) -> str:
    """A run of some days, some missed ones, and then today; the date of the first that was missed."""
    checked_in(world, days)
    date = standing_today(world.desk, MIA, world.now).day.date
    world.now += missing * DAY_MS
    return date


def offer(world: EarningWorld) -> tuple[tuple[str, ...], int, int] | None:
    known = standing_today(world.desk, MIA, world.now)
    found = checkin_standing(world.desk, MIA, known, world.claims.of("mia")).offer
    return None if found is None else (found.dates, found.coins, found.run)


def test_a_missed_day_is_mended_for_its_price_and_the_run_goes_on(world: EarningWorld) -> None:
    date = torn(world)
    given(world)
    before = world.coins("mia")
    assert offer(world) == ((date,), 10, 5)
    entry, standing = repair(world.desk, MIA, date, 10)
    assert (entry.reference, entry.terms["run"], world.coins("mia")) == (f"repair:{date}", 4, before - 10)
    assert (standing.run, standing.done, standing.offer) == (5, False, None)
    assert checked_in(world, 3) == [5, 6, 7]


def test_a_run_that_had_begun_anew_is_joined_to_the_one_before(world: EarningWorld) -> None:
    """Who has checked in already when they see that a day is missing loses nothing by it."""
    date = torn(world)
    given(world)
    standing, _ = check_in(world.desk, MIA)
    found = standing.offer
    assert (standing.run, found and (found.dates, found.run)) == (1, ((date,), 5))
    _, standing = repair(world.desk, MIA, date, 10)
    assert (standing.run, standing.done) == (5, True)
    world.now += DAY_MS
    assert checked_in(world, 2) == [6, 7]


def test_a_repair_that_is_sent_again_is_paid_once_whatever_it_says(world: EarningWorld) -> None:
    date = torn(world)
    given(world, 50)
    first, _ = repair(world.desk, MIA, date, 10)
    coins, entries = world.coins("mia"), len(world.entries("mia"))
    assert repair(world.desk, MIA, date, 99)[0] == first
    world.now += 40 * DAY_MS
    assert repair(world.desk, MIA, date, 10)[0] == first
    assert (world.coins("mia"), len(world.entries("mia"))) == (coins, entries)


@pytest.mark.parametrize("missing", [3, 30])
def test_what_was_missed_too_long_ago_stays_missed(world: EarningWorld, missing: int) -> None:
    date = torn(world, missing=missing)
    given(world)
    before = world.entries("mia")
    with pytest.raises(RepairUnavailable) as refused:
        repair(world.desk, MIA, date, 10)
    assert (refused.value.members, world.entries("mia")) == ({}, before)


def test_two_days_are_not_mended_where_the_rules_mend_one(world: EarningWorld) -> None:
    """A coin for a run that stays torn would buy nothing."""
    date = torn(world, missing=2)
    given(world)
    assert offer(world) is None
    with pytest.raises(RepairUnavailable):
        repair(world.desk, MIA, date, 10)


@pytest.mark.parametrize("other", ["2026-11-27", "2026-11-28", "2026-12-02", "2026-12-24", "2026-02-31"])
def test_a_day_that_was_not_missed_is_not_mended(world: EarningWorld, other: str) -> None:
    date = torn(world)
    given(world)
    with pytest.raises(RepairUnavailable) as refused:
        repair(world.desk, MIA, other, 10)
    assert refused.value.members == {"date": date}


def test_a_run_is_mended_so_often_in_thirty_days_and_no_more(world: EarningWorld) -> None:
    given(world, 100)
    repair(world.desk, MIA, torn(world), 10)
    again = torn(world)
    assert offer(world) is None
    with pytest.raises(RepairUnavailable):
        repair(world.desk, MIA, again, 10)
    world.now += 31 * DAY_MS
    repair(world.desk, MIA, torn(world), 10)


def test_several_days_are_mended_the_oldest_first() -> None:
    world = EarningWorld(a_set(LADDER))
    given(world, 100)
    first = torn(world, missing=2)
    second = "2026-12-02"
    assert (first, offer(world)) == ("2026-12-01", ((first, second), 7, 6))
    with pytest.raises(RepairUnavailable) as refused:
        repair(world.desk, MIA, second, 7)
    assert refused.value.members == {"date": first}
    repair(world.desk, MIA, first, 7)
    assert offer(world) == ((second,), 7, 6)
    _, standing = repair(world.desk, MIA, second, 7)
    assert (standing.run, offer(world)) == (6, None)


def test_two_gaps_are_mended_whichever_comes_first_into_one_run() -> None:
    world = EarningWorld(a_set(LADDER))
    given(world, 100)
    older = torn(world, days=3)
    newer = torn(world, days=1)
    check_in(world.desk, MIA)
    assert repair(world.desk, MIA, newer, 7)[1].run == 3
    assert repair(world.desk, MIA, older, 7)[1].run == 7
    world.now += DAY_MS
    assert checked_in(world) == [8]


def test_where_the_rules_mend_nothing_nothing_is_offered() -> None:
    world = EarningWorld(a_set(laddered(None)))
    date = torn(world)
    assert offer(world) is None
    with pytest.raises(RepairUnavailable):
        repair(world.desk, MIA, date, 0)


def test_a_repair_that_costs_nothing_is_an_entry_all_the_same() -> None:
    world = EarningWorld(a_set(laddered({"coins": 0, "withinDays": 1, "times": 1})))
    entry, standing = repair(world.desk, MIA, torn(world), 0)
    assert (entry.postings, entry.spent, standing.run) == ((), (), 5)


def test_another_price_than_was_shown_is_refused(world: EarningWorld) -> None:
    date = torn(world)
    given(world)
    with pytest.raises(PriceChanged) as refused:
        repair(world.desk, MIA, date, 9)
    assert refused.value.members == {"priceCoins": 10}


def test_who_has_too_few_coins_is_told_the_pack_that_covers_them(world: EarningWorld) -> None:
    date = torn(world, days=1)
    before = world.entries("mia")
    with pytest.raises(InsufficientCoins) as refused:
        repair(world.desk, MIA, date, 10)
    assert refused.value.members["missingCoins"] == 8
    assert "packId" in refused.value.members
    assert world.entries("mia") == before


def test_bought_coins_pay_with_their_cash_after_the_granted_ones(world: EarningWorld) -> None:
    date = torn(world, days=1)  # brings two
    credit_bought(
        world.ledger, viewer("mia"), coins=100, cash=99, currency="USD", channel="web", source="external:stripe",
        reference=key_reference("a pack", b"test"), retrying=world.desk.retrying,
    )  # fmt: skip
    entry, _ = repair(world.desk, MIA, date, 10)
    assert [(one.unit, one.coins, one.cash) for one in entry.spent] == [("bonus", 2, 0), ("coin", 8, 7)]
    assert {line.destination[:17] for line in entry.postings} == {"platform:repairs-"}


def test_a_frozen_account_and_the_viewers_own_limit_stop_it(world: EarningWorld) -> None:
    date = torn(world)
    given(world)
    pace, account = world.desk.retrying, viewer("mia")
    set_own_limits(world.ledger, account, {"day": 9}, reference=key_reference("limit", b"test"), retrying=pace)
    with pytest.raises(SpendLimitReached):
        repair(world.desk, MIA, date, 10)
    freeze(world.ledger, account, frozen=True, reference="support:case-1", terms={}, retrying=pace)
    with pytest.raises(AccountFrozen):
        repair(world.desk, MIA, date, 10)


def test_the_switch_stops_a_repair_but_not_the_answer_to_one_that_was_made(world: EarningWorld) -> None:
    date = torn(world)
    given(world)

    def closed() -> None:
        raise SwitchedOff("Later.")

    stopped = world.desk._replace(check_open=closed)
    with pytest.raises(SwitchedOff):
        repair(stopped, MIA, date, 10)
    first, _ = repair(world.desk, MIA, date, 10)
    assert repair(stopped, MIA, date, 10)[0] == first


def test_a_day_that_a_reviewer_has_refused_is_a_day_that_was_missed() -> None:
    """What is held counts as if it were paid, until somebody says that it is nothing."""
    scoring = {"holdAt": 1, "refuseAt": 90, "weights": [{"signal": "evidence", "points": 5}]}
    held = EarningWorld(a_set(laddered({"coins": 0, "withinDays": 3, "times": 3}), scoring=scoring))
    assert checked_in(held, 2) == [1, 2]
    assert offer(held) is None
    till = Till(held.ledger, held.claims, lambda: None, held.clock, held.desk.retrying)
    refuse(till, "mia", "checkin.2026-11-29", "rita")
    found = offer(held)
    assert found is not None
    assert (found[0], found[2]) == (("2026-11-29",), 3)


def test_who_has_never_checked_in_has_missed_nothing() -> None:
    assert missed(frozenset(), "2026-11-28") == ()
    assert missed(frozenset({"2026-11-28"}), "2026-11-28") == ()


@pytest.mark.parametrize("fault", [Fault.NOT_SENT, Fault.LOST_REPLY, Fault.THROTTLED, Fault.FAILED])
def test_a_repair_that_fails_anywhere_and_is_sent_again_is_paid_once(fault: Fault) -> None:
    for call in range(1, 20):
        world = EarningWorld(unbounded())
        date = torn(world)
        given(world)
        before = world.coins("mia")
        world.model.faults = ScriptedFaults({world.model.calls + call: fault})
        for _ in range(2):
            with contextlib.suppress(Unavailable, Busy, Undecided):
                repair(world.desk, MIA, date, 10)
        world.model.faults = ScriptedFaults({})
        assert repair(world.desk, MIA, date, 10)[1].run == 5, call
        assert world.coins("mia") == before - 10, call
