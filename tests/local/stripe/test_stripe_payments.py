"""Payments, cards and customers, as the SDK sees them."""

from __future__ import annotations

import json
from typing import Any

import pytest
import stripe

from tests.local.arrangements import fetch, post_form
from tests.local.stripe.conftest import told_by

DECLINES = {
    "visa_chargeDeclined": ("card_declined", "generic_decline"),
    "visa_chargeDeclinedInsufficientFunds": ("card_declined", "insufficient_funds"),
    "chargeDeclinedExpiredCard": ("expired_card", "expired_card"),
    "chargeDeclinedIncorrectCvc": ("incorrect_cvc", "incorrect_cvc"),
    "chargeDeclinedProcessingError": ("processing_error", "processing_error"),
}


def test_a_payment_is_paid_charged_and_told_with_our_metadata(local):
    paid = local.paid(metadata={"order": "o-1", "person": "mia"})
    assert (paid.status, paid.amount_received, paid.next_action) == ("succeeded", 999, None)
    charge = local.v1.charges.retrieve(paid.latest_charge, {"expand": ["balance_transaction"]})
    assert (charge.paid, charge.amount, charge.metadata["order"]) == (True, 999, "o-1")
    assert charge.payment_method_details.card.last4 == "4242"
    assert charge.balance_transaction.net == 999 - 29 - 30
    told = local.wait_for(paid.id, "payment_intent.succeeded")["data"]["object"]
    assert told["metadata"] == {"order": "o-1", "person": "mia"}
    assert local.receiver.types(paid.id)[:3] == [
        "payment_intent.created", "charge.succeeded", "payment_intent.succeeded"
    ]  # fmt: skip


@pytest.mark.parametrize(("card", "codes"), DECLINES.items())
def test_a_declined_card_says_why_and_the_payment_waits_for_another(local, card, codes):
    with pytest.raises(stripe.CardError) as refused:
        local.paid(card, metadata={"order": card})
    error = told_by(refused)
    assert (error.code, error.decline_code) == codes
    assert refused.value.http_status == 402
    assert refused.value.request_id
    found = local.v1.payment_intents.retrieve(error.payment_intent.id)
    assert (found.status, found.last_payment_error.code) == ("requires_payment_method", codes[0])
    told = local.wait_for(found.id, "payment_intent.payment_failed")["data"]["object"]
    assert told["last_payment_error"]["decline_code"] == codes[1]
    again = local.v1.payment_intents.confirm(found.id, {"payment_method": "pm_card_visa"})
    assert (again.status, again.last_payment_error) == ("succeeded", None)


def authenticate(asked, to):
    url = asked.next_action.redirect_to_url.url
    status, page, _ = fetch(url)
    assert status == 200
    assert "Complete" in page.decode()
    key = url.partition("key=")[2]
    return post_form(url.partition("?")[0], {"key": key, "to": to})


def test_three_d_secure_redirects_and_comes_back_paid(local):
    asked = local.paid("authenticationRequired")
    assert asked.status == "requires_action"
    status, _, back = authenticate(asked, "complete")
    assert status == 303
    assert back.startswith(f"{local.url}/back?payment_intent={asked.id}&payment_intent_client_secret=")
    assert back.endswith("&redirect_status=succeeded")
    assert local.v1.payment_intents.retrieve(asked.id).status == "succeeded"
    kinds = [event.type for event in local.v1.events.list({"limit": 100}) if asked.id in str(event)]
    assert kinds[::-1][:2] == ["payment_intent.created", "payment_intent.requires_action"]


def test_three_d_secure_that_fails_is_told_and_can_be_tried_again(local):
    asked = local.paid("authenticationRequired")
    _, _, back = authenticate(asked, "fail")
    assert back.endswith("redirect_status=failed")
    found = local.v1.payment_intents.retrieve(asked.id)
    assert found.status == "requires_payment_method"
    assert found.last_payment_error.code == "payment_intent_authentication_failure"
    assert local.v1.payment_intents.confirm(asked.id, {"payment_method": "pm_card_visa"}).status == "succeeded"


