"""Any sequence of movements keeps the books of an account, whatever the amounts, the waits and the clocks."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from cliffhanger.errors import AccountFrozen, InsufficientCoins, NotReversible, SpendLimitReached
from cliffhanger.ledger.entries import Entry, foreign_legs, parse
from cliffhanger.ledger.lots import MAX_LOTS
from tests.unit.ledger.chains import (
    DAY,
    NOW,
    STORY,
    bought,
    frozen,
    granted,
    indebted,
    limited,
    taken_back,
    undone,
    unlocked,
)

COINS = st.integers(1, 10**6)
PICK = st.integers(0, 30)
STEPS = st.one_of(
    st.tuples(st.just("buy"), COINS, st.integers(1, 10**7)),
    st.tuples(st.just("grant"), COINS, st.integers(1, 60)),
    st.tuples(st.just("spend"), COINS, st.integers(0, 1)),
    st.tuples(st.just("nothing"), st.just(0), st.just(0)),
    st.tuples(st.just("reverse"), PICK, st.just(0)),
    st.tuples(st.just("take back"), PICK, st.just(0)),
    st.tuples(st.just("owe"), st.integers(1, 500), st.integers(0, 1)),
    st.tuples(st.just("limit"), COINS, st.integers(0, 1)),
    st.tuples(st.just("freeze"), st.just(0), st.integers(0, 1)),
    st.tuples(st.just("wait"), st.integers(0, 40), st.integers(-300_000, 300_000)),
)
REFUSALS = (InsufficientCoins, SpendLimitReached, AccountFrozen, NotReversible)
MOST_STEPS = 60


class Run:
    """A chain as it grows; ``now`` wanders by up to five minutes to either side."""

    def __init__(self, steps: list[tuple[str, int, int]]) -> None:
        self.chain: list[Entry] = []
        self.now = NOW
        self.reversed: set[int] = set()
        for number, step in enumerate(steps):
            try:
                self.take(number, *step)
            except REFUSALS:
                continue

    @property
    def head(self) -> Entry | None:
        return self.chain[-1] if self.chain else None

    def before(self, entry: Entry) -> Entry | None:
        return self.chain[entry.seq - 2] if entry.seq > 1 else None

    def pick(self, kind: str, place: int) -> Entry | None:
        """An entry of that kind that still stands."""
        found = [one for one in self.chain if one.terms.get("kind") == kind and one.seq not in self.reversed]
        return found[place % len(found)] if found else None

    def take(self, number: int, kind: str, amount: int, other: int) -> None:
        head, now = self.head, self.now
        if kind == "buy":
            self.chain.append(bought(head, coins=amount, cash=other, at=now))
        elif kind == "grant":
            self.chain.append(granted(head, coins=amount, days=other, at=now))
        elif kind in ("spend", "nothing"):
            self.chain.append(unlocked(head, 2, 2 + other, price=amount, at=now, generation=number))
        elif kind == "owe":
            units = ("bonus", "coin")
            if head is None or head.state.balances.get(units[other], 0) == 0:
                self.chain.append(indebted(head, units[other], amount, at=now))
        elif kind == "limit":
            self.chain.append(limited(head, at=now, **{("day", "series")[other]: amount}))
        elif kind == "freeze":
            self.chain.append(frozen(head, on=bool(other), at=now))
        elif kind == "wait":
            self.now = max(NOW, self.now + amount * DAY + other)
        elif head is not None:
            self.undo(head, kind, amount)

    def undo(self, head: Entry, kind: str, place: int) -> None:
        original = self.pick("unlock" if kind == "reverse" else "grant", place)
        if original is None:
            return
        make = undone if kind == "reverse" else taken_back
        self.chain.append(make(head, original, self.before(original), at=self.now))
        self.reversed.add(original.seq)


# Lists without a least size are short on average, and long ones are what wears lots down.
RUNS = (st.lists(STEPS, max_size=10) | st.lists(STEPS, min_size=25, max_size=MOST_STEPS)).map(Run)


@given(RUNS)
@settings(max_examples=150)
def test_every_unit_adds_up_to_zero_over_the_account_and_its_counterparties(run: Run) -> None:
    """LEDGER rule 9: what is available less what is owed, and what the others have had of it."""
    total: dict[str, int] = {}
    for entry in run.chain:
        for legs in foreign_legs(entry).values():
            for unit, amount in legs.items():
                total[unit] = total.get(unit, 0) + amount
    if run.head is not None:
        for key, amount in run.head.state.balances.items():
            unit = key.removesuffix(".deferred")
            total[unit] = total.get(unit, 0) + amount
        for unit, amount in run.head.state.debt.items():
            total[unit] = total.get(unit, 0) - amount
    assert not any(total.values())


@given(RUNS)
@settings(max_examples=100)
def test_every_entry_reads_back_from_its_bytes_and_is_never_overdrawn(run: Run) -> None:
    for entry in run.chain:
        state = entry.state
        assert parse(entry.body, entry.hash) == entry
        assert min((*state.balances.values(), *state.debt.values()), default=0) >= 0
        assert all(lot.coins > 0 and lot.cash >= 0 for lot in state.lots)
        assert len({lot.lot for lot in state.lots}) == len(state.lots) <= MAX_LOTS
        assert not any(lot.expired(entry.at) for lot in state.lots)


@given(RUNS)
@settings(max_examples=100)
def test_tallies_are_what_the_entries_say_was_spent_less_what_was_given_back(run: Run) -> None:
    series, days = 0, dict[int, int]()
    by_seq = {entry.seq: entry for entry in run.chain}
    for entry in run.chain:
        spent = sum(portion.coins for portion in entry.spent)
        series += spent
        days[entry.at // DAY] = days.get(entry.at // DAY, 0) + spent
        original = by_seq.get(entry.terms.get("reverses", 0))
        if original is not None and original.spent:
            back = sum(portion.coins for portion in original.spent)
            series -= back
            if original.at // DAY == entry.at // DAY:
                days[entry.at // DAY] -= back
        today = entry.at // DAY
        assert entry.state.spent_on(today) == days[today]
        assert entry.state.series in ((STORY, series), ("", 0))
        limits = entry.state.limits
        assert not spent or days[today] <= limits.get("day", days[today])
        assert not spent or series <= limits.get("series", series)


@given(RUNS)
@settings(max_examples=100)
def test_who_owes_holds_no_granted_coins_that_came_in_since(run: Run) -> None:
    """A credit of a unit repays its debt first: nobody gains coins while owing some."""
    for before, after in itertools.pairwise(run.chain):
        for unit, owed in after.state.debt.items():
            if owed and before.state.debt.get(unit, 0) >= owed:
                assert after.state.balances.get(unit, 0) <= before.state.balances.get(unit, 0)
