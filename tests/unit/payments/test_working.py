"""A notice is worked off once, whatever breaks off in between."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from cliffhanger.errors import Busy, FactRefused, NoticeMissing, NoticeUnreadable
from cliffhanger.payments.facts import PaymentPaid, RefundMade
from cliffhanger.payments.notices import notice_in
from cliffhanger.payments.recording import SWEEP, message_of, receive
from cliffhanger.payments.working import pause_s, work
from tests.support.stripe_events import CHARGE, PAYMENT, body_of, charge, dispute, event, payment, refund, thin
from tests.unit.payments.office import Scene

PAID = event("charge.succeeded", charge())
BY_BUS = {
    "version": "0",
    "id": "9f8b1c1e-5a0a-4c58-9d0e-b1f0a2c3d4e5",
    "detail-type": "charge.succeeded",
    "source": "aws.partner/stripe.com/ed_test_61SXk2vLkd",
    "account": "111122223333",
    "time": "2026-11-21T18:04:06Z",
    "region": "eu-central-1",
    "resources": [],
    "detail": PAID,
}


class Crash(BaseException):
    """The process ends here."""


@pytest.fixture
def scene() -> Scene:
    return Scene()


def kinds(scene: Scene) -> list[str]:
    return [type(fact).__name__ for fact in scene.books.facts.values()]


def test_a_notice_becomes_one_fact_and_is_done(scene: Scene):
    receive(scene.office, body_of(PAID))
    [worked] = scene.work_off()
    assert (worked.kind, worked.outcome) == ("charge.succeeded", "granted")
    assert isinstance(scene.books.told[0], PaymentPaid)
    found = scene.notices.find(notice_in(PAID).key)
    assert found is not None
    assert (found.done_at, found.outcome) == (scene.now, "granted")


def test_of_a_notice_that_is_done_nothing_of_the_payer_remains(scene: Scene):
    receive(scene.office, body_of(PAID))
    scene.work_off()
    [item] = scene.items()
    assert set(item) == {"hour", "notice", "kind", "recordedAt", "expiresAt", "doneAt", "outcome"}


def test_a_notice_that_comes_twice_is_told_to_the_books_once(scene: Scene):
    for _ in range(3):
        receive(scene.office, body_of(PAID))
    assert [worked.outcome for worked in scene.work_off()] == ["granted", "done before", "done before"]
    assert len(scene.books.told) == 1


def test_two_notices_of_one_payment_are_one_fact(scene: Scene):
    receive(scene.office, body_of(PAID))
    receive(scene.office, body_of(event("payment_intent.succeeded", payment(), name="evt_2")))
    assert [worked.outcome for worked in scene.work_off()] == ["granted", "known"]


def test_a_worker_that_dies_between_the_books_and_the_record_s_end_changes_nothing(scene: Scene):
    receive(scene.office, body_of(PAID))
    scene.books.fails_after = Crash()
    message = scene.line.sent[0]
    with pytest.raises(Crash):
        work(scene.desk, message)
    scene.books.fails_after = None
    assert work(scene.desk, message).outcome == "known"
    assert work(scene.desk, message).outcome == "done before"
    assert kinds(scene) == ["PaymentPaid"]


def test_what_the_books_do_not_take_now_stays_undone(scene: Scene):
    receive(scene.office, body_of(PAID))
    scene.books.fails = Busy()
    with pytest.raises(Busy):
        work(scene.desk, scene.line.sent[0])
    found = scene.notices.find(notice_in(PAID).key)
    assert found is not None
    assert (found.done_at, found.event) == (None, PAID)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_notices_in_any_order_tell_the_same_facts(scene: Scene, order: tuple[int, ...]):
    """What to do with a refund that overtakes its payment is the books' to know; nothing is lost or made up here."""
    refunded = refund()
    scene.shown["refund", refunded["id"]] = refunded
    scene.shown["payment_intent", PAYMENT] = payment(latest_charge=charge(amount_refunded=200))
    bodies = [
        body_of(PAID),
        body_of(event("payment_intent.succeeded", payment(), name="evt_2")),
        body_of(event("refund.created", refunded, name="evt_3")),
    ]
    for place in order:
        receive(scene.office, bodies[place])
    scene.work_off()
    assert sorted(kinds(scene)) == ["PaymentPaid", "RefundMade"]
    assert next(fact for fact in scene.books.told if isinstance(fact, RefundMade)).refunded_total == 200