def test_nobody_confirms_a_payment_without_its_key_or_twice(local):
    asked = local.paid("authenticationRequired")
    url = asked.next_action.redirect_to_url.url.partition("?")[0]
    assert post_form(url, {"key": "guess", "to": "complete"})[0] == 404
    authenticate(asked, "complete")
    status, page, _ = fetch(asked.next_action.redirect_to_url.url)
    assert (status, "nothing to confirm" in page.decode()) == (200, True)
    assert len(local.v1.charges.list({"payment_intent": asked.id}).data) == 1


def test_without_a_return_address_the_app_shows_the_banks_page(local):
    asked = local.paid("authenticationRequired", return_url="")
    assert asked.next_action.type == "use_stripe_sdk"


def test_without_the_payer_a_bank_that_asks_is_a_decline(local):
    with pytest.raises(stripe.CardError) as refused:
        local.paid("authenticationRequired", off_session=True)
    assert refused.value.code == "authentication_required"


def test_a_native_app_finds_its_payment_by_the_client_secret_only(local):
    made = local.v1.payment_intents.create({"amount": 999, "currency": "usd"})
    assert made.client_secret.startswith(f"{made.id}_secret_")
    read = {"client_secret": made.client_secret}
    assert local.v1.payment_intents.retrieve(made.id, read).id == made.id
    with pytest.raises(stripe.InvalidRequestError):
        local.v1.payment_intents.retrieve(made.id, {"client_secret": f"{made.client_secret}x"})


def saved_card(local, card="visa"):
    customer = local.v1.customers.create({"metadata": {"person": "mia"}})
    paid = local.paid(card, customer=customer.id, setup_future_usage="off_session")
    return customer.id, paid


def test_a_card_that_was_saved_with_a_payment_pays_the_next_one_and_is_listed_until_it_is_forgotten(local):
    customer, paid = saved_card(local)
    cards = local.v1.customers.payment_methods.list(customer, {"type": "card"})
    assert [card.id for card in cards] == [paid.payment_method]
    again = local.v1.payment_intents.create(
        {"amount": 500, "currency": "usd", "customer": customer, "payment_method": cards.data[0].id, "confirm": True}
    )
    assert again.status == "succeeded"
    local.v1.payment_methods.detach(cards.data[0].id)
    assert local.v1.payment_methods.list({"customer": customer}).data == []
    with pytest.raises(stripe.InvalidRequestError, match="may not be used again"):
        local.v1.payment_methods.attach(cards.data[0].id, {"customer": customer})


def test_a_card_set_up_with_the_banks_consent_is_not_asked_again(local):
    customer = local.v1.customers.create().id
    told = {"customer": customer, "setup_future_usage": "off_session"}
    asked = local.paid("authenticationRequiredOnSetup", **told)
    authenticate(asked, "complete")
    (card,) = local.v1.customers.payment_methods.list(customer)
    again = local.v1.payment_intents.create(
        {
            "amount": 500,
            "currency": "usd",
            "customer": customer,
            "payment_method": card.id,
            "confirm": True,
            "off_session": True,
        }
    )
    assert again.status == "succeeded"


def test_another_customers_card_cannot_pay(local):
    _, paid = saved_card(local)
    other = local.v1.customers.create().id
    for customer in ({}, {"customer": other}):
        with pytest.raises(stripe.InvalidRequestError, match="belongs to a customer"):
            local.v1.payment_intents.create(
                {"amount": 500, "currency": "usd", "payment_method": paid.payment_method, "confirm": True, **customer}
            )


def test_a_card_that_was_not_saved_pays_once(local):
    paid = local.paid()
    with pytest.raises(stripe.InvalidRequestError, match="may not be used again"):
        local.v1.payment_intents.create(
            {"amount": 500, "currency": "usd", "payment_method": paid.payment_method, "confirm": True}
        )


