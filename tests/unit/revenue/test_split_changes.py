"""What a series earned is divided by the split of its days, however late its day's run is, or how often it is run."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from cliffhanger.clock import ms_of
from cliffhanger.errors import LedgerCorrupt, Unavailable
from cliffhanger.ledger.names import earned_lane
from cliffhanger.ledger.rolling import tail
from cliffhanger.ledger.settling import settle
from cliffhanger.ledger.splits import Part
from cliffhanger.revenue.domain import DAY_MS, Due, Shares, day_of
from cliffhanger.revenue.runs_store import RunsStore
from cliffhanger.revenue.splits_store import SplitsStore
from cliffhanger.revenue.splitting import Splits
from cliffhanger.revenue.waterfall import Owned, SeriesPage, Waterfall, again, fall
from tests.support.dynamodb import connect
from tests.support.tables import LEDGER, RUNS, SPLITS
from tests.unit.ledger.intakes import PACE, Books

MINUTE_MS = 60_000
TABLE = LEDGER["TableName"]
FIRST = ms_of("2026-11-20T00:00:00Z")
"""The day that the tests begin on; what is earned is older, and reaches its lane when it is settled."""


def parts(creator_bp: int, house_bp: int) -> Shares:
    divided = (
        Part("platform", 10_000 - creator_bp - house_bp), Part("creator:cleo", creator_bp), Part("house:dora", house_bp)
    )  # fmt: skip
    return Shares(divided, divided)


class Works:
    """One series, Cleo's, with a clock that is set, a real table of splits, and all that divides its income."""

    def __init__(self) -> None:
        self.now = FIRST
        self.books = Books(volume_entries=4)
        for definition in (RUNS, SPLITS):
            self.books.model.call("CreateTable", definition)
        connection = connect(self.books.model)
        self.store = SplitsStore(connection, SPLITS["TableName"])
        self.splits = Splits(
            self.store, {"story": "cleo"}.get, lambda _person: True, lambda _series, _shares: None, lambda: self.now
        )
        self.pace = PACE._replace(clock=lambda: self.now)
        self.waterfall = Waterfall(
            self.books.store, self.splits, RunsStore(connection, RUNS["TableName"], lambda: self.now), self.every,
            lambda _person, _day: False, self.pace,
        )  # fmt: skip

    def every(self, _limit: int, _after: str | None) -> SeriesPage:
        return SeriesPage((Owned("story", "cleo"),), None)

    def at(self, day: int, hour: int = 12, minute: int = 0) -> None:
        """Sets the clock: so many days after the first."""
        self.now = FIRST + day * DAY_MS + (hour * 60 + minute) * MINUTE_MS

    def agree(self, version: int, shares: Shares, day: int) -> None:
        """Two operators decide on a split that begins so many days after the first."""
        self.splits.propose("story", version, shares, name(day), "ola")
        self.splits.approve("story", version, "otto")

    def earn(self, amount: int, income: str = "earned") -> None:
        settle(self.books.store, [self.books.earn(amount, f"series:story:{income}:0")], self.pace)

    def run(self, day: int) -> None:
        assert [one.error for one in fall(self.waterfall, name(day), self.now + DAY_MS) if one.error] == []

    def replay(self, day: int) -> None:
        again(self.waterfall.runs, name(day), self.now)
        self.run(day)

    def has(self, *persons: str) -> Sequence[int]:
        ends = [self.books.store.head(f"creator:{person}") for person in persons]
        return [0 if end is None else end.state.balances.get("USD", 0) for end in ends]

    @property
    def left(self) -> int:
        end = tail(self.books.store, earned_lane("story", 0))
        return 0 if end is None else end.state.balances.get("USD", 0)


class Broken:
    """A table of splits that does not answer."""

    def due(self, _series: str, _owner: str, _day: str) -> Sequence[Due]:
        raise Unavailable("The table of splits does not answer.")

    def persons(self, _series: str, _owner: str) -> Sequence[str]:
        raise Unavailable("The table of splits does not answer.")


def name(day: int) -> str:
    return day_of(FIRST + day * DAY_MS)


@pytest.fixture
def works() -> Works:
    """The shipped halves until day 3, from then on a tenth is Cleo's and eight are the house's."""
    works = Works()
    works.agree(1, parts(1_000, 8_000), 3)
    return works


