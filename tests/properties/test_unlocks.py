"""Any history of unlocks, ranges, refunds and changed pages: what is decided is what a plain account of it decides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cliffhanger.catalog.domain import NO_CEILING, SeriesPage
from cliffhanger.errors import (
    CliffhangerError,
    EpisodeFree,
    EpisodeUnavailable,
    GenerationUnknown,
    InsufficientCoins,
    NotReversible,
    PriceChanged,
)
from cliffhanger.unlocks import service
from cliffhanger.unlocks.domain import open_spans, series_prefix
from cliffhanger.unlocks.service import Unlocked
from cliffhanger.unlocks.standing import unlocks_in
from tests.support.world import SERIES
from tests.unit.unlocks.desk import Desk, story

EPISODES = 8
OTHER = "other"
SPAN = st.tuples(st.integers(1, EPISODES), st.sampled_from([0, 0, 0, 1, 2, 4])).map(
    lambda one: (one[0], min(EPISODES, one[0] + one[1]))
)
ASK = st.tuples(st.just("unlock"), st.sampled_from([SERIES, SERIES, OTHER]), SPAN, st.integers(0, 4), st.integers(0, 9))
UNDO = st.tuples(st.just("reverse"), st.sampled_from([SERIES, OTHER]), SPAN, st.integers(0, 30), st.just(0))
CHANGE = st.tuples(st.just("change"), st.sampled_from([SERIES, OTHER]), SPAN, st.integers(0, 20), st.integers(0, 3))
STEPS = st.lists(st.one_of(ASK, ASK, ASK, UNDO, CHANGE), min_size=12, max_size=40)
TERMS = st.tuples(st.sampled_from([NO_CEILING, 25, 60]), st.sampled_from([0, 15, 50]), st.sampled_from([60, 400]))

Step = tuple[str, str, tuple[int, int], int, int]


class Bought(NamedTuple):
    """One unlock in the plain account."""

    seq: int
    series: str
    first: int
    last: int
    generation: int
    coins: int
    opens: frozenset[int]


class Plain:
    """What was bought and reversed, in lists; knows nothing of references, prefixes, tallies or flags."""

    def __init__(self) -> None:
        self.bought: list[Bought] = []
        self.reversed: set[int] = set()

    def open(self, series: str, episode: int) -> int | None:
        """The entry that opens an episode."""
        for one in self.bought:
            if one.series == series and one.seq not in self.reversed and episode in one.opens:
                return one.seq
        return None

    def undone(self, series: str, first: int, last: int) -> int:
        """How many reversed unlocks touch a range."""
        touching = [one for one in self.bought if one.series == series and one.first <= last and first <= one.last]
        return sum(one.seq in self.reversed for one in touching)

    def paid(self, series: str) -> int:
        return sum(one.coins for one in self.bought if one.series == series and one.seq not in self.reversed)

    def decide(self, page: SeriesPage, first: int, last: int, generation: int) -> tuple[str, object]:
        """``entries`` that answer, a refusal, or the ``price``."""
        for one in self.bought:
            if (one.series, one.first, one.last, one.generation) == (page.series, first, last, generation):
                return "entries", [one.seq]
        every = list(range(first, last + 1))
        for wanted in (every, [number for number in every if page.price_of(number)]):
            opened = [self.open(page.series, number) for number in wanted]
            if opened and None not in opened:
                return "entries", list(dict.fromkeys(opened))
        missing = [number for number in every if page.price_of(number) and self.open(page.series, number) is None]
        if not missing:
            return "refusal", EpisodeFree
        if any(not page.episode(number).published for number in missing):
            return "refusal", EpisodeUnavailable
        if generation != self.undone(page.series, first, last):
            return "refusal", GenerationUnknown
        return "price", self.price(page, missing)

    def price(self, page: SeriesPage, missing: list[int]) -> int:
        listed = sum(page.price_of(number) for number in missing)
        rest = [
            line.number
            for line in page.episodes
            if line.published and page.price_of(line.number) and self.open(page.series, line.number) is None
        ]
        if len(missing) > 1 and missing == rest:
            listed = listed * (100 - page.rest_discount_percent) // 100
        return listed if not page.ceiling_coins else min(listed, max(0, page.ceiling_coins - self.paid(page.series)))


def pages(ceiling: int, discount: int) -> Iterator[SeriesPage]:
    for series in (SERIES, OTHER):
        prices = {3: 7, 4: 7, 6: 0}
        yield story(EPISODES, series=series, prices=prices, ceiling_coins=ceiling, rest_discount_percent=discount)


class Both:
    """The product and the plain account, side by side."""

    def __init__(self, ceiling: int, discount: int, coins: int) -> None:
        self.desk = Desk()
        for page in pages(ceiling, discount):
            self.desk.put_on(page)
        self.desk.buy(coins)
        self.plain = Plain()
        self.coins = coins
        self.told: list[object] = []

    def run(self, steps: list[Step]) -> None:
        for kind, series, span, number, other in steps:
            if kind == "unlock":
                self.unlock(series, span, number, other)
            elif kind == "reverse":
                self.reverse(number)
            else:
                self.change(series, span[0], number, other)
            self.check()

    def unlock(self, series: str, span: tuple[int, int], generation: int, off: int) -> None:
        """Asks at the price that the plain account expects; one time in ten at another one."""
        page = self.desk.shelf.pages[series]
        generation = min(generation, self.plain.undone(series, *span) + 1)
        verdict, value = self.plain.decide(page, *span, generation)
        price = int(str(value)) if verdict == "price" else 10
        balance = self.coins - self.plain.paid(SERIES) - self.plain.paid(OTHER)
        rows = len(self.desk.rows)
        answer = self.ask(series, span, price + (off == 9), generation)
        if isinstance(answer, CliffhangerError):
            if verdict == "price":
                assert type(answer) is (PriceChanged if off == 9 else InsufficientCoins)
                assert off == 9 or price > balance
            else:
                assert (verdict, type(answer)) == ("refusal", value)
            assert len(self.desk.rows) == rows
            self.told.append(answer.code)
            return
        self.told.append([entry.body for entry in answer.entries])
        if verdict == "entries":
            assert (answer.repeated, [entry.seq for entry in answer.entries]) == (True, value)
            assert len(self.desk.rows) == rows
            return
        (entry,) = answer.entries
        assert (verdict, off == 9, answer.repeated) == ("price", False, False)
        assert sum(portion.coins for portion in entry.spent) == price <= balance
        new = frozenset(number for number in range(span[0], span[1] + 1) if self.plain.open(series, number) is None)
        self.plain.bought.append(Bought(entry.seq, series, *span, generation, price, new))

    def ask(self, series: str, span: tuple[int, int], price: int, generation: int) -> Unlocked | CliffhangerError:
        try:
            return self.desk.unlock(*span, price, generation=generation, series=series)
        except CliffhangerError as refusal:
            return refusal

    def reverse(self, place: int) -> None:
        if not self.plain.bought:
            return
        seq = self.plain.bought[place % len(self.plain.bought)].seq
        try:
            self.desk.reverse(seq)
        except NotReversible:
            assert seq in self.plain.reversed
        else:
            assert seq not in self.plain.reversed
            self.plain.reversed.add(seq)

    def change(self, series: str, episode: int, price: int, what: int) -> None:
        page = self.desk.shelf.pages[series]
        line = page.episodes[episode - 1]
        new = (
            line._replace(duration_ms=0 if line.published else 8_000) if what == 0 else line._replace(price_coins=price)
        )
        lines = (*page.episodes[: episode - 1], new, *page.episodes[episode:])
        self.desk.put_on(page._replace(episodes=lines))

    def check(self) -> None:
        references = [reference for reference, _ in self.desk.references]
        assert len(references) == len(set(references))
        for series in (SERIES, OTHER):
            unlocks = unlocks_in(self.desk.ledger, "mia", series)
            opened = {number for first, last, _ in open_spans(unlocks) for number in range(first, last + 1)}
            assert opened == {number for number in range(1, EPISODES + 1) if self.plain.open(series, number)}
        head = self.desk.head
        series, paid = head.state.series
        assert not series or paid == self.plain.paid(series)
        assert head.state.balances.get("coin", 0) == self.coins - self.plain.paid(SERIES) - self.plain.paid(OTHER)


@given(TERMS, STEPS)
@settings(max_examples=150)
def test_every_request_is_decided_as_a_plain_account_decides_it(terms: tuple[int, int, int], steps: list[Step]) -> None:
    Both(*terms).run(steps)


@given(TERMS, STEPS)
@settings(max_examples=120)
def test_what_the_head_says_need_not_be_read_never_decides(terms: tuple[int, int, int], steps: list[Step]) -> None:
    """Reading one episode's references comes to the same, byte for byte, as reading everything ever unlocked."""
    little, everything = Both(*terms), Both(*terms)
    little.run(steps)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(service, "prefix_for", lambda head, series, first, last: series_prefix(series))
        everything.run(steps)
    assert little.told == everything.told
    assert little.desk.rows == everything.desk.rows
