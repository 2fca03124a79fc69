"""The viewer's own limits: laid down once per key, and only where something changes."""

from __future__ import annotations

import pytest

from cliffhanger.errors import Busy, KeyReused, Undecided
from cliffhanger.ledger.journal import Retrying
from cliffhanger.ledger.names import key_reference
from cliffhanger.wallet.domain import NO_LIMITS, Limits, Wallet
from cliffhanger.wallet.service import change_limits
from tests.support.dynamodb import Fault
from tests.unit.receipts.chains import DAY, NOW, Life
from tests.unit.wallet.books import PERSON, Books

FIFTY = Limits(day_coins=50)


def change(books: Books, limits: Limits, key: str, now: int = NOW) -> Wallet:
    pace = Retrying(clock=lambda: now, sleep=lambda _: None, jitter=lambda: 0.0, timer=lambda: 0.0)
    reference = key_reference(key, b"test")
    return change_limits(books.store, PERSON, limits, reference=reference, retrying=pace)


def with_coins() -> Books:
    life = Life()
    life.buys()
    life.is_granted()
    return Books(life)


def test_limits_are_one_entry_and_the_wallet_shows_them() -> None:
    books = with_coins()
    wallet = change(books, Limits(50, 200, auto_unlock=True), "a")
    assert wallet.limits == Limits(50, 200, auto_unlock=True)
    assert (wallet.as_of, wallet.total) == (3, 130)


def test_a_viewer_who_has_nothing_yet_can_limit_all_the_same() -> None:
    books = Books()
    assert change(books, FIFTY, "a").limits == FIFTY
    assert len(books.items) == 1


def test_a_retry_writes_nothing_and_hears_what_was_answered_first() -> None:
    books = with_coins()
    first = change(books, FIFTY, "a")
    before = books.items
    assert change(books, FIFTY, "a", now=NOW + 60 * DAY) == first
    assert books.items == before


def test_a_late_retry_does_not_bring_back_limits_that_were_replaced_since() -> None:
    books = with_coins()
    first = change(books, FIFTY, "a")
    change(books, NO_LIMITS, "b")
    before = books.items
    assert change(books, FIFTY, "a") == first
    assert books.items == before
    assert books.store.head(f"viewer:{PERSON}").state.limits == {}  # type: ignore[union-attr]


def test_a_late_retry_of_limits_that_stood_already_does_not_bring_them_back_either() -> None:
    """It wrote an entry of its own, by which it is known: whoever lowers a limit must be able to rely on it."""
    books = with_coins()
    change(books, FIFTY, "a")
    same = change(books, FIFTY, "b")
    change(books, Limits(10), "c")
    before = books.items
    assert change(books, FIFTY, "b") == same
    assert books.items == before
    with pytest.raises(KeyReused):
        change(books, Limits(11), "b")


@pytest.mark.parametrize("other", [NO_LIMITS, Limits(51), Limits(50, 50), Limits(50, auto_unlock=True)])
def test_the_same_key_with_other_limits_is_refused_and_nothing_changes(other: Limits) -> None:
    books = with_coins()
    change(books, FIFTY, "a")
    before = books.items
    with pytest.raises(KeyReused):
        change(books, other, "a")
    assert books.items == before


def test_the_same_key_is_refused_even_where_the_other_limits_stand_by_now() -> None:
    """The reference decides before anything else is looked at (LEDGER rule 2)."""
    books = with_coins()
    change(books, FIFTY, "a")
    change(books, Limits(60), "b")
    with pytest.raises(KeyReused):
        change(books, Limits(60), "a")


@pytest.mark.parametrize("fault", [Fault.LOST_REPLY, Fault.LOST_REQUEST, Fault.FAILED_LATE, Fault.DELAYED])
def test_a_lost_reply_does_not_write_twice(fault: Fault) -> None:
    life = Life()
    life.buys()
    books = Books(life)
    books.faults.next(fault, "PutItem")
    assert change(books, FIFTY, "a").limits == FIFTY
    assert [item["seq"]["N"] for item in books.items] == ["1", "2"]


def test_a_frozen_account_may_still_limit_itself() -> None:
    life = Life()
    life.is_frozen()
    assert change(Books(life), FIFTY, "a").limits == FIFTY


@pytest.mark.parametrize("limits", [FIFTY, NO_LIMITS])
def test_a_ledger_that_does_not_answer_is_no_refusal(limits: Limits) -> None:
    books = Books()
    books.faults.next(Fault.LOST_REQUEST, "Query", times=100)
    with pytest.raises(Busy):
        change(books, limits, "a")


def test_while_it_is_not_known_whether_it_was_written_nobody_says_that_it_was_not() -> None:
    books = with_coins()
    books.faults.next(Fault.LOST_REQUEST, "PutItem", times=100)
    with pytest.raises(Undecided):
        change(books, FIFTY, "a")
