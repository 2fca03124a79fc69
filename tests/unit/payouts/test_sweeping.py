"""What the clock sees to when there is more than a page of it: nothing stands behind what waits for a bank for days."""

from __future__ import annotations

from functools import partial

import pytest

from cliffhanger.payouts.budget import Budget
from cliffhanger.payouts.domain import Payout, Status
from cliffhanger.payouts.policy import DAY_MS
from cliffhanger.payouts.schedules import Schedule
from cliffhanger.payouts.store import Due
from cliffhanger.payouts.sweeping import LOST_MS, PAGE, STUCK_MS, find_stuck, forecasts, go_on, oldest
from tests.support.payouts import ACCOUNT, AMPLE, BEGIN, CLEO, House

MANY = PAGE + 5


@pytest.fixture
def house() -> House:
    return House()


def put(house: House, name: str, status: Status, at: int, person: str = CLEO) -> Payout:
    """A payout as it stands since a time, whose execution runs."""
    made = Payout(name, person, 1_500, 0, "USD", "standard", at, "hash", ACCOUNT, status, at, revision=1)
    if status == "inTransit":
        made = made._replace(arrives_at=at + 5 * DAY_MS, transfer=f"tr_{name}", sent=f"po_{name}")
    assert house.store.put(made)
    house.machine.start(made.execution, {"person": person, "payout": name})
    return made


def test_a_request_that_got_lost_is_begun_however_many_wait_before_it(house: House) -> None:
    for number in range(MANY):
        put(house, f"bank-{number}", "inTransit", BEGIN - DAY_MS + number)
        put(house, f"held-{number}", "held", BEGIN - DAY_MS + number)
    put(house, "lost", "requested", BEGIN - LOST_MS)
    del house.machine.executions["lost"]
    assert [(each.item, each.outcome) for each in go_on(house.desk, AMPLE)] == [("lost", "started")]
    assert house.machine.running("lost")


def test_what_waits_for_a_bank_takes_none_of_the_time_for_what_got_lost(house: House) -> None:
    for number in range(3):
        put(house, f"bank-{number}", "inTransit", BEGIN - DAY_MS)
    put(house, "lost", "requested", BEGIN - LOST_MS)
    looks = iter((0, 1))
    budget = Budget(partial(next, looks), 1)
    assert [each.item for each in go_on(house.desk, budget)] == ["lost"]
    assert budget.enough


def test_the_stuck_are_named_from_the_longest_on_however_many_there_are(house: House) -> None:
    for number in range(MANY):
        put(house, f"held-{number}", "held", BEGIN - STUCK_MS - number)
    put(house, "bank", "inTransit", BEGIN - 7 * DAY_MS)
    put(house, "in-time", "inTransit", BEGIN - DAY_MS)
    put(house, "young", "held", BEGIN - STUCK_MS + 1)
    named = [each.payout.payout for each in find_stuck(house.desk, AMPLE)]
    assert named == ["bank", *(f"held-{number}" for number in reversed(range(MANY)))]
    assert oldest(house.desk) == BEGIN - 7 * DAY_MS


def test_one_that_has_just_moved_hides_no_other_though_its_list_is_a_moment_behind(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = put(house, "moved", "held", BEGIN - 2 * STUCK_MS)
    put(house, "stuck", "held", BEGIN - STUCK_MS)
    listed = house.store.due("payouts", BEGIN, 10)
    assert house.store.put(moved.moved("sending", BEGIN)._replace(revision=2))

    def due(sweep: str, _until: int, _most: int, after: Due | None = None) -> tuple[Due, ...]:
        return listed if sweep == "payouts" and after is None else ()

    monkeypatch.setattr(house.store, "due", due)
    assert [each.payout.payout for each in find_stuck(house.desk, AMPLE)] == ["stuck"]


def test_a_forecast_counts_every_payout_that_has_not_left_and_every_schedule(house: House) -> None:
    house.earn(20_000)
    for number in range(MANY):
        put(house, f"held-{number}", "held", BEGIN - MANY + number, f"p{number}")
        weekly = Schedule(f"p{number}", "weekly", BEGIN + 1, 1)
        assert house.store.put_schedule(weekly)
    assert house.store.put_schedule(Schedule(CLEO, "weekly", BEGIN + DAY_MS, 1))
    [forecast] = forecasts(house.desk, AMPLE)
    assert forecast.leaving == MANY * 1_500 + 20_000


def test_a_part_whose_time_ends_says_so_and_leaves_what_it_has_done(house: House) -> None:
    for number in range(3):
        put(house, f"held-{number}", "held", BEGIN - STUCK_MS)
    budget = Budget(partial(next, iter((0, 1))), 1)
    assert len(list(find_stuck(house.desk, budget))) == 1
    assert not budget.enough


def test_an_execution_that_has_just_ended_is_named_to_whoever_was_woken_by_its_alarm(house: House) -> None:
    """What has not moved for an hour is stuck whatever runs; what nobody goes on with need not have waited for that."""
    for name in ("ended", "runs"):
        put(house, name, "held", BEGIN - LOST_MS)
    put(house, "begins", "requested", BEGIN - LOST_MS + 1)
    for name in ("ended", "begins"):
        del house.machine.executions[name]
    named = [(each.payout.payout, each.advice) for each in find_stuck(house.desk, AMPLE, LOST_MS)]
    assert named == [("ended", "resume")]
    assert list(find_stuck(house.desk, AMPLE)) == []


@pytest.mark.parametrize(
    ("status", "waits_for", "advice"),
    [
        ("held", "", "look_at_log"),
        ("returning", "", "look_at_log"),
        ("inTransit", "", "ask_provider"),
        ("inTransit", "destination_balance", "ask_provider"),
        ("returning", "destination_balance", "ask_provider"),
        ("held", "platform_balance", "top_up"),
        ("sending", "switched_off", "switch_on"),
        ("sending", "provider", "wait"),
        ("sending", "rejected", "look_at_log"),
    ],
)
def test_what_is_advised_is_what_helps(house: House, status: Status, waits_for: str, advice: str) -> None:
    """A bank is asked only of what a bank has: where our own tables do not answer, nobody can help there."""
    made = put(house, "one", status, BEGIN - 7 * DAY_MS)
    assert house.store.put(made._replace(waits_for=waits_for, revision=2))
    assert [each.advice for each in find_stuck(house.desk, AMPLE)] == [advice]
