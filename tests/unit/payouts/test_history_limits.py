"""An execution may have 25,000 events: whatever it waits for, and for thirty days, it has fewer."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from cliffhanger.errors import EventsRefused, ProviderRejected, Unavailable
from cliffhanger.events.envelope import Event
from cliffhanger.payouts.desk import Verified
from cliffhanger.payouts.domain import Wish
from cliffhanger.payouts.policy import DAY_MS
from cliffhanger.payouts.service import request
from cliffhanger.payouts.sweeping import STUCK_MS, find_stuck
from tests.support.payouts import AMPLE, BEGIN, CLEO, House
from tests.unit.payouts.endings import finished

MOST_EVENTS = 25_000
"""Source: AWS Step Functions, "Quotas related to state machine executions": a hard limit; the execution fails."""
LONGEST_MS = 30 * DAY_MS
"""The time limit of an execution."""
EVENTS = {"Task": 6, "Wait": 2, "Choice": 2, "Succeed": 2}
"""Of a state that is entered: a task is entered, scheduled, started, submitted, succeeded and exited."""


def the_bus_takes_nothing(house: House) -> None:
    def tell(_events: Iterable[Event]) -> None:
        raise EventsRefused("It is taken by nobody.")

    house.desk = house.desk._replace(tell=tell)


def a_table_does_not_answer(house: House) -> None:
    def verified(_person: str, _currency: str) -> Verified:
        raise Unavailable("It does not answer.")

    house.desk = house.desk._replace(verified=verified)


def our_balance_is_short(house: House) -> None:
    house.bank.ours = {"USD": 5}


def operators_have_switched_off(house: House) -> None:
    house.off = True


def we_are_not_understood(house: House) -> None:
    house.bank.refuses = {"transfer": ProviderRejected("What?")}


AWAY: dict[Callable[[House], None], tuple[str, str]] = {
    the_bus_takes_nothing: ("us", "look_at_log"),
    a_table_does_not_answer: ("us", "look_at_log"),
    our_balance_is_short: ("platform_balance", "top_up"),
    operators_have_switched_off: ("switched_off", "switch_on"),
    we_are_not_understood: ("rejected", "look_at_log"),
}
"""What may be away for long, how it is said of a payout that waits for it, and what its operators are told."""


@pytest.mark.parametrize("away", AWAY, ids=lambda away: away.__name__)
def test_what_is_away_for_thirty_days_is_waited_for_within_the_events_of_an_execution(
    house: House, away: Callable[[House], None]
) -> None:
    desk = house.desk
    said: set[tuple[str, str]] = set()

    def look() -> None:
        if house.now >= BEGIN + LONGEST_MS:
            house.desk, house.off, house.bank.ours = desk, False, {"USD": 60_000}
            house.bank.refuses.clear()
        elif house.now >= BEGIN + STUCK_MS:
            said.update((one.payout.waits_for, one.advice) for one in find_stuck(desk, AMPLE))

    house.at_wait = look
    request(house.desk, CLEO, "one", Wish(20_000, "USD", "standard", 0))
    away(house)
    house.go_on()
    assert said == {AWAY[away]}
    states = house.machine.definition["States"]
    assert sum(EVENTS[states[name]["Type"]] for name in house.machine.executions["one"].entered) < MOST_EVENTS
    assert finished(house) == "paid"
