"""Stripe's events as it sends them, with all that we do not read, and the header that it signs them with."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

SECRET = "whsec_5a1d0c9b2e7f4a6b8c3d5e7f9a1b2c3d"
ORDER, PERSON, STAGE = "q7w2k9m4x1c8v5b3", "4h7d9k2m8q1r5t0v", "test"
MADE_AT_S = 1_795_284_245
"""2026-11-21T18:04:05Z."""
VERSION = "2026-10-28.endive"
PAYMENT, CHARGE = "pi_3SXk2vLkdIwHu7ix1OqRtZ4m", "ch_3SXk2vLkdIwHu7ix1b8NcQ0e"
PAYER: dict[str, Any] = {
    "address": {
        "city": "Leipzig",
        "country": "DE",
        "line1": "Karl-Liebknecht-Strasse 141",
        "line2": None,
        "postal_code": "04275",
        "state": None,
    },
    "email": "mia.schumann@mail.example",
    "name": "Mia Schumann",
    "phone": None,
    "tax_id": None,
}
BY_CARD: dict[str, Any] = {
    "card": {
        "amount_authorized": 499,
        "authorization_code": "031994",
        "brand": "visa",
        "checks": {"address_line1_check": "pass", "address_postal_code_check": "pass", "cvc_check": "pass"},
        "country": "DE",
        "exp_month": 4,
        "exp_year": 2028,
        "extended_authorization": {"status": "disabled"},
        "fingerprint": "Wq9dT2xKb7mLc4Rf",
        "funding": "credit",
        "incremental_authorization": {"status": "unavailable"},
        "installments": None,
        "last4": "4242",
        "mandate": None,
        "multicapture": {"status": "unavailable"},
        "network": "visa",
        "network_token": {"used": False},
        "network_transaction_id": "583910274665120",
        "overcapture": {"maximum_amount_capturable": 499, "status": "unavailable"},
        "regulated_status": "unregulated",
        "three_d_secure": {
            "authentication_flow": "challenge",
            "electronic_commerce_indicator": "05",
            "exemption_indicator": None,
            "result": "authenticated",
            "result_reason": None,
            "transaction_id": "7c1f2a90-5b3e-4c86-9d17-e0a4b2c8f6d1",
            "version": "2.2.0",
        },
        "wallet": None,
    },
    "type": "card",
}
METADATA = {"order": ORDER, "person": PERSON, "stage": STAGE}


def signed(body: bytes, secret: str = SECRET, at_s: int = MADE_AT_S) -> str:
    """The header ``Stripe-Signature``."""
    digest = hmac.new(secret.encode(), b"%d." % at_s + body, hashlib.sha256).hexdigest()
    return f"t={at_s},v1={digest}"


def body_of(event: dict[str, Any]) -> bytes:
    """An event's bytes, indented as Stripe's are."""
    return json.dumps(event, indent=2).encode()


def event(
    kind: str, shown: dict[str, Any], *, name: str = "evt_3SXk2vLkdIwHu7ix1Zk4T9aB", **more: Any
) -> dict[str, Any]:
    """An event that shows its object."""
    return {
        "id": name,
        "object": "event",
        "api_version": VERSION,
        "created": MADE_AT_S,
        "data": {"object": shown},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": "req_p8Zk3WqT2mYbX1", "idempotency_key": f"cliffhanger:{STAGE}:{ORDER}:intent"},
        "type": kind,
        **more,
    }


def thin(kind: str, related: str, identity: str, **more: Any) -> dict[str, Any]:
    """An event that only names its object."""
    return {
        "id": "evt_test_65SXk2vLkdIwHu7ix16SWRFdGq",
        "object": "v2.core.event",
        "type": f"v1.{kind}",
        "livemode": False,
        "created": "2026-11-21T18:04:05.123Z",
        "context": None,
        "related_object": {"id": identity, "type": related, "url": f"/v1/{related}s/{identity}"},
        **more,
    }


def charge(**more: Any) -> dict[str, Any]:
    """A charge of 4.99 EUR by card, with 3-D Secure."""
    return {
        "id": CHARGE,
        "object": "charge",
        "amount": 499,
        "amount_captured": 499,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": "txn_3SXk2vLkdIwHu7ix1mGh2Vdy",
        "billing_details": PAYER,
        "calculated_statement_descriptor": "CLIFFHANGER",
        "captured": True,
        "created": MADE_AT_S,
        "currency": "eur",
        "customer": "cus_TkZ4wQ8nVb2xYc",
        "description": "550 coins",
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "fraud_details": {},
        "livemode": False,
        "metadata": METADATA,
        "on_behalf_of": None,
        "outcome": {
            "advice_code": None,
            "network_advice_code": None,
            "network_decline_code": None,
            "network_status": "approved_by_network",
            "reason": None,
            "risk_level": "normal",
            "risk_score": 17,
            "seller_message": "Payment complete.",
            "type": "authorized",
        },
        "paid": True,
        "payment_intent": PAYMENT,
        "payment_method": "pm_1SXk2tLkdIwHu7ixJm5cWq8r",
        "payment_method_details": BY_CARD,
        "radar_options": {},
        "receipt_email": None,
        "receipt_number": None,
        "receipt_url": "https://pay.stripe.com/receipts/payment/CAcaFwoVYWNjdF8xTTJKVGtMa2RJd0h1N2l4KJXq0ckGMgZ2",
        "refunded": False,
        "review": None,
        "shipping": None,
        "source": None,
        "source_transfer": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "succeeded",
        "transfer_data": None,
        "transfer_group": None,
        **more,
    }


def payment(**more: Any) -> dict[str, Any]:
    """The payment that the charge is of."""
    return {
        "id": PAYMENT,
        "object": "payment_intent",
        "amount": 499,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 499,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic_async",
        "client_secret": f"{PAYMENT}_secret_3nMqWcT7vYz1LkP0",
        "confirmation_method": "automatic",
        "created": MADE_AT_S - 40,
        "currency": "eur",
        "customer": "cus_TkZ4wQ8nVb2xYc",
        "description": "550 coins",
        "last_payment_error": None,
        "latest_charge": CHARGE,
        "livemode": False,
        "metadata": METADATA,
        "next_action": None,
        "payment_method": "pm_1SXk2tLkdIwHu7ixJm5cWq8r",
        "payment_method_types": ["card"],
        "processing": None,
        "setup_future_usage": None,
        "status": "succeeded",
        **more,
    }


def refund(**more: Any) -> dict[str, Any]:
    """A refund of a part of the charge, that we have asked for."""
    return {
        "id": "re_3SXk2vLkdIwHu7ix1Hs7YpLq",
        "object": "refund",
        "amount": 200,
        "balance_transaction": "txn_3SXk2vLkdIwHu7ix1qW4Zb7n",
        "charge": CHARGE,
        "created": MADE_AT_S,
        "currency": "eur",
        "destination_details": {"card": {"reference_status": "pending", "type": "refund"}, "type": "card"},
        "metadata": {**METADATA, "refund": "m4k8c2x6v0b1n5q9"},
        "payment_intent": PAYMENT,
        "reason": None,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
        **more,
    }


def dispute(**more: Any) -> dict[str, Any]:
    """A dispute of the whole charge."""
    return {
        "id": "du_1SXmA4LkdIwHu7ixT5vKcE2w",
        "object": "dispute",
        "amount": 499,
        "balance_transactions": [],
        "charge": CHARGE,
        "created": MADE_AT_S,
        "currency": "eur",
        "enhanced_eligibility_types": [],
        "evidence": {"product_description": None, "uncategorized_text": None},
        "evidence_details": {
            "due_by": MADE_AT_S + 604_800,
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": PAYMENT,
        "reason": "fraudulent",
        "status": "needs_response",
        **more,
    }


def session(**more: Any) -> dict[str, Any]:
    """A session on whose page nobody has paid."""
    return {
        "id": "cs_test_a1Jq8ZkT3vXw5YbN2mRc7LpD9sFgH4",
        "object": "checkout.session",
        "amount_total": 499,
        "client_reference_id": ORDER,
        "currency": "eur",
        "expires_at": MADE_AT_S,
        "metadata": METADATA,
        "payment_intent": None,
        "payment_status": "unpaid",
        "status": "expired",
        "url": None,
        **more,
    }
