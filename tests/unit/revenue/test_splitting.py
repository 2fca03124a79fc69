"""Splits: what ships holds until two operators decide; what was earned is divided as was agreed when it was earned."""

from __future__ import annotations

from typing import Any

import pytest

from cliffhanger.catalog.domain import CreatorShare
from cliffhanger.clock import ms_of
from cliffhanger.errors import (
    FourEyesRequired,
    KeyReused,
    NotFound,
    NotOwner,
    SplitChanged,
    Unavailable,
    ValidationFailed,
)
from cliffhanger.ledger.splits import WHOLE_BP, Part
from cliffhanger.revenue.domain import DAY_MS, LOOKED_BACK_DAYS, Shares, day_of
from cliffhanger.revenue.splits_store import SplitsStore
from cliffhanger.revenue.splitting import MAX_TO_COME, Splits
from tests.support.dynamodb import MemoryDynamoDB, connect
from tests.support.tables import SPLITS

NOW = 1_764_374_400_000  # 2025-11-29
TOMORROW, LATER = day_of(NOW + DAY_MS), day_of(NOW + 9 * DAY_MS)
WANTED = Shares(
    (Part("platform", 4_000), Part("creator:cleo", 4_500), Part("house:dora", 1_500)),
    (Part("platform", 1_000), Part("creator:cleo", 9_000)),
)
TABLE = SPLITS["TableName"]


class Desk:
    """The table of splits in memory, a clock, and one series, which is Cleo's."""

    def __init__(self) -> None:
        self.model = MemoryDynamoDB()
        self.model.call("CreateTable", SPLITS)
        self.now = NOW
        self.owners = {"story": "cleo"}
        self.shown: dict[str, tuple[CreatorShare, ...]] = {}
        self.full = False
        self.people = {"cleo", "dora", "emma"}
        self.splits = Splits(
            SplitsStore(connect(self.model), TABLE),
            self.owners.get,
            self.people.__contains__,
            self.show,
            lambda: self.now,
        )

    def show(self, series: str, shares: tuple[CreatorShare, ...]) -> None:
        if self.full:
            raise Unavailable
        self.shown[series] = shares

    def agree(self, version: int, shares: Shares = WANTED, since: str = TOMORROW) -> None:
        self.splits.propose("story", version, shares, since, "ola")
        self.splits.approve("story", version, "otto")

    @property
    def bytes(self) -> list[dict[str, Any]]:
        return list(self.model.peek(TABLE))


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_what_ships_divides_in_halves_and_makes_up_the_whole_for_unlocks_and_tips(desk: Desk) -> None:
    split = desk.splits.on("story", "cleo", TOMORROW)
    assert split.shares.unlocks == (Part("platform", 5_000), Part("creator:cleo", 5_000))
    assert [sum(part.bp for part in parts) for parts in split.shares] == [WHOLE_BP, WHOLE_BP]


def test_a_split_divides_from_its_day_on_once_a_second_operator_has_approved_it(desk: Desk) -> None:
    desk.splits.propose("story", 1, WANTED, TOMORROW, "ola")
    assert desk.splits.on("story", "cleo", TOMORROW).version == 0
    desk.splits.approve("story", 1, "otto")
    assert desk.splits.on("story", "cleo", day_of(NOW)).version == 0
    assert desk.splits.on("story", "cleo", TOMORROW).shares == WANTED
    assert desk.splits.on("story", "cleo", LATER).version == 1


SHARED = Shares((Part("platform", 7_000), Part("creator:cleo", 3_000)), WANTED.tips)


def test_the_series_page_is_told_what_its_creator_gets_from_which_day_on(desk: Desk) -> None:
    desk.splits.propose("story", 1, WANTED, TOMORROW, "ola")
    assert desk.shown == {}
    desk.splits.approve("story", 1, "otto")
    assert list(desk.shown["story"]) == [CreatorShare(TOMORROW, 4_500, 9_000)]
    desk.agree(2, SHARED, LATER)
    assert list(desk.shown["story"]) == [CreatorShare(TOMORROW, 4_500, 9_000), CreatorShare(LATER, 3_000, 9_000)]


def test_a_newer_split_that_begins_before_an_older_one_holds_from_then_on(desk: Desk) -> None:
    desk.agree(1, WANTED, LATER)
    desk.agree(2, SHARED, TOMORROW)
    assert [share.unlocks_bp for share in desk.shown["story"]] == [3_000, 3_000]


