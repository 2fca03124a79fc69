"""PaymentIntents: made, changed, confirmed with a card, cancelled. What a confirmation leads to is ``attempts``."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from local.stripe.attempts import require_open, try_to_pay
from local.stripe.balance import CURRENCIES, MOST, check_amount
from local.stripe.core import Call, Core
from local.stripe.customers import living_customer, usable_method
from local.stripe.errors import invalid
from local.stripe.forms import Form
from local.stripe.store import Object, copied

SAVING: Final = ("off_session", "on_session")
WHY_CANCELED: Final = ("abandoned", "duplicate", "fraudulent", "requested_by_customer")
MAX_URL: Final = 2_048


def read_amount(form: Form) -> tuple[int, str]:
    """Amount and currency of a payment.

    Raises:
        StripeError: one is missing, or is none that is taken.
    """
    amount, currency = form.integer("amount", 1, MOST * 100), form.needed("currency", 8).lower()
    if amount is None:
        raise form.lacks("amount")
    if currency not in CURRENCIES:
        raise invalid(f"Invalid currency: {currency}.", "parameter_invalid_string", "currency")
    check_amount(amount, currency)
    return amount, currency


def create(core: Core, call: Call) -> Object:
    """A payment, which may be confirmed at once.

    Raises:
        StripeError: what it asks for does not fit; confirmed, what the bank says.
    """
    form = call.form
    amount, currency = read_amount(form)
    customer = form.text("customer", 255)
    if customer is not None:
        living_customer(core, customer, "customer")
    automatic = form.inner("automatic_payment_methods")
    redirects = automatic.choice("allow_redirects", "always", "never") if automatic else None
    enabled = automatic.flag("enabled") if automatic else None
    types = form.words("payment_method_types")
    if any(kind != "card" for kind in types):
        raise invalid("The local Stripe takes cards only.", None, "payment_method_types")
    form.choice("capture_method", "automatic", "automatic_async")
    told = {
        "customer": customer,
        "description": form.text("description", 1_000),
        "metadata": form.metadata(),
        "receipt_email": form.text("receipt_email", 512),
        "setup_future_usage": form.choice("setup_future_usage", *SAVING),
        "statement_descriptor_suffix": form.text("statement_descriptor_suffix", 22),
        "transfer_group": form.text("transfer_group", 255),
    }
    confirm, method = form.flag("confirm"), form.text("payment_method", 255)
    sitting = _sitting(form)
    form.done()
    if not confirm and (sitting["off_session"] or sitting["return_url"]):
        raise invalid("`return_url` and `off_session` can only be sent when `confirm` is true.", None, "confirm")
    if method is not None:
        method = usable_method(core, method, customer)["id"]
    made = new_payment(core, amount, currency, told)
    if enabled:
        made["automatic_payment_methods"] = {"allow_redirects": redirects or "always", "enabled": True}
    made["payment_method"] = method
    made["status"] = "requires_confirmation" if method else "requires_payment_method"
    core.emit("payment_intent.created", made)
    return try_to_pay(core, made, sitting) if confirm else made


def new_payment(core: Core, amount: int, currency: str, told: dict[str, Any]) -> Object:
    """A payment that waits for a card."""
    name = core.store.name("pi")
    made = {
        "id": name,
        "object": "payment_intent",
        "amount": amount,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic_async",
        "client_secret": core.store.name(f"{name}_secret"),
        "confirmation_method": "automatic",
        "created": core.store.now(),
        "currency": currency,
        "customer": None,
        "customer_account": None,
        "description": None,
        "excluded_payment_method_types": None,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": {},
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {"card": {"installments": None, "request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"],
        "processing": None,
        "receipt_email": None,
        "review": None,
        "setup_future_usage": None,
        "shipping": None,
        "source": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": None,
        **told,
    }
    return core.store.add(made, {"return_url": None, "session": None})


def _sitting(form: Form) -> dict[str, Any]:
    """How a confirmation was asked for: with the payer there or not, and where they go afterwards."""
    url = form.text("return_url", MAX_URL)
    if url is not None and urlsplit(url).scheme not in ("http", "https"):
        raise invalid("Not a valid URL", "url_invalid", "return_url")
    return {"off_session": form.flag("off_session") or False, "return_url": url}


def retrieve(core: Core, call: Call) -> Object:
    """One payment; a native app shows its client secret."""
    secret = call.form.text("client_secret", 255)
    call.form.done()
    found = core.store.get("payment_intent", call.ids["id"], "intent")
    if secret is not None and secret != found["client_secret"]:
        words = "The client_secret provided does not match any associated PaymentIntent on this account."
        raise invalid(words, "payment_intent_invalid_parameter", "client_secret")
    return found


def update(core: Core, call: Call) -> Object:
    """Changes what is known of a payment, and its amount while it is open."""
    form, found = call.form, core.store.get("payment_intent", call.ids["id"], "intent")
    amount = form.integer("amount", 1, MOST)
    told = {name: form.text(name, 1_000) for name in ("description", "receipt_email") if form.has(name)}
    metadata = form.metadata(found["metadata"])
    form.done()
    if amount is not None:
        require_open(found, "update", ("requires_payment_method", "requires_confirmation"))
        check_amount(amount, found["currency"])
        found["amount"] = amount
    found.update(told, metadata=metadata)
    return found


def confirm(core: Core, call: Call) -> Object:
    """Tries to pay, with the payment's card or the one that is named now.

    Raises:
        StripeError: it is over, has no card, or the bank says no.
    """
    form, found = call.form, core.store.get("payment_intent", call.ids["id"], "intent")
    method = form.text("payment_method", 255)
    saving = form.choice("setup_future_usage", *SAVING)
    sitting = _sitting(form)
    form.done()
    require_open(found, "confirm")
    if method is not None:
        found["payment_method"] = usable_method(core, method, found["customer"])["id"]
    if found["payment_method"] is None:
        words = (
            "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the "
            "PaymentIntent with a payment method and then confirm it again, or confirm it again directly with one."
        )
        raise invalid(words, "payment_intent_unexpected_state", payment_intent=copied(found))
    found["setup_future_usage"] = saving or found["setup_future_usage"]
    return try_to_pay(core, found, sitting)


def cancel(core: Core, call: Call) -> Object:
    """Gives a payment up that was not paid.

    Raises:
        StripeError: it is paid, or given up already.
    """
    found = core.store.get("payment_intent", call.ids["id"], "intent")
    why = call.form.choice("cancellation_reason", *WHY_CANCELED)
    call.form.done()
    require_open(found, "cancel")
    return give_up(core, found, why)


def give_up(core: Core, found: Object, why: str | None) -> Object:
    """Cancels an open payment, and tells so."""
    found.update(status="canceled", canceled_at=core.store.now(), cancellation_reason=why, next_action=None)
    core.emit("payment_intent.canceled", found)
    return found
