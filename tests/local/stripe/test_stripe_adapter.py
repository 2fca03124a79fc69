"""The product's own adapter, signatures and facts before the local Stripe: both mean the same by what is said."""

from __future__ import annotations

import json

import pytest

from cliffhanger.clock import system_clock
from cliffhanger.errors import PaymentRefused, ProviderUnavailable
from cliffhanger.ledger.names import base32
from cliffhanger.payments import signatures
from cliffhanger.payments.breaker import Breaker
from cliffhanger.payments.facts import DisputeMoved, PaymentFailed, PaymentPaid, RefundFailed, RefundMade, derived_id
from cliffhanger.payments.ports import Purchase
from cliffhanger.payments.reading import KINDS, Nothing, read
from cliffhanger.payments.stripe_adapter import StripeProvider
from cliffhanger.payments.stripe_calls import StripeCalls
from tests.local.arrangements import eventually, fetch
from tests.local.stripe.conftest import KEY, SECRETS
from tests.local.stripe.test_stripe_checkout import ASKED, authenticate

ORDER, PERSON, REFUND = (base32(bytes([number]) * 10) for number in (1, 2, 3))
BACK = "http://127.0.0.1:9/done"


@pytest.fixture
def provider(local):
    return StripeProvider(StripeCalls(lambda: KEY, Breaker(system_clock), local.url), "local")


@pytest.fixture
def local(fresh):
    return fresh


def purchase(**more):
    return Purchase(ORDER, PERSON, "100 coins", 999, "EUR", **more)


def facts(local, provider, count):
    """What the webhooks have told, once so many that tell something have come; each must be signed."""

    def told():
        return [(header, body) for header, body in local.receiver.seen if json.loads(body)["type"] in KINDS]

    eventually(lambda: len(told()) >= count)
    found = []
    for header, body in told():
        signatures.verify(body, header, SECRETS, system_clock())
        event = json.loads(body)
        found.append(read(event, event["type"], "local", lambda: provider))
    return [fact for fact in found if not isinstance(fact, Nothing)]


def test_a_purchase_on_the_hosted_page_is_told_as_paid_with_order_and_person(local, provider):
    customer = provider.customer(PERSON)
    assert provider.customer(PERSON) == customer
    end = system_clock() + 3_600_000
    begun = provider.checkout(purchase(customer=customer), BACK, BACK, save_card=True, until_ms=end)
    assert begun.status == "open"
    session = local.v1.checkout.sessions.retrieve(begun.session)
    _, _, bank = local.type_card(session, ASKED)
    _, _, back = authenticate(bank, "complete")
    assert fetch(back)[2] == BACK
    told = facts(local, provider, 2)
    assert {type(fact) for fact in told} == {PaymentPaid}
    assert {(fact.order, fact.person, fact.amount, fact.currency) for fact in told} == {(ORDER, PERSON, 999, "EUR")}
    assert "visa 3184" in {fact.method for fact in told}
    (card,) = provider.cards(customer)
    assert (card.brand, card.last4, card.expires) == ("visa", "3184", "2040-12")


def test_one_tap_pays_with_the_saved_card_and_a_forgotten_one_is_forgotten(local, provider):
    customer = provider.customer(PERSON)
    local.paid(customer=customer, setup_future_usage="on_session")
    (card,) = provider.cards(customer)
    begun = provider.pay(purchase(customer=customer), card.method, BACK)
    assert begun.status == "paid"
    assert provider.pay(purchase(customer=customer), card.method, BACK).payment == begun.payment
    assert provider.forget(customer, card.method)
    assert not provider.forget(customer, "pm_nothing")
    assert provider.cards(customer) == ()


def test_a_card_that_the_bank_asks_about_leads_to_its_page(local, provider):
    customer = provider.customer(PERSON)
    method = local.v1.payment_methods.attach("pm_card_authenticationRequired", {"customer": customer}).id
    begun = provider.pay(purchase(customer=customer), method, BACK)
    assert begun.status == "action_required"
    authenticate(begun.url, "fail")
    (failed,) = facts(local, provider, 1)
    assert (type(failed), failed.code, failed.order) == (PaymentFailed, "authentication_failed", ORDER)


def test_refusals_and_outages_are_told_apart(local, provider):
    customer = provider.customer(PERSON)
    method = local.v1.payment_methods.attach("pm_card_chargeDeclinedInsufficientFunds", {"customer": customer}).id
    with pytest.raises(PaymentRefused):
        provider.pay(purchase(customer=customer), method, BACK)
    local.ask("/_local/faults", {"kind": "rate_limit"})
    with pytest.raises(ProviderUnavailable):
        provider.cards(customer)
    local.ask("/_local/faults", {"kind": "timeout_after"})
    begun = provider.intent(purchase(customer=customer), save_card=False)
    assert begun.client_secret.startswith(begun.payment)
    assert len(local.v1.payment_intents.list().data) == 2
    provider.cancel(begun.payment)
    provider.cancel(begun.payment)


def test_refunds_and_their_return_are_told_under_our_own_ids(local, provider):
    paid = local.paid("refundFail", metadata={"order": ORDER, "person": PERSON, "stage": "local"})
    asked = provider.refund(paid.id, REFUND, 300, "USD", {"order": ORDER, "person": PERSON})
    assert (asked.refund, asked.amount) == (REFUND, 300)
    told = facts(local, provider, 5)
    assert RefundFailed in {type(fact) for fact in told}
    assert {fact.refund for fact in told if isinstance(fact, RefundFailed | RefundMade)} == {REFUND}


def test_a_disputes_steps_are_told_in_order(local, provider):
    paid = local.paid("createDispute", metadata={"order": ORDER, "person": PERSON, "stage": "local"})
    (dispute,) = local.v1.disputes.list({"payment_intent": paid.id})
    provider.contest(dispute.id, {"product_description": "coins"}, submit=True)
    local.ask(f"/_local/disputes/{dispute.id}", {"to": "won"})
    moved = [fact for fact in facts(local, provider, 6) if isinstance(fact, DisputeMoved)]
    assert [fact.transition for fact in moved] == ["opened", "funds_withdrawn", "funds_reinstated", "won"]
    assert {fact.dispute for fact in moved} == {derived_id(dispute.id)}


def test_the_balances_lines_name_their_orders(local, provider):
    paid = local.paid(metadata={"order": ORDER, "person": PERSON, "stage": "local"})
    provider.refund(paid.id, REFUND, 300, "USD", {"order": ORDER, "person": PERSON})
    found = [*provider.balance_lines(system_clock() - 60_000, system_clock() + 60_000)]
    assert [(line.kind, line.amount, line.net, line.order) for line in found] == [
        ("refund", -300, -300, ORDER),
        ("charge", 999, 940, ORDER),
    ]
