"""Checkout sessions: what is bought, and until when. What the page does is ``hosted``."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from local.stripe import hosted
from local.stripe.balance import CURRENCIES, check_amount
from local.stripe.core import Call, Core
from local.stripe.customers import living_customer
from local.stripe.errors import invalid
from local.stripe.forms import Form
from local.stripe.payments import MAX_URL, SAVING
from local.stripe.store import Object

SHORTEST_S, LONGEST_S = 30 * 60, 24 * 3_600
"""How far from now a session may end: Stripe's API reference, "Create a Checkout Session"."""
MAX_QUANTITY: Final = 999_999


def create(core: Core, call: Call) -> Object:
    """A session with a page of its own.

    Raises:
        StripeError: something does not fit.
    """
    form = call.form
    if form.choice("mode", "payment") is None:
        raise form.lacks("mode")
    form.choice("ui_mode", "hosted_page")
    if any(kind != "card" for kind in form.words("payment_method_types")):
        raise invalid("The local Stripe takes cards only.", None, "payment_method_types")
    customer = form.text("customer", 255)
    if customer is not None:
        living_customer(core, customer, "customer")
    urls = {name: _url(form, name) for name in ("success_url", "cancel_url")}
    if urls["success_url"] is None:
        raise form.lacks("success_url")
    lines, currency = _lines(core, form)
    told = {
        **urls,
        "client_reference_id": form.text("client_reference_id", 200),
        "customer": customer,
        "customer_email": form.text("customer_email", 800),
        "customer_creation": None if customer else form.choice("customer_creation", "always", "if_required"),
        "expires_at": _end(core, form),
        "locale": form.text("locale", 10),
        "metadata": form.metadata(),
        "submit_type": form.choice("submit_type", "auto", "book", "donate", "pay"),
    }
    data, saving = _payment_data(form), _saving(form)
    form.done()
    total = sum(line["amount_total"] for line in lines)
    check_amount(total, currency)
    made = _session(core, told, total, currency, saving)
    return core.store.add(made, {"lines": lines, "payment": data, "key": core.store.name("k")})


def _url(form: Form, name: str) -> str | None:
    url = form.text(name, MAX_URL)
    if url is not None and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc):
        raise invalid("Not a valid URL", "url_invalid", name)
    return url


def _end(core: Core, form: Form) -> int:
    now, end = core.store.now(), form.integer("expires_at")
    if end is not None and not now + SHORTEST_S <= end <= now + LONGEST_S:
        words = "The `expires_at` timestamp must be at least 30 minutes and at most 24 hours from now."
        raise invalid(words, None, "expires_at")
    return end or now + LONGEST_S


def _payment_data(form: Form) -> dict[str, Any]:
    """What the session's payment is made with."""
    data = form.inner("payment_intent_data") or Form({})
    data.choice("capture_method", "automatic", "automatic_async")
    return {
        "description": data.text("description", 1_000),
        "metadata": data.metadata(),
        "receipt_email": data.text("receipt_email", 512),
        "setup_future_usage": data.choice("setup_future_usage", *SAVING),
        "statement_descriptor_suffix": data.text("statement_descriptor_suffix", 22),
        "transfer_group": data.text("transfer_group", 255),
    }


def _saving(form: Form) -> Object | None:
    options = form.inner("saved_payment_method_options")
    if options is None:
        return None
    return {
        "allow_redisplay_filters": options.words("allow_redisplay_filters") or ["always"],
        "payment_method_remove": options.choice("payment_method_remove", "disabled", "enabled") or "disabled",
        "payment_method_save": options.choice("payment_method_save", "disabled", "enabled") or "disabled",
    }


def _lines(core: Core, form: Form) -> tuple[list[Object], str]:
    items = form.forms("line_items")
    if not items:
        raise form.lacks("line_items")
    lines = [_line(core, item) for item in items]
    currencies = {line["currency"] for line in lines}
    if len(currencies) > 1:
        raise invalid("All prices must have the same currency.", None, "line_items")
    return lines, currencies.pop()


