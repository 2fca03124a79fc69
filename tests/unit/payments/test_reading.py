"""From what Stripe tells to a fact of ours, and never a guess."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from cliffhanger.commerce.price_lists import AMOUNTS
from cliffhanger.errors import NoticeUnreadable, ProviderUnavailable
from cliffhanger.payments.facts import (
    DisputeMoved,
    Fact,
    PaymentFailed,
    PaymentPaid,
    RefundFailed,
    RefundMade,
    derived_id,
)
from cliffhanger.payments.notices import notice_in
from cliffhanger.payments.reading import KINDS, Nothing, read
from cliffhanger.payments.stripe_adapter import UNEVEN
from tests.support import stripe_events as stripe
from tests.support.stripe_events import (
    CHARGE,
    MADE_AT_S,
    METADATA,
    ORDER,
    PAYMENT,
    PERSON,
    STAGE,
    charge,
    dispute,
    event,
    payment,
    refund,
    session,
    thin,
)

AT_MS = MADE_AT_S * 1_000
PAID = PaymentPaid(ORDER, PERSON, PAYMENT, CHARGE, 499, "EUR", "visa 4242", AT_MS)


class Shelf:
    """Shows objects as they stand now; an object that is not there is a question that nobody should have asked."""

    def __init__(self, *shown: dict[str, Any]) -> None:
        self.shown = {(each["object"], each["id"]): each for each in shown}
        self.asked: list[str] = []

    def show(self, what: str, identity: str) -> Mapping[str, Any]:
        self.asked.append(identity)
        return self.shown[what, identity]


def paid_payment(refunded: int = 0) -> dict[str, Any]:
    return payment(latest_charge=charge(amount_refunded=refunded))


def told(of: dict[str, Any], *shown: dict[str, Any]) -> Fact | Nothing:
    notice = notice_in(of)
    shelf = Shelf(*shown)
    return read(notice.event, notice.kind, STAGE, lambda: shelf)


def test_a_paid_charge_is_a_fact_with_all_that_its_order_needs_and_asks_nobody():
    assert told(event("charge.succeeded", charge())) == PAID


def test_a_paid_payment_is_the_same_fact_without_the_card():
    assert told(event("payment_intent.succeeded", payment())) == PAID._replace(method="")


def test_a_thin_event_names_its_object_which_is_looked_up():
    fact = told(thin("charge.succeeded", "charge", CHARGE), charge())
    assert fact == PAID._replace(at_ms=AT_MS + 123)
    assert told(thin("payment_intent.succeeded", "payment_intent", PAYMENT), paid_payment()) == fact


def test_a_charge_without_its_payment_s_names_is_asked_for_them():
    """Stripe copies them when the charge is made; money must not hang on it."""
    assert told(event("charge.succeeded", charge(metadata={})), payment()) == PAID


@pytest.mark.parametrize(
    "change", [{"captured": False}, {"status": "pending"}, {"status": "failed"}], ids=["held", "pending", "failed"]
)
def test_money_that_has_not_come_yet_is_no_fact(change: dict[str, Any]):
    assert told(event("charge.succeeded", charge(**change))) == Nothing("nothing_moved")


def test_currencies_without_digits_need_nothing():
    fact = told(event("charge.succeeded", charge(currency="jpy", amount=750, amount_captured=750)))
    assert isinstance(fact, PaymentPaid)
    assert (fact.amount, fact.currency) == (750, "JPY")


def test_nothing_is_sold_in_a_currency_that_stripe_counts_otherwise():
    assert not UNEVEN & set(AMOUNTS)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "metadata",
    [None, {}, {"order": ORDER, "person": PERSON}, METADATA | {"stage": "prod"}, {"shop": "another"}],
    ids=["none", "empty", "no-stage", "another-stage", "another-shop"],
)
def test_what_this_stage_never_asked_for_is_foreign(kind: str, metadata: dict[str, str] | None):
    """An account may serve several stages, and other shops; a payment of theirs is none of our business."""
    foreign = [charge(metadata=metadata), payment(metadata=metadata), refund(metadata=None), session(metadata=metadata)]
    shown = {each["object"]: each for each in (*foreign, dispute())}
    about = {"charge": "charge", "payment_intent": "payment_intent", "refund": "refund", "checkout": "checkout.session"}
    what = "dispute" if "dispute" in kind else about[kind.partition(".")[0]]
    whole = payment(metadata=metadata, latest_charge=charge())
    assert told(event(kind, shown[what]), whole, refund(metadata=None)) == Nothing("foreign")


@pytest.mark.parametrize("more", [{"account": "acct_1"}, {"context": "acct_1"}])
def test_what_is_told_of_a_connected_account_is_foreign(more: dict[str, str]):
    assert told(event("charge.succeeded", charge(), **more)) == Nothing("foreign")


@pytest.mark.parametrize(
    "change",
    [
        {"amount_captured": None},
        {"amount_captured": 4.99},
        {"amount_captured": "499"},
        {"amount_captured": True},
        {"amount_captured": 0},
        {"amount_captured": -499},
        {"currency": None},
        {"payment_intent": None},
        {"payment_intent": 7},
        {"id": ""},
        {"status": ["succeeded"], "captured": None, "metadata": {**METADATA, "order": "Not:An:Id"}},
        {"metadata": {**METADATA, "person": None}},
    ],
)
def test_money_is_never_guessed(change: dict[str, Any]):
    """A version that writes an amount in another way must be seen by somebody, not be taken for something else."""
    with pytest.raises(NoticeUnreadable):
        told(event("charge.succeeded", charge(**change)))


@pytest.mark.parametrize("data", [None, {}, {"object": None}, {"object": []}, []])
def test_an_event_without_its_object_is_unreadable(data: Any):
    with pytest.raises(NoticeUnreadable):
        told(event("charge.succeeded", {}, data=data))


def test_a_later_version_may_add_what_it_likes():
    grown = charge(future={"nested": [1, 2, {"deep": None}]}, amount_details_v9="x", status_reasons=["fine"])
    assert told(event("charge.succeeded", grown, api_version="2031-03-31.later", sequence=9)) == PAID


@pytest.mark.parametrize(
    ("code", "decline_code", "ours"),
    [
        ("card_declined", "generic_decline", "card_declined"),
        ("card_declined", "insufficient_funds", "insufficient_funds"),
        ("expired_card", "expired_card", "expired_card"),
        ("payment_intent_authentication_failure", None, "authentication_failed"),
        ("card_declined", "authentication_required", "authentication_failed"),
        ("processing_error", None, "processing_error"),
        ("a_code_of_the_future", "likewise", "card_declined"),
        (None, None, "card_declined"),
    ],
)
def test_a_failed_try_has_a_code_of_ours(code: str | None, decline_code: str | None, ours: str):
    failed = payment(status="requires_payment_method", last_payment_error={"code": code, "decline_code": decline_code})
    fact = told(event("payment_intent.payment_failed", failed))
    assert fact == PaymentFailed(ORDER, PERSON, PAYMENT, ours, AT_MS)  # type: ignore[arg-type]


def test_a_try_that_failed_before_one_that_succeeded_is_over():
    late = thin("payment_intent.payment_failed", "payment_intent", PAYMENT)
    assert told(late, paid_payment()) == Nothing("nothing_moved")


@pytest.mark.parametrize(
    ("reason", "code"), [(None, "canceled"), ("requested_by_customer", "canceled"), ("automatic", "expired")]
)
def test_a_payment_that_was_given_up_says_by_whom(reason: str | None, code: str):
    fact = told(event("payment_intent.canceled", payment(status="canceled", cancellation_reason=reason)))
    assert fact == PaymentFailed(ORDER, PERSON, PAYMENT, code, AT_MS)  # type: ignore[arg-type]


def test_a_session_in_which_nobody_paid_has_expired():
    assert told(event("checkout.session.expired", session())) == PaymentFailed(ORDER, PERSON, "", "expired", AT_MS)


@pytest.mark.parametrize("kind", ["refund.created", "refund.updated", "refund.failed"])
@pytest.mark.parametrize("status", ["pending", "succeeded"])
def test_a_refund_is_told_under_our_own_id_with_the_sum_of_all(kind: str, status: str):
    fact = told(event(kind, refund(status="pending")), refund(status=status), paid_payment(refunded=350))
    assert fact == RefundMade(ORDER, PERSON, PAYMENT, "m4k8c2x6v0b1n5q9", 200, 350, 499, "EUR", AT_MS)


@pytest.mark.parametrize("metadata", [None, {}, {"refund": "Not An Id"}])
def test_a_refund_that_somebody_made_by_hand_gets_an_id_of_ours(metadata: dict[str, str] | None):
    by_hand = refund(metadata=metadata)
    fact = told(event("refund.created", by_hand), by_hand, paid_payment(refunded=200))
    assert isinstance(fact, RefundMade)
    assert fact.refund == derived_id(by_hand["id"])


@pytest.mark.parametrize("status", ["failed", "canceled"])
def test_a_refund_is_read_as_it_stands_so_that_a_late_notice_brings_nothing_back(status: str):
    fact = told(event("refund.created", refund(status="succeeded")), refund(status=status), paid_payment())
    assert fact == RefundFailed(ORDER, PERSON, PAYMENT, "m4k8c2x6v0b1n5q9", 200, "EUR", AT_MS)


def test_a_refund_that_waits_for_the_payer_moves_nothing():
    waiting = refund(status="requires_action")
    assert told(event("refund.created", waiting), waiting, paid_payment()) == Nothing("nothing_moved")


@pytest.mark.parametrize(
    ("kind", "status", "transition"),
    [
        ("created", "needs_response", "opened"),
        ("created", "warning_needs_response", "warning"),
        ("funds_withdrawn", "needs_response", "funds_withdrawn"),
        ("funds_reinstated", "won", "funds_reinstated"),
        ("closed", "won", "won"),
        ("closed", "lost", "lost"),
        ("closed", "warning_closed", "warning"),
        ("closed", "prevented", "warning"),
    ],
)
def test_a_dispute_moves_under_one_id_and_its_order_is_found_by_its_payment(kind: str, status: str, transition: str):
    fact = told(event(f"charge.dispute.{kind}", dispute(status=status)), paid_payment())
    assert fact == DisputeMoved(
        ORDER, PERSON, PAYMENT, derived_id(dispute()["id"]), transition, 499, 499, "EUR", "fraudulent",  # type: ignore[arg-type]
        AT_MS + 604_800_000, AT_MS,
    )  # fmt: skip


def test_a_dispute_to_which_nothing_can_be_said_any_more_has_no_time_for_it():
    closed = dispute(status="lost", evidence_details={"due_by": None})
    fact = told(event("charge.dispute.closed", closed), paid_payment())
    assert isinstance(fact, DisputeMoved)
    assert fact.evidence_due_ms is None


def test_an_end_of_a_dispute_that_nobody_knows_is_unreadable():
    with pytest.raises(NoticeUnreadable):
        told(event("charge.dispute.closed", dispute(status="settled_by_dice")), paid_payment())


def test_what_cannot_be_looked_up_now_is_asked_for_again():
    def down() -> Shelf:
        raise ProviderUnavailable

    with pytest.raises(ProviderUnavailable):
        read(event("refund.created", refund()), "refund.created", STAGE, down)


def test_the_samples_are_of_the_version_that_the_sdk_speaks():
    import stripe as sdk

    assert sdk.api_version == stripe.VERSION
