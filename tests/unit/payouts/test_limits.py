"""What a creator may have paid out: what the quote says is what a request meets, and what the ledger does."""

from __future__ import annotations

import pytest

from cliffhanger.errors import PayoutRefused
from cliffhanger.ledger import holding
from cliffhanger.ledger.holding import Held
from cliffhanger.ledger.journal import record_once
from cliffhanger.ledger.names import platform
from cliffhanger.ledger.planning import Ask, Turn, living, next_entry
from cliffhanger.ledger.state import Posting
from cliffhanger.payouts.domain import Wish, creator
from cliffhanger.payouts.policy import DAY_MS, MOST_ASKED_IN_A_DAY, MOST_IN_A_MONTH
from cliffhanger.payouts.service import quote, request
from cliffhanger.payouts.tallies import Limits
from tests.support.payouts import BEGIN, CLEO, House


def wish(amount: int) -> Wish:
    return Wish(amount, "USD", "standard", 0)


def refused(house: House, amount: int, name: str = "next") -> tuple[object, dict[str, object]]:
    """The rule that refuses a request and its members; a quote names the same one before, and nothing is left of it."""
    with pytest.raises(PayoutRefused) as error:
        request(house.desk, CLEO, name, wish(amount))
    rule, *_ = (option.rule for option in quote(house.desk, CLEO, "USD", amount).options)
    assert rule == error.value.members["rule"]
    assert house.store.find(CLEO, name) is None
    return rule, dict(error.value.members)


def owe(house: House, unit: str, amount: int) -> None:
    """Something was taken back that is not there any more."""

    def make(turn: Turn) -> object:
        alive = living(turn)
        taken = [Posting("USD", 1, ".", platform("recovered", turn.account))]
        return next_entry(turn, alive, postings=taken, state=alive.state._replace(debt={unit: amount}))

    record_once(house.ledger, creator(CLEO), Ask("support:owe", bytes(32), {"kind": "reversal"}), make, house.pace)  # type: ignore[arg-type]


@pytest.mark.parametrize("unit", ["USD", "EUR"])
def test_what_is_owed_in_any_currency_is_said_before_a_payout_of_another_is_asked_for(house: House, unit: str) -> None:
    """The ledger lets nothing out while anything is owed."""
    owe(house, unit, 400)
    rule, members = refused(house, 20_000)
    assert (rule, members["debt"]) == ("debt", {unit: 400})


def test_a_month_has_a_limit_of_its_own_and_the_next_one_begins_anew(house: House) -> None:
    house.limits = Limits(None, 30_000)
    house.ask(20_000)
    rule, members = refused(house, 10_001)
    assert (rule, members["limit"], members["left"]) == ("over_month_limit", 30_000, 10_000)
    request(house.desk, CLEO, "rest", wish(10_000))
    house.now += 31 * DAY_MS
    assert house.ask(20_000, "next").status == "inTransit"


def test_the_months_limit_holds_for_two_that_were_taken_at_once(house: House) -> None:
    house.limits = Limits(None, 30_000)
    for name in ("one", "two"):
        request(house.desk, CLEO, name, wish(20_000))
    assert [house.go_on(name).status for name in ("one", "two")] == ["inTransit", "failed"]
    assert (house.payout("two").rule, house.balance) == ("over_month_limit", 30_000)


def test_there_are_so_many_payouts_in_a_month(house: House) -> None:
    house.earn(50_000)
    for number in range(MOST_IN_A_MONTH):
        house.now = BEGIN + number // MOST_ASKED_IN_A_DAY * DAY_MS
        assert house.ask(1_000, f"p{number}").status == "inTransit"
    rule, members = refused(house, 1_000)
    assert (rule, members["limit"]) == ("too_many", MOST_IN_A_MONTH)


def test_a_payout_for_which_the_account_has_no_room_fails_and_its_money_stays(house: House) -> None:
    """An account bears sixteen holds at once."""
    for number in range(16):
        held = Held(creator(CLEO), f"other-{number}")
        holding.place_cash(house.ledger, held, currency="USD", amount=100, lifetime_ms=DAY_MS, retrying=house.pace)
    failed = house.ask(20_000)
    assert (failed.status, failed.rule, house.balance) == ("failed", "too_many", 50_000 - 1_600)
