"""What comes of trying to pay: paid, declined, or the payer's bank wants to hear from the payer (3-D Secure)."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode, urlsplit, urlunsplit

from local.stripe import disputes
from local.stripe.balance import card_fee
from local.stripe.cards import refusal
from local.stripe.charges import new_charge
from local.stripe.core import Core
from local.stripe.customers import attach
from local.stripe.errors import StripeError, declined, invalid
from local.stripe.store import Object, copied

OPEN: Final = ("requires_payment_method", "requires_confirmation", "requires_action")


def require_open(found: Object, what: str, states: tuple[str, ...] = OPEN) -> None:
    """Refuses what cannot be done to a payment as it stands.

    Raises:
        StripeError: ``payment_intent_unexpected_state``, with the payment.
    """
    if found["status"] not in states:
        words = f"You cannot {what} this PaymentIntent because it has a status of {found['status']}."
        raise invalid(words, "payment_intent_unexpected_state", payment_intent=copied(found))


def try_to_pay(core: Core, found: Object, sitting: dict[str, Any]) -> Object:
    """What the bank says: paid, declined, or that it wants to hear from the payer first.

    Raises:
        StripeError: declined.
    """
    note = core.store.note(found["id"])
    note["return_url"] = sitting["return_url"]
    method = core.store.get("payment_method", found["payment_method"])
    card, set_up = core.card_of(method["id"]), core.store.note(method["id"])["set_up"]
    if card.decline:
        raise fail(core, found, refusal(card))
    asks = card.authenticate == "always" or (card.authenticate == "unless_set_up" and not set_up)
    if asks and sitting["off_session"]:
        words = "Your card was declined. This transaction requires authentication."
        raise fail(core, found, declined("authentication_required", words, decline_code="authentication_required"))
    if not asks:
        return succeed(core, found)
    page = f"{core.origin}/pay/authenticate/{found['id']}?key={found['client_secret'].rpartition('_')[2]}"
    found["status"] = "requires_action"
    found["next_action"] = (
        {"type": "redirect_to_url", "redirect_to_url": {"return_url": sitting["return_url"], "url": page}}
        if sitting["return_url"]
        else {"type": "use_stripe_sdk", "use_stripe_sdk": {"type": "three_d_secure_redirect", "stripe_js": page}}
    )
    core.emit("payment_intent.requires_action", found)
    return found


def authenticated(core: Core, found: Object, *, passed: bool) -> Object:
    """The payer's bank has heard from the payer. Never raises: the payer goes back either way."""
    require_open(found, "authenticate", ("requires_action",))
    if passed:
        core.store.note(found["payment_method"])["set_up"] = found["setup_future_usage"] is not None
        return succeed(core, found)
    words = "We are unable to authenticate your payment method. Please choose a different payment method and try again."
    fail(core, found, declined("payment_intent_authentication_failure", words))
    return found


def fail(core: Core, found: Object, error: StripeError) -> StripeError:
    """A try that came to nothing: the payment waits for another card. The error, for whoever has to raise it."""
    method = core.store.get("payment_method", found["payment_method"])
    charge = None
    if error.code != "payment_intent_authentication_failure":
        charge = new_charge(core, found, method, error)
        found["latest_charge"] = charge["id"]
        core.emit("charge.failed", charge)
    told = {**error.members, **({"charge": charge["id"]} if charge else {}), "payment_method": copied(method)}
    if method["customer"] is None:
        core.store.note(method["id"])["spent"] = True
    found.update(status="requires_payment_method", next_action=None, payment_method=None, last_payment_error=told)
    core.emit("payment_intent.payment_failed", found)
    error.members = {**told, "payment_intent": copied(found)}
    return error


def succeed(core: Core, found: Object) -> Object:
    """Paid: a charge, its line of the balance, the card saved where that was asked for."""
    method = core.store.get("payment_method", found["payment_method"])
    charge = new_charge(core, found, method, None)
    line = core.balance.move(
        "charge",
        charge["amount"],
        charge["currency"],
        charge["id"],
        fee=card_fee(charge["amount"]),
        words=charge["description"],
    )
    charge["balance_transaction"] = line["id"]
    found.update(
        status="succeeded",
        next_action=None,
        last_payment_error=None,
        amount_received=found["amount"],
        latest_charge=charge["id"],
    )
    if method["customer"] is None:
        if found["setup_future_usage"] and found["customer"]:
            core.store.note(method["id"])["set_up"] = True
            attach(core, method, found["customer"])
        else:
            core.store.note(method["id"])["spent"] = True
    core.emit("charge.succeeded", charge)
    core.emit("payment_intent.succeeded", found)
    card = core.card_of(method["id"])
    if card.dispute:
        disputes.open_dispute(core, charge, card.dispute, charge["amount"], inquiry=card.inquiry)
    return found


def back_to(found: Object, url: str) -> str:
    """Where a payer goes after their bank has heard from them."""
    status = "succeeded" if found["status"] == "succeeded" else "failed"
    told = {
        "payment_intent": found["id"],
        "payment_intent_client_secret": found["client_secret"],
        "redirect_status": status,
    }
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, urlencode(told))))))
