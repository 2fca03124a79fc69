"""The adapter to Stripe, through the unmodified SDK and over HTTP: what is asked for once happens once, and no more."""

from __future__ import annotations

import time
from typing import Any
from unittest import mock

import pytest

from cliffhanger.clock import system_clock
from cliffhanger.errors import PaymentRefused, ProviderRejected, ProviderUnavailable, Unavailable
from cliffhanger.payments import stripe_calls
from cliffhanger.payments.breaker import FAILURES, OPEN_MS, Breaker
from cliffhanger.payments.facts import DisputeMoved, Fact, PaymentFailed, PaymentPaid, RefundFailed, RefundMade
from cliffhanger.payments.notices import notice_in
from cliffhanger.payments.ports import Provider, Purchase
from cliffhanger.payments.reading import KINDS, Nothing, read
from cliffhanger.payments.stripe_adapter import StripeProvider
from cliffhanger.payments.stripe_calls import StripeCalls
from tests.local.stripe.conftest import KEY, Stripe

BACK = "https://watch.example.com/back"
STAGE = "test"


def purchase(order: str, **more: Any) -> Purchase:
    return Purchase(order, "4h7d9k2m8q1r5t0v", "550 coins", 499, "EUR", **more)


def adapter(stripe: Stripe, key: str = KEY, breaker: Breaker | None = None) -> StripeProvider:
    return StripeProvider(StripeCalls(lambda: key, breaker or Breaker(system_clock), stripe.url), STAGE)


@pytest.fixture
def provider(local: Stripe) -> StripeProvider:
    return adapter(local)


@pytest.fixture(autouse=True)
def no_faults(local: Stripe):
    yield
    local.ask("/_local/faults", method="DELETE")


@pytest.fixture(autouse=True)
def no_pauses():
    """The SDK waits between its tries; what happens in them is what counts."""
    import stripe

    with mock.patch.object(stripe.HTTPClient, "INITIAL_DELAY", 0.001):
        yield


def fact_of(local: Stripe, provider: StripeProvider, about: str, kind: str) -> Fact | Nothing:
    notice = notice_in(local.wait_for(about, kind))
    return read(notice.event, notice.kind, STAGE, lambda: provider)


def until() -> int:
    return system_clock() + 3_600_000


def test_the_adapter_is_a_provider(provider: StripeProvider):
    port: Provider = provider
    assert port.customer("mia")


def test_a_person_has_one_customer_however_often_it_is_asked_for(provider: StripeProvider):
    assert provider.customer("noa") == provider.customer("noa") != provider.customer("mia")


def test_a_session_is_paid_on_the_provider_s_page_and_told_as_a_fact_of_its_order(
    local: Stripe, provider: StripeProvider
):
    end = until()
    begun = provider.checkout(purchase("order-page"), BACK, BACK, save_card=False, until_ms=end)
    assert (begun.status, begun.code) == ("open", "")
    assert adapter(local).checkout(purchase("order-page"), BACK, BACK, save_card=False, until_ms=end) == begun
    local.type_card(mock.Mock(url=begun.url))
    fact = fact_of(local, provider, "order-page", "charge.succeeded")
    assert isinstance(fact, PaymentPaid)
    assert (fact.order, fact.amount, fact.currency, fact.method) == ("order-page", 499, "EUR", "visa 4242")


def test_a_native_app_gets_a_secret_to_go_on_with(provider: StripeProvider):
    begun = provider.intent(purchase("order-app"), save_card=False)
    assert begun.status == "open"
    assert begun.client_secret is not None
    assert begun.client_secret.startswith(begun.payment)
    assert provider.intent(purchase("order-app"), save_card=False) == begun


def saved_card(local: Stripe, provider: StripeProvider, person: str, card: str = "visa") -> tuple[str, str]:
    customer = provider.customer(person)
    attached = local.v1.payment_methods.attach(f"pm_card_{card}", {"customer": customer})
    return customer, attached.id


def test_a_saved_card_pays_with_one_tap_and_once(local: Stripe, provider: StripeProvider):
    customer, card = saved_card(local, provider, "one-tap")
    bought = purchase("order-tap", customer=customer)
    begun = provider.pay(bought, card, BACK)
    assert (begun.status, begun.code) == ("paid", "")
    assert provider.pay(bought, card, BACK) == begun
    assert isinstance(fact_of(local, provider, "order-tap", "charge.succeeded"), PaymentPaid)


