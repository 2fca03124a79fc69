"""Sixteen viewers at once for the end of a budget, and a return against its confirmation, on what can really race."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from cliffhanger.errors import BudgetExhausted, Busy, CashbackNotDue, Undecided
from cliffhanger.ledger.budgeting import fund_budget, open_budget
from cliffhanger.ledger.budgets import Budget
from cliffhanger.ledger.cashback import Pledge
from cliffhanger.ledger.cashing import cashback_of, claim_cashback, confirm_cashback, find_cashback, return_goods
from cliffhanger.ledger.journal import Retrying
from cliffhanger.ledger.store import LedgerStore
from tests.contracts.stand_ins import CONCURRENT, tables_of
from tests.support.cashback import BRAND, NOW, PAID, UNTIL
from tests.support.tables import LEDGER

RACERS = 16
TRIES = 60
RACE = Budget("race", "1")


@pytest.fixture(params=CONCURRENT)
def ledgers(request: pytest.FixtureRequest) -> Iterator[list[LedgerStore]]:
    with tables_of(request, LEDGER) as connect:
        yield [LedgerStore(connect(), LEDGER["TableName"]) for _ in range(RACERS)]


def funded(ledger: LedgerStore, coins: int) -> None:
    open_budget(ledger, RACE, 1)
    fund_budget(ledger, RACE, funding="f1", unit="bonus", coins=coins, source=BRAND)


def at(now: int) -> Retrying:
    return Retrying(clock=lambda: now)


def patiently(act: Callable[[], object]) -> str:
    """Asks as a brand's server does: again when told to."""
    for _ in range(TRIES):
        try:
            act()
        except (Busy, Undecided):
            continue
        except (BudgetExhausted, CashbackNotDue) as refused:
            return refused.code
        return "done"
    raise AssertionError("never answered")


def at_once(acts: list[Callable[[], str]]) -> Counter[str]:
    outcomes: list[str] = []
    threads = [threading.Thread(target=lambda act=act: outcomes.append(act())) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(outcomes)


def test_a_budget_that_many_race_for_is_given_to_its_end_and_no_further(ledgers: list[LedgerStore]) -> None:
    funded(ledgers[0], 50 * RACERS // 2)
    pledge = Pledge(50, PAID, UNTIL, 30)

    def claims(number: int) -> Callable[[], str]:
        cashback = cashback_of(RACE, f"viewer{number}", "order-1", 1)
        return lambda: patiently(
            lambda: claim_cashback(ledgers[number], cashback, lambda *_: (pledge, {}), retrying=at(NOW))
        )

    assert at_once([claims(number) for number in range(RACERS)]) == {"done": 8, "budget_exhausted": 8}
    head = ledgers[0].head(RACE.slice(0))
    assert head is not None
    assert head.state.balances.get("bonus", 0) == 0


def test_a_return_against_its_confirmation_leaves_the_same_whichever_comes_first(ledgers: list[LedgerStore]) -> None:
    funded(ledgers[0], 1_000)
    cashbacks = [cashback_of(RACE, f"viewer{number}", "order-1", 1) for number in range(RACERS // 2)]
    for cashback in cashbacks:
        claim_cashback(ledgers[0], cashback, lambda *_: (Pledge(50, PAID, UNTIL, 30), {}), retrying=at(NOW))

    def confirms(number: int) -> Callable[[], str]:
        return lambda: patiently(lambda: confirm_cashback(ledgers[number], cashbacks[number], retrying=at(UNTIL)))

    def returns(number: int) -> Callable[[], str]:
        ledger = ledgers[number + RACERS // 2]
        return lambda: patiently(
            lambda: return_goods(ledger, cashbacks[number], "r1", lambda _: 2_500, retrying=at(UNTIL))
        )

    acts = [act(number) for number in range(len(cashbacks)) for act in (confirms, returns)]
    assert at_once(acts) == {"done": len(acts)}
    for cashback in cashbacks:
        standing = find_cashback(ledgers[0], cashback)
        assert (standing.remaining, standing.confirmation is not None) == (25, True)
    head = ledgers[0].head(RACE.slice(0))
    assert head is not None
    assert head.state.balances["bonus"] == 1_000 - 25 * len(cashbacks)