def _line(core: Core, item: Form) -> Object:
    quantity = item.integer("quantity", 1, MAX_QUANTITY) or 1
    price = item.inner("price_data")
    if price is None:
        raise item.lacks("price_data")
    product = price.inner("product_data")
    if product is None:
        raise price.lacks("product_data")
    title, _ = product.needed("name", 250), product.text("description", 1_000)
    metadata = product.metadata()
    amount, currency = price.integer("unit_amount"), price.needed("currency", 8).lower()
    tax = price.choice("tax_behavior", "exclusive", "inclusive", "unspecified") or "unspecified"
    if amount is None:
        raise price.lacks("unit_amount")
    if currency not in CURRENCIES:
        raise invalid(f"Invalid currency: {currency}.", None, price.named("currency"))
    now = core.store.now()
    return {
        "id": core.store.name("li"),
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": amount * quantity,
        "amount_tax": 0,
        "amount_total": amount * quantity,
        "currency": currency,
        "description": title,
        "price": {
            "id": core.store.name("price"),
            "object": "price",
            "active": False,
            "billing_scheme": "per_unit",
            "created": now,
            "currency": currency,
            "custom_unit_amount": None,
            "livemode": False,
            "lookup_key": None,
            "metadata": metadata,
            "nickname": None,
            "product": core.store.name("prod", 14),
            "recurring": None,
            "tax_behavior": tax,
            "tiers_mode": None,
            "transform_quantity": None,
            "type": "one_time",
            "unit_amount": amount,
            "unit_amount_decimal": str(amount),
        },
        "quantity": quantity,
    }


def _session(core: Core, told: dict[str, Any], total: int, currency: str, saving: Object | None) -> Object:
    name = core.store.name("cs_test", 58)
    return {
        "id": name,
        "object": "checkout.session",
        "adaptive_pricing": {"enabled": False},
        "after_expiration": None,
        "allow_promotion_codes": None,
        "amount_subtotal": total,
        "amount_total": total,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_address_collection": None,
        "client_secret": None,
        "collected_information": None,
        "consent": None,
        "consent_collection": None,
        "created": core.store.now(),
        "currency": currency,
        "currency_conversion": None,
        "custom_fields": [],
        "custom_text": dict.fromkeys(
            ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance"),
        ),
        "customer_account": None,
        "customer_details": None,
        "discounts": [],
        "invoice": None,
        "invoice_creation": None,
        "livemode": False,
        "mode": "payment",
        "origin_context": None,
        "payment_intent": None,
        "payment_link": None,
        "payment_method_collection": "if_required",
        "payment_method_configuration_details": None,
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "permissions": None,
        "phone_number_collection": {"enabled": False},
        "recovered_from": None,
        "saved_payment_method_options": saving,
        "setup_intent": None,
        "shipping_address_collection": None,
        "shipping_cost": None,
        "shipping_options": [],
        "status": "open",
        "subscription": None,
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": f"{core.origin}/c/pay/{name}",
        "wallet_options": None,
        **told,
    }


def retrieve(core: Core, call: Call) -> Object:
    """One session, as it stands now."""
    call.form.done()
    found = core.store.get("checkout.session", call.ids["id"], "session")
    hosted.end_if_over(core, found)
    return found


def line_items(core: Core, call: Call) -> list[Object]:
    """What is bought in a session."""
    core.store.get("checkout.session", call.ids["id"], "session")
    lines: list[Object] = core.store.note(call.ids["id"])["lines"]
    return lines


def expire(core: Core, call: Call) -> Object:
    """Ends a session that was not paid.

    Raises:
        StripeError: it is over.
    """
    call.form.done()
    found = core.store.get("checkout.session", call.ids["id"], "session")
    hosted.end_if_over(core, found)
    if found["status"] != "open":
        words = f'Only Checkout Sessions with a status in ["open"] can be expired. This one is {found["status"]}.'
        raise invalid(words, None, "session")
    hosted.end(core, found)
    return found