def test_saved_cards_are_listed_and_forgotten_by_their_owner_only(local: Stripe, provider: StripeProvider):
    customer, card = saved_card(local, provider, "saver")
    [listed] = provider.cards(customer)
    assert (listed.method, listed.brand, listed.last4) == (card, "visa", "4242")
    assert not provider.forget(provider.customer("stranger"), card)
    assert not provider.forget(customer, "pm_1/../../charges")
    assert provider.forget(customer, card)
    assert provider.cards(customer) == ()


def test_a_bank_that_wants_to_hear_from_the_payer_says_where(local: Stripe, provider: StripeProvider):
    customer, card = saved_card(local, provider, "asked", "authenticationRequired")
    begun = provider.pay(purchase("order-3ds", customer=customer), card, BACK)
    assert begun.status == "action_required"
    assert begun.url is not None
    assert begun.url.startswith(local.url)


@pytest.mark.parametrize(
    ("card", "code"),
    [
        ("chargeDeclined", "card_declined"),
        ("chargeDeclinedInsufficientFunds", "insufficient_funds"),
        ("chargeDeclinedExpiredCard", "expired_card"),
        ("chargeDeclinedProcessingError", "processing_error"),
    ],
)
def test_a_refused_card_says_why_in_a_code_of_ours(local: Stripe, provider: StripeProvider, card: str, code: str):
    order = f"order-{code.replace('_', '-')}"
    with pytest.raises(PaymentRefused) as refused:
        provider.pay(purchase(order), f"pm_card_{card}", BACK)
    assert refused.value.members == {"declineCode": code}
    fact = fact_of(local, provider, order, "payment_intent.payment_failed")
    assert isinstance(fact, PaymentFailed)
    assert fact.code == code


def test_what_was_paid_is_given_back_once_under_our_own_id(local: Stripe, provider: StripeProvider):
    paid = provider.pay(purchase("order-back"), "pm_card_visa", BACK)
    names = {"order": "order-back", "person": "4h7d9k2m8q1r5t0v"}
    first = provider.refund(paid.payment, "refund-1", 200, "EUR", names)
    assert provider.refund(paid.payment, "refund-1", 200, "EUR", names) == first
    assert (first.amount, first.currency, first.failed) == (200, "EUR", False)
    fact = fact_of(local, provider, "refund-1", "refund.created")
    assert isinstance(fact, RefundMade)
    assert (fact.refund, fact.amount, fact.refunded_total, fact.paid_total) == ("refund-1", 200, 200, 499)


def test_more_than_was_paid_is_never_given_back(provider: StripeProvider):
    paid = provider.pay(purchase("order-whole"), "pm_card_visa", BACK)
    provider.refund(paid.payment, "refund-2", 499, "EUR", {})
    with pytest.raises(PaymentRefused) as refused:
        provider.refund(paid.payment, "refund-3", 1, "EUR", {})
    assert refused.value.members == {"declineCode": "charge_already_refunded"}


def test_a_refund_that_did_not_arrive_is_told(local: Stripe, provider: StripeProvider):
    paid = provider.pay(purchase("order-lost"), "pm_card_visa", BACK)
    provider.refund(paid.payment, "refund-4", 100, "EUR", {"order": "order-lost"})
    made = local.wait_for("refund-4", "refund.created")["data"]["object"]["id"]
    local.ask(f"/_local/refunds/{made}", {"to": "failed"})
    fact = fact_of(local, provider, "refund-4", "refund.failed")
    assert isinstance(fact, RefundFailed)
    assert (fact.order, fact.refund, fact.amount) == ("order-lost", "refund-4", 100)


