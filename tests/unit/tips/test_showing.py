"""What others see of gifts: kept from events that come twice, late and in any order, and forgotten after a day."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cliffhanger.errors import Unavailable
from cliffhanger.events.envelope import envelope_of
from cliffhanger.events.facts import events_of
from cliffhanger.ledger.entries import Entry
from cliffhanger.tips.showing import FRESH_MS, MOST_SHOWN, SHOWN_MS, Shown, Window, keep, told_by
from cliffhanger.tips.store import GiftsStore
from tests.support.dynamodb import MemoryDynamoDB, connect
from tests.support.tables import GIFTS
from tests.support.world import SERIES
from tests.unit.tips.counter import Counter
from tests.unit.unlocks.desk import MIA


class Board:
    """The projection of one viewer's gifts."""

    def __init__(self) -> None:
        self.counter = Counter()
        self.counter.buy(10_000, 99_000)
        self.model = MemoryDynamoDB(clock=lambda: self.counter.now)
        self.model.call("CreateTable", GIFTS)
        self.store = GiftsStore(connect(self.model), GIFTS["TableName"])
        self.names: Callable[[str], str | None] = {"mia": "Mia"}.get

    def tell(self, entry: Entry) -> str:
        (event,) = events_of(entry)
        told = told_by(envelope_of(event))
        assert told is not None
        return keep(self.store, self.names, told, self.counter.now)

    @property
    def shown(self) -> tuple[Shown, ...]:
        return Window(self.store, lambda: self.counter.now).latest(SERIES, 2)

    @property
    def rows(self) -> list[dict[str, Any]]:
        return self.model.items(GIFTS["TableName"])


@pytest.fixture
def board() -> Board:
    return Board()


def test_others_see_which_gift_and_how_many_and_not_who_gave_it(board: Board) -> None:
    assert board.tell(board.counter.give("rose", 3).entry) == "kept"
    (shown,) = board.shown
    assert (shown.at, shown.gift, shown.times, shown.name) == (board.counter.now, "rose", 3, None)
    assert "mia" not in repr(board.rows).lower()


def test_who_wants_it_is_shown_by_the_name_of_their_profile(board: Board) -> None:
    board.tell(board.counter.give("rose", named=True).entry)
    assert [one.name for one in board.shown] == ["Mia"]


def test_who_has_no_name_or_is_nobody_any_more_is_shown_without_one(board: Board) -> None:
    board.names = lambda _person: None
    board.tell(board.counter.give("rose", named=True).entry)
    assert [one.name for one in board.shown] == [None]


def test_told_twice_a_gift_is_shown_once(board: Board) -> None:
    given = board.counter.give("rose").entry
    assert (board.tell(given), board.tell(given)) == ("kept", "known")
    assert len(board.shown) == 1


@pytest.mark.parametrize("order", [(0, 1), (1, 0), (0, 1, 0), (1, 0, 1)])
def test_a_reversed_gift_is_shown_no_more_whichever_is_told_first(board: Board, order: tuple[int, ...]) -> None:
    given = board.counter.give("rose").entry
    entries = (given, board.counter.undo(given.seq).entry)
    for place in order:
        board.tell(entries[place])
    assert board.shown == ()


def test_the_latest_come_first_and_there_are_so_many_at_most(board: Board) -> None:
    for _ in range(MOST_SHOWN + 5):
        board.counter.now += 1_000
        board.tell(board.counter.give("rose").entry)
    shown = board.shown
    assert len(shown) == MOST_SHOWN
    assert [one.at for one in shown] == sorted((one.at for one in shown), reverse=True)
    assert shown[0].at == board.counter.now


def test_what_is_a_day_old_is_shown_to_nobody_and_told_so_late_it_is_not_kept(board: Board) -> None:
    given = board.counter.give("rose", named=True).entry
    board.tell(given)
    board.counter.now += SHOWN_MS
    assert board.shown == ()
    assert board.tell(given) == "over"
    assert [int(row["expiresAt"]["N"]) * 1_000 for row in board.rows] == [board.counter.now // 1_000 * 1_000]


def test_an_instance_looks_no_more_often_than_every_few_seconds(board: Board) -> None:
    window = Window(board.store, lambda: board.counter.now)
    assert window.latest(SERIES, 2) == ()
    board.tell(board.counter.give("rose").entry)
    assert window.latest(SERIES, 2) == ()
    board.counter.now += FRESH_MS
    assert len(window.latest(SERIES, 2)) == 1


def test_a_table_of_people_that_does_not_answer_leaves_the_gift_to_be_told_again(board: Board) -> None:
    def silent(_person: str) -> str | None:
        raise Unavailable("The table of people does not answer.")

    named = board.counter.give("rose", named=True).entry
    board.names = silent
    with pytest.raises(Unavailable):
        board.tell(named)
    board.names = lambda _person: "Mia"
    assert board.tell(named) == "kept"


def test_other_events_are_none_of_its_business(board: Board) -> None:
    (event,) = events_of(board.counter.unlock(2, who=MIA).entries[0])
    assert told_by(envelope_of(event)) is None


def test_who_knows_a_person_cannot_find_out_which_unnamed_gifts_are_theirs() -> None:
    """The id that all see follows from more than who gave it and the number of their entry, which anybody can try."""
    ids = set()
    for key in ("a", "b"):
        board = Board()
        entry = board.counter.give("rose", key=key).entry
        board.tell(entry)
        ids |= {(entry.account, entry.seq, one.gift_id) for one in board.shown}
    assert len({(account, seq) for account, seq, _ in ids}) == 1
    assert len(ids) == 2
