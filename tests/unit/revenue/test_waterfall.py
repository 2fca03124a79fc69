"""The waterfall: each series and day once, whoever runs it and wherever it is cut short; nothing is left behind."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import pytest

from cliffhanger.errors import Busy, CliffhangerError, LedgerCorrupt, Unavailable, ValidationFailed
from cliffhanger.ledger.names import MAX_EARNED_LANES, earned_lane
from cliffhanger.ledger.recoveries import PATIENCE_MS
from cliffhanger.ledger.rolling import tail
from cliffhanger.ledger.settling import settle
from cliffhanger.ledger.splits import Part, account_of
from cliffhanger.revenue.domain import DAY_MS, Due, Shares, Split, day_of, shipped
from cliffhanger.revenue.runs import Run
from cliffhanger.revenue.runs_store import RunsStore
from cliffhanger.revenue.waterfall import SETTLED_MS, Flown, Owned, SeriesPage, Waterfall, again, day_due, fall
from tests.support.dynamodb import connect
from tests.support.tables import RUNS
from tests.unit.ledger.chains import NOW
from tests.unit.ledger.intakes import PACE, Books

DAY = day_due(NOW + DAY_MS)
FOREVER = NOW + 10**11


class Plant:
    """Series with splits, a ledger, the table of runs, and who was told what, in which order."""

    def __init__(self, count: int = 6) -> None:
        self.books = Books(volume_entries=1_000)
        self.books.model.call("CreateTable", RUNS)
        self.now = NOW
        self.series = [Owned(f"s{number}", f"c{number % 3}") for number in range(count)]
        self.special: dict[str, Shares] = {}
        self.told: list[tuple[str, str]] = []
        self.asked: list[str | None] = []
        self.broken: set[str] = set()
        self.runs = RunsStore(connect(self.books.model), RUNS["TableName"], lambda: self.now)
        self.waterfall = Waterfall(
            self.books.store, self, self.runs, self.every, self.tell, PACE._replace(clock=lambda: self.now), 2
        )

    def on(self, series: str, owner: str, day: str) -> Split:
        if series in self.broken:
            raise Unavailable("The table of splits does not answer.")
        split = shipped(series, owner)
        return split._replace(shares=self.special[series], version=3) if series in self.special else split

    def due(self, series: str, owner: str, day: str) -> Sequence[Due]:
        return [Due(self.on(series, owner, day), day, None)]

    def persons(self, series: str, owner: str) -> Sequence[str]:
        return tuple(dict.fromkeys((owner, *self.on(series, owner, DAY).persons)))

    def every(self, limit: int, after: str | None) -> SeriesPage:
        self.asked.append(after)
        start = 0 if after is None else int(after)
        end = start + limit
        return SeriesPage(tuple(self.series[start:end]), str(end) if end < len(self.series) else None)

    def tell(self, person: str, day: str) -> bool:
        if person in self.broken:
            raise Unavailable("S3 does not answer.")
        self.told.append((person, day))
        return True

    def earn(self, series: str, amount: int, lane: int = 0) -> None:
        settle(self.books.store, [self.books.earn(amount, earned_lane(series, lane))], PACE)

    def run(self, day: str = DAY, until: int = FOREVER) -> list[Flown]:
        return list(fall(self.waterfall, day, until))

    def held(self, account: str) -> int:
        end = tail(self.books.store, account)
        return 0 if end is None else end.state.balances.get("USD", 0)

    @property
    def bytes(self) -> list[dict[str, Any]]:
        return list(self.books.model.peek("test-ledger"))


@pytest.fixture
def plant() -> Plant:
    return Plant()


def test_every_lane_of_every_series_reaches_who_earned_it_and_statements_come_after_all_carries(plant: Plant) -> None:
    plant.earn("s0", 100)
    plant.earn("s0", 11, lane=15)
    plant.earn("s5", 40)
    plant.special["s5"] = Shares(
        (Part("platform", 2_000), Part("creator:c2", 4_000), Part("house:h1", 4_000)), shipped("x", "c2").shares.tips
    )
    flown = plant.run()
    assert sum(one.entries for one in flown) == 3
    assert (plant.held("creator:c0"), plant.held("creator:c2"), plant.held("creator:h1")) == (50 + 5, 16, 16)
    assert plant.runs.find(DAY) == Run(DAY, "done", "", 0, 6)
    assert {person for person, _ in plant.told} == {"c0", "c1", "c2", "h1"}
    assert plant.asked == [None, "2", "4", None, "2", "4"]


def test_a_series_is_carried_from_every_lane_it_ever_had(plant: Plant) -> None:
    """However many it has now; those that were given up hold what they held."""
    for lane in (0, 3, MAX_EARNED_LANES - 1):
        plant.earn("s0", 100, lane)
    plant.run()
    assert plant.held("creator:c0") == 150


def test_whoever_runs_it_again_writes_nothing(plant: Plant) -> None:
    plant.earn("s0", 100)
    plant.run()
    before = plant.bytes
    assert plant.run() == []
    assert again(plant.runs, DAY, NOW + DAY_MS) == DAY
    assert sum(one.entries for one in plant.run()) == 0
    assert plant.bytes == before


@pytest.mark.parametrize("pages", range(6))
def test_a_run_that_is_cut_short_is_gone_on_with_and_nobody_is_paid_twice(plant: Plant, pages: int) -> None:
    for number in range(6):
        plant.earn(f"s{number}", 100 + 10 * number)
    for _ in itertools.islice(fall(plant.waterfall, DAY, FOREVER), pages * 2 + 1):
        """The process ends in the middle of a page."""
    plant.run()
    run = plant.runs.find(DAY)
    assert run is not None
    assert run.done
    assert [plant.held(f"creator:c{number}") for number in range(3)] == [50 + 65, 55 + 70, 60 + 75]


def test_a_run_ends_in_time_and_the_next_call_goes_on(plant: Plant) -> None:
    assert plant.run(until=NOW) == []
    assert plant.runs.find(DAY) is None
    calls = 0
    while not (plant.runs.find(DAY) or Run(DAY)).done:
        calls += 1
        generator = fall(plant.waterfall, DAY, NOW + 1)
        for _ in generator:
            plant.now = NOW + 1  # the time is over within the page, which is finished
        plant.now = NOW
    assert calls == 6


def test_a_series_that_fails_holds_up_no_other_and_is_counted(plant: Plant) -> None:
    plant.broken = {"s1", "c2"}
    plant.earn("s1", 100)
    plant.earn("s2", 100)
    flown = plant.run()
    assert [one.about for one in flown if one.error] == ["s1", "s1", "c2", "c2"]
    run = plant.runs.find(DAY)
    assert run is not None
    assert (run.done, run.left) == (True, 4)
    assert (plant.held(earned_lane("s1", 0)), plant.held("creator:c2")) == (100, 50)
    plant.broken = set()
    again(plant.runs, DAY, NOW + DAY_MS)
    plant.run()
    assert (plant.held(earned_lane("s1", 0)), plant.held("creator:c1")) == (0, 50)


def test_a_lane_that_is_short_of_one_currency_is_carried_of_the_others_and_recovered_of_that_one(plant: Plant) -> None:
    lane = earned_lane("s0", 0)
    plant.earn("s0", 100)
    plant.run()
    settle(plant.books.store, [plant.books.earn(-40, lane)], PACE)
    plant.now += PATIENCE_MS + DAY_MS
    settle(plant.books.store, [plant.books.earn(60, lane, "EUR")], PACE)
    assert sum(one.entries for one in plant.run(day_of(plant.now))) == 2
    end = tail(plant.books.store, "creator:c0")
    assert end is not None
    assert (dict(end.state.balances), plant.held(lane)) == ({"EUR": 30, "USD": 30}, 0)


def test_what_no_day_has_divided_the_next_one_does(plant: Plant) -> None:
    plant.earn("s0", 100)
    plant.run()
    plant.earn("s0", 60)
    assert plant.held("creator:c0") == 50
    plant.run(day_of(NOW + DAY_MS))
    assert plant.held("creator:c0") == 80


def test_the_platforms_share_is_on_its_own_accounts(plant: Plant) -> None:
    plant.earn("s0", 101)
    plant.run()
    assert plant.held(account_of("platform", "s0")) == 51


def test_a_day_is_due_a_quarter_of_an_hour_after_its_end() -> None:
    midnight = NOW // DAY_MS * DAY_MS
    assert day_due(midnight + SETTLED_MS) == day_of(midnight - DAY_MS)
    assert day_due(midnight + SETTLED_MS - 1) == day_of(midnight - 2 * DAY_MS)


@pytest.mark.parametrize("day", ["2026-13-01", "", "yesterday", day_of(NOW + 5 * DAY_MS)])
def test_a_replay_of_a_day_that_is_not_over_is_refused(plant: Plant, day: str) -> None:
    with pytest.raises(ValidationFailed):
        again(plant.runs, day, NOW)


def test_the_latest_day_that_is_done_is_known_whatever_is_replayed(plant: Plant) -> None:
    assert plant.runs.last_done() is None
    plant.run(day_of(NOW))
    plant.run(day_of(NOW - 3 * DAY_MS))
    assert plant.runs.last_done() == day_of(NOW)


def test_of_two_who_run_at_once_neither_takes_the_other_back(plant: Plant) -> None:
    ahead = Run(DAY, "telling", "2", 0, 4)
    plant.runs.note(ahead)
    assert plant.runs.note(Run(DAY, "sharing", "2", 0, 1)) == ahead


@pytest.mark.parametrize("error", [Busy("x"), LedgerCorrupt("x")])
def test_what_a_statement_fails_with_is_told_with_the_person(plant: Plant, error: CliffhangerError) -> None:
    def tell(_person: str, _day: str) -> bool:
        raise error

    flown = list(fall(plant.waterfall._replace(tell=tell), DAY, FOREVER))
    assert {one.about for one in flown if one.error is error} == {"c0", "c1", "c2"}
