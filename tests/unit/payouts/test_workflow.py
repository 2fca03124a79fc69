"""A payout from its request to the bank: what leaves, what arrives, and how many states it takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.payouts import House

MOST_TRANSITIONS = 14


@pytest.fixture
def house() -> House:
    made = House()
    made.earn(50_000)
    return made


def codes(house: House, folder: Path) -> set[str]:
    return {each.code for each in house.audited(folder).tally.findings.kept}


def test_an_instant_payout_is_held_sent_and_paid_within_its_states(house: House, tmp_path: Path) -> None:
    waiting = house.ask(20_000, speed="instant")
    assert (waiting.status, house.balance, house.held) == ("inTransit", 30_000, 0)
    house.bank.end(waiting.sent, "paid")
    assert house.hear() == ["answered"]
    paid = house.go_on()
    assert (paid.status, paid.net, house.bank.arrived) == ("paid", 19_800, 19_800)
    assert house.told() == ["PayoutRequested", "PayoutPaid"]
    execution = house.machine.executions["one"]
    assert execution.outcome == "SUCCEEDED"
    assert len(execution.entered) <= MOST_TRANSITIONS
    assert codes(house, tmp_path) == set()
