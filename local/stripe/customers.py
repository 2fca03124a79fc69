"""Customers, and the payment methods that are saved with them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final, NamedTuple

from local.stripe.cards import Card, by_name, by_number, not_a_card
from local.stripe.core import Call, Core
from local.stripe.errors import StripeError, declined, invalid
from local.stripe.forms import Form
from local.stripe.store import Object

NO_ADDRESS: Final = {"city": None, "country": None, "line1": None, "line2": None, "postal_code": None, "state": None}
NO_BILLING: Final = {"address": NO_ADDRESS, "email": None, "name": None, "phone": None, "tax_id": None}
EXPIRY: Final = (12, 2040)
"""Month and year of the cards that are named, not typed."""


class Typed(NamedTuple):
    """A card as somebody has typed it."""

    number: str
    month: int
    year: int
    cvc: str


def create_customer(core: Core, call: Call) -> Object:
    """A new customer."""
    form = call.form
    told = {name: form.text(name, 512) for name in ("description", "email", "name", "phone")}
    metadata = form.metadata()
    form.done()
    return new_customer(core, told, metadata)


def new_customer(core: Core, told: dict[str, str | None], metadata: dict[str, str]) -> Object:
    """A new customer, and the event."""
    made = core.store.add(
        {
            "id": core.store.name("cus", 14),
            "object": "customer",
            "address": None,
            "balance": 0,
            "created": core.store.now(),
            "currency": None,
            "customer_account": None,
            "default_source": None,
            "delinquent": False,
            "description": told.get("description"),
            "discount": None,
            "email": told.get("email"),
            "invoice_prefix": core.store.name("p", 8).removeprefix("p_").upper(),
            "invoice_settings": {
                "custom_fields": None,
                "default_payment_method": None,
                "footer": None,
                "rendering_options": None,
            },
            "livemode": False,
            "metadata": metadata,
            "name": told.get("name"),
            "next_invoice_sequence": 1,
            "phone": told.get("phone"),
            "preferred_locales": [],
            "shipping": None,
            "tax_exempt": "none",
            "test_clock": None,
        }
    )
    core.emit("customer.created", made)
    return made


def retrieve_customer(core: Core, call: Call) -> Object:
    """One customer; of a deleted one, that it was."""
    call.form.done()
    return core.store.get("customer", call.ids["id"])


def update_customer(core: Core, call: Call) -> Object:
    """Changes what is known of a customer."""
    form, found = call.form, living_customer(core, call.ids["id"], "id")
    told = {name: form.text(name, 512) for name in ("description", "email", "name", "phone") if form.has(name)}
    metadata = form.metadata(found["metadata"])
    form.done()
    found.update(told, metadata=metadata)
    core.emit("customer.updated", found)
    return found


def delete_customer(core: Core, call: Call) -> Object:
    """Deletes a customer; its saved payment methods go with it."""
    found = living_customer(core, call.ids["id"], "id")
    call.form.done()
    core.emit("customer.deleted", found)
    for method in [*core.store.newest("payment_method")]:
        if method["customer"] == found["id"]:
            method["customer"] = None
            core.store.note(method["id"])["spent"] = True
    gone = {"id": found["id"], "object": "customer", "deleted": True}
    found.clear()
    found.update(gone)
    return found


def living_customer(core: Core, name: str, param: str) -> Object:
    """A customer that was not deleted.

    Raises:
        StripeError: there is none.
    """
    found = core.store.get("customer", name, param)
    if found.get("deleted"):
        raise invalid(f"No such customer: '{name}'; it was deleted.", "resource_missing", param)
    return found


def create_method(core: Core, call: Call) -> Object:
    """A payment method of a card's number, or of a test token such as ``tok_visa``."""
    form = call.form
    if form.choice("type", "card") is None:
        raise form.lacks("type")
    card = form.inner("card")
    if card is None:
        raise form.lacks("card")
    metadata = form.metadata()
    token = card.text("token")
    if token is not None:
        known = by_name(token) if token.startswith("tok_") else None
        if known is None:
            raise invalid(f"No such token: '{token[:255]}'", "resource_missing", "card[token]")
        form.done()
        return new_method(core, known, EXPIRY, metadata)
    typed = _typed(card)
    form.done()
    return typed_method(core, typed, metadata)


