"""Rewards that are undone, before or after they come, and other use cases, over all that stands in for DynamoDB."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from cliffhanger.errors import AmountInvalid, CliffhangerError, NameInvalid, NothingExpired, NotReversible, QuoteExpired
from cliffhanger.ledger.budgeting import (
    BudgetGrant,
    fund_budget,
    grant_from_budget,
    open_budget,
    reverse_budget_grant,
)
from cliffhanger.ledger.budgets import Budget
from cliffhanger.ledger.consequences import MOST_REVERSALS, Reward, Undone
from cliffhanger.ledger.exchanges import Exchange, Rate
from cliffhanger.ledger.journal import Recorded, Retrying
from cliffhanger.ledger.lots import DAY_MS
from cliffhanger.ledger.rewarding import Consequence, expire_lots, give_reward, make_exchange, undo_reward
from cliffhanger.ledger.settling import settle
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.unlocks.reversal import reverse_unlock
from cliffhanger.wallet.service import take_back_grant
from tests.contracts.stand_ins import ALL, tables_of
from tests.support.tables import LEDGER
from tests.support.world import give
from tests.unit.ledger.chains import NOW

MIA = "viewer:mia"
CASHBACK = Consequence(MIA, "cashback", "order-1")
TEN = Reward("bonus", 10, 14)
PACE = Retrying(clock=lambda: NOW)
SPRING = Budget("spring", "2026-11")


@pytest.fixture(params=ALL)
def ledger(request: pytest.FixtureRequest) -> Iterator[LedgerStore]:
    with tables_of(request, LEDGER) as connect:
        yield LedgerStore(connect(), LEDGER["TableName"])


def rewarded(ledger: LedgerStore, reward: Reward = TEN, now: int = NOW) -> Recorded:
    return give_reward(ledger, CASHBACK, reward, retrying=Retrying(clock=lambda: now))


def undone(ledger: LedgerStore, refund: str, part: Any, whole: Any = 100, now: int = NOW) -> Recorded:
    return undo_reward(ledger, CASHBACK, refund, Undone(part, whole), retrying=Retrying(clock=lambda: now))


def wallet(ledger: LedgerStore, account: str = MIA) -> tuple[dict[str, int], dict[str, int]]:
    head = ledger.head(account)
    return ({}, {}) if head is None else (dict(head.state.balances), dict(head.state.debt))


def chain(ledger: LedgerStore) -> list[tuple[str, bytes]]:
    return [(entry.body, entry.hash) for entry in ledger.newest(MIA, 100)]


def test_a_refund_that_overtakes_its_cashback_leaves_nothing_behind(ledger: LedgerStore) -> None:
    """LEDGER rule 19: the reversal leaves its entry, by which the reward knows."""
    early = undone(ledger, "r1", 100)
    late = rewarded(ledger)
    assert (early.entry.postings, late.entry.postings) == ((), ())
    assert wallet(ledger) == ({}, {})
    assert (rewarded(ledger), undone(ledger, "r1", 100)) == (Recorded(late.entry, True), Recorded(early.entry, True))


STEPS = [("reward", 0), ("r1", 30), ("r2", 50), ("r3", 75)]


@pytest.mark.parametrize("order", [*itertools.permutations(range(4))][::4])
def test_in_whatever_order_they_come_the_furthest_refund_is_what_is_taken_back(
    ledger: LedgerStore, order: tuple[int, ...]
) -> None:
    for place in order:
        name, part = STEPS[place]
        for _ in range(2):
            rewarded(ledger) if name == "reward" else undone(ledger, name, part)
    assert wallet(ledger) == ({"bonus": 10 - 7}, {})
    assert len(chain(ledger)) == len(STEPS)


def test_reversing_twice_changes_nothing(ledger: LedgerStore) -> None:
    rewarded(ledger)
    first = undone(ledger, "r1", 100)
    before = chain(ledger)
    assert undone(ledger, "r1", 40) == Recorded(first.entry, True)
    assert chain(ledger) == before
    assert undone(ledger, "r2", 100).entry.postings == ()
    assert wallet(ledger) == ({}, {})


def test_what_the_viewer_no_longer_has_is_owed(ledger: LedgerStore) -> None:
    """LEDGER rule 20."""
    made = rewarded(ledger).entry
    make_exchange(ledger, MIA, "e1", Exchange("bonus", 8, "game", Rate(1, 1, NOW + 1), 14), retrying=PACE)
    undone(ledger, "r1", 100)
    assert wallet(ledger) == ({"game": 8}, {"bonus": 8})
    assert made.terms == {"kind": "reward", "unit": "bonus", "coins": 10}


def test_a_reward_that_has_expired_by_itself_is_not_owed(ledger: LedgerStore) -> None:
    rewarded(ledger)
    assert undone(ledger, "r1", 100, now=NOW + 60 * DAY_MS).entry.state.debt == {}


def test_a_fact_is_undone_in_so_many_steps_and_no_more(ledger: LedgerStore) -> None:
    """Each is read before the next."""
    for number in range(MOST_REVERSALS):
        undone(ledger, f"r{number}", number + 1)
    with pytest.raises(NotReversible):
        undone(ledger, "more", 100)


def test_facts_that_begin_alike_are_told_apart(ledger: LedgerStore) -> None:
    undo_reward(ledger, CASHBACK._replace(fact="order-10"), "r1", Undone(1, 1), retrying=PACE)
    rewarded(ledger)
    assert wallet(ledger) == ({"bonus": 10}, {})


def test_a_reversal_is_not_reversed(ledger: LedgerStore) -> None:
    rewarded(ledger)
    step = undone(ledger, "r1", 50).entry
    before = chain(ledger)
    for undo in (take_back_grant, reverse_unlock):
        with pytest.raises(NotReversible):
            undo(ledger, step, "c1", {}, PACE)
    with pytest.raises(NameInvalid):
        undo_reward(ledger, CASHBACK._replace(fact="order-1:rev:r1"), "r2", Undone(1, 1), retrying=PACE)
    assert chain(ledger) == before


# --- budgets ---------------------------------------------------------------------------------------------------------


def budgeted(ledger: LedgerStore) -> BudgetGrant:
    open_budget(ledger, SPRING, 1)
    fund_budget(ledger, SPRING, funding="f1", unit="game", coins=100, source="external:brand")
    return BudgetGrant("mia", "d1", "game", 20, 14)


def test_a_grant_of_a_budget_goes_back_onto_its_slice_once(ledger: LedgerStore) -> None:
    grant = budgeted(ledger)
    grant_from_budget(ledger, SPRING, grant, slices=1)
    first = reverse_budget_grant(ledger, SPRING, grant, "c1", slices=1)
    assert reverse_budget_grant(ledger, SPRING, grant, "c1", slices=1) == Recorded(first.entry, True)
    with pytest.raises(NotReversible):
        reverse_budget_grant(ledger, SPRING, grant, "c2", slices=1)
    assert (wallet(ledger), wallet(ledger, SPRING.slice(0))) == (({}, {}), ({"game": 100}, {}))
    assert settle(ledger, [first.entry]) == (0, ())


def test_a_reversal_that_overtakes_a_grant_of_a_budget_leaves_nothing_behind(ledger: LedgerStore) -> None:
    grant = budgeted(ledger)
    early = reverse_budget_grant(ledger, SPRING, grant, "c1", slices=1)
    late = grant_from_budget(ledger, SPRING, grant, slices=1)
    assert (early.entry.postings, late.entry.postings, wallet(ledger)) == ((), (), ({}, {}))
    other = grant_from_budget(ledger, SPRING, grant._replace(fact="d10"), slices=1)
    assert (other.entry.postings != (), wallet(ledger)) == (True, ({"game": 20}, {}))


def test_what_a_viewer_no_longer_has_of_a_budget_is_owed_and_the_next_coins_repay_it(ledger: LedgerStore) -> None:
    grant = budgeted(ledger)
    grant_from_budget(ledger, SPRING, grant, slices=1)
    make_exchange(ledger, MIA, "e1", Exchange("game", 15, "bonus", Rate(1, 1, 2**52), 14))
    reverse_budget_grant(ledger, SPRING, grant, "c1", slices=1)
    assert wallet(ledger) == ({"bonus": 15}, {"game": 15})
    grant_from_budget(ledger, SPRING, grant._replace(fact="d2"), slices=1)
    assert wallet(ledger) == ({"bonus": 15, "game": 5}, {})


def test_what_a_budget_granted_and_has_expired_is_not_taken_back(ledger: LedgerStore) -> None:
    grant = budgeted(ledger)
    grant_from_budget(ledger, SPRING, grant, slices=1)
    late = Retrying(clock=lambda: 2**42)
    with pytest.raises(NotReversible):
        reverse_budget_grant(ledger, SPRING, grant, "c1", slices=1, retrying=late)


def test_what_a_budget_granted_and_was_spent_is_owed_after_its_day(ledger: LedgerStore) -> None:
    grant = budgeted(ledger)
    grant_from_budget(ledger, SPRING, grant, slices=1)
    make_exchange(ledger, MIA, "e1", Exchange("game", 15, "bonus", Rate(1, 1, 2**52), 14))
    late = Retrying(clock=lambda: 2**42)
    back = reverse_budget_grant(ledger, SPRING, grant, "c1", slices=1, retrying=late).entry
    assert [(lot.coins, lot.unit) for lot in back.lots] == [(15, "game")]
    assert wallet(ledger)[1] == {"game": 15}


# --- exchanges and expiries ------------------------------------------------------------------------------------------


def test_an_exchange_happens_once_and_declares_its_rate(ledger: LedgerStore) -> None:
    rewarded(ledger)
    wish = Exchange("bonus", 6, "game", Rate(1, 2, NOW + 1), 14)
    first = make_exchange(ledger, MIA, "e1", wish, retrying=PACE)
    assert make_exchange(ledger, MIA, "e1", wish._replace(amount=1)) == Recorded(first.entry, True)
    assert first.entry.terms == {"kind": "exchange", "rate": [1, 2], "until": NOW + 1}
    assert wallet(ledger) == ({"bonus": 4, "game": 3}, {})


def test_an_expiry_that_nobody_came_to_notice_is_recorded_once_for_its_day(ledger: LedgerStore) -> None:
    made = rewarded(ledger).entry
    day = made.state.lots[0].expires_day
    with pytest.raises(NothingExpired):
        expire_lots(ledger, MIA, day, Retrying(clock=lambda: day * DAY_MS - 1))
    on_time = Retrying(clock=lambda: day * DAY_MS)
    first = expire_lots(ledger, MIA, day, on_time)
    assert expire_lots(ledger, MIA, day, on_time) == Recorded(first.entry, True)
    assert (wallet(ledger), len(first.entry.postings)) == (({}, {}), 1)
    with pytest.raises(NothingExpired):
        expire_lots(ledger, MIA, day + 1, Retrying(clock=lambda: (day + 1) * DAY_MS))


HALF: Any = 0.5
BAD: dict[str, tuple[type[CliffhangerError], Any]] = {
    "a reward of nothing": (AmountInvalid, lambda ledger: rewarded(ledger, TEN._replace(coins=0))),
    "a reward of less than nothing": (AmountInvalid, lambda ledger: rewarded(ledger, TEN._replace(coins=-1))),
    "a reward of half a coin": (AmountInvalid, lambda ledger: rewarded(ledger, Reward("bonus", HALF, 14))),
    "a reward beyond all numbers": (AmountInvalid, lambda ledger: rewarded(ledger, TEN._replace(coins=2**60))),
    "a reward in money": (AmountInvalid, lambda ledger: rewarded(ledger, TEN._replace(unit="USD"))),
    "a reward in no unit": (NameInvalid, lambda ledger: rewarded(ledger, TEN._replace(unit="gold"))),
    "a reward for ever": (AmountInvalid, lambda ledger: rewarded(ledger, TEN._replace(lifetime_days=367))),
    "a reward to nobody": (NameInvalid, lambda ledger: give_reward(ledger, CASHBACK._replace(account="x"), TEN)),
    "a reward to a creator": (
        NameInvalid, lambda ledger: give_reward(ledger, CASHBACK._replace(account="creator:a"), TEN)
    ),
    "a reward by a rule whose name is too long": (
        NameInvalid, lambda ledger: give_reward(ledger, CASHBACK._replace(rule="r" * 33), TEN)
    ),
    "a refund of nothing": (AmountInvalid, lambda ledger: undone(ledger, "r1", 0)),
    "a refund of more than all": (AmountInvalid, lambda ledger: undone(ledger, "r1", 101)),
    "a refund of a part of nothing": (AmountInvalid, lambda ledger: undone(ledger, "r1", 1, 0)),
    "a refund of half a cent": (AmountInvalid, lambda ledger: undone(ledger, "r1", 0.5)),
    "a refund by no name": (NameInvalid, lambda ledger: undone(ledger, "", 1)),
    "an exchange after its time": (
        QuoteExpired, lambda ledger: make_exchange(ledger, MIA, "e1", Exchange("bonus", 6, "game", Rate(1, 2, 1), 14))
    ),
    "an expiry of nothing": (NothingExpired, lambda ledger: expire_lots(ledger, MIA, 20_000, PACE)),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_is_refused_changes_not_one_byte(ledger: LedgerStore, name: str) -> None:
    give(ledger, "mia", bought=5, bonus=0)
    before = chain(ledger)
    error, act = BAD[name]
    with pytest.raises(error):
        act(ledger)
    assert chain(ledger) == before
    assert ledger.head("creator:a") is None
