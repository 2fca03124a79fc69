"""A process that is killed at any call boundary, of the table, of the provider, of the bus: the payout is paid once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cliffhanger.payouts.domain import Payout
from cliffhanger.payouts.hearing import hear
from cliffhanger.payouts.policy import DAY_MS
from tests.support.dynamodb import Call, Moment
from tests.support.payouts import House, Killed

AUDITED_EVERY = 5
"""So many runs are looked at by their sums for each that the auditor reads: it starts anew for each."""


class Reaper:
    """Kills whoever runs at the n-th call boundary; 0 never does, and counts."""

    def __init__(self, house: House, at: int) -> None:
        self.seen, self._at = 0, at
        house.model.hook = self._table
        house.bank.boundary = self._strike

    def _table(self, moment: Moment, call: Call) -> None:
        self._strike(f"{moment.value} {call.operation}")

    def _strike(self, _where: str) -> None:
        self.seen += 1
        if self.seen == self._at:
            raise Killed


def once_more(act: Callable[[], object]) -> None:
    """As who asks again when nobody answers: a client with its key, a queue with its message."""
    while True:
        try:
            act()
        except Killed:
            continue
        return


def hear_until_heard(house: House, status: str) -> None:
    """The bank answers, and its notice is handed out until it is worked off."""
    notice = house.bank.end(next(iter(house.bank.payouts)), status)
    once_more(lambda: hear(house.desk, notice))


def paid(house: House) -> None:
    once_more(lambda: house.ask(20_000, speed="instant"))
    hear_until_heard(house, "paid")
    once_more(house.go_on)


def refused(house: House) -> None:
    once_more(lambda: house.ask(20_000, speed="instant"))
    hear_until_heard(house, "failed")
    once_more(house.go_on)


def returned(house: House) -> None:
    paid(house)
    house.now += 3 * DAY_MS
    hear_until_heard(house, "failed")


ENDS: dict[Callable[[House], None], tuple[str, int, int]] = {
    paid: ("paid", 30_000, 19_800),
    refused: ("failed", 50_000, 0),
    returned: ("returned", 50_000, 0),
}


def lived(story: Callable[[House], None], at: int) -> tuple[House, Reaper]:
    house = House()
    house.earn(50_000)
    reaper = Reaper(house, at)
    story(house)
    house.model.hook = None
    house.bank.boundary = lambda _: None
    if house.payout().status == "inTransit":  # its notice was heard of by an execution that was killed: it asks itself
        house.machine.time_out("one")
    return house, reaper


def standing(house: House, payout: Payout) -> tuple[str, int, int]:
    return payout.status, house.balance, house.bank.arrived


@pytest.mark.parametrize("story", ENDS, ids=lambda story: story.__name__)
def test_a_worker_that_is_killed_between_any_two_calls_pays_nobody_twice_and_loses_nothing(
    story: Callable[[House], None], tmp_path: Path
) -> None:
    whole, counted = lived(story, 0)
    assert standing(whole, whole.payout()) == ENDS[story]
    assert counted.seen > 60
    for at in range(1, counted.seen + 1):
        house, _ = lived(story, at)
        assert standing(house, house.payout()) == ENDS[story], f"killed at {at}"
        assert len(house.bank.transfers) == len(house.bank.payouts) == 1, f"killed at {at}"
        assert house.held == 0
        assert house.told() == whole.told(), f"killed at {at}"
        if at % AUDITED_EVERY == 0:
            folder = tmp_path / str(at)
            folder.mkdir()
            assert house.audited(folder).tally.findings.kept == [], f"killed at {at}"
