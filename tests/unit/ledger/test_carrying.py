"""Carrying: what a lane has taken in reaches a guarded account once, whoever asks, and whatever is lost on the way."""

from __future__ import annotations

import contextlib

import pytest

from cliffhanger.errors import Busy, NameInvalid, NothingToCarry, Undecided
from cliffhanger.ledger.carrying import Carriage, carry_lane
from cliffhanger.ledger.entries import seal
from cliffhanger.ledger.names import MAX_EARNED_LANES
from cliffhanger.ledger.rolling import tail
from cliffhanger.ledger.settling import settle
from cliffhanger.ledger.state import Posting, State
from tests.support.dynamodb import Call, Fault, Moment, NoFaults, ScriptedFaults
from tests.unit.ledger.chains import STORY
from tests.unit.ledger.intakes import CLEO, DORA, LANE, PACE, Books, carried

NOVEMBER = Carriage(STORY, CLEO, "2026-11")
DECEMBER = NOVEMBER._replace(period="2026-12")


@pytest.fixture
def books() -> Books:
    return Books(volume_entries=100)


def held(books: Books, account: str) -> dict[str, int]:
    end = tail(books.store, account)
    return {} if end is None else dict(end.state.balances)


def take_in(books: Books, amount: int, lane: str = LANE, currency: str = "USD") -> None:
    settle(books.store, [books.earn(amount, lane, currency)], PACE)


def test_a_carry_moves_all_cash_of_the_lane_and_the_lane_knows_at_once(books: Books) -> None:
    take_in(books, 700)
    take_in(books, 80, currency="JPY")
    recorded = carry_lane(books.store, NOVEMBER, 0, retrying=PACE)
    assert (held(books, CLEO), held(books, LANE)) == ({"JPY": 80, "USD": 700}, {})
    assert books.store.settlements(recorded.entry) == {LANE: 3}


def test_coins_stay_on_the_lane_where_they_say_what_was_watched(books: Books) -> None:
    take_in(books, 12, currency="coin")
    with pytest.raises(NothingToCarry):
        carry_lane(books.store, NOVEMBER, 0, retrying=PACE)
    take_in(books, 5)
    carry_lane(books.store, NOVEMBER, 0, retrying=PACE)
    assert held(books, LANE) == {"coin": 12}


def test_a_carry_of_a_period_is_answered_with_the_first_one(books: Books) -> None:
    take_in(books, 700)
    first = carry_lane(books.store, NOVEMBER, 0, retrying=PACE)
    take_in(books, 30)
    again = carry_lane(books.store, NOVEMBER, 0, retrying=PACE)
    assert (again.entry, again.repeated) == (first.entry, True)
    assert held(books, LANE) == {"USD": 30}
    assert carry_lane(books.store, DECEMBER, 0, retrying=PACE).entry.postings[0].amount == 30


def test_an_empty_lane_leaves_the_state_as_it_was(books: Books) -> None:
    with pytest.raises(NothingToCarry):
        carry_lane(books.store, NOVEMBER, 0, retrying=PACE)
    assert books.store.head(CLEO) is None


def test_what_was_taken_back_after_a_carry_is_made_up_for_by_new_income(books: Books) -> None:
    take_in(books, 100)
    carry_lane(books.store, NOVEMBER, 0, retrying=PACE)
    take_in(books, -40)
    with pytest.raises(NothingToCarry):
        carry_lane(books.store, DECEMBER, 0, retrying=PACE)
    take_in(books, 60)
    carry_lane(books.store, DECEMBER, 0, retrying=PACE)
    assert held(books, CLEO) == {"USD": 120}


def test_what_arrives_repays_debt_first(books: Books) -> None:
    first = seal(CLEO, None, 0, postings=[Posting("USD", 50, ".", "external:bank")], state=State(debt={"USD": 50}),
                 reference="support:c1", request=b"r" * 32)  # fmt: skip
    assert books.store.append(first)
    take_in(books, 80)
    entry = carry_lane(books.store, NOVEMBER, 0, retrying=PACE).entry
    assert (entry.state.balances, entry.state.debt) == ({"USD": 30}, {})


