"""Entitlements: everything that is unlocked, page by page, nothing twice and nothing left out."""

from __future__ import annotations

from typing import Any

import pytest

from cliffhanger.dynamo import Unclear
from cliffhanger.errors import Busy
from cliffhanger.ledger.movements import Spend, spend_coins
from cliffhanger.ledger.names import viewer
from cliffhanger.ledger.planning import Ask, Turn
from cliffhanger.ledger.state import Known
from cliffhanger.unlocks.standing import READ_AT_ONCE, unlocks_everywhere, unlocks_in
from tests.unit.unlocks.desk import ACCOUNT, NOW, Desk


class Index:
    """The references of a chain, in the order in which the index keeps them."""

    def __init__(self, *references: str) -> None:
        self.known = sorted(Known(reference, seq) for seq, reference in enumerate(references, start=1))
        self.reads = 0

    def references(self, account: str, prefix: str) -> tuple[Known, ...]:
        assert account == viewer("mia")
        return tuple(one for one in self.known if one.reference.startswith(prefix))

    def references_between(self, account: str, lowest: str, highest: str, limit: int) -> tuple[Known, ...]:
        assert account == viewer("mia")
        self.reads += 1
        return tuple(one for one in self.known if lowest <= one.reference <= highest)[:limit]


def pages(index: Any, limit: int) -> list[list[tuple[str, int]]]:
    """Every page: each series with how many unlocks it has."""
    after, found = "", []
    while True:
        shelf = unlocks_everywhere(index, "mia", after, limit)
        found.append([(series, len(unlocks)) for series, unlocks in shelf.series])
        assert len(found) < 2_000
        if not shelf.more:
            return found
        after = shelf.series[-1][0]


def singles(series: str, count: int) -> list[str]:
    return [f"unlock:{series}:{number}-{number}.0" for number in range(1, count + 1)]


def test_nothing_unlocked_is_an_empty_page() -> None:
    assert pages(Index(), 20) == [[]]
    assert pages(Index("checkin:2026-11-21", "watch:s:2:p"), 20) == [[]]


def test_unlocks_of_a_series_come_in_the_order_of_their_entries_with_what_became_of_them() -> None:
    index = Index("unlock:s:9-9.0", "unlock:s:2-4.0", "unlock:s:9-9.0:rev:c1", "unlock:t:1-1.0")
    shelf = unlocks_everywhere(index, "mia", "", 20)  # type: ignore[arg-type]
    assert [series for series, _ in shelf.series] == ["s", "t"]
    assert [(one.first, one.last, one.reversed) for one in shelf.series[0][1]] == [(9, 9, True), (2, 4, False)]


NEIGHBOURS = ["ab", "ab-c", "ab1", "abc", "a", "b", "ab-", "ab--c", "a1", "1", "a-b"]


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_series_whose_names_begin_alike_are_each_told_once(limit: int) -> None:
    """The index orders references, not names: a hyphen and a digit stand before the colon that ends a name."""
    index = Index(*(reference for series in NEIGHBOURS for reference in singles(series, 2)))
    found = [one for page in pages(index, limit) for one in page]
    assert sorted(found) == sorted((series, 2) for series in NEIGHBOURS)


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_a_page_holds_so_many_series_and_the_last_says_that_it_is(limit: int) -> None:
    index = Index(*(f"unlock:s{number}:1-1.0" for number in range(6)))
    found = pages(index, limit)
    assert [len(page) for page in found] == [limit] * (6 // limit)


@pytest.mark.parametrize("count", [READ_AT_ONCE - 1, READ_AT_ONCE, READ_AT_ONCE + 1])
def test_a_series_that_is_cut_off_by_the_end_of_the_read_comes_whole(count: int) -> None:
    index = Index(*singles("long", count), *singles("next", 3))
    found = [one for page in pages(index, 20) for one in page]
    assert found == [("long", count), ("next", 3)]


@pytest.mark.parametrize("first", range(480, 510, 3))
def test_wherever_the_read_ends_each_series_comes_whole_and_once(first: int) -> None:
    counts = {"ab": first, "ab-c": 40, "ab1": 700, "b": 1, "c": 499, "d": 500}
    index = Index(*(reference for series, count in counts.items() for reference in singles(series, count)))
    found = [one for page in pages(index, 20) for one in page]
    assert sorted(found) == sorted(counts.items())


def test_thousands_of_unlocks_of_hundreds_of_series_come_whole_and_once() -> None:
    counts = {f"s-{number}" if number % 3 else f"s{number}": 1 + number % 40 for number in range(300)}
    index = Index(*(reference for series, count in counts.items() for reference in singles(series, count)))
    found = [one for page in pages(index, 100) for one in page]
    assert sorted(found) == sorted(counts.items())


def test_more_than_is_read_at_once_comes_whole_from_the_shipped_store(desk: Desk) -> None:
    """Three series of 200 episodes each, bought one by one, and reversals among them."""
    names = ("ab", "ab-c", "ab1")
    head = desk.head
    for series in names:
        for episode in range(1, 201):
            ask = Ask(f"unlock:{series}:{episode}-{episode}.0", b"x" * 32, {"kind": "unlock"})
            head = spend_coins(Turn(ACCOUNT, head, NOW, ask), Spend(0, f"series:{series}:earned:0", series, 0))
            assert desk.ledger.append(head)
    desk.reverse(150)
    assert len(desk.references) == 601 > READ_AT_ONCE
    for limit in (1, 2, 100):
        found = [one for page in pages(desk.ledger, limit) for one in page]
        assert sorted(found) == [(series, 200) for series in sorted(names)]
    first = unlocks_everywhere(desk.ledger, "mia", "", 1).series[0]
    assert first[0] == "ab-c"


def test_a_series_of_which_everything_was_reversed_is_told_as_such() -> None:
    """The page is then empty but not the last: a client goes on."""
    index = Index("unlock:s:2-2.0", "unlock:s:2-2.0:rev:c1")
    ((series, unlocks),) = unlocks_everywhere(index, "mia", "", 20).series  # type: ignore[arg-type]
    assert (series, [one.reversed for one in unlocks]) == ("s", [True])


def test_the_unlocks_of_one_series_are_not_those_of_another_that_begins_alike() -> None:
    index = Index("unlock:ab:1-1.0", "unlock:ab-c:1-1.0", "unlock:abc:1-1.0")
    assert [one.series for one in unlocks_in(index, "mia", "ab")] == ["ab"]  # type: ignore[arg-type]


def test_a_ledger_that_does_not_answer_is_told_as_busy() -> None:
    class Down(Index):
        def references(self, account: str, prefix: str) -> tuple[Known, ...]:
            raise Unclear

        def references_between(self, account: str, lowest: str, highest: str, limit: int) -> tuple[Known, ...]:
            raise Unclear

    with pytest.raises(Busy):
        unlocks_everywhere(Down(), "mia", "", 20)  # type: ignore[arg-type]
    with pytest.raises(Busy):
        unlocks_in(Down(), "mia", "s")  # type: ignore[arg-type]