def test_of_days_gone_by_the_page_keeps_the_split_that_holds(desk: Desk) -> None:
    desk.agree(1)
    desk.now += DAY_MS
    desk.agree(2, SHARED, day_of(desk.now + DAY_MS))
    desk.now += 3 * DAY_MS
    desk.agree(3, WANTED, day_of(desk.now + DAY_MS))
    assert [share.unlocks_bp for share in desk.shown["story"]] == [3_000, 4_500]


def test_who_was_cut_off_before_the_page_was_told_asks_again(desk: Desk) -> None:
    desk.splits.propose("story", 1, WANTED, TOMORROW, "ola")
    desk.full = True
    with pytest.raises(Unavailable):
        desk.splits.approve("story", 1, "otto")
    desk.full = False
    assert desk.splits.approve("story", 1, "otto").approved_by == "otto"
    assert list(desk.shown["story"]) == [CreatorShare(TOMORROW, 4_500, 9_000)]


def test_no_more_splits_wait_for_their_day_than_a_page_has_room_for(desk: Desk) -> None:
    for version in range(1, MAX_TO_COME + 1):
        desk.agree(version, since=day_of(NOW + version * DAY_MS))
    desk.splits.propose("story", MAX_TO_COME + 1, WANTED, LATER, "ola")
    before = desk.bytes
    with pytest.raises(ValidationFailed):
        desk.splits.approve("story", MAX_TO_COME + 1, "otto")
    assert (desk.bytes, len(desk.shown["story"])) == (before, MAX_TO_COME)


def test_who_has_proposed_a_split_does_not_approve_it(desk: Desk) -> None:
    desk.splits.propose("story", 1, WANTED, TOMORROW, "ola")
    before = desk.bytes
    with pytest.raises(FourEyesRequired):
        desk.splits.approve("story", 1, "ola")
    assert desk.bytes == before


def test_proposed_or_approved_again_is_answered_with_what_stands(desk: Desk) -> None:
    first, new = desk.splits.propose("story", 1, WANTED, TOMORROW, "ola")
    assert (new, desk.splits.propose("story", 1, WANTED, TOMORROW, "ola")) == (True, (first, False))
    approved = desk.splits.approve("story", 1, "otto")
    desk.now += 30 * DAY_MS  # its day has come, and the answer is still the same
    assert desk.splits.approve("story", 1, "olga") == approved
    assert desk.splits.propose("story", 1, WANTED, TOMORROW, "ola") == (approved, False)


def test_a_version_never_changes(desk: Desk) -> None:
    desk.splits.propose("story", 1, WANTED, TOMORROW, "ola")
    before = desk.bytes
    for shares, since, by in ((WANTED._replace(tips=WANTED.unlocks), TOMORROW, "ola"), (WANTED, LATER, "ola"),
                              (WANTED, TOMORROW, "otto")):  # fmt: skip
        with pytest.raises(KeyReused):
            desk.splits.propose("story", 1, shares, since, by)
    assert desk.bytes == before


def test_versions_are_counted_and_only_the_latest_is_approved(desk: Desk) -> None:
    with pytest.raises(SplitChanged) as refused:
        desk.splits.propose("story", 2, WANTED, TOMORROW, "ola")
    assert refused.value.members == {"latest": 0}
    desk.splits.propose("story", 1, WANTED, TOMORROW, "ola")
    desk.splits.propose("story", 2, WANTED, LATER, "ola")
    with pytest.raises(SplitChanged):
        desk.splits.approve("story", 1, "otto")


@pytest.mark.parametrize("since", [day_of(NOW), day_of(NOW - DAY_MS), day_of(NOW + 400 * DAY_MS)])
def test_what_a_day_has_earned_is_never_divided_by_what_is_decided_after(desk: Desk, since: str) -> None:
    with pytest.raises(ValidationFailed):
        desk.splits.propose("story", 1, WANTED, since, "ola")
    desk.splits.propose("story", 1, WANTED, TOMORROW, "ola")
    desk.now += DAY_MS
    with pytest.raises(ValidationFailed):
        desk.splits.approve("story", 1, "otto")
    assert desk.splits.on("story", "cleo", LATER).version == 0


