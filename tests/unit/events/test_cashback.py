"""What is told of cashback: pending, confirmed, taken back; nothing where nothing moved."""

from __future__ import annotations

from cliffhanger.clock import rfc3339
from cliffhanger.events.catalogue import catalogue
from cliffhanger.events.checking import misfits
from cliffhanger.events.facts import events_of
from cliffhanger.ledger.entries import Entry
from tests.support.cashback import PAID, UNTIL, remembered


def told(entry: Entry) -> list[tuple[str, dict[str, object]]]:
    schemas = {kind.type: kind.data for kind in catalogue()}
    events = events_of(entry)
    assert not [wrong for event in events[:1] for wrong in misfits(schemas[event.type], event.data)]
    return [(event.type, event.data) for event in events]


def test_cashback_is_told_when_it_is_pending_with_the_day_on_which_it_is_confirmed() -> None:
    world = remembered()
    ((name, data),) = told(world.claim().entry)
    assert (name, data["personId"], data["campaignId"], data["coins"]) == ("CashbackPending", "mia", "winter-coats", 50)
    assert (data["claimId"], data["confirmsAt"]) == ("order-1", rfc3339(UNTIL))


def test_cashback_that_is_confirmed_is_told_as_such_and_as_coins_that_came() -> None:
    world = remembered()
    world.claim()
    world.now = UNTIL
    (confirmed, granted) = told(world.confirm().entry)
    assert (confirmed[0], confirmed[1]["coins"]) == ("CashbackConfirmed", 50)
    assert (granted[0], granted[1]["coins"], granted[1]["personId"]) == ("CoinsGranted", {"bonus": 50}, "mia")


def test_a_return_of_pending_cashback_is_told_and_takes_no_coins_of_the_viewer() -> None:
    world = remembered()
    world.claim()
    ((name, data),) = told(world.back(PAID).entry)
    assert (name, data["coins"]) == ("CashbackClawedBack", 50)


def test_a_late_return_is_told_with_the_coins_that_it_takes_from_the_viewer() -> None:
    world = remembered()
    world.claim()
    world.now = UNTIL
    confirmed = world.confirm().entry
    (back, reversed_) = told(world.back(2_500).entry)
    assert (back[0], back[1]["coins"]) == ("CashbackClawedBack", 25)
    assert (reversed_[0], reversed_[1]["reverses"]) == ("GrantReversed", confirmed.seq)


def test_nothing_is_told_of_a_return_before_its_purchase_and_of_a_purchase_that_it_has_undone() -> None:
    world = remembered()
    assert told(world.back(PAID).entry) == told(world.claim().entry) == []
    world.now = UNTIL
    assert told(world.confirm().entry) == []
