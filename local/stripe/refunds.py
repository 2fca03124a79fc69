"""Refunds: whole, in part, and those that the card holder's bank takes its time with, or sends back."""

from __future__ import annotations

from typing import Final

from local.stripe.core import Call, Core
from local.stripe.errors import invalid
from local.stripe.forms import Form
from local.stripe.store import Object

REASONS: Final = ("duplicate", "fraudulent", "requested_by_customer")


def create(core: Core, call: Call) -> Object:
    """Gives a payment back, wholly or in part.

    Raises:
        StripeError: there is no such payment, it is disputed, or less of it is left.
    """
    form = call.form
    charge = _charge_of(core, form)
    left = charge["amount"] - charge["amount_refunded"]
    amount = form.integer("amount", 1)
    reason, metadata = form.choice("reason", *REASONS), form.metadata()
    form.done()
    if charge["disputed"] and not core.store.note(charge["id"]).get("inquiry"):
        raise invalid("This charge has been charged back; no refund can be made of it.", "charge_disputed")
    if left == 0:
        raise invalid(f"Charge {charge['id']} has already been refunded.", "charge_already_refunded")
    amount = left if amount is None else amount
    if amount > left:
        words = f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})"
        raise invalid(words, None, "amount")
    outcome = core.outcomes.next("refund") or {"to": core.card_of(charge["payment_method"]).refund or "succeeded"}
    return _make(core, charge, amount, {"reason": reason, "metadata": metadata}, str(outcome["to"]))


def _charge_of(core: Core, form: Form) -> Object:
    intent, charge = form.text("payment_intent", 255), form.text("charge", 255)
    if (intent is None) == (charge is None):
        words = "One of the following params should be provided for this request: payment_intent or charge."
        raise invalid(words, "parameter_missing")
    if intent is not None:
        payment = core.store.get("payment_intent", intent, "payment_intent")
        if payment["status"] != "succeeded":
            words = f"This PaymentIntent ({intent}) does not have a successful charge to refund."
            raise invalid(words, "payment_intent_unexpected_state", "payment_intent")
        charge = payment["latest_charge"]
    found = core.store.get("charge", str(charge), "charge")
    if not found["paid"]:
        raise invalid(f"Charge {charge} was not paid.", "charge_not_refundable", "charge")
    return found


def _make(core: Core, charge: Object, amount: int, told: Object, outcome: str) -> Object:
    """A refund that ends so. One that fails succeeds at first, as Stripe's test card for it does."""
    status = "pending" if outcome in ("pending", "requires_action") else "succeeded"
    made = core.store.add(
        {
            "id": core.store.name("re"),
            "object": "refund",
            "amount": amount,
            "balance_transaction": None,
            "charge": charge["id"],
            "created": core.store.now(),
            "currency": charge["currency"],
            "destination_details": {
                "card": {
                    "reference_status": "pending",
                    "reference_type": "acquirer_reference_number",
                    "type": "refund",
                },
                "type": "card",
            },
            "payment_intent": charge["payment_intent"],
            "receipt_number": None,
            "source_transfer_reversal": None,
            "status": status,
            "transfer_reversal": None,
            **told,
        }
    )
    if status == "pending":
        made["pending_reason"] = "processing"
    made["balance_transaction"] = core.balance.move("refund", -amount, charge["currency"], made["id"])["id"]
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    core.emit("refund.created", made)
    core.emit("charge.refunded", charge)
    if outcome == "failed":
        move(core, made, "failed")
    return made


def move(core: Core, found: Object, to: str) -> Object:
    """What the bank did with a refund: ``succeeded``, or ``failed``: the money is with us again.

    Raises:
        StripeError: it has failed or was cancelled already.
    """
    if found["status"] in ("failed", "canceled") or to not in ("succeeded", "failed", "canceled"):
        raise invalid(f"A refund that is {found['status']} cannot become {to}.")
    found.pop("pending_reason", None)
    found["status"] = to
    if to == "succeeded":
        core.emit("refund.updated", found)
        return found
    charge = core.store.get("charge", found["charge"])
    line = core.balance.move("refund_failure", found["amount"], found["currency"], found["id"])
    found["failure_balance_transaction"] = line["id"]
    charge["amount_refunded"] -= found["amount"]
    charge["refunded"] = False
    if to == "failed":
        found["failure_reason"] = "lost_or_stolen_card"
        core.emit("refund.failed", found)
    core.emit("refund.updated", found)
    return found


def retrieve(core: Core, call: Call) -> Object:
    """One refund."""
    call.form.done()
    return core.store.get("refund", call.ids["id"], "refund")


def update(core: Core, call: Call) -> Object:
    """Changes a refund's metadata."""
    found = core.store.get("refund", call.ids["id"], "refund")
    metadata = call.form.metadata(found["metadata"])
    call.form.done()
    found["metadata"] = metadata
    core.emit("refund.updated", found)
    return found


def cancel(core: Core, call: Call) -> Object:
    """Calls a refund off; one by card cannot be.

    Raises:
        StripeError: always, for a card.
    """
    call.form.done()
    found = core.store.get("refund", call.ids["id"], "refund")
    raise invalid(f"You cannot cancel a refund of a card; its status is {found['status']}.")
