"""Cashback on a slice, over everything that stands in for DynamoDB: pending, confirmed, taken back, each once."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from cliffhanger.errors import AccountFrozen, BudgetExhausted, CashbackNotDue, NotReversible, ReturnTooLarge
from cliffhanger.ledger.cashback import MOST_RETURNS
from cliffhanger.ledger.cashing import find_cashback, give_back_unspent
from cliffhanger.ledger.names import platform, viewer
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.wallet.service import freeze
from tests.contracts.stand_ins import ALL, tables_of
from tests.support.cashback import BRAND, COATS, COINS, DAY, NOW, PAID, SLICES, UNTIL, World, remembered
from tests.support.tables import LEDGER


@pytest.fixture(params=ALL)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    with tables_of(request, LEDGER) as connect:
        yield World(LedgerStore(connect(), LEDGER["TableName"]))


@pytest.fixture
def memory() -> World:
    return remembered()


def test_a_claim_leaves_the_budget_at_once_and_reaches_the_viewer_after_the_return_window(world: World) -> None:
    world.claim()
    assert world.sums == (50, 50, 0)
    with pytest.raises(CashbackNotDue) as early:
        world.confirm()
    assert early.value.members == {"until": UNTIL}
    world.now = UNTIL
    world.confirm()
    assert world.sums == (50, 0, 50)


def test_a_frozen_slice_promises_confirms_and_gives_back_nothing_until_it_is_thawed(memory: World) -> None:
    memory.claim()
    account = memory.of("order-1").account
    freeze(memory.ledger, account, frozen=True, reference="support:case1", terms={}, retrying=memory.pace)
    before = memory.sums
    with pytest.raises(BudgetExhausted):
        memory.claim("order-2", coins=1)
    memory.now = UNTIL
    with pytest.raises(AccountFrozen):
        memory.confirm()
    with pytest.raises(AccountFrozen):
        give_back_unspent(memory.ledger, account, "2026-12-24", BRAND, retrying=memory.pace)
    assert memory.sums == before
    freeze(memory.ledger, account, frozen=False, reference="support:case2", terms={}, retrying=memory.pace)
    memory.confirm()
    assert memory.sums == (50, 0, 50)


def test_a_frozen_slice_takes_what_comes_back(memory: World) -> None:
    memory.claim()
    account = memory.of("order-1").account
    freeze(memory.ledger, account, frozen=True, reference="support:case1", terms={}, retrying=memory.pace)
    memory.back(PAID)
    assert memory.sums == (100, 0, 0)


def test_whatever_is_asked_twice_happens_once(world: World) -> None:
    world.claim()
    world.back(1_000)
    world.now = UNTIL
    world.confirm()
    before = world.sums
    assert world.claim(coins=99).repeated
    assert world.back(2_000).repeated
    assert world.confirm().repeated
    assert world.sums == before


def test_a_slice_that_is_promised_whole_refuses_though_nothing_was_paid_yet(world: World) -> None:
    world.claim("order-1")
    world.claim("order-2")
    with pytest.raises(BudgetExhausted) as refused:
        world.claim("order-3", coins=1)
    assert refused.value.members == {"available": 0}
    world.back(PAID, fact="order-1")
    assert not world.claim("order-3", coins=COINS).repeated
    assert world.sums == (0, 100, 0)


def test_a_partial_return_takes_its_share_and_the_parts_come_to_the_whole(memory: World) -> None:
    """Each part rounds down once over all of them together, so three thirds are everything."""
    memory.claim()
    taken = []
    for name, amount in (("a", 1_666), ("b", 1_666), ("c", 1_667)):
        memory.back(amount, name)
        taken.append(memory.sums[1])
    assert taken == [50 - 16, 50 - 33, 0]
    memory.now = UNTIL
    assert memory.confirm().entry.postings == ()
    assert memory.sums == (100, 0, 0)


def test_a_return_that_overtakes_its_purchase_leaves_nothing_behind(world: World) -> None:
    assert world.back(PAID).entry.postings == ()
    assert world.claim().entry.postings == ()
    world.now = UNTIL
    world.confirm()
    assert world.sums == (100, 0, 0)


def test_a_partial_return_that_overtakes_its_purchase_leaves_the_rest(memory: World) -> None:
    memory.back(2_500)
    memory.claim()
    assert memory.sums == (75, 25, 0)


def test_cashback_that_was_spent_already_becomes_debt(world: World) -> None:
    world.claim()
    world.now = UNTIL
    world.confirm()
    world.settle()
    world.spend(40)
    world.back(PAID)
    assert world.sums == (100, 0, 0)
    assert world.owes() == 40


def test_a_late_return_takes_back_from_the_viewer_in_proportion(memory: World) -> None:
    memory.claim()
    memory.now = UNTIL
    memory.confirm()
    memory.back(2_500)
    assert memory.sums == (75, 0, 25)
    assert memory.back(2_499, "r2").entry.lots[0].coins == 25
    assert memory.sums == (100, 0, 0)


def test_a_late_return_of_coins_that_have_expired_by_themselves_takes_nothing(memory: World) -> None:
    memory.claim()
    memory.now = UNTIL
    confirmed = memory.confirm().entry
    memory.settle()
    memory.now = confirmed.lots[0].expires_day * DAY
    assert memory.back(PAID).entry.postings == ()
    assert memory.owes() == 0


@pytest.mark.parametrize("parts", [(PAID,), (2_500, 2_499), (1_000, 1_500, 2_499)])
def test_of_coins_whose_day_has_come_what_was_spent_is_owed(memory: World, parts: tuple[int, ...]) -> None:
    """Returned goods would else have earned a month's episodes at the brand's cost."""
    memory.claim()
    memory.now = UNTIL
    confirmed = memory.confirm().entry
    memory.settle()
    memory.spend(40)
    memory.now = confirmed.lots[0].expires_day * DAY
    for number, part in enumerate(parts):
        memory.back(part, f"r{number}")
    memory.settle()
    assert (memory.owes(), memory.holds(memory.slice)) == (40, 90)


def test_facts_whose_coins_became_one_lot_let_what_expired_of_it_go_once(memory: World) -> None:
    for fact in ("o1", "o2"):
        memory.claim(fact)
    memory.now = UNTIL
    lots = [memory.confirm(fact).entry.lots[0] for fact in ("o1", "o2")]
    assert lots[0] == lots[1]
    memory.settle()
    memory.spend(70)
    memory.now = lots[0].expires_day * DAY
    for fact in ("o1", "o2"):
        memory.back(PAID, fact=fact)
    memory.settle()
    assert (memory.owes(), memory.holds(memory.slice)) == (70, 70)


def test_no_more_comes_back_than_was_bought(memory: World) -> None:
    memory.claim()
    memory.back(4_000)
    with pytest.raises(ReturnTooLarge) as refused:
        memory.back(1_000, "r2")
    assert refused.value.members == {"most": 999}
    assert memory.sums == (90, 10, 0)


def test_the_returns_of_a_purchase_are_bounded(memory: World) -> None:
    memory.claim()
    for number in range(MOST_RETURNS):
        memory.back(1, f"r{number}")
    with pytest.raises(NotReversible):
        memory.back(1, "more")


def test_in_whatever_order_things_come_the_same_is_left(memory: World) -> None:
    """Every order of a claim and two returns, each on a fact of its own, and the confirmation after the window."""
    left = set()
    for number, order in enumerate(itertools.permutations(("claim", "a", "b"))):
        fact = f"order-{number}"
        memory.now = NOW
        for step in order:
            if step == "claim":
                memory.claim(fact, coins=7)
            else:
                memory.back({"a": 1_234, "b": 777}[step], step, fact)
        memory.now = UNTIL
        memory.confirm(fact)
        left.add(find_cashback(memory.ledger, memory.of(fact)).remaining)
    assert left == {7 - 7 * 2_011 // PAID}
    memory.settle()
    assert memory.holds(platform("pending", memory.slice)) == 0
    assert memory.holds(viewer("mia")) == 6 * left.pop()


def test_what_is_not_spent_goes_back_to_where_it_came_from(world: World) -> None:
    world.claim()
    given = [give_back_unspent(world.ledger, COATS.slice(n), "2026-12-24", BRAND) for n in range(SLICES)]
    assert [one.entry.postings[0].amount for one in given if one is not None] == sorted(
        (50, 100), reverse=world.slice != COATS.slice(0)
    )
    assert give_back_unspent(world.ledger, COATS.slice(0), "2026-12-25", BRAND) is None
    world.now = UNTIL
    world.confirm()
    assert world.sums == (0, 0, 50)