def test_a_deleted_customer_is_gone_with_its_cards(local):
    customer, paid = saved_card(local)
    assert local.v1.customers.delete(customer).deleted
    assert local.v1.customers.retrieve(customer).deleted
    assert customer not in [found.id for found in local.v1.customers.list({"limit": 100})]
    with pytest.raises(stripe.InvalidRequestError):
        local.paid(customer=customer)
    with pytest.raises(stripe.InvalidRequestError):
        local.v1.payment_methods.attach(paid.payment_method, {"customer": customer})


def test_a_typed_card_becomes_a_payment_method_and_a_made_up_one_does_not(local):
    card = {"number": "5555555555554444", "exp_month": 3, "exp_year": 2031, "cvc": "123"}
    made = local.v1.payment_methods.create({"type": "card", "card": card})
    assert (made.card.brand, made.card.last4, made.card.exp_year) == ("mastercard", "4444", 2031)
    wrong: dict[str, dict[str, Any]] = {
        "incorrect_number": {"number": "4242424242424241"},
        "invalid_expiry_year": {"exp_year": 2020},
        "invalid_expiry_month": {"exp_month": 13},
        "invalid_cvc": {"cvc": "1"},
        "card_declined": {"number": "4111111111111111"},
    }
    for code, change in wrong.items():
        with pytest.raises(stripe.CardError) as refused:
            local.v1.payment_methods.create({"type": "card", "card": {**card, **change}})
        assert refused.value.code == code


def test_an_open_payment_is_cancelled_and_a_paid_one_is_not(local):
    asked = local.paid("authenticationRequired")
    gone = local.v1.payment_intents.cancel(asked.id, {"cancellation_reason": "abandoned"})
    assert (gone.status, gone.cancellation_reason, gone.next_action) == ("canceled", "abandoned", None)
    local.wait_for(asked.id, "payment_intent.canceled")
    for over in (asked.id, local.paid().id):
        for call in (local.v1.payment_intents.cancel, local.v1.payment_intents.confirm):
            with pytest.raises(stripe.InvalidRequestError) as refused:
                call(over)
            assert refused.value.code == "payment_intent_unexpected_state"
            assert told_by(refused).payment_intent.id == over


@pytest.mark.parametrize(
    ("change", "code", "param"),
    [
        ({"amount": 49}, "amount_too_small", "amount"),
        ({"amount": 100_000_000}, "amount_too_large", "amount"),
        ({"amount": "9.99"}, "parameter_invalid_integer", "amount"),
        ({"amount": None}, "parameter_missing", "amount"),
        ({"currency": None}, "parameter_missing", "currency"),
        ({"currency": "xxx"}, "parameter_invalid_string", "currency"),
        ({"surprise": "1"}, "parameter_unknown", "surprise"),
        ({"customer": "cus_nobody"}, "resource_missing", "customer"),
        ({"payment_method": "pm_card_unheardOf"}, "resource_missing", "payment_method"),
        ({"metadata": {"k" * 41: "v"}}, None, "metadata"),
        ({"metadata": {str(index): "v" for index in range(51)}}, None, "metadata"),
        ({"description": "x" * 1_001}, None, "description"),
        ({"automatic_payment_methods": {"enabled": True, "surprise": 1}}, "parameter_unknown", None),
    ],
)
def test_what_does_not_fit_is_refused_with_its_name_and_nothing_is_made(fresh, change, code, param):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        fresh.v1.payment_intents.create({"amount": 999, "currency": "usd", **change})
    assert refused.value.code == code
    assert refused.value.param == param or param is None
    assert fresh.v1.payment_intents.list().data == []


def test_yen_have_no_smaller_unit(local):
    paid = local.paid(amount=150, currency="jpy")
    assert json.loads(str(paid))["amount"] == 150
    _, page, _ = fetch(f"{local.url}/")
    assert "¥150, succeeded" in page.decode()