def test_a_dispute_is_contested_and_each_of_its_moves_is_a_fact_of_its_order(local: Stripe, provider: StripeProvider):
    paid = provider.pay(purchase("order-dispute"), "pm_card_createDispute", BACK)
    opened = fact_of(local, provider, paid.payment, "charge.dispute.created")
    assert isinstance(opened, DisputeMoved)
    assert (opened.order, opened.transition, opened.amount) == ("order-dispute", "opened", 499)
    assert opened.evidence_due_ms is not None
    dispute = local.wait_for(paid.payment, "charge.dispute.created")["data"]["object"]["id"]
    provider.contest(dispute, {"product_description": "550 coins, of which 540 were spent."}, submit=True)
    local.ask(f"/_local/disputes/{dispute}", {"to": "won"})
    closed = fact_of(local, provider, paid.payment, "charge.dispute.closed")
    assert isinstance(closed, DisputeMoved)
    assert (closed.dispute, closed.transition) == (opened.dispute, "won")


def test_a_session_is_given_up_and_giving_up_what_is_over_changes_nothing(local: Stripe, provider: StripeProvider):
    begun = provider.checkout(purchase("order-given-up"), BACK, BACK, save_card=False, until_ms=until())
    provider.cancel(begun.session)
    provider.cancel(begun.session)
    fact = fact_of(local, provider, "order-given-up", "checkout.session.expired")
    assert isinstance(fact, PaymentFailed)
    assert fact.code == "expired"
    paid = provider.pay(purchase("order-paid"), "pm_card_visa", BACK)
    provider.cancel(paid.payment)
    with pytest.raises(ProviderRejected):
        provider.cancel("pi_nobody")


def test_every_movement_of_the_balance_is_listed_with_its_order(provider: StripeProvider):
    since = system_clock() // 1_000 * 1_000
    paid = provider.pay(purchase("order-lines"), "pm_card_visa", BACK)
    provider.refund(paid.payment, "refund-5", 499, "EUR", {"order": "order-lines"})
    lines = [line for line in provider.balance_lines(since, since + 60_000) if line.order == "order-lines"]
    assert {(line.kind, line.amount, line.currency) for line in lines} == {
        ("charge", 499, "EUR"),
        ("refund", -499, "EUR"),
    }
    assert all(line.net == line.amount - line.fee for line in lines)


@pytest.mark.parametrize("kind", ["500", "rate_limit", "timeout_before"])
def test_a_provider_that_is_down_is_unavailable_and_nothing_has_happened(
    local: Stripe, provider: StripeProvider, kind: str
):
    local.ask("/_local/faults", {"kind": kind, "path": "/v1/payment_intents", "times": 3})
    with pytest.raises(ProviderUnavailable):
        provider.pay(purchase(f"order-down-{kind[:3]}"), "pm_card_visa", BACK)
    if kind == "rate_limit":
        local.ask("/_local/faults", method="DELETE")
    assert provider.pay(purchase(f"order-down-{kind[:3]}"), "pm_card_visa", BACK).status == "paid"


def test_a_provider_that_hangs_up_after_it_was_paid_is_asked_again_under_the_same_key(
    local: Stripe, provider: StripeProvider
):
    """The dearest fault: the money has moved, and nobody was told."""
    local.ask("/_local/faults", {"kind": "timeout_after", "path": "/v1/payment_intents", "times": 2})
    begun = provider.pay(purchase("order-after"), "pm_card_visa", BACK)
    assert begun.status == "paid"
    assert local.receiver.types("order-after").count("charge.succeeded") <= 1
    log = local.ask("/_local/requests", method="GET")["requests"]
    keys = {each["key"] for each in log if "order-after" in str(each.get("key"))}
    assert len(keys) == 1


def test_even_when_all_tries_have_gone_unheard_the_same_call_again_tells(local: Stripe, provider: StripeProvider):
    local.ask("/_local/faults", {"kind": "timeout_after", "path": "/v1/payment_intents", "times": 3})
    with pytest.raises(ProviderUnavailable):
        provider.pay(purchase("order-unheard"), "pm_card_visa", BACK)
    begun = provider.pay(purchase("order-unheard"), "pm_card_visa", BACK)
    assert begun.status == "paid"
    local.wait_for("order-unheard", "charge.succeeded")
    assert local.receiver.types("order-unheard").count("charge.succeeded") == 1


