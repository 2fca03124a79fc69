"""Charges: one for each try of a payment that reached the bank."""

from __future__ import annotations

from local.stripe.core import Call, Core
from local.stripe.customers import NO_BILLING
from local.stripe.errors import StripeError
from local.stripe.store import Object, copied


def new_charge(core: Core, payment: Object, method: Object, error: StripeError | None) -> Object:
    """The charge of a try: paid, or failed for a reason."""
    amount = payment["amount"]
    made = {
        "id": core.store.name("ch"),
        "object": "charge",
        "amount": amount,
        "amount_captured": 0 if error else amount,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": NO_BILLING,
        "calculated_statement_descriptor": "CLIFFHANGER",
        "captured": error is None,
        "created": core.store.now(),
        "currency": payment["currency"],
        "customer": payment["customer"],
        "description": payment["description"],
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": error.code if error else None,
        "failure_message": error.message if error else None,
        "fraud_details": {},
        "livemode": False,
        "metadata": copied(payment["metadata"]),
        "on_behalf_of": None,
        "outcome": _outcome(error),
        "paid": error is None,
        "payment_intent": payment["id"],
        "payment_method": method["id"],
        "payment_method_details": {"card": _card(method["card"], None if error else amount), "type": "card"},
        "radar_options": {},
        "receipt_email": payment["receipt_email"],
        "receipt_number": None,
        "receipt_url": None,
        "refunded": False,
        "review": None,
        "shipping": None,
        "source": None,
        "source_transfer": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": payment["statement_descriptor_suffix"],
        "status": "failed" if error else "succeeded",
        "transfer_data": None,
        "transfer_group": payment["transfer_group"],
    }
    return core.store.add(made)


def _outcome(error: StripeError | None) -> Object:
    said = ("authorized", "approved_by_network", None, "Payment complete.")
    if error is not None:
        words = "The bank did not return any further details with this decline."
        said = ("issuer_declined", "declined_by_network", error.members.get("decline_code"), words)
    return {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": said[1],
        "reason": said[2],
        "risk_level": "normal",
        "risk_score": 12,
        "seller_message": said[3],
        "type": said[0],
    }


def _card(card: Object, authorized: int | None) -> Object:
    same = (
        "brand",
        "checks",
        "country",
        "exp_month",
        "exp_year",
        "fingerprint",
        "funding",
        "last4",
        "regulated_status",
    )
    return {
        **{name: card[name] for name in same},
        "amount_authorized": authorized,
        "authorization_code": None,
        "installments": None,
        "mandate": None,
        "network": card["brand"],
        "network_transaction_id": None,
        "three_d_secure": None,
        "wallet": None,
    }


def retrieve_charge(core: Core, call: Call) -> Object:
    """One charge."""
    call.form.done()
    return core.store.get("charge", call.ids["id"], "charge")


def update_charge(core: Core, call: Call) -> Object:
    """Changes what is known of a charge."""
    found = core.store.get("charge", call.ids["id"], "charge")
    metadata = call.form.metadata(found["metadata"])
    call.form.done()
    found["metadata"] = metadata
    return found
