"""What a lane stays short of is given back by who had shared in it, in proportion, once, and after a month."""

from __future__ import annotations

import pytest

from cliffhanger.errors import Busy
from cliffhanger.ledger import walking
from cliffhanger.ledger.carrying import Carriage, carry_lane
from cliffhanger.ledger.holding import Held, place_cash, post
from cliffhanger.ledger.journal import Retrying
from cliffhanger.ledger.recoveries import PATIENCE_MS
from cliffhanger.ledger.recovering import recover_lane
from cliffhanger.ledger.rolling import tail
from cliffhanger.ledger.settling import settle
from cliffhanger.ledger.splits import Part, account_of
from tests.support.dynamodb import Call, Moment
from tests.unit.ledger.chains import DAY, NOW, STORY
from tests.unit.ledger.intakes import CLEO, DORA, LANE, PACE, Books

PARTS = (Part("platform", 5_000), Part("creator:cleo", 3_333), Part("house:dora", 1_667))
PLATFORM = account_of("platform", STORY)
LATER = PACE._replace(clock=lambda: NOW + PATIENCE_MS + DAY)
MONTH_ON = "2026-12-29"


@pytest.fixture
def books() -> Books:
    """1,000 were carried and divided; then 400 of it were taken back, so that the lane is short of them."""
    made = Books(volume_entries=100)
    take_in(made, 1_000)
    carry_lane(made.store, Carriage(STORY, CLEO, "2026-11-28", parts=PARTS), 0, terms={"split": 4}, retrying=PACE)
    take_in(made, -400)
    return made


def take_in(books: Books, amount: int, pace: Retrying = PACE) -> None:
    settle(books.store, [books.earn(amount)], pace)


def stand(books: Books, account: str) -> tuple[int, int]:
    end = tail(books.store, account)
    return (0, 0) if end is None else (end.state.balances.get("USD", 0), end.state.debt.get("USD", 0))


def everybody(books: Books) -> tuple[tuple[int, int], ...]:
    return tuple(stand(books, account) for account in (PLATFORM, CLEO, DORA, LANE))


def recover(books: Books, day: str = MONTH_ON, pace: Retrying = LATER) -> bool:
    recorded = recover_lane(books.store, STORY, 0, day, retrying=pace)
    return recorded is not None and not recorded.repeated


def test_after_a_month_everybody_gives_back_their_share_of_what_is_missing(books: Books) -> None:
    assert everybody(books) == ((500, 0), (333, 0), (167, 0), (-400, 0))
    assert recover(books)
    assert everybody(books) == ((300, 0), (200, 0), (100, 0), (0, 0))


def test_before_the_month_is_over_new_income_may_still_make_up_for_it(books: Books) -> None:
    early = PACE._replace(clock=lambda: NOW + PATIENCE_MS - 1)
    before = list(books.model.peek("test-ledger"))
    assert not recover(books, pace=early)
    assert list(books.model.peek("test-ledger")) == before
    take_in(books, 400, early)
    assert not recover(books)