@pytest.mark.parametrize(
    "rival",
    [NOVEMBER, DECEMBER, NOVEMBER._replace(destination=DORA)],
    ids=["same", "another period", "another account"],
)
def test_two_carriers_at_once_pay_once(books: Books, rival: Carriage) -> None:
    """Of one period or two, to one account or two: what is on the lane is there once."""
    take_in(books, 700)

    def meet(moment: Moment, call: Call) -> None:
        if moment is Moment.BEFORE and call.operation == "TransactWriteItems":
            books.model.hook = None
            carry_lane(books.reader(100), rival, 0, retrying=PACE)

    books.model.hook = meet
    try:
        repeated = carry_lane(books.store, NOVEMBER, 0, retrying=PACE).repeated
        assert repeated
        assert rival == NOVEMBER
    except NothingToCarry:
        assert rival != NOVEMBER
    assert held(books, CLEO).get("USD", 0) + held(books, DORA).get("USD", 0) == 700
    assert held(books, LANE) == {}


def test_who_asks_as_well_is_answered_with_the_carry_that_came_between(books: Books) -> None:
    """The lane is read after the references: that it is empty may be the very carry's doing."""
    take_in(books, 700)
    queries = 0

    def meet(moment: Moment, call: Call) -> None:
        nonlocal queries
        if moment is Moment.AFTER and call.operation == "Query":
            queries += 1
            if queries == 2:  # the head, and then the references
                books.model.hook = None
                carry_lane(books.reader(100), NOVEMBER, 0, retrying=PACE)

    books.model.hook = meet
    assert carry_lane(books.store, NOVEMBER, 0, retrying=PACE).repeated
    assert held(books, CLEO) == {"USD": 700}


def test_income_that_comes_between_is_carried_or_stays_and_is_never_lost(books: Books) -> None:
    take_in(books, 700)
    late = books.earn(11)

    def meet(moment: Moment, call: Call) -> None:
        if moment is Moment.BEFORE and call.operation == "TransactWriteItems":
            books.model.hook = None
            settle(books.reader(100), [late], PACE)

    books.model.hook = meet
    carry_lane(books.store, NOVEMBER, 0, retrying=PACE)
    assert (held(books, CLEO), held(books, LANE)) == ({"USD": 711}, {})


@pytest.mark.parametrize("fault", [Fault.LOST_REPLY, Fault.LOST_REQUEST, Fault.CONFLICT, Fault.FAILED_LATE])
@pytest.mark.parametrize("call", range(4))
def test_a_carry_of_which_nothing_is_known_pays_once(books: Books, fault: Fault, call: int) -> None:
    take_in(books, 700)
    books.model.faults = ScriptedFaults({books.model.calls + call: fault})
    with contextlib.suppress(Busy, Undecided):
        carry_lane(books.store, NOVEMBER, 0, retrying=PACE)
    books.model.faults = NoFaults()
    carry_lane(books.store, NOVEMBER, 0, retrying=PACE)
    assert (held(books, CLEO), held(books, LANE)) == ({"USD": 700}, {})


def test_the_stream_finds_a_carry_settled(books: Books) -> None:
    take_in(books, 700)
    entry = carry_lane(books.store, NOVEMBER, 0, retrying=PACE).entry
    assert settle(books.store, [entry], PACE) == (0, ())
    assert held(books, LANE) == {}


def test_a_carry_and_its_settlement_are_both_there_or_neither(books: Books) -> None:
    take_in(books, 700)
    end = tail(books.store, LANE)
    assert end is not None
    planned = carried(end)
    take_in(books, 1)  # the batch's place is taken
    assert not books.store.append_all(planned.entry, planned.marks, planned.batches)
    assert books.store.head(CLEO) is None


def test_a_carry_goes_on_over_volumes() -> None:
    books = Books(volume_entries=2)
    for amount in (1, 2, 3, 4):
        take_in(books, amount)
    carry_lane(books.store, NOVEMBER, 0, retrying=PACE)
    take_in(books, 5)
    carry_lane(books.store, DECEMBER, 0, retrying=PACE)
    assert (held(books, CLEO), held(books, LANE)) == ({"USD": 15}, {})


@pytest.mark.parametrize(
    ("carriage", "lane"),
    [
        (NOVEMBER._replace(destination="viewer:a"), 0),
        (NOVEMBER._replace(destination=LANE), 0),
        (NOVEMBER._replace(period="a:b"), 0),
        (NOVEMBER._replace(series="a.b"), 0),
        (NOVEMBER, MAX_EARNED_LANES),
        (NOVEMBER, -1),
    ],
    ids=["a viewer", "a lane", "two periods", "no series", "a lane too many", "no lane"],
)
def test_what_names_no_lane_or_account_is_refused_before_anything_is_read(
    books: Books, carriage: Carriage, lane: int
) -> None:
    before = books.model.calls
    with pytest.raises(NameInvalid):
        carry_lane(books.store, carriage, lane, retrying=PACE)
    assert books.model.calls == before
