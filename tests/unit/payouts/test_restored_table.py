"""The table of payouts was restored: it knows nothing that the books and the provider do. Nobody is paid twice.

Executions have ended, so that an operator goes on with each; and the provider has forgotten its keys.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cliffhanger.errors import BalanceShort
from cliffhanger.payouts.domain import Payout, Wish
from cliffhanger.payouts.policy import DAY_MS
from cliffhanger.payouts.service import cancel, request
from cliffhanger.payouts.sweeping import find_stuck, resume
from tests.support.payout_tables import PAYOUTS
from tests.support.payouts import AMPLE, CLEO, House
from tests.unit.payouts.endings import codes, finished

TABLE = PAYOUTS["TableName"]


class Kept(House):
    """One whose payouts are kept in each status as they first and last stood in it, as backups would be."""

    def __init__(self) -> None:
        super().__init__()
        self.backup: dict[str, Any] = {}
        put = self.store.put

        def keep(payout: Payout) -> bool:
            written = put(payout)
            if written:
                [item] = [one for one in self.model.peek(TABLE) if one["item"]["S"] == f"payout:{payout.payout}"]
                self.backup.setdefault(payout.status, dict(item))
                self.backup[f"last {payout.status}"] = dict(item)
            return written

        self.store.put = keep  # type: ignore[method-assign]

    def restore(self, status: str) -> None:
        """Days later the payout stands as it stood then."""
        self.now += 3 * DAY_MS
        self.bank.end_day()
        self.model.call("PutItem", {"TableName": TABLE, "Item": self.backup[status]})

    def lose(self) -> None:
        """Days later nobody knows of the payout any more, nor of its execution."""
        self.now += 3 * DAY_MS
        self.bank.end_day()
        self.machine.executions.clear()
        for item in list(self.model.peek(TABLE)):
            if item["item"]["S"].startswith(("payout:", "tally:", "asked:")):
                key = {name: item[name] for name in ("person", "item")}
                self.model.call("DeleteItem", {"TableName": TABLE, "Key": key})

    def resumed(self) -> Payout:
        """An operator goes on with what is named as stuck."""
        [stuck] = find_stuck(self.desk, AMPLE)
        assert stuck.advice == "resume"
        return self.go_on(resume(self.desk, CLEO, stuck.payout.payout).execution)

    def go_on(self, name: str = "one") -> Payout:
        self.machine.run(name)
        return self.payout()


@pytest.fixture
def house() -> Kept:
    house = Kept()
    house.earn(50_000)
    return house


@pytest.mark.parametrize("status", ["requested", "held", "sending", "last sending", "inTransit"])
@pytest.mark.parametrize("amount", [20_000, 50_000], ids=["some", "all"])
def test_what_was_paid_is_found_and_is_paid(house: Kept, status: str, amount: int, tmp_path: Path) -> None:
    """Also where the account could not bear it a second time."""
    house.ask(amount)
    assert finished(house) == "paid"
    house.restore(status)
    house.bank.accounts["acct_cleo"]["USD"] = amount  # of something else
    assert house.resumed().status == "paid"
    assert (house.bank.arrived, len(house.bank.transfers), len(house.bank.payouts)) == (amount, 1, 1)
    assert house.balance == 50_000 - amount
    assert codes(house, tmp_path) == set()


def test_what_came_back_is_found_and_comes_back_once(house: Kept, tmp_path: Path) -> None:
    waiting = house.ask(20_000)
    house.bank.end(waiting.sent, "failed", "account_closed")
    house.hear()
    assert house.go_on().status == "failed"
    house.restore("held")
    assert house.resumed().status == "failed"
    assert (house.bank.arrived, house.balance, len(house.bank.reversed)) == (0, 50_000, 1)
    assert codes(house, tmp_path) == set()


def test_what_was_taken_back_before_a_bank_had_it_is_not_sent_on_of_other_money(house: Kept) -> None:
    """There may be some on the creator's account at the provider's, of another payout."""
    house.bank.refuses = {"pay_out": BalanceShort("Not yet.")}
    house.at_wait = lambda: cancel(house.desk, CLEO, "one") if house.payout().waits > 3 else None
    assert house.ask(20_000).status == "failed"
    house.bank.refuses.clear()
    house.restore("held")
    house.bank.accounts["acct_cleo"]["USD"] = 20_000
    assert (house.resumed().status, house.payout().rule) == ("failed", "canceled")
    assert (house.bank.arrived, house.balance, len(house.bank.reversed)) == (0, 50_000, 1)


@pytest.mark.parametrize("status", ["requested", "held", "sending"])
def test_one_that_was_paid_and_is_called_off_since_brings_nothing_back(house: Kept, status: str) -> None:
    house.ask(20_000)
    assert finished(house) == "paid"
    house.restore(status)
    cancel(house.desk, CLEO, "one")
    assert house.resumed().status == "paid"
    assert (house.bank.arrived, house.balance) == (20_000, 30_000)


def test_who_asks_again_with_the_same_key_for_what_was_lost_is_paid_once(house: Kept) -> None:
    house.ask(20_000)
    assert finished(house) == "paid"
    house.lose()
    request(house.desk, CLEO, "one", Wish(20_000, "USD", "standard", 0))
    assert house.go_on().status == "paid"
    assert (house.bank.arrived, house.balance) == (20_000, 30_000)
