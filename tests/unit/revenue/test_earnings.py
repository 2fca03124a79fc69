"""Earnings are read from the chain: what came, what of it can be paid, what is held and why, and what is owed."""

from __future__ import annotations

import pytest

from cliffhanger.errors import Unavailable
from cliffhanger.ledger.carrying import Carriage, carry_lane
from cliffhanger.ledger.entries import seal
from cliffhanger.ledger.holding import Held, place_cash
from cliffhanger.ledger.settling import settle
from cliffhanger.ledger.splits import Part
from cliffhanger.ledger.state import Posting, State
from cliffhanger.revenue.domain import DAY_MS, day_of
from cliffhanger.revenue.service import DayIncome, HeldPart, Money, earnings
from tests.support.dynamodb import Fault, ScriptedFaults
from tests.unit.ledger.chains import NOW, STORY
from tests.unit.ledger.intakes import CLEO, DORA, LANE, PACE, Books

PARTS = (Part("platform", 5_000), Part("creator:cleo", 4_000), Part("house:dora", 1_000))


@pytest.fixture
def books() -> Books:
    return Books(volume_entries=100)


def share(books: Books, amount: int, at: int = NOW, currency: str = "USD", lane: int = 0) -> None:
    """A day's income, carried just after that day."""
    day = day_of(at - DAY_MS)
    pace = PACE._replace(clock=lambda: at)
    settle(books.store, [books.earn(amount, LANE, currency)], pace)
    terms = {"income": "earned", "series": STORY, "day": day, "split": 1}
    carry_lane(books.store, Carriage(STORY, CLEO, day, parts=PARTS), lane, terms=terms, retrying=pace)


def test_everybody_has_earned_their_own_share_by_day_and_currency(books: Books) -> None:
    share(books, 1_000, NOW)
    share(books, 500, NOW + DAY_MS)
    share(books, 70, NOW + 2 * DAY_MS, "JPY")
    days = [day_of(NOW + offset * DAY_MS) for offset in (-1, 0, 1)]
    cleo = earnings(books.store, "cleo", NOW + 2 * DAY_MS)
    assert cleo.days == (DayIncome(days[0], "USD", 400), DayIncome(days[1], "USD", 200), DayIncome(days[2], "JPY", 28))
    assert cleo.money == (Money("JPY", 28, 28, (), 0), Money("USD", 600, 600, (), 0))
    dora = earnings(books.store, "dora", NOW + 2 * DAY_MS)
    assert dora.money == (Money("JPY", 7, 7, (), 0), Money("USD", 150, 150, (), 0))
    assert dora.through == 3


def test_what_is_held_is_named_with_its_reason_and_is_not_payable(books: Books) -> None:
    share(books, 1_000)
    place_cash(books.store, Held(CLEO, "reserve-1"), currency="USD", amount=150, lifetime_ms=DAY_MS,
               terms={"why": "reserve"}, retrying=PACE)  # fmt: skip
    place_cash(books.store, Held(CLEO, "h2"), currency="USD", amount=50, lifetime_ms=DAY_MS, retrying=PACE)
    (money,) = earnings(books.store, "cleo", NOW).money
    until = NOW + DAY_MS
    assert money == Money(
        "USD", 400, 200, (HeldPart("reserve-1", "reserve", 150, until), HeldPart("h2", "hold", 50, until)), 0
    )


@pytest.mark.parametrize("state", [State(debt={"EUR": 30}), State(flags=("frozen",))], ids=["debt", "frozen"])
def test_what_stops_what_goes_out_is_told_beside_what_there_is(books: Books, state: State) -> None:
    share(books, 1_000)
    head = books.store.head(CLEO)
    assert head is not None
    postings = [Posting("EUR", amount, ".", "external:bank") for amount in state.debt.values()]
    after = state._replace(balances=head.state.balances)
    assert books.store.append(
        seal(CLEO, head, NOW, postings=postings, state=after, reference="support:c1", request=b"r" * 32)
    )
    found = earnings(books.store, "cleo", NOW)
    assert {money.currency: money.balance for money in found.money} == {"USD": 400} | dict.fromkeys(state.debt, 0)
    assert {money.currency: money.debt for money in found.money if money.debt} == state.debt
    assert found.frozen == state.frozen


def test_what_came_before_the_last_thirty_days_is_not_counted_and_is_still_there(books: Books) -> None:
    share(books, 1_000, NOW)
    share(books, 100, NOW + 40 * DAY_MS)
    (money,) = earnings(books.store, "cleo", NOW + 41 * DAY_MS).money
    assert (money.earned, money.balance) == (40, 440)


def test_who_has_never_earned_has_nothing_and_that_is_no_error(books: Books) -> None:
    assert earnings(books.store, "emma", NOW) == ("emma", (), (), 0, False, True)


def test_a_share_that_was_settled_anew_after_a_restore_is_still_income(books: Books) -> None:
    """Its batch names the creator's entry, and no longer says of what series."""
    source = seal(CLEO, None, NOW, postings=[Posting("USD", 9, LANE, "."), Posting("USD", 9, ".", DORA)],
                  state=State(), reference="carry:story:0:p1", request=b"r" * 32)  # fmt: skip
    assert books.store.append(source)
    settle(books.store, [source], PACE)
    assert earnings(books.store, "dora", NOW).days == (DayIncome(day_of(NOW), "USD", 9),)


def test_a_ledger_that_does_not_answer_is_no_earnings_of_nothing(books: Books) -> None:
    books.model.faults = ScriptedFaults({books.model.calls + call: Fault.LOST_REQUEST for call in range(9)})
    with pytest.raises(Unavailable):
        earnings(books.store, "cleo", NOW)
