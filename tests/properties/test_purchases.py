"""Whatever is paid, spent, refunded and disputed, in any order and however often: the books hold, and nobody gains."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from cliffhanger.errors import NotReversible
from cliffhanger.events.facts import events_of
from cliffhanger.ledger.purchases import Deal
from tests.unit.ledger.shop import DAY, SERIES, Shop

ORDERS = ("o1", "o2", "o3")
CASH = st.integers(1, 700)
DEALS = st.builds(
    Deal,
    coins=st.integers(1, 400),
    cash=CASH,
    currency=st.sampled_from(["USD", "JPY"]),
    bonus=st.integers(0, 60),
    bonus_days=st.integers(1, 30),
)
ORDER = st.sampled_from(ORDERS)
NAME = st.sampled_from(["a", "b", "c"])
STEPS = st.one_of(
    st.tuples(st.just("pays"), ORDER),
    st.tuples(st.just("spends"), st.integers(1, 120), st.sampled_from(SERIES)),
    st.tuples(st.just("returns"), st.integers(0, 9)),
    st.tuples(st.just("refund"), CASH, NAME, ORDER),
    st.tuples(st.just("refund_fails"), NAME, ORDER),
    st.tuples(st.just("dispute"), CASH, NAME, ORDER),
    st.tuples(st.just("wins"), NAME, ORDER),
    st.tuples(st.just("gets_bonus"), st.integers(1, 40)),
    st.tuples(st.just("waits"), st.integers(-300_000, 20 * DAY)),
)


class Lived:
    """A shop after some steps, and what of each order's money is gone by them."""

    def __init__(self, deals: dict[str, Deal], steps: list[tuple[str, ...]]) -> None:
        self.shop = Shop()
        self.deals = deals
        self.paid: set[str] = set()
        self.gone: dict[tuple[str, str], int] = {}
        self.back: set[tuple[str, str]] = set()
        self.returned: set[int] = set()
        for step in steps:
            self.take(*step)

    def take(self, kind: str, *rest: object) -> None:
        if kind == "pays":
            (order,) = rest
            self.shop.pays(str(order), self.deals[str(order)])
            self.paid.add(str(order))
        elif kind == "waits":
            self.shop.now += int(str(rest[0]))
        elif kind == "returns":
            self.give_back(int(str(rest[0])))
        else:
            getattr(self.shop, kind)(*rest)
            self.note(kind, *rest)

    def note(self, kind: str, *rest: object) -> None:
        if kind in ("refund", "dispute"):
            amount, name, order = rest
            self.gone.setdefault((str(order), f"{kind} {name}"), int(str(amount)))
        elif kind in ("refund_fails", "wins"):
            name, order = rest
            self.back.add((str(order), f"{'refund' if kind == 'refund_fails' else 'dispute'} {name}"))

    def give_back(self, place: int) -> None:
        unlocks = [
            entry for entry in self.shop.chain()
            if (entry.terms.get("kind"), entry.seq in self.returned) == ("unlock", False)
        ]  # fmt: skip
        if unlocks:
            unlock = unlocks[place % len(unlocks)]
            self.returned.add(unlock.seq)
            try:
                self.shop.gives_episode_back(unlock)
            except NotReversible:
                return

    def undone(self, order: str) -> int:
        gone = sum(amount for key, amount in self.gone.items() if key[0] == order and key not in self.back)
        return min(gone, self.deals[order].cash)


LIVES = st.builds(
    Lived,
    st.fixed_dictionaries(dict.fromkeys(ORDERS, DEALS)),
    st.lists(STEPS, max_size=12) | st.lists(STEPS, min_size=12, max_size=40),
)


@given(LIVES)
@settings(max_examples=120, deadline=None)
def test_outside_has_what_was_paid_less_what_went_back_to_the_cent_and_the_coin(life: Lived) -> None:
    """Orders of two currencies: each is undone exactly as far as its own money went, whatever came in between."""
    expected: dict[str, int] = {}
    for order in life.paid:
        deal, undone = life.deals[order], life.undone(order)
        expected[deal.currency] = expected.get(deal.currency, 0) - (deal.cash - undone)
        expected["coin"] = expected.get("coin", 0) - (deal.coins - deal.coins * undone // deal.cash)
    outside: dict[str, int] = {}
    for entry in life.shop.chain():
        for unit, amount, source, destination in entry.postings:
            for side, signed in ((source, -amount), (destination, amount)):
                if side.startswith("external:"):
                    outside[unit] = outside.get(unit, 0) + signed
    assert {unit: n for unit, n in outside.items() if n} == {unit: n for unit, n in expected.items() if n}


@given(LIVES)
@settings(max_examples=60, deadline=None)
def test_the_auditor_finds_nothing_and_every_entry_is_told(life: Lived) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert life.shop.findings(Path(folder)) == []
    for entry in life.shop.chain():
        events_of(entry)


@given(LIVES.filter(lambda life: not life.returned))
@settings(max_examples=60, deadline=None)
def test_no_series_gives_more_back_than_it_had(life: Lived) -> None:
    """Where no unlock is reversed besides: that one asks the series as well, and the house gets it for what is owed."""
    for series in SERIES:
        assert all(amount >= 0 for amount in life.shop.balance(f"series:{series}:earned:0").values())