@pytest.mark.parametrize(
    "parts",
    [
        [("platform", 5_000), ("creator:cleo", 4_999)],
        [("platform", 5_000), ("creator:cleo", 5_001)],
        [("platform", 5_000), ("creator:cleo", 5_000), ("house:dora", 0)],
        [("platform", 12_000), ("creator:cleo", -2_000)],
        [("platform", 5_000), ("creator:dora", 5_000)],
        [("platform", 5_000), ("creator:cleo", 2_500), ("creator:dora", 2_500)],
        [("platform", 5_000), ("creator:cleo", 2_500), ("house:cleo", 2_500)],
        [("creator:cleo", 5_000), ("house:dora", 5_000)],
        [("platform", 2_500), ("platform", 2_500), ("creator:cleo", 5_000)],
        [("platform", 5_000), ("creator:cleo", 4_000), ("friend:dora", 1_000)],
        [("platform", 9_992), ("creator:cleo", 1), *[(f"house:h{number}", 1) for number in range(7)]],
        [],
    ],
)
def test_shares_that_cannot_be_paid_are_refused_and_change_nothing(desk: Desk, parts: list[tuple[str, int]]) -> None:
    wrong = tuple(Part(*part) for part in parts)
    for shares in (WANTED._replace(unlocks=wrong), WANTED._replace(tips=wrong)):
        with pytest.raises(ValidationFailed):
            desk.splits.propose("story", 1, shares, TOMORROW, "ola")
    assert desk.bytes == []


def test_a_split_is_approved_only_for_who_owns_the_series_then(desk: Desk) -> None:
    desk.splits.propose("story", 1, WANTED, TOMORROW, "ola")
    desk.owners["story"] = "emma"
    with pytest.raises(ValidationFailed):
        desk.splits.approve("story", 1, "otto")


def test_a_creator_sees_what_is_agreed_where_they_have_a_part_and_nobody_else_does(desk: Desk) -> None:
    desk.agree(1)
    desk.splits.propose("story", 2, WANTED, LATER, "ola")
    assert [split.version for split in desk.splits.seen_by("story", "cleo")] == [0, 1]
    assert [split.version for split in desk.splits.seen_by("story", "dora")] == [1]
    with pytest.raises(NotOwner):
        desk.splits.seen_by("story", "emma")


def test_of_a_series_that_is_not_there_nothing_is_told(desk: Desk) -> None:
    for ask in (
        lambda: desk.splits.of("other"),
        lambda: desk.splits.seen_by("other", "cleo"),
        lambda: desk.splits.propose("other", 1, WANTED, TOMORROW, "ola"),
        lambda: desk.splits.approve("story", 7, "otto"),
    ):
        with pytest.raises(NotFound):
            ask()


def test_a_version_that_was_decided_later_and_begins_earlier_goes_on_where_another_would_have_begun(desk: Desk) -> None:
    desk.agree(1, since=LATER)
    desk.agree(2, since=TOMORROW)
    desk.now += 20 * DAY_MS
    due = desk.splits.due("story", "cleo", day_of(desk.now - DAY_MS))
    assert [(one.split.version, one.day, one.before) for one in due] == [
        (0, day_of(NOW), ms_of(f"{TOMORROW}T00:00:00Z")),
        (2, day_of(desk.now - DAY_MS), None),
    ]


def test_what_a_split_has_left_is_looked_for_so_many_days_and_no_more(desk: Desk) -> None:
    desk.agree(1)
    for days, versions in ((LOOKED_BACK_DAYS, [0, 1]), (LOOKED_BACK_DAYS + 1, [1])):
        desk.now = NOW + (days + 1) * DAY_MS
        due = desk.splits.due("story", "cleo", day_of(NOW + days * DAY_MS))
        assert [one.split.version for one in due] == versions


@pytest.mark.parametrize("party", ["house:dorra", "affiliate:nobody"])
def test_a_part_for_nobody_is_not_proposed(desk: Desk, party: str) -> None:
    """A letter that is wrong in an id would pay an account that nobody has, and from which nothing can be moved."""
    wrong = (Part("platform", 4_000), Part("creator:cleo", 4_500), Part(party, 1_500))
    with pytest.raises(ValidationFailed, match="Nobody is"):
        desk.splits.propose("story", 1, Shares(wrong, WANTED.tips), TOMORROW, "ola")
    assert desk.bytes == []


def test_a_part_for_somebody_who_is_nobody_any_more_is_not_approved(desk: Desk) -> None:
    desk.splits.propose("story", 1, WANTED, TOMORROW, "ola")
    desk.people.remove("dora")
    before = desk.bytes
    with pytest.raises(ValidationFailed, match="Nobody is"):
        desk.splits.approve("story", 1, "otto")
    assert desk.bytes == before
