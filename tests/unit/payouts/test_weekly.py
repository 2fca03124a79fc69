"""Weekly payouts: as much as may leave, once in a week, and a word to whoever gets none."""

from __future__ import annotations

from typing import Any

import pytest

from cliffhanger.clock import ms_of
from cliffhanger.errors import EventsRefused
from cliffhanger.payouts.domain import Rule
from cliffhanger.payouts.policy import CURRENCIES, DAY_MS, Fee
from cliffhanger.payouts.schedules import next_monday
from cliffhanger.payouts.service import set_schedule
from cliffhanger.payouts.sweeping import PAGE, forecasts
from cliffhanger.payouts.tallies import Limits, Tally
from cliffhanger.payouts.weekly import pay_weekly
from tests.support.payouts import AMPLE, BEGIN, CLEO, House

DAY, MONTH = 20_000, 45_000
MONDAY = next_monday(BEGIN)


@pytest.fixture
def house() -> House:
    made = House()
    made.earn(50_000)
    set_schedule(made.desk, CLEO, "weekly")
    made.now = MONDAY
    return made


def sweep(house: House) -> list[str]:
    return [each.outcome for each in pay_weekly(house.desk, AMPLE)]


def asked(house: House) -> list[int]:
    """The amounts, newest first."""
    return [each.amount for each in house.store.of(CLEO)]


def refusals(house: House) -> list[dict[str, Any]]:
    return [each["data"] for each in house.events if each["type"] == "WeeklyPayoutRefused"]


def test_what_is_above_the_day_s_limit_is_paid_out_as_far_as_there_is_room(house: House) -> None:
    house.limits = Limits(DAY, MONTH)
    assert sweep(house) == ["asked"]
    assert asked(house) == [DAY]
    assert refusals(house) == []


def test_what_was_paid_out_in_the_month_and_on_the_day_leaves_so_much_less_room(house: House) -> None:
    house.limits = Limits(DAY, MONTH)
    taken = (("a", "2026-11-23", 8_000), ("b", "2026-11-02", 30_000))
    assert house.store.put_tally(Tally(CLEO, "2026-11", "USD", taken, 1))
    assert ms_of("2026-11-23T00:00:00Z") < MONDAY < ms_of("2026-11-24T00:00:00Z")
    assert sweep(house) == ["asked"]
    assert asked(house) == [MONTH - 38_000]


def test_a_day_without_room_is_told_by_the_limit_s_own_rule(house: House) -> None:
    house.limits = Limits(DAY, MONTH)
    assert house.store.put_tally(Tally(CLEO, "2026-11", "USD", (("a", "2026-11-23", DAY - 999),), 1))
    assert sweep(house) == ["over_day_limit"]
    assert [each["rule"] for each in refusals(house)] == ["over_day_limit"]


@pytest.mark.parametrize("rule", ["verification_required", "verification_refused"])
def test_who_gets_nothing_by_a_rule_is_told_once_for_the_week_and_anew_in_the_next(house: House, rule: Rule) -> None:
    house.verified, house.limits = rule, Limits(0, 0)
    for monday in (MONDAY, MONDAY, MONDAY + 7 * DAY_MS):
        house.now = monday
        schedule = house.store.schedule(CLEO)
        again = schedule._replace(due_at=monday, revision=schedule.revision + 1)
        assert house.store.put_schedule(again), "the schedule's own write was lost"
        assert sweep(house) == [rule]
    assert [each["week"] for each in refusals(house)] == ["2026-W48", "2026-W48", "2026-W49"]
    assert len({each["id"] for each in house.events}) == 2
    assert asked(house) == []
    assert refusals(house)[0] == {
        "personId": CLEO,
        "week": "2026-W48",
        "amount": 50_000,
        "fee": 0,
        "currency": "USD",
        "rule": rule,
    }


def test_an_event_that_is_not_taken_leaves_the_week_to_the_next_sweep(house: House) -> None:
    def down(_: object) -> None:
        raise EventsRefused("It does not answer.")

    house.verified = "verification_required"
    [left] = pay_weekly(house.desk._replace(tell=down), AMPLE)
    assert (left.outcome, left.left) == (EventsRefused.code, True)
    assert sweep(house) == ["verification_required"]


def test_whoever_has_less_than_the_minimum_is_told_nothing(house: House) -> None:
    house.ask(49_500)
    assert sweep(house) == ["nothing_payable"]
    assert refusals(house) == []


def test_each_schedule_comes_round_however_many_are_due_and_fail_before_it(house: House) -> None:
    for number in range(PAGE + 5):
        set_schedule(house.desk._replace(clock=lambda: BEGIN - 7 * DAY_MS), f"p{number}", "weekly")
    assert len(sweep(house)) == PAGE + 6
    assert asked(house) == [50_000]
    assert sweep(house) == []


def test_a_forecast_counts_no_more_of_a_weekly_payout_than_its_limits_let_leave(house: House) -> None:
    house.limits = Limits(DAY, MONTH)
    assert [each.leaving for each in forecasts(house.desk, AMPLE)] == [DAY]
    house.limits = Limits(0, 0)
    assert forecasts(house.desk, AMPLE) == ()


def test_a_week_that_was_asked_for_and_not_noted_goes_on_at_the_fee_of_then(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sweep was broken off in between, and a deployment has changed the fee: else it would come up for ever."""
    house.limits = Limits(DAY, None)
    with monkeypatch.context() as broken:
        broken.setattr(house.store, "put_schedule", lambda _: False)
        assert sweep(house) == []
    terms = CURRENCIES["USD"]._replace(fees={"standard": Fee(100, 25)})
    monkeypatch.setitem(CURRENCIES, "USD", terms)
    assert sweep(house) == ["asked"]
    assert asked(house) == [DAY]
    assert house.store.schedule(CLEO).due_at > house.now


def test_a_week_that_was_seen_to_is_not_seen_to_again_though_the_list_is_a_moment_behind(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the next one is paid a week early."""
    house.limits = Limits(DAY, None)
    listed = house.store.due("schedules", house.now, 10)
    assert sweep(house) == ["asked"]
    monkeypatch.setattr(house.store, "due", lambda *asked: listed if asked[3] is None else ())
    house.now += DAY_MS
    assert sweep(house) == []
    assert asked(house) == [DAY]
