"""What undoes a gift: support's reversal, and the undoing of the purchase that paid for it."""

from __future__ import annotations

import pytest

from cliffhanger.errors import NotReversible
from cliffhanger.ledger.settling import settle
from cliffhanger.ledger.state import Posting
from tests.unit.tips.counter import LANE, Counter
from tests.unit.unlocks.desk import DAY, refused


@pytest.fixture
def counter() -> Counter:
    counter = Counter()
    counter.order(100, 990)
    return counter


def lane(counter: Counter) -> dict[str, int]:
    head = counter.ledger.head(LANE)
    return {} if head is None else {unit: amount for unit, amount in head.state.balances.items() if amount}


def test_a_reversal_gives_coins_and_cash_back_and_the_lane_goes_back(counter: Counter) -> None:
    before = counter.head.state
    given = counter.give("tea", 2).entry
    undone = counter.undo(given.seq).entry
    assert undone.postings == (Posting("coin", 40, LANE, "."), Posting("USD", 396, LANE, ".deferred"))
    assert undone.state.lots == before.lots
    assert undone.state.day[1] == 0
    settle(counter.ledger, [given, undone])
    assert lane(counter) == {}


def test_it_is_reversed_once_however_often_it_is_asked(counter: Counter) -> None:
    given = counter.give().entry
    first = counter.undo(given.seq, "case")
    before = counter.rows
    assert counter.undo(given.seq, "case") == (first.entry, True)
    assert counter.rows == before
    refused(counter, NotReversible, lambda: counter.undo(given.seq, "another"))


def test_what_is_no_gift_is_not_reversed_as_one(counter: Counter) -> None:
    counter.unlock(2)
    refused(counter, NotReversible, lambda: counter.undo(counter.head.seq))
    given = counter.give().entry
    undone = counter.undo(given.seq).entry
    refused(counter, NotReversible, lambda: counter.undo(undone.seq))


def test_a_reversal_on_another_day_takes_nothing_out_of_that_day_s_tally(counter: Counter) -> None:
    given = counter.give("tea").entry
    counter.now += DAY
    counter.give("rose")
    assert counter.undo(given.seq).entry.state.day[1] == 5


def test_a_dispute_takes_the_money_of_gifts_back_from_their_lane(counter: Counter) -> None:
    given = counter.give("tea", 4).entry
    disputed = counter.dispute()
    assert Posting("USD", 792, LANE, "external:stripe-3") in [
        line._replace(destination="external:stripe-3") if line.destination.startswith("external:") else line
        for line in disputed.postings
    ]
    assert disputed.state.debt == {"coin": 80}
    settle(counter.ledger, [given, disputed])
    assert lane(counter) == {"coin": 80}


def test_a_gift_whose_purchase_was_undone_is_reversed_for_what_the_lane_still_has(counter: Counter) -> None:
    """The house stands in for what the lane has given back: nobody gives the same money twice."""
    given = counter.give("tea", 4).entry
    disputed = counter.dispute()
    undone = counter.undo(given.seq).entry
    assert undone.state.debt == {}
    settle(counter.ledger, [given, disputed, undone])
    assert lane(counter) == {}
