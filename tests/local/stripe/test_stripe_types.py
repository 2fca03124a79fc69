"""The local Stripe's objects are what the SDK's classes say, so that it cannot drift from what is spoken."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest
import stripe
from stripe.v2 import core

from local.stripe import API_VERSION
from tests.local.stripe.sdk_types import hints_of, left_out, misfits

DOCUMENT = {"type": "document", "options": {"document": {"allowed_types": ["passport"], "require_live_capture": True}}}
RECIPIENT = {
    "contact_email": "cleo@example.com",
    "identity": {"country": "us", "entity_type": "individual"},
    "configuration": {"recipient": {"capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}}},
    "include": ["configuration.recipient", "requirements", "identity", "defaults"],
}


def plain(found):
    return json.loads(str(found))


@pytest.fixture(scope="module")
def objects(local):
    """One object of each kind at least, as rich as it gets, by a name of ours."""
    v1, v2 = local.v1, local.client.v2.core
    customer = v1.customers.create({"email": "mia@example.com", "metadata": {"person": "mia"}})
    paid = local.paid(customer=customer.id, setup_future_usage="off_session", metadata={"order": "o1"})
    asked = local.paid("authenticationRequired")
    with pytest.raises(stripe.CardError) as declined:
        local.paid("chargeDeclinedInsufficientFunds")
    error: Any = declined.value.error
    failed = v1.payment_intents.retrieve(error.payment_intent.id, {"expand": ["latest_charge"]})
    disputed = local.paid("createDispute", amount=2_000)
    inquired = local.paid("createDisputeInquiry", amount=2_000)
    refund = v1.refunds.create({"payment_intent": paid.id, "amount": 100, "metadata": {"order": "o1"}})
    came_back = v1.refunds.create({"payment_intent": local.paid("refundFail").id})
    session = local.session(customer=customer.id, saved_payment_method_options={"payment_method_save": "enabled"})
    done = local.session(customer_creation="always")
    local.type_card(done)
    account = v2.accounts.create(RECIPIENT)
    local.ask(f"/_local/accounts/{account.id}", {"to": "active"})
    transfer = v1.transfers.create({"amount": 500, "currency": "usd", "destination": account.id})
    reversal = v1.transfers.reversals.create(transfer.id, {"amount": 100})
    payout = v1.payouts.create({"amount": 300, "currency": "usd"})
    broken = v1.payouts.create({"amount": 300, "currency": "usd"})
    local.ask(f"/_local/payouts/{broken.id}", {"to": "failed"})
    verification = v1.identity.verification_sessions.create(DOCUMENT)
    local.ask(f"/_local/verifications/{verification.id}", {"to": "requires_input", "code": "document_expired"})
    link = {
        "type": "account_onboarding",
        "account_onboarding": {"configurations": ["recipient"], "refresh_url": local.url},
    }
    return {
        "customer": customer,
        "paid": v1.payment_intents.retrieve(
            paid.id, {"expand": ["latest_charge.balance_transaction", "payment_method", "customer"]}
        ),
        "asked": asked,
        "failed": failed,
        "charge": v1.charges.retrieve(paid.latest_charge, {"expand": ["refunds", "balance_transaction.source"]}),
        "method": v1.payment_methods.retrieve(paid.payment_method),
        "refund": v1.refunds.retrieve(refund.id, {"expand": ["charge", "balance_transaction"]}),
        "failed refund": v1.refunds.retrieve(came_back.id),
        "dispute": v1.disputes.list({"payment_intent": disputed.id}).data[0],
        "inquiry": v1.disputes.list({"payment_intent": inquired.id}).data[0],
        "open session": v1.checkout.sessions.retrieve(session.id, {"expand": ["line_items"]}),
        "paid session": v1.checkout.sessions.retrieve(done.id, {"expand": ["payment_intent", "customer"]}),
        "balance": v1.balance.retrieve(),
        "balance settings": v1.balance_settings.update(
            {"payments": {"payouts": {"schedule": {"interval": "manual"}}}}, {"stripe_account": account.id}
        ),
        "transfer": v1.transfers.retrieve(transfer.id),
        "reversal": reversal,
        "payout": payout,
        "failed payout": v1.payouts.retrieve(broken.id, {"expand": ["failure_balance_transaction"]}),
        "account": v2.accounts.retrieve(account.id, {"include": RECIPIENT["include"]}),
        "bare account": v2.accounts.retrieve(account.id),
        "link": v2.account_links.create({"account": account.id, "use_case": link}),
        "verification": v1.identity.verification_sessions.retrieve(verification.id),
        "event": v1.events.list({"type": "charge.refunded"}).data[0],
    }


KINDS = {
    "customer": stripe.Customer,
    "paid": stripe.PaymentIntent,
    "asked": stripe.PaymentIntent,
    "failed": stripe.PaymentIntent,
    "charge": stripe.Charge,
    "method": stripe.PaymentMethod,
    "refund": stripe.Refund,
    "failed refund": stripe.Refund,
    "dispute": stripe.Dispute,
    "inquiry": stripe.Dispute,
    "open session": stripe.checkout.Session,
    "paid session": stripe.checkout.Session,
    "balance": stripe.Balance,
    "balance settings": stripe.BalanceSettings,
    "transfer": stripe.Transfer,
    "reversal": stripe.TransferReversal,
    "payout": stripe.Payout,
    "failed payout": stripe.Payout,
    "account": core.Account,
    "bare account": core.Account,
    "link": core.AccountLink,
    "verification": stripe.identity.VerificationSession,
    "event": stripe.Event,
}


@pytest.mark.parametrize("name", KINDS)
def test_objects_have_the_attributes_and_types_of_the_sdk(objects, name):
    assert [*misfits(plain(objects[name]), KINDS[name], name)] == []


OTHER_KINDS = {  # of payment methods, each with a member of its name
    *("acss_debit", "affirm", "afterpay_clearpay", "alipay", "alma", "amazon_pay", "au_becs_debit", "bacs_debit"),
    *("bancontact", "billie", "bizum", "blik", "boleto", "card_present", "cashapp", "crypto", "custom"),
    *("customer_balance", "eps", "fpx", "giropay", "grabpay", "ideal", "interac_present", "kakao_pay", "klarna"),
    *("konbini", "kr_card", "link", "mb_way", "mobilepay", "multibanco", "naver_pay", "nz_bank_account", "oxxo"),
    *("p24", "pay_by_bank", "payco", "paynow", "paypal", "paypay", "payto", "pix", "promptpay", "revolut_pay"),
    *("samsung_pay", "satispay", "scalapay", "sepa_debit", "sequra", "sofort", "sunbit", "swish", "twint", "upi"),
    *("us_bank_account", "wechat_pay", "zip"),
}
LEFT_OUT = {
    "customer": {
        *("business_name", "cash_balance", "deleted", "individual_name", "invoice_credit_balance", "sources"),
        *("subscriptions", "tax", "tax_ids"),
    },
    "paid": {
        *("allowed_payment_method_types", "hooks", "managed_payments", "payment_details", "payment_record"),
        "presentment_details",
    },
    "charge": {"authorization_code", "level3", "presentment_details", "transfer"},
    "method": {*OTHER_KINDS, "radar_options"},
    "failed refund": {
        *("customer", "customer_account", "description", "instructions_email", "next_action", "payment_method"),
        *("pending_reason", "presentment_details"),
    },
    "dispute": {"intended_submission_method"},
    "open session": {
        *("allowed_payment_method_types", "branding_settings", "excluded_payment_method_types"),
        *("integration_identifier", "managed_payments", "name_collection", "optional_items", "presentment_details"),
        *("redirect_on_completion", "return_url", "tax_id_collection"),
    },
    "balance": {"connect_reserved", "issuing"},
    "balance settings": set(),
    "transfer": set(),
    "reversal": set(),
    "payout": set(),
    "account": set(),
    "link": set(),
    "verification": {
        *("provided_details", "related_customer_account", "related_person", "verification_flow"),
        "verified_outputs",
    },
    "event": {"account", "context"},
}
"""What may be missing, by the SDK's types, and is. Whoever needs one of them finds here that it is not there."""


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_answers_leave_out_is_listed(objects, name):
    assert left_out(plain(objects[name]), KINDS[name]) == LEFT_OUT[name]


