"""The canary: how long a posting takes from end to end, or has waited so far."""

from __future__ import annotations

import pytest

from cliffhanger.errors import Busy, Undecided
from cliffhanger.events.facts import events_of
from cliffhanger.ledger.canary import ACCOUNT, SINK, SLOT_MS, Timed, time_posting
from cliffhanger.ledger.journal import Retrying
from cliffhanger.ledger.settling import settle_images
from tests.support.dynamodb import Fault, ScriptedFaults
from tests.unit.ledger.chains import NOW
from tests.unit.ledger.test_settling import Books


def pace(now: int) -> Retrying:
    return Retrying(clock=lambda: now, sleep=lambda _: None, jitter=lambda: 1.0, timer=lambda: 0.0)


@pytest.fixture
def books() -> Books:
    return Books()


def settled(books: Books, now: int) -> None:
    settle_images(books.store, books.images(), pace(now))


def test_the_first_call_has_nothing_to_time_and_sends_a_posting(books: Books) -> None:
    assert time_posting(books.store, pace(NOW)) is None
    head = books.store.head(ACCOUNT)
    assert head is not None
    assert [tuple(line) for line in head.postings] == [("XTS", 1, ".", SINK)]
    assert events_of(head) == ()


def test_a_posting_is_timed_from_when_it_was_sent_to_when_it_was_settled(books: Books) -> None:
    time_posting(books.store, pace(NOW))
    settled(books, NOW + 1_500)
    assert time_posting(books.store, pace(NOW + SLOT_MS)) == Timed(1_500, settled=True)
    assert books.balance(SINK) == {"XTS": 1}


def test_while_a_posting_waits_its_age_is_told_and_no_other_is_sent(books: Books) -> None:
    """Or the newest would be timed while the oldest is forgotten."""
    time_posting(books.store, pace(NOW))
    for minutes in (1, 5, 90):
        waited = minutes * SLOT_MS
        assert time_posting(books.store, pace(NOW + waited)) == Timed(waited, settled=False)
    head = books.store.head(ACCOUNT)
    assert head is not None
    assert head.seq == 1
    settled(books, NOW + 91 * SLOT_MS)
    assert time_posting(books.store, pace(NOW + 92 * SLOT_MS)) == Timed(91 * SLOT_MS, settled=True)


def test_a_minute_that_is_called_twice_sends_one_posting(books: Books) -> None:
    time_posting(books.store, pace(NOW))
    settled(books, NOW)
    for _ in range(3):
        time_posting(books.store, pace(NOW + 10))
    head = books.store.head(ACCOUNT)
    assert head is not None
    assert head.seq == 1


def test_it_moves_nothing_in_all(books: Books) -> None:
    for minute in range(5):
        time_posting(books.store, pace(NOW + minute * SLOT_MS))
        settled(books, NOW + minute * SLOT_MS + 20)
    assert (books.balance(ACCOUNT), books.balance(SINK)) == ({"XTS": -5}, {"XTS": 5})


def test_a_ledger_that_does_not_answer_is_asked_again(books: Books) -> None:
    books.model.faults = ScriptedFaults(dict.fromkeys(range(1, 100), Fault.LOST_REQUEST))
    with pytest.raises((Busy, Undecided)):
        time_posting(books.store, pace(NOW))