def _typed(card: Form) -> Typed:
    number, month, year = card.needed("number", 32), card.integer("exp_month"), card.integer("exp_year")
    if month is None or year is None:
        raise card.lacks("exp_month" if month is None else "exp_year")
    return Typed(number, month, year if year > 99 else 2000 + year, card.text("cvc", 4) or "123")


def typed_method(core: Core, typed: Typed, metadata: dict[str, str]) -> Object:
    """A payment method of what somebody has typed.

    Raises:
        StripeError: 402, when no bank would take that.
    """
    today = datetime.fromtimestamp(core.store.now(), UTC)
    card = by_number(typed.number, typed.month, typed.year, (today.year, today.month))
    if not typed.cvc.isdecimal() or len(typed.cvc) not in (3, 4):
        raise declined("invalid_cvc", "Your card's security code is invalid.", param="cvc")
    return new_method(core, card, (typed.month, typed.year), metadata)


def new_method(core: Core, card: Card, expiry: tuple[int, int], metadata: dict[str, str]) -> Object:
    """A payment method of that card."""
    made = {
        "id": core.store.name("pm"),
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": NO_BILLING,
        "card": {
            "brand": card.brand,
            "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
            "country": "US",
            "display_brand": card.brand,
            "exp_month": expiry[0],
            "exp_year": expiry[1],
            "fingerprint": f"local{card.brand}{card.last4}",
            "funding": card.funding,
            "generated_from": None,
            "last4": card.last4,
            "networks": {"available": [card.brand], "preferred": None},
            "regulated_status": "unregulated",
            "three_d_secure_usage": {"supported": True},
            "wallet": None,
        },
        "created": core.store.now(),
        "customer": None,
        "customer_account": None,
        "livemode": False,
        "metadata": metadata,
        "type": "card",
    }
    return core.store.add(made, {"card": card._asdict(), "spent": False, "set_up": False})


def usable_method(core: Core, name: str, customer: str | None) -> Object:
    """The payment method that a payment names: a saved one of its customer, an unused one, or a new one of a test name.

    Raises:
        StripeError: there is none, it is another customer's, or it was used up.
    """
    card = by_name(name) if name.startswith("pm_card_") else None
    if card is not None:
        return new_method(core, card, EXPIRY, {})
    if name.startswith("pm_card_"):
        raise not_a_card(name)
    found = core.store.get("payment_method", name, "payment_method")
    if found["customer"] is None:
        if core.store.note(name)["spent"]:
            raise _used_up()
    elif found["customer"] != customer:
        words = (
            "The payment method you provided belongs to a customer. Please include that customer in the `customer` "
            "parameter."
        )
        raise invalid(words, "payment_method_customer_mismatch" if customer else None, "payment_method")
    return found


def _used_up() -> StripeError:
    words = (
        "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared "
        "with a connected account without Customer attachment, or was detached from a Customer. It may not be used "
        "again. To use a PaymentMethod multiple times, you must attach it to a Customer first."
    )
    return invalid(words, "payment_method_unexpected_state", "payment_method")


def retrieve_method(core: Core, call: Call) -> Object:
    """One payment method, of any customer or of the one in the path."""
    call.form.done()
    found = core.store.get("payment_method", call.ids["id"], "payment_method")
    if call.ids.get("customer", found["customer"]) != found["customer"]:
        raise not_a_card(call.ids["id"])
    return found


def attach_method(core: Core, call: Call) -> Object:
    """Saves a payment method with a customer; a test name makes a new one."""
    customer = living_customer(core, call.form.needed("customer", 255), "customer")
    call.form.done()
    found = usable_method(core, call.ids["id"], customer["id"])
    if found["customer"] is None:
        attach(core, found, customer["id"])
    return found


def attach(core: Core, method: Object, customer: str) -> None:
    """Saves a payment method with a customer, and tells so."""
    method["customer"] = customer
    core.emit("payment_method.attached", method)


def detach_method(core: Core, call: Call) -> Object:
    """Takes a payment method from its customer; it can never be used again."""
    call.form.done()
    found = core.store.get("payment_method", call.ids["id"], "payment_method")
    if found["customer"] is None:
        words = "The payment method you provided is not attached to a customer so detachment is impossible."
        raise invalid(words, None, "payment_method")
    found["customer"] = None
    core.store.note(found["id"])["spent"] = True
    core.emit("payment_method.detached", found)
    return found
