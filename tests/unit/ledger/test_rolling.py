"""Rolling: writers follow where the account goes on, whoever comes first, and whatever is lost on the way."""

from __future__ import annotations

import itertools

import pytest

from cliffhanger.dynamo import Unclear
from cliffhanger.ledger.entries import Entry, next_volume
from cliffhanger.ledger.rolling import end_to_write, roll_if_full, stored_at, stored_upto, tail
from cliffhanger.ledger.settling import settle
from cliffhanger.ledger.volumes import plan_roll
from tests.support.dynamodb import Call, Fault, Moment, NoFaults, ScriptedFaults
from tests.unit.ledger.chains import NOW, bought
from tests.unit.ledger.intakes import LANE, PACE, Books


@pytest.fixture
def books() -> Books:
    return Books()


def settled(books: Books, times: int) -> list[Entry]:
    """So many entries, each settled by a batch of its own."""
    earned = [books.earn() for _ in range(times)]
    for entry in earned:
        assert settle(books.store, [entry], PACE).legs == 1
    return earned


def test_an_account_goes_on_in_its_next_volume_when_one_is_full(books: Books) -> None:
    settled(books, 4)
    assert books.chain(LANE) == [
        (LANE, 1, "batch"),
        (LANE, 2, "batch"),
        (LANE, 3, "batch"),
        (LANE, 4, "closed"),
        (f"{LANE}.2", 5, "opened"),
        (f"{LANE}.2", 6, "batch"),
        (f"{LANE}.2", 7, "closed"),
        (f"{LANE}.3", 8, "opened"),
    ]
    end = tail(books.store, LANE)
    assert end is not None
    assert end.state.balances == {"USD": 40}


def test_marks_are_numbers_of_one_chain_over_all_volumes(books: Books) -> None:
    earned = settled(books, 6)
    marks = [books.store.settlements(entry)[LANE] for entry in earned]
    assert marks == sorted(set(marks))
    for entry, mark in zip(earned, marks, strict=True):
        standing = stored_at(books.store, LANE, mark)
        assert standing is not None
        assert standing.entry is not None
        assert [source[:2] for source in standing.entry.sources] == [(entry.account, entry.seq)]


def test_who_has_seen_nothing_finds_the_end_in_few_reads(books: Books) -> None:
    settled(books, 40)
    fresh = books.reader()
    before = books.model.calls
    end = tail(fresh, LANE)
    cold = books.model.calls - before
    assert end == tail(books.store, LANE)
    number = fresh.volumes[LANE]
    assert number >= 20
    assert cold <= 2 * number.bit_length() + 2
    before = books.model.calls
    assert tail(fresh, LANE) == end
    assert books.model.calls - before == 1


def test_a_hint_that_a_restored_table_knows_nothing_of_is_forgotten(books: Books) -> None:
    settled(books, 2)
    books.store.volumes[LANE] = 9
    end = tail(books.store, LANE)
    assert end is not None
    assert end.seq == 2


def test_an_account_is_read_back_over_all_its_volumes(books: Books) -> None:
    settled(books, 7)
    end = tail(books.store, LANE)
    assert end is not None
    seqs = [stored.seq for stored in stored_upto(books.store, LANE, 99)]
    assert seqs == list(range(end.seq, 0, -1))
    for limit, before in itertools.product((1, 3, 5), range(1, end.seq + 3)):
        found = [stored.seq for stored in stored_upto(books.store, LANE, limit, before)]
        assert found == [seq for seq in seqs if seq < before][:limit]
    assert stored_at(books.store, LANE, end.seq + 1) is None
    assert stored_at(books.store, f"{LANE}.2", 1) is not None


def test_a_writer_that_read_the_end_before_a_roll_follows_it(books: Books) -> None:
    """Its place is taken by the closed entry, so it reads again."""
    settled(books, 2)
    rival, late = books.earn(), books.earn()

    def meet(moment: Moment, call: Call) -> None:
        if moment is Moment.BEFORE and call.operation == "TransactWriteItems":
            books.model.hook = None
            settle(books.reader(), [rival], PACE)

    books.model.hook = meet
    assert settle(books.store, [late], PACE).legs == 1
    chain = books.chain(LANE)
    assert [seq for _, seq, _ in chain] == list(range(1, len(chain) + 1))
    assert (f"{LANE}.2", 6, "batch") in chain
    assert books.store.settlements(late)[LANE] == 6


@pytest.mark.parametrize("fault", [Fault.LOST_REPLY, Fault.LOST_REQUEST, Fault.CONFLICT, Fault.THROTTLED])
def test_a_roll_of_which_nothing_is_known_is_done_once(books: Books, fault: Fault) -> None:
    settled(books, 2)
    books.earn()
    entry = books.earn()
    for call in range(books.model.calls, books.model.calls + 12):
        books.model.faults = ScriptedFaults({call: fault})
        settle(books.store, [entry], PACE)
        books.model.faults = NoFaults()
    settled(books, 2)
    chain = books.chain(LANE)
    assert [seq for _, seq, _ in chain] == list(range(1, len(chain) + 1))
    assert [kind for _, _, kind in chain].count("closed") == [kind for _, _, kind in chain].count("opened")


def test_a_roll_is_both_entries_or_neither(books: Books) -> None:
    settled(books, 2)
    head = books.store.head(LANE)
    assert head is not None
    roll = plan_roll(head, NOW)
    assert books.store.append(roll.opened)  # what should not be there
    assert not books.store.append_all(roll.closed, {}, [roll.opened])
    assert books.store.head(LANE) == head


def test_nobody_rolls_an_account_that_is_not_full(books: Books) -> None:
    settled(books, 2)
    head = books.store.head(LANE)
    assert head is not None
    assert not roll_if_full(books.store, head, NOW)
    assert not roll_if_full(books.reader(1), bought(), NOW)


def test_what_a_restore_has_lost_of_a_roll_is_written_again(books: Books) -> None:
    """A closed volume without the next would hold up everybody who pays the lane."""
    settled(books, 2)
    head = books.store.head(LANE)
    assert head is not None
    roll = plan_roll(head, NOW)
    assert books.store.append(roll.closed)
    end = tail(books.store, LANE)
    assert end is not None
    assert next_volume(end)
    with pytest.raises(Unclear):
        end_to_write(books.store, LANE)
    assert books.store.head(f"{LANE}.2") == roll.opened
    settled(books, 1)