def test_balance_transactions_of_every_kind_are_what_the_sdk_says(local, objects):
    lines = [plain(line) for line in local.v1.balance_transactions.list({"limit": 100})]
    assert {line["type"] for line in lines} == set(SEEN)
    assert [fault for line in lines for fault in misfits(line, stripe.BalanceTransaction, line["type"])] == []


SEEN = ("adjustment", "charge", "payout", "payout_failure", "refund", "refund_failure", "transfer", "transfer_refund")


def test_events_whole_and_thin_are_what_the_sdk_says(local, objects):
    """Of thin ones the SDK has a class for each type, which adds the object that they are about."""
    whole = [plain(event) for event in local.v1.events.list({"limit": 100})]
    thin = [plain(event) for event in local.client.v2.core.events.list({"limit": 100}).data]
    assert min(len(whole), len(thin)) > 30
    assert [fault for event in whole for fault in misfits(event, stripe.Event, event["type"])] == []
    assert [fault for event in thin for fault in misfits(_without_object(event), core.Event, event["type"])] == []
    assert {event["type"] for event in whole} <= set(get_args(hints_of(stripe.Event)["type"]))


def _without_object(event):
    return {name: value for name, value in event.items() if name != "related_object"}


def test_the_version_is_the_sdks():
    assert stripe.api_version == API_VERSION
