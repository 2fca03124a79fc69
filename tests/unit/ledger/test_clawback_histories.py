"""Purchases, unlocks and what undoes either, in any order, against a small model of whom the money belongs to."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.names import external, platform
from cliffhanger.ledger.purchases import Deal
from tests.unit.ledger.shop import MIA, SERIES, Shop

COINS = 60
NAMES = ("r1", "d1")
APART = (2, 3, 7)
"""Cents for a coin, of each order another: so no order's coins become part of another's lot, or are taken for it."""
ALIKE = (3, 3, 3)
BEGINNING = (("pays", 0, 0), ("pays", 1, 0), ("spends", 0, 90))
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("pays"), st.integers(0, 2), st.just(0)),
        st.tuples(st.just("spends"), st.integers(0, 1), st.sampled_from((60, 90, 45, 20, 1))),
        st.tuples(st.just("goes"), st.integers(0, 5), st.sampled_from((COINS, 45, 20, 7))),
        st.tuples(st.just("comes"), st.integers(0, 5), st.just(0)),
        st.tuples(st.just("undo"), st.integers(0, 5), st.just(0)),
    ),
    min_size=4,
    max_size=20,
)


class Part(NamedTuple):
    """Coins of an order that an unlock has spent on a series, and their cash."""

    unlock: int
    series: str
    lot: str
    coins: int
    cash: int


class Model:
    """Of coins alone: an order is undone in whole coins, so that its money is its price times as many.

    What undoes it takes what the viewer has left of it, then asks the parts that stand, the last first. What it took of
    a part is the part's again when it comes to nothing.
    """

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.undone: set[int] = set()
        self.taken: dict[tuple[int, str], dict[Part, int]] = {}

    def missing(self, part: Part) -> int:
        return sum(taken.get(part, 0) for taken in self.taken.values())

    def take(self, key: tuple[int, str], lot: str, coins: int) -> None:
        taken = self.taken[key] = {}
        for part in reversed(self.standing()):
            if part.lot == lot:
                taken[part] = min(coins, part.coins - self.missing(part))
                coins -= taken[part]

    def standing(self, series: str = "") -> list[Part]:
        return [part for part in self.parts if part.unlock not in self.undone and part.series in (series or SERIES)]


class Play:
    """A shop where each order has its price, and the model beside it, act by act."""

    def __init__(self, prices: tuple[int, ...]) -> None:
        self.prices = prices
        self.shop = Shop()
        self.model = Model()
        self.unlocks: list[Entry] = []
        self.lots: dict[int, str] = {}
        self.gone: dict[tuple[int, str], int] = {}
        self.came: set[tuple[int, str]] = set()

    def act(self, kind: str, which: int, coins: int) -> None:
        key = (which % len(self.prices), NAMES[which // len(self.prices)])
        if kind == "pays":
            deal = Deal(COINS, COINS * self.prices[which], "USD")
            self.lots[which] = str(self.shop.pays(f"o{which}", deal).seq)
        elif kind == "spends":
            self.spends(SERIES[which], coins)
        elif kind == "goes" and key not in self.gone:
            gone = sum(n for (order, _), n in self.gone.items() if order == key[0])
            self.goes(key, min(coins, COINS - gone))
        elif kind == "comes" and key in self.gone:
            (self.shop.refund_fails if key[1] == "r1" else self.shop.wins)(key[1], f"o{key[0]}")
            self.came.add(key)
            self.model.taken.pop(key, None)
        elif kind == "undo" and self.unlocks:
            unlock = self.unlocks[which % len(self.unlocks)]
            self.shop.gives_episode_back(unlock)
            self.model.undone.add(unlock.seq)

    def spends(self, series: str, coins: int) -> None:
        unlock = self.shop.spends(coins, series)
        if unlock is not None:
            self.unlocks.append(unlock)
            self.model.parts += [Part(unlock.seq, series, one.lot, one.coins, one.cash) for one in unlock.spent]

    def goes(self, key: tuple[int, str], coins: int) -> None:
        """No two overlap: what does is told case by case."""
        if not coins:
            return
        (order, name), lot = key, self.lots.get(key[0], "")
        head = self.shop.ledger.head(MIA)
        left = sum(one.coins for one in head.state.lots if one.lot == lot) if head is not None else 0
        amount = coins * self.prices[order]
        (self.shop.refund if name == "r1" else self.shop.dispute)(amount, name, f"o{order}")
        self.gone[key] = coins
        if lot:
            self.model.take(key, lot, max(0, coins - left))

    def earned(self, series: str) -> int:
        return self.shop.balance(f"series:{series}:earned:0").get("USD", 0)

    def check_books(self) -> None:
        """Nothing is minted, what is deferred is the lots', and nobody earns less than nothing."""
        head = self.shop.ledger.head(MIA)
        if head is None:
            return
        deferred = self.shop.has().get("USD.deferred", 0)
        assert sum(lot.cash for lot in head.state.lots) == deferred
        names = [platform("recovered", MIA), platform("losses", MIA), external("stripe", MIA)]
        others = [self.shop.balance(name).get("USD", 0) for name in names]
        assert deferred + sum(others) + sum(self.earned(series) for series in SERIES) == 0
        for series in SERIES:
            assert 0 <= self.earned(series) <= sum(part.cash for part in self.model.standing(series))
        with tempfile.TemporaryDirectory() as folder:
            assert self.shop.findings(Path(folder)) == []


@given(ACTS)
@settings(deadline=None)
def test_a_series_has_what_its_standing_unlocks_brought_less_what_went_back(acts: list[tuple[str, int, int]]) -> None:
    play = Play(APART)
    for kind, which, coins in [*BEGINNING, *acts]:
        play.act(kind, which, coins)
        for series in SERIES:
            parts = play.model.standing(series)
            kept = sum(part.cash - play.model.missing(part) * part.cash // part.coins for part in parts)
            assert play.earned(series) == kept
    play.check_books()


@given(ACTS)
@settings(deadline=None)
def test_no_series_earns_less_than_nothing_where_lots_are_shared(acts: list[tuple[str, int, int]]) -> None:
    play = Play(ALIKE)
    for kind, which, coins in [*BEGINNING, *acts]:
        play.act(kind, which, coins)
        for series in SERIES:
            assert 0 <= play.earned(series) <= sum(part.cash for part in play.model.standing(series))
    play.check_books()
