"""A payout from its request to the bank: what leaves, what arrives, and how many states it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from cliffhanger.errors import Unavailable
from cliffhanger.events.envelope import Event
from tests.support.payouts import House
from tests.unit.payouts.endings import codes

MOST_TRANSITIONS = 14


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


def when_told_of_paid(house: House, act: Callable[[], object]) -> None:
    """Lets something happen once, between what closing has read and what it writes."""
    acts, tell = [act], house.desk.tell

    def told(events: Iterable[Event]) -> None:
        events = list(events)
        if acts and any(event.type == "PayoutPaid" for event in events):
            acts.pop()()
        tell(events)

    house.desk = house.desk._replace(tell=told)


def test_a_payout_whose_notice_is_still_being_noted_while_it_closes_is_paid_at_once(house: House) -> None:
    waiting = house.ask(20_000)
    house.bank.end(waiting.sent, "paid")
    assert house.hear() == ["answered"]

    def note() -> None:
        found = house.payout()
        assert house.store.put(found._replace(revision=found.revision + 1))

    when_told_of_paid(house, note)
    before = house.now
    assert house.go_on().status == "paid"
    assert (house.now, house.told()) == (before, ["PayoutRequested", "PayoutPaid"])


def test_a_payout_that_cannot_be_closed_now_is_closed_later(house: House) -> None:
    waiting = house.ask(20_000)
    house.bank.end(waiting.sent, "paid")
    house.hear()

    def fail() -> None:
        raise Unavailable("Try again.")

    when_told_of_paid(house, fail)
    assert house.go_on().status == "paid"
    assert house.machine.executions["one"].outcome == "SUCCEEDED"
    assert house.told() == ["PayoutRequested", "PayoutPaid"]
