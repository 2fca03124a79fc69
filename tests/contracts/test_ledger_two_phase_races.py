"""Sixteen clients at once on holds, budgets and rewards, over everything that stands in for DynamoDB and can race.

Which of them wins is the scheduler's; what holds of the outcome is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from cliffhanger.errors import BudgetExhausted, Busy, HoldsFull, InsufficientCoins, Undecided
from cliffhanger.ledger.budgeting import BudgetGrant, fund_budget, grant_from_budget, open_budget, rebalance
from cliffhanger.ledger.budgets import Budget
from cliffhanger.ledger.consequences import Reward, Undone
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.holding import Held, place_coins, post, void
from cliffhanger.ledger.invariants import MAX_HOLDS
from cliffhanger.ledger.journal import Recorded
from cliffhanger.ledger.rewarding import Consequence, give_reward, undo_reward
from cliffhanger.ledger.settling import settle
from cliffhanger.ledger.store import LedgerStore
from tests.contracts.stand_ins import CONCURRENT, tables_of
from tests.contracts.test_ledger_races import RACERS, TRIES, Client, client, race
from tests.support.tables import CATALOG, LEDGER
from tests.support.world import give

MIA = "viewer:mia"
COIN = frozenset({"coin"})
DAY = 86_400_000
SPRING = Budget("spring", "2026-11")
CASHBACK = Consequence(MIA, "cashback", "order-1")


@pytest.fixture(params=CONCURRENT)
def clients(request: pytest.FixtureRequest) -> Iterator[list[Client]]:
    with tables_of(request, LEDGER, CATALOG) as connect:
        yield [client(number, connect) for number in range(RACERS)]


def answered(act: Callable[[], Recorded]) -> Recorded:
    """Asks as a client does: again when told to."""
    for _ in range(TRIES):
        try:
            return act()
        except (Busy, Undecided):
            continue
    raise AssertionError("never answered")


def head_of(ledger: LedgerStore, account: str) -> Entry:
    head = ledger.head(account)
    assert head is not None
    return head


def test_posts_and_voids_that_race_resolve_a_hold_once(clients: list[Client]) -> None:
    """LEDGER rule 6: they compete for one reference, and all hear of the one that won."""
    ledger = clients[0].ledger
    give(ledger, "mia", bought=100, bonus=0)
    held = Held(MIA, "order-1")
    place_coins(ledger, held, coins=60, units=COIN, lifetime_ms=DAY)

    def act(one: Client) -> object:
        if one.number % 3:
            return answered(lambda: post(one.ledger, held, amount=one.number, destination="creator:cleo"))
        return answered(lambda: void(one.ledger, held))

    heard = race(clients, act)
    assert len({answer.entry.hash for answer in heard if isinstance(answer, Recorded)}) == 1
    assert sum(not answer.repeated for answer in heard if isinstance(answer, Recorded)) == 1
    head = head_of(ledger, MIA)
    posted = sum(portion.coins for portion in head.spent)
    assert (head.state.balances["coin"], head.state.held, head.seq) == (100 - posted, {}, 3)


def test_holds_that_race_never_set_more_aside_than_there_is(clients: list[Client]) -> None:
    ledger = clients[0].ledger
    give(ledger, "mia", bought=100, bonus=0)

    def act(one: Client) -> object:
        held = Held(MIA, f"order-{one.number % 12}")
        return answered(lambda: place_coins(one.ledger, held, coins=30, units=COIN, lifetime_ms=DAY))

    heard = race(clients, act)
    assert all(isinstance(answer, Recorded) or answer is InsufficientCoins for answer in heard), heard
    state = head_of(ledger, MIA).state
    assert (len(state.holds), state.held["coin"], state.balances["coin"]) == (3, 90, 10)


def test_holds_that_race_are_never_more_than_may_be_open(clients: list[Client]) -> None:
    ledger = clients[0].ledger
    give(ledger, "mia", bought=100, bonus=0)
    for number in range(MAX_HOLDS - 2):
        place_coins(ledger, Held(MIA, f"before-{number}"), coins=1, units=COIN, lifetime_ms=DAY)

    def act(one: Client) -> object:
        held = Held(MIA, f"order-{one.number}")
        return answered(lambda: place_coins(one.ledger, held, coins=1, units=COIN, lifetime_ms=DAY))

    heard = race(clients, act)
    assert sum(answer is HoldsFull for answer in heard) == RACERS - 2
    assert len(head_of(ledger, MIA).state.holds) == MAX_HOLDS


def test_grants_that_race_never_overspend_a_slice(clients: list[Client]) -> None:
    """LEDGER rule 18: overspend is zero by construction, though half of them are retries and coins move away."""
    ledger = clients[0].ledger
    assert open_budget(ledger, SPRING, 2) == 2
    fund_budget(ledger, SPRING, funding="f1", unit="game", coins=100, source="external:brand")
    people = [f"v{n}" for n in range(200) if SPRING.slice_of(f"v{n}", 2) == SPRING.slice(0)][: RACERS // 2]

    def act(one: Client) -> object:
        if one.number == 7:
            return answered(
                lambda: rebalance(one.ledger, SPRING, rebalancing="t1", unit="game", coins=20, between=(0, 1))
            )
        grant = BudgetGrant(people[one.number % len(people)], "d1", "game", 8, 14)
        return answered(lambda: grant_from_budget(one.ledger, SPRING, grant, slices=2))

    heard = race(clients, act)
    assert all(isinstance(answer, Recorded) or answer is BudgetExhausted for answer in heard), heard
    written = list(reversed(ledger.newest(SPRING.slice(0), 100)))
    settle(ledger, written)
    out = sum(line.amount for entry in written for line in entry.postings if line.source == ".")
    assert head_of(ledger, SPRING.slice(0)).state.balances.get("game", 0) == 50 - out >= 0
    won = [ledger.head(f"viewer:{person}") for person in people]
    assert all(head is None or head.state.balances == {"game": 8} for head in won)
    moved = head_of(ledger, SPRING.slice(1)).state.balances["game"] - 50
    assert 8 * sum(head is not None for head in won) + moved == out


def test_a_reward_that_races_its_refunds_leaves_what_the_furthest_leaves(clients: list[Client]) -> None:
    """LEDGER rule 19."""
    ledger = clients[0].ledger

    def act(one: Client) -> object:
        if one.number % 4 == 0:
            return answered(lambda: give_reward(one.ledger, CASHBACK, Reward("bonus", 100, 14)))
        step = one.number % 4
        return answered(lambda: undo_reward(one.ledger, CASHBACK, f"r{step}", Undone(20 * step, 100)))

    race(clients, act)
    head = head_of(ledger, MIA)
    assert (head.seq, head.state.balances, head.state.debt) == (4, {"bonus": 40}, {})
