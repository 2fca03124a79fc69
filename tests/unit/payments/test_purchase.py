"""From Stripe's notice to the viewer's coins, through the shop's own books."""

from __future__ import annotations

import functools

import pytest

from cliffhanger.commerce.fulfilment import apply
from cliffhanger.errors import FactRefused
from cliffhanger.ledger.names import viewer
from cliffhanger.payments.recording import Office, receive
from cliffhanger.payments.store import NoticesStore
from cliffhanger.payments.working import Contestable, Desk, Worked, work
from tests.support.dynamodb import connect
from tests.support.stripe_events import STAGE, body_of, charge, event
from tests.support.tables import NOTICES
from tests.unit.commerce.counter import PERSON, WEEKEND, Counter
from tests.unit.payments.office import Line


class Till:
    """The shop with its notices; ``pays`` is what Stripe tells of a paid order."""

    def __init__(self) -> None:
        self.counter = Counter()
        self.counter.model.call("CreateTable", NOTICES)
        self.line = Line()
        notices = NoticesStore(connect(self.counter.model), NOTICES["TableName"])
        office = Office(notices, self.line, lambda: self.counter.now)
        books = functools.partial(apply, self.counter.desk)
        self.desk = Desk(office, self.unasked, books, STAGE)

    def unasked(self) -> Contestable:
        raise AssertionError("a paid charge asks nobody")

    def pays(self, order: str, amount: int = 499, name: str = "evt_1") -> Worked:
        metadata = {"order": order, "person": PERSON, "stage": STAGE}
        paid = charge(metadata=metadata, amount=amount, amount_captured=amount)
        receive(self.desk.office, body_of(event("charge.succeeded", paid, name=name)))
        return work(self.desk, self.line.sent.pop())


@pytest.fixture
def till() -> Till:
    return Till()


def test_a_purchase_costs_five_write_units_in_all(till: Till):
    """Order 1, notice 1, entry with its index 2, and the notice's end 1."""
    before = till.counter.model.meter.units().write
    assert till.pays(till.counter.ordered(WEEKEND)).outcome == "granted"
    assert till.counter.model.meter.units().write - before <= 5


def test_a_paid_order_is_paid_as_soon_as_its_notice_is_worked_off_and_once(till: Till):
    order = till.counter.ordered(WEEKEND)
    assert till.counter.stands(order).status == "open"
    assert [till.pays(order, name=name).outcome for name in ("evt_1", "evt_2")] == ["granted", "granted"]
    assert till.counter.stands(order).status == "paid"
    head = till.counter.ledger.head(viewer(PERSON))
    assert head is not None
    assert head.seq == 1


@pytest.mark.parametrize("amount", [1, 498, 500])
def test_a_payment_of_another_amount_grants_nothing_and_waits_for_somebody(till: Till, amount: int):
    order = till.counter.ordered(WEEKEND)
    with pytest.raises(FactRefused):
        till.pays(order, amount)
    assert till.counter.stands(order).status == "open"


def test_a_payment_of_an_order_that_nobody_knows_grants_nothing_and_waits_for_somebody(till: Till):
    with pytest.raises(FactRefused):
        till.pays("0rder0f0n0b0dy00")
    assert till.counter.ledger.head(viewer(PERSON)) is None