def test_a_thin_notice_is_worked_off_with_what_its_object_shows_now(scene: Scene):
    receive(scene.office, body_of(thin("charge.succeeded", "charge", CHARGE)))
    scene.shown["charge", CHARGE] = charge()
    assert [worked.outcome for worked in scene.work_off()] == ["granted"]


def test_a_foreign_payment_is_done_with_a_word_and_never_told(scene: Scene):
    receive(scene.office, body_of(event("charge.succeeded", charge(metadata={"order": "x", "stage": "prod"}))))
    assert [worked.outcome for worked in scene.work_off()] == ["foreign"]
    assert scene.books.told == []


def test_a_notice_that_does_not_tell_what_it_must_waits_for_somebody(scene: Scene):
    receive(scene.office, body_of(event("charge.succeeded", charge(amount_captured="499"))))
    with pytest.raises(NoticeUnreadable):
        scene.work_off()
    assert "doneAt" not in scene.items()[0]


def test_a_message_without_a_record_is_not_taken_for_done(scene: Scene):
    """After a restore the record may be gone; the payment is not."""
    with pytest.raises(NoticeMissing):
        work(scene.desk, message_of(notice_in(PAID).key))


def test_a_notice_by_the_bus_is_recorded_and_worked_off_like_any_other(scene: Scene):
    assert work(scene.desk, json.dumps(BY_BUS)).outcome == "granted"
    assert work(scene.desk, json.dumps(BY_BUS)).outcome == "done before"
    assert receive(scene.office, body_of(PAID)).outcome == "done"


def test_a_notice_by_the_bus_that_breaks_off_is_found_by_its_record(scene: Scene):
    scene.books.fails = Busy()
    with pytest.raises(Busy):
        work(scene.desk, json.dumps(BY_BUS))
    scene.books.fails = None
    assert work(scene.desk, message_of(notice_in(PAID).key)).outcome == "granted"


def test_a_kind_that_nobody_reads_is_not_recorded_when_it_comes_by_the_bus(scene: Scene):
    other: dict[str, Any] = {**BY_BUS, "detail": event("customer.created", {"id": "cus_1"})}
    assert work(scene.desk, json.dumps(other)).outcome == "ignored"
    assert scene.items() == []


def test_the_clock_asks_for_a_sweep(scene: Scene):
    receive(scene.office, body_of(PAID))
    scene.line.sent.clear()
    scene.now += 3_600_000
    assert work(scene.desk, json.dumps(SWEEP)).swept == 1
    assert [worked.outcome for worked in scene.work_off()] == ["granted"]


def test_what_the_books_do_not_believe_is_not_done(scene: Scene):
    """An unknown order, another amount: nobody guesses, and nobody forgets."""
    receive(scene.office, body_of(PAID))
    scene.books.refuses = True
    with pytest.raises(FactRefused):
        scene.work_off()
    assert "doneAt" not in scene.items()[0]


@pytest.mark.parametrize("as_thin", [False, True])
def test_evidence_is_put_to_a_dispute_and_handed_in_by_nobody_but_a_person(scene: Scene, as_thin: bool):
    disputed = dispute()
    scene.shown["dispute", disputed["id"]] = disputed
    scene.shown["payment_intent", PAYMENT] = payment(latest_charge=charge())
    kind = "charge.dispute.created"
    receive(scene.office, body_of(thin(kind, "dispute", disputed["id"]) if as_thin else event(kind, disputed)))
    scene.books.evidence = {"uncategorized_text": "All coins were spent."}
    [worked] = scene.work_off()
    assert worked.contested
    assert scene.contested == [(disputed["id"], {"uncategorized_text": "All coins were spent."}, False)]


def test_what_fails_for_a_moment_is_tried_within_seconds_and_what_goes_on_failing_ever_later():
    assert [pause_s(attempt) for attempt in range(1, 10)] == [5, 10, 20, 40, 80, 160, 320, 600, 600]
    assert pause_s(10**6) == 600
