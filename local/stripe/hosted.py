"""A Checkout session behind its page: paid with a typed card, completed, or over."""

from __future__ import annotations

from typing import Final

from local.stripe.attempts import OPEN, try_to_pay
from local.stripe.core import Core
from local.stripe.customers import Typed, new_customer, typed_method
from local.stripe.errors import invalid
from local.stripe.payments import give_up, new_payment
from local.stripe.store import Object

SESSION_PLACEHOLDER: Final = "{CHECKOUT_SESSION_ID}"


def end_if_over(core: Core, found: Object) -> None:
    """Ends an open session whose time is over, when somebody looks; Stripe does so by itself."""
    if found["status"] == "open" and found["expires_at"] <= core.store.now():
        end(core, found)


def sweep(core: Core) -> None:
    """Ends every session whose time is over."""
    for found in [*core.store.newest("checkout.session")]:
        end_if_over(core, found)


def end(core: Core, found: Object) -> None:
    """Ends an open session, and gives its payment up."""
    found.update(status="expired", url=None)
    payment = core.store.find(found["payment_intent"] or "")
    if payment is not None and payment["status"] in OPEN:
        give_up(core, payment, "expired")
    core.emit("checkout.session.expired", found)


def pay(core: Core, found: Object, typed: Typed, *, save: bool) -> Object:
    """Tries to pay an open session with a typed card; the payment, which may wait for the payer's bank.

    Raises:
        StripeError: the card is none, or the bank says no.
    """
    if found["status"] != "open":
        raise invalid(f"This session is {found['status']}.", None, "session")
    method = typed_method(core, typed, {})
    payment = _payment_of(core, found, save=save)
    payment["payment_method"] = method["id"]
    again = f"{core.origin}/c/back/{found['id']}"
    paid = try_to_pay(core, payment, {"off_session": False, "return_url": again})
    settle(core, found)
    return paid


def _payment_of(core: Core, found: Object, *, save: bool) -> Object:
    """The session's payment, made at the first try."""
    data = core.store.note(found["id"])["payment"]
    saving = data["setup_future_usage"] or ("on_session" if save else None)
    if found["customer"] is None and (saving or found["customer_creation"] == "always"):
        found["customer"] = new_customer(core, {"email": found["customer_email"]}, {})["id"]
    payment = core.store.find(found["payment_intent"] or "")
    if payment is None:
        payment = new_payment(core, found["amount_total"], found["currency"], data)
        found["payment_intent"] = payment["id"]
        core.store.note(payment["id"])["session"] = found["id"]
        core.emit("payment_intent.created", payment)
    payment.update(customer=found["customer"], setup_future_usage=saving)
    return payment


def settle(core: Core, found: Object) -> bool:
    """Completes an open session whose payment is paid; whether it is complete now."""
    payment = core.store.find(found["payment_intent"] or "")
    if found["status"] == "open" and payment is not None and payment["status"] == "succeeded":
        details = {"email": found["customer_email"], "tax_exempt": "none", "tax_ids": []}
        blank = dict.fromkeys(("address", "business_name", "individual_name", "name", "phone"))
        found.update(status="complete", payment_status="paid", url=None, customer_details={**blank, **details})
        core.emit("checkout.session.completed", found)
    return bool(found["status"] == "complete")


def after(found: Object) -> str:
    """Where a payer goes from a session that is complete."""
    return str(found["success_url"]).replace(SESSION_PLACEHOLDER, found["id"])
