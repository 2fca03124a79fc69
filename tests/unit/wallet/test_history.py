"""Looking back: page by page, and entry by entry."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cliffhanger.errors import Busy, NotFound
from cliffhanger.ledger.packing import stored_text
from cliffhanger.ledger.settlement import plan_batch
from cliffhanger.ledger.state import State
from cliffhanger.wallet.history import proven, statement
from cliffhanger.wallet.service import get_wallet
from cliffhanger.wallet.statement import Line, lines_of
from tests.support.dynamodb import Fault
from tests.unit.receipts.chains import LIVES, SERIES, VIEWER, lived, story
from tests.unit.wallet.books import PERSON, Books


def pages(books: Books, limit: int, meanwhile: Any = lambda: None) -> list[Line]:
    """All lines, page by page; ``meanwhile`` happens between two."""
    lines: list[Line] = []
    before: int | None = None
    while True:
        page = statement(books.store, PERSON, limit, before)
        assert len(page.lines) <= limit
        lines += page.lines
        before = page.before
        if before is None:
            return lines
        meanwhile()


@given(LIVES, st.integers(1, 5))
def test_pages_of_any_length_are_the_whole_statement_newest_first(steps: list[Any], limit: int) -> None:
    life = lived(steps)
    assert pages(Books(life), limit) == list(lines_of(life.chain[::-1], State()))


def test_what_comes_in_while_somebody_reads_moves_no_line() -> None:
    life = story()
    books = Books(life)
    whole = pages(books, 100)

    def another() -> None:
        life.is_granted(1)
        books.write(life)

    assert pages(books, 3, another) == whole


def test_a_viewer_without_entries_has_an_empty_statement() -> None:
    assert statement(Books().store, PERSON, 20) == ((), None)


def test_a_page_that_ends_with_the_first_entry_is_the_last() -> None:
    life = story()
    page = statement(Books(life).store, PERSON, len(life.chain))
    assert (len(page.lines), page.before) == (len(life.chain), None)


def test_an_entry_is_proven_by_its_very_bytes_and_by_where_it_was_settled() -> None:
    life = story()
    books = Books(life)
    batch = plan_batch(f"series:{SERIES[0]}:earned:0", None, [life.chain[2]], life.now)
    assert books.store.settle(batch).written
    found = proven(books.store, PERSON, 3)
    (stored,) = [item for item in books.items if (item["account"]["S"], item["seq"]["N"]) == (VIEWER, "3")]
    assert found.entry.body == stored_text(stored)
    assert found.settled == {f"series:{SERIES[0]}:earned:0": 1}


def test_what_is_not_settled_yet_is_left_out() -> None:
    assert proven(Books(story()).store, PERSON, 3).settled == {}


@pytest.mark.parametrize("seq", [14, 999_999_999])
def test_there_is_no_entry_after_the_last(seq: int) -> None:
    with pytest.raises(NotFound):
        proven(Books(story()).store, PERSON, seq)


def test_nobody_reads_on_the_chain_of_another() -> None:
    books = Books(story())
    assert statement(books.store, "somebody-else", 20) == ((), None)
    with pytest.raises(NotFound):
        proven(books.store, "somebody-else", 1)


@pytest.mark.parametrize("operation", ["Query", "GetItem"])
def test_a_ledger_that_does_not_answer_is_no_missing_entry(operation: str) -> None:
    books = Books(story())
    books.faults.next(Fault.LOST_REQUEST, operation)
    with pytest.raises(Busy):
        proven(books.store, PERSON, 3)


def test_a_statement_that_cannot_be_read_now_is_not_an_empty_one() -> None:
    books = Books(story())
    books.faults.next(Fault.LOST_REQUEST, "Query")
    with pytest.raises(Busy):
        statement(books.store, PERSON, 20)


def test_a_wallet_costs_one_read_unit() -> None:
    books = Books(story())
    before = books.read_units
    get_wallet(books.store, PERSON)
    assert books.read_units - before == 1