def test_a_provider_that_is_slow_is_not_waited_for_for_ever(
    local: Stripe, provider: StripeProvider, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(stripe_calls, "READ_TIMEOUT_S", 0.2)
    local.ask("/_local/faults", {"kind": "slow", "path": "/v1/payment_intents", "times": 3, "seconds": 2})
    started = time.monotonic()
    with pytest.raises(ProviderUnavailable):
        provider.intent(purchase("order-slow"), save_card=False)
    assert time.monotonic() - started < 5


def test_after_five_failures_nobody_waits_and_one_who_tries_later_lets_all_in_again(local: Stripe):
    now = [system_clock()]
    provider = adapter(local, breaker=Breaker(lambda: now[0]))
    local.ask("/_local/faults", {"kind": "500", "path": "/v1/customers", "times": 3 * FAILURES})
    for _ in range(FAILURES):
        with pytest.raises(ProviderUnavailable):
            provider.customer("unlucky")
    before = len(local.ask("/_local/requests", method="GET")["requests"])
    with pytest.raises(ProviderUnavailable):
        provider.customer("unlucky")
    assert len(local.ask("/_local/requests", method="GET")["requests"]) == before
    now[0] += OPEN_MS
    assert provider.customer("unlucky")


def test_a_key_under_which_something_else_was_asked_for_is_a_fault_of_ours(provider: StripeProvider):
    provider.intent(purchase("order-same"), save_card=False)
    with pytest.raises(ProviderRejected):
        provider.intent(purchase("order-same")._replace(amount=500), save_card=False)


@pytest.mark.parametrize("identity", ["", "pi_1/../x", "pi_1?a=b", "pi 1", "x" * 256])
def test_nothing_that_is_no_id_becomes_part_of_an_address(local: Stripe, provider: StripeProvider, identity: str):
    before = len(local.ask("/_local/requests", method="GET")["requests"])
    with pytest.raises(ProviderRejected):
        provider.show("payment_intent", identity)
    assert len(local.ask("/_local/requests", method="GET")["requests"]) == before


def test_a_currency_that_stripe_counts_otherwise_is_refused(provider: StripeProvider):
    with pytest.raises(ProviderRejected):
        provider.intent(purchase("order-isk")._replace(currency="ISK"), save_card=False)


def test_a_key_that_stripe_refuses_is_read_again_and_is_in_no_error(local: Stripe):
    keys = ["sk_test_localButWrong", KEY]
    provider = StripeProvider(StripeCalls(lambda: keys.pop(0), Breaker(system_clock), local.url), STAGE)
    with pytest.raises(ProviderRejected) as rejected:
        provider.customer("keyless")
    error: BaseException | None = rejected.value
    while error is not None and not error.__suppress_context__:
        error = error.__context__
    assert "ButWrong" not in f"{rejected.value!r}"
    assert rejected.value.__cause__ is None
    assert provider.customer("keyless")


def test_a_key_that_cannot_be_read_says_nothing_of_stripe(local: Stripe):
    def unread() -> str:
        raise Unavailable

    breaker = Breaker(system_clock)
    provider = StripeProvider(StripeCalls(unread, breaker, local.url), STAGE)
    for _ in range(FAILURES + 1):
        with pytest.raises(Unavailable):
            provider.customer("mia")


def test_every_kind_of_notice_about_a_paid_and_refunded_order_is_read_when_it_is_thin_too(fresh: Stripe):
    fresh.ask("/_local/webhooks", {"send": "thin"})
    provider = adapter(fresh)
    paid = provider.pay(purchase("order-thin"), "pm_card_visa", BACK)
    provider.refund(paid.payment, "refund-6", 499, "EUR", {})
    charge = provider.show("payment_intent", paid.payment)["latest_charge"]["id"]
    made = fact_of(fresh, provider, charge, "v1.charge.succeeded")
    assert isinstance(made, PaymentPaid)
    assert (made.order, made.method) == ("order-thin", "visa 4242")
    refund = next(
        event["related_object"]["id"]
        for event in [fresh.wait_for("re_", "v1.refund.created")]
        if notice_in(event).kind in KINDS
    )
    back = fact_of(fresh, provider, refund, "v1.refund.created")
    assert isinstance(back, RefundMade)
    assert (back.order, back.refund) == ("order-thin", "refund-6")
