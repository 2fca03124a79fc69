"""The hold window: what has just come in is paid out to nobody until it has stood for a while."""

from __future__ import annotations

from pathlib import Path

import pytest

from cliffhanger.errors import PayoutRefused
from cliffhanger.payouts.domain import Wish
from cliffhanger.payouts.policy import DAY_MS
from cliffhanger.payouts.schedules import Schedule
from cliffhanger.payouts.service import quote, request
from cliffhanger.payouts.standing import standing_of
from cliffhanger.payouts.sweeping import forecasts
from cliffhanger.payouts.weekly import pay_weekly
from tests.support.payouts import AMPLE, BEGIN, CLEO, House
from tests.unit.payouts.endings import codes, finished

DAYS = 7


def held_for_a_week() -> House:
    house = House()
    house.desk = house.desk._replace(hold_ms=DAYS * DAY_MS)
    return house


@pytest.fixture
def house() -> House:
    """What came in within a week is held; 100 dollars have stood for long, 500 are of yesterday."""
    house = held_for_a_week()
    house.earn(10_000)
    house.earn(50_000, ago_ms=DAY_MS)
    return house


def wish(amount: int) -> Wish:
    return Wish(amount, "USD", "standard", 0)


def test_what_came_in_within_the_window_cannot_be_asked_for(house: House) -> None:
    """Whoever pays with stolen cards for their own series would have the money before the cards' holders notice."""
    standing = quote(house.desk, CLEO, "USD", None).standing
    assert (standing.balance, standing.recent, standing.reserve, standing.payable) == (60_000, 50_000, 0, 10_000)
    with pytest.raises(PayoutRefused) as refused:
        request(house.desk, CLEO, "all", wish(10_001))
    assert refused.value.members["rule"] == "over_payable"


def test_after_the_window_the_reserve_stays_and_after_the_reserve_nothing(house: House) -> None:
    house.now = BEGIN + (DAYS - 1) * DAY_MS + 1
    standing = standing_of(house.desk, CLEO, "USD")
    assert (standing.recent, standing.reserve, standing.payable) == (0, 5_000, 55_000)
    house.now = BEGIN + 14 * DAY_MS
    assert standing_of(house.desk, CLEO, "USD").payable == 60_000


def test_two_at_once_leave_what_came_in_within_the_window(house: House, tmp_path: Path) -> None:
    for name in ("one", "two"):
        request(house.desk, CLEO, name, wish(10_000))
    assert [house.go_on(name).status for name in ("one", "two")] == ["inTransit", "failed"]
    assert (house.payout("two").rule, house.balance) == ("over_payable", 50_000)
    assert codes(house, tmp_path) == set()


def test_a_weekly_payout_leaves_it_and_the_forecast_sees_what_will_have_stood_by_then() -> None:
    """Else our balance is found too small only once the money is asked for."""
    house = held_for_a_week()
    for amount, days in ((10_000, 20), (30_000, 6), (50_000, 1)):
        house.earn(amount, ago_ms=days * DAY_MS)
    due = BEGIN + DAY_MS + 1
    assert house.store.put_schedule(Schedule(CLEO, "weekly", due, 1))
    [forecast] = forecasts(house.desk, AMPLE)
    assert forecast.leaving == 10_000 + 27_000
    house.now = due
    assert [one.outcome for one in pay_weekly(house.desk, AMPLE)] == ["asked"]
    [payout] = house.store.of(CLEO)
    assert payout.amount == 37_000


def test_what_a_bank_has_sent_back_is_no_new_income(house: House) -> None:
    """It had stood for long enough when it left, and the reserve was kept of it when it came in."""
    house.ask(10_000)
    assert finished(house) == "paid"
    house.now += DAY_MS
    house.bank.end("po_1", "failed", "account_closed")
    assert house.hear() == ["returned"]
    standing = standing_of(house.desk, CLEO, "USD")
    assert (standing.recent, standing.reserve, standing.payable) == (50_000, 0, 10_000)