def test_a_day_that_is_replayed_after_its_split_has_changed_takes_nothing_of_the_days_since(works: Works) -> None:
    """An operator's replay is safe: of a day on which nothing was earned as well, and of one before all that is."""
    works.at(5)
    works.earn(1_000)
    for day in (1, 2, -400):
        works.replay(day)
    assert (works.has("cleo", "dora"), works.left) == ([0, 0], 1_000)
    works.at(6, 0, 20)
    works.run(5)
    assert (works.has("cleo", "dora"), works.left) == ([100, 800], 0)


def test_days_whose_runs_were_missed_are_divided_as_was_agreed_when_they_earned(works: Works) -> None:
    works.at(1)
    works.earn(600)
    works.at(2, 23)
    works.earn(400)
    works.at(3, 0, 1)
    works.earn(50)
    works.at(4)
    works.earn(50)
    works.at(5, 0, 20)
    works.run(4)
    assert (works.has("cleo", "dora"), works.left) == ([500 + 10, 80], 0)


def test_a_run_that_comes_late_leaves_the_new_days_income_to_the_new_split(works: Works) -> None:
    works.at(2)
    works.earn(1_000)
    works.at(3, 5)
    works.earn(100)
    works.run(2)
    assert (works.has("cleo", "dora"), works.left) == ([500, 0], 100)
    works.at(4, 0, 20)
    works.run(3)
    assert (works.has("cleo", "dora"), works.left) == ([510, 80], 0)


def test_a_day_that_fails_just_before_a_change_is_divided_by_its_own_split_the_day_after(works: Works) -> None:
    works.at(2)
    works.earn(1_000, "tips")
    works.at(3, 0, 20)
    broken = works.waterfall._replace(splits=Broken())
    assert [one.about for one in fall(broken, name(2), works.now + DAY_MS) if one.error] == ["story", "story"]
    works.at(4, 0, 20)
    works.run(3)
    assert works.has("cleo", "dora") == [800, 0]


def test_of_several_changes_each_has_its_days(works: Works) -> None:
    works.agree(2, parts(2_000, 2_000), 4)
    for day in (2, 3, 4):
        works.at(day)
        works.earn(1_000)
    works.at(5, 0, 20)
    works.run(4)
    assert (works.has("cleo", "dora"), works.left) == ([500 + 100 + 200, 800 + 200], 0)


def test_what_was_taken_back_since_is_not_divided(works: Works) -> None:
    works.at(2)
    works.earn(1_000)
    works.at(3)
    works.earn(-300)
    works.at(4, 0, 20)
    works.run(3)
    assert (works.has("cleo", "dora"), works.left) == ([350, 0], 0)


def test_a_change_that_was_never_approved_or_has_been_superseded_changes_nothing() -> None:
    works = Works()
    works.splits.propose("story", 1, parts(1, 9_000), name(2), "ola")
    works.at(0, 12)
    works.agree(2, parts(1_000, 8_000), 1)
    works.at(1)
    works.earn(1_000)
    works.at(3)
    works.earn(1_000)
    works.at(4, 0, 20)
    works.run(3)
    assert works.has("cleo", "dora") == [200, 1_600]


def test_a_lane_is_read_back_over_its_volumes_and_no_further_than_to_its_last_carry(works: Works) -> None:
    works.at(1)
    works.earn(7)
    works.at(2, 0, 20)
    works.run(1)
    works.at(2)
    for _ in range(5):
        works.earn(100)
    works.at(3, 5)
    for _ in range(5):
        works.earn(10)
    works.run(2)
    assert (works.has("cleo", "dora"), works.left) == ([3 + 250, 0], 50)


def test_what_cannot_be_read_on_the_way_leaves_the_series_and_is_told(works: Works) -> None:
    works.at(2)
    works.earn(1_000)
    works.at(3, 5)
    works.earn(10)
    works.earn(10)
    key, model = {"account": {"S": earned_lane("story", 0)}, "seq": {"N": "2"}}, works.books.model
    items = [{**one, "hash": {"B": b"x" * 32}} if key.items() <= one.items() else one for one in model.items(TABLE)]
    model.load(TABLE, items)
    flown = list(fall(works.waterfall, name(2), works.now + DAY_MS))
    assert [type(one.error) for one in flown if one.error] == [LedgerCorrupt]
    assert works.has("cleo", "dora") == [0, 0]


def test_a_replay_of_a_day_whose_split_has_ended_recovers_nothing_in_its_name(works: Works) -> None:
    works.at(1)
    works.earn(1_000)
    works.at(2, 0, 20)
    works.run(1)
    works.earn(-400)
    works.at(40, 0, 20)
    works.replay(2)
    assert (works.has("cleo"), works.left) == ([500], -400)
    works.run(39)
    assert (works.has("cleo"), works.left) == ([300], 0)
