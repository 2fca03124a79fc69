"""Disputes: opened by a test card or on request, evidence, and the bank's decision."""

from __future__ import annotations

from typing import Final

from local.stripe.balance import DISPUTE_FEE
from local.stripe.core import Call, Core
from local.stripe.errors import invalid
from local.stripe.store import Object

REASONS: Final = (
    *("credit_not_processed", "duplicate", "fraudulent", "general", "product_not_received", "product_unacceptable"),
    *("subscription_canceled", "unrecognized"),
)
DUE_DAYS: Final = 7
DAY_S: Final = 86_400
MAX_EVIDENCE: Final = 150_000
"""Characters of all evidence together: Stripe's API reference, "Update a dispute"."""

EVIDENCE: Final = (
    *("access_activity_log", "billing_address", "cancellation_policy", "cancellation_policy_disclosure"),
    *("cancellation_rebuttal", "customer_communication", "customer_email_address", "customer_name"),
    *("customer_purchase_ip", "customer_signature", "duplicate_charge_documentation", "duplicate_charge_explanation"),
    *("duplicate_charge_id", "product_description", "receipt", "refund_policy", "refund_policy_disclosure"),
    *("refund_refusal_explanation", "service_date", "service_documentation", "shipping_address", "shipping_carrier"),
    *(
        "shipping_date",
        "shipping_documentation",
        "shipping_tracking_number",
        "uncategorized_file",
        "uncategorized_text",
    ),
)
DECIDES: Final = {"winning_evidence": "won", "losing_evidence": "lost"}
"""What the text of evidence decides at once: Stripe's docs, "Testing", disputes."""

WAITS: Final = ("needs_response", "warning_needs_response")
REVIEWED: Final = ("under_review", "warning_under_review")


def open_dispute(core: Core, charge: Object, reason: str, amount: int, *, inquiry: bool) -> Object:
    """The card holder goes to their bank: a chargeback takes the money at once, an inquiry only asks.

    Raises:
        StripeError: the charge is not paid, is disputed already, or less of it is left.
    """
    left = charge["amount"] - charge["amount_refunded"]
    if not charge["paid"] or charge["disputed"]:
        raise invalid(f"Charge {charge['id']} cannot be disputed.")
    if not 0 < amount <= left:
        raise invalid(f"At most {left} of charge {charge['id']} can be disputed.", None, "amount")
    made = core.store.add(_dispute(core, charge, reason, amount, inquiry=inquiry))
    charge["disputed"] = True
    core.store.note(charge["id"])["inquiry"] = inquiry
    core.emit("charge.dispute.created", made)
    if not inquiry:
        _withdraw(core, made)
    return made


def _dispute(core: Core, charge: Object, reason: str, amount: int, *, inquiry: bool) -> Object:
    brand = charge["payment_method_details"]["card"]["brand"]
    return {
        "id": core.store.name("du"),
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": core.store.now(),
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {**dict.fromkeys(EVIDENCE), "enhanced_evidence": {}},
        "evidence_details": {
            "due_by": core.store.now() + DUE_DAYS * DAY_S,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "is_charge_refundable": inquiry,
        "livemode": False,
        "metadata": {},
        "network_reason_code": "10.4",
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {
            "card": {
                "brand": brand,
                "case_type": "inquiry" if inquiry else "chargeback",
                "network": brand,
                "network_reason_code": "10.4",
            },
            "type": "card",
        },
        "reason": reason,
        "status": "warning_needs_response" if inquiry else "needs_response",
    }


def _withdraw(core: Core, found: Object) -> None:
    line = core.balance.move(
        "adjustment",
        -found["amount"],
        found["currency"],
        found["id"],
        fee=DISPUTE_FEE,
        category="dispute",
        words=f"Chargeback withdrawal for {found['charge']}",
    )
    found["balance_transactions"].append(line)
    core.emit("charge.dispute.funds_withdrawn", found)


def move(core: Core, found: Object, to: str) -> Object:
    """What the bank decides: ``won``, ``lost``, ``under_review``; ``needs_response`` makes an inquiry a chargeback.

    Raises:
        StripeError: it is decided already, or cannot become that.
    """
    status, inquiry = found["status"], found["status"].startswith("warning_")
    if status not in (*WAITS, *REVIEWED) or to not in _ways(status):
        raise invalid(f"A dispute that is {status} cannot become {to}.")
    if to == "needs_response":
        found.update(status=to, is_charge_refundable=False)
        found["payment_method_details"]["card"]["case_type"] = "chargeback"
        core.store.note(found["charge"])["inquiry"] = False
        core.emit("charge.dispute.updated", found)
        _withdraw(core, found)
    elif to in REVIEWED:
        found["status"] = to
        core.emit("charge.dispute.updated", found)
    else:
        found.update(status="warning_closed" if inquiry else to)
        found["evidence_details"]["due_by"] = None
        if to == "won" and not inquiry:
            _reinstate(core, found)
        core.emit("charge.dispute.closed", found)
    return found


def _ways(status: str) -> tuple[str, ...]:
    if status.startswith("warning_"):
        return ("needs_response", "warning_under_review", "won", "warning_closed")
    return ("under_review", "won", "lost")


def _reinstate(core: Core, found: Object) -> None:
    line = core.balance.move(
        "adjustment",
        found["amount"],
        found["currency"],
        found["id"],
        category="dispute_reversal",
        words=f"Chargeback reversal for {found['charge']}",
    )
    found["balance_transactions"].append(line)
    core.emit("charge.dispute.funds_reinstated", found)


def retrieve(core: Core, call: Call) -> Object:
    """One dispute."""
    call.form.done()
    return core.store.get("dispute", call.ids["id"], "dispute")


def update(core: Core, call: Call) -> Object:
    """Hands in evidence; ``submit=false`` only keeps it.

    Raises:
        StripeError: it was submitted, or is decided; there is too much of it.
    """
    form, found = call.form, core.store.get("dispute", call.ids["id"], "dispute")
    evidence = form.inner("evidence")
    told = {name: evidence.text(name, 20_000) for name in EVIDENCE if evidence.has(name)} if evidence else {}
    submit = form.flag("submit") is not False
    metadata = form.metadata(found["metadata"])
    form.done()
    if evidence is not None and found["status"] not in WAITS:
        raise invalid(f"This dispute is {found['status']}; it takes no evidence.", "dispute_unexpected_state")
    kept = {**found["evidence"], **told}
    if sum(len(value) for value in kept.values() if isinstance(value, str)) > MAX_EVIDENCE:
        raise invalid(f"At most {MAX_EVIDENCE} characters of evidence.", None, "evidence")
    found.update(evidence=kept, metadata=metadata)
    details = found["evidence_details"]
    details["has_evidence"] = any(isinstance(value, str) for value in kept.values())
    if evidence is None or not submit:
        core.emit("charge.dispute.updated", found)
        return found
    details.update(submission_count=details["submission_count"] + 1, submission_method="manual")
    review = "warning_under_review" if found["status"].startswith("warning_") else "under_review"
    move(core, found, review)
    decided = DECIDES.get(kept["uncategorized_text"] or "")
    if decided in _ways(review):
        move(core, found, str(decided))
    return found


def close(core: Core, call: Call) -> Object:
    """Gives a dispute up: it is lost."""
    call.form.done()
    found = core.store.get("dispute", call.ids["id"], "dispute")
    return move(core, found, "warning_closed" if found["status"].startswith("warning_") else "lost")