def test_a_lane_that_was_made_up_for_in_between_begins_its_month_anew(books: Books) -> None:
    half = PACE._replace(clock=lambda: NOW + PATIENCE_MS // 2)
    take_in(books, 400, half)
    take_in(books, -30, half)
    assert not recover(books)


def test_what_a_party_no_longer_has_it_owes_and_what_is_held_stays_held(books: Books) -> None:
    place_cash(books.store, Held(DORA, "p1"), currency="USD", amount=150, lifetime_ms=DAY, retrying=PACE)
    post(books.store, Held(DORA, "p1"), amount=150, destination="external:stripe-1", retrying=PACE)
    place_cash(books.store, Held(CLEO, "p2"), currency="USD", amount=300, lifetime_ms=90 * DAY, retrying=PACE)
    assert recover(books)
    assert (stand(books, CLEO), stand(books, DORA)) == ((0, 100), (0, 50))
    head = books.store.head(CLEO)
    assert head is not None
    assert head.state.held == {"USD": 300}


def test_what_is_owed_is_repaid_by_what_comes_next(books: Books) -> None:
    test_what_a_party_no_longer_has_it_owes_and_what_is_held_stays_held(books)
    take_in(books, 600, LATER)
    carry_lane(books.store, Carriage(STORY, CLEO, MONTH_ON, parts=PARTS), 0, retrying=LATER)
    assert (stand(books, CLEO), stand(books, DORA)) == ((100, 0), (50, 0))


def test_it_is_taken_once_whoever_asks_and_for_whatever_day(books: Books) -> None:
    assert recover(books)
    after = everybody(books)
    assert not recover(books)
    assert not recover(books, "2026-12-30")
    assert everybody(books) == after


def test_two_who_recover_at_once_take_it_once(books: Books) -> None:
    def meet(moment: Moment, call: Call) -> None:
        if moment is Moment.BEFORE and call.operation == "TransactWriteItems":
            books.model.hook = None
            recover_lane(books.reader(100), STORY, 0, "2026-12-30", retrying=LATER)

    books.model.hook = meet
    recover(books)
    assert everybody(books) == ((300, 0), (200, 0), (100, 0), (0, 0))


def test_the_entry_and_every_party_say_what_was_recovered_and_by_which_split(books: Books) -> None:
    recover(books)
    entry, share = books.store.head(CLEO), books.store.head(DORA)
    assert entry is not None
    assert share is not None
    assert entry.reference == f"recovery:{STORY}:earned:0:{MONTH_ON}"
    parties = [list(part) for part in PARTS]
    assert entry.terms == {"kind": "recovery", "day": MONTH_ON, "split": 4, "parties": parties}
    assert share.terms == {**entry.terms, "of": {"USD": 400}}


def test_a_lane_of_which_nothing_was_ever_carried_asks_nobody() -> None:
    books = Books(volume_entries=100)
    take_in(books, -400)
    assert not recover(books)


def test_a_carry_that_was_not_divided_is_given_back_by_its_account_alone() -> None:
    books = Books(volume_entries=100)
    take_in(books, 1_000)
    carry_lane(books.store, Carriage(STORY, CLEO, "2026-11"), 0, retrying=PACE)
    take_in(books, -400)
    assert recover(books)
    assert (stand(books, CLEO), stand(books, LANE)) == ((600, 0), (0, 0))


def test_the_stream_finds_a_recovery_settled(books: Books) -> None:
    recover(books)
    entry, before = books.store.head(CLEO), everybody(books)
    assert entry is not None
    assert settle(books.store, [entry], LATER) == (0, ())
    assert everybody(books) == before


def test_what_comes_in_while_it_is_recovered_is_not_recovered_as_well(books: Books) -> None:
    def meet(moment: Moment, call: Call) -> None:
        if moment is Moment.BEFORE and call.operation == "TransactWriteItems":
            books.model.hook = None
            take_in(books, 300, LATER)

    books.model.hook = meet
    assert recover(books)
    assert everybody(books) == ((450, 0), (300, 0), (150, 0), (0, 0))


def test_a_lane_that_is_busy_is_recovered_however_much_goes_over_it_in_the_month() -> None:
    books = Books(volume_entries=500)
    take_in(books, 1_000)
    carry_lane(books.store, Carriage(STORY, CLEO, "2026-11-28", parts=PARTS), 0, terms={"split": 4}, retrying=PACE)
    take_in(books, -400)
    for _ in range(1_001):
        take_in(books, 1)
        take_in(books, -1)
    assert recover(books)
    assert everybody(books) == ((300, 0), (200, 0), (100, 0), (0, 0))


def test_a_lane_with_more_than_is_walked_through_is_busy_and_asks_nobody(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walking, "MOST_ENTRIES", 2)
    take_in(books, -1)
    before = list(books.model.peek("test-ledger"))
    with pytest.raises(Busy):
        recover(books)
    assert list(books.model.peek("test-ledger")) == before
