"""Stripe, as :class:`cliffhanger.payments.ports.Provider` asks for it.

What changes something carries a key that is derived from our own ids, under which Stripe answers a repeated call as the
first time ("Idempotent requests": kept for at least 24 hours).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from cliffhanger.errors import ProviderRejected
from cliffhanger.payments.ports import BalanceLine, Begun, BegunStatus, Card, Purchase, RefundAsked
from cliffhanger.payments.shown import failure_of
from cliffhanger.payments.stripe_calls import NotThere, StripeCalls

CARDS = 20
PAGE = 100

UNEVEN = frozenset({"ISK", "UGX", "BHD", "JOD", "KWD", "OMR", "TND"})
"""Currencies that Stripe counts in other units than ISO 4217, or only in tens of them ("Supported currencies")."""

PATHS: Mapping[str, str] = {
    "charge": "charges",
    "checkout.session": "checkout/sessions",
    "dispute": "disputes",
    "payment_intent": "payment_intents",
    "refund": "refunds",
}
"""Where the API shows the objects that notices are about."""

_ID = re.compile(r"[A-Za-z0-9_]{1,255}")
_STATUSES: Mapping[str, BegunStatus] = {
    "requires_payment_method": "open",
    "requires_confirmation": "open",
    "requires_action": "action_required",
    "processing": "processing",
    "succeeded": "paid",
    "canceled": "failed",
}
_OVER = frozenset({"succeeded", "canceled", "processing", "complete", "expired"})
"""Statuses of a payment or a session in which there is nothing left to give up."""


class StripeProvider:
    """Stripe, through one client. ``stage`` stands in all that we ask for, so that each stage knows its own."""

    def __init__(self, calls: StripeCalls, stage: str) -> None:
        self._ask = calls.ask
        self._stage = stage

    def customer(self, person: str) -> str:
        """As the port says."""
        params: Any = {"metadata": {"person": person, "stage": self._stage}}
        return self._ask(lambda stripe: stripe.v1.customers.create(params, self._once("customer", person))).id

    def checkout(
        self, purchase: Purchase, return_url: str, cancel_url: str, *, save_card: bool, until_ms: int
    ) -> Begun:
        """As the port says."""
        price = {
            "currency": _currency(purchase.currency),
            "unit_amount": purchase.amount,
            "product_data": {"name": purchase.title},
        }
        payment: dict[str, Any] = {"metadata": self._metadata(purchase), "description": purchase.title}
        if save_card:
            payment["setup_future_usage"] = "on_session"
        params: Any = {
            "mode": "payment",
            "line_items": [{"price_data": price, "quantity": 1}],
            "success_url": return_url,
            "cancel_url": cancel_url,
            "expires_at": until_ms // 1_000,
            "client_reference_id": purchase.order,
            "metadata": self._metadata(purchase),
            "payment_intent_data": payment,
        }
        if purchase.customer is not None:
            params["customer"] = purchase.customer
        once = self._once(purchase.order, "checkout")
        session = self._ask(lambda stripe: stripe.v1.checkout.sessions.create(params, once)).to_dict()
        status: BegunStatus = "open"
        if session["status"] != "open":
            status = "paid" if session.get("payment_status") == "paid" else "failed"
        return Begun(status, _id_or_nothing(session.get("payment_intent")), session["id"], session.get("url"))

    def intent(self, purchase: Purchase, *, save_card: bool) -> Begun:
        """As the port says."""
        params = self._payment(purchase) | {"automatic_payment_methods": {"enabled": True}}
        if save_card:
            params["setup_future_usage"] = "on_session"
        return self._begin(params, self._once(purchase.order, "intent"))

    def pay(self, purchase: Purchase, method: str, return_url: str) -> Begun:
        """As the port says."""
        params = self._payment(purchase) | {
            "payment_method": checked(method),
            "payment_method_types": ["card"],
            "confirm": True,
            "return_url": return_url,
        }
        begun = self._begin(params, self._once(purchase.order, "pay", method))
        # Confirmed, and waiting for another card: the bank has refused this one.
        return begun._replace(status="failed", code="card_declined") if begun.status == "open" else begun

    def cards(self, customer: str) -> tuple[Card, ...]:
        """As the port says."""
        params: Any = {"type": "card", "limit": CARDS}
        found = self._ask(lambda stripe: stripe.v1.customers.payment_methods.list(checked(customer), params))
        return tuple(_card(method.to_dict()) for method in found.data)

    def forget(self, customer: str, method: str) -> bool:
        """As the port says."""
        if _ID.fullmatch(method) is None:
            return False
        try:
            self._ask(lambda stripe: stripe.v1.customers.payment_methods.retrieve(checked(customer), method))
        except NotThere:
            return False
        self._ask(lambda stripe: stripe.v1.payment_methods.detach(method))
        return True

    def cancel(self, begun: str) -> None:
        """As the port says."""
        session = begun.startswith("cs_")
        try:
            if session:
                self._ask(lambda stripe: stripe.v1.checkout.sessions.expire(checked(begun)))
            else:
                self._ask(lambda stripe: stripe.v1.payment_intents.cancel(checked(begun)))
        except ProviderRejected:
            # Of a session Stripe does not say by any code that it is over, so its status has to.
            found = self.show("checkout.session" if session else "payment_intent", begun)
            if found.get("status") not in _OVER:
                raise

    def refund(self, payment: str, refund: str, amount: int, currency: str, metadata: Mapping[str, str]) -> RefundAsked:
        """As the port says.

        Raises:
            PaymentRefused: that much of the payment is not left, or its payer's bank has taken it back already.
        """
        params: Any = {
            "payment_intent": checked(payment),
            "amount": amount,
            "metadata": {**metadata, "refund": refund, "stage": self._stage},
        }
        _currency(currency)
        made = self._ask(lambda stripe: stripe.v1.refunds.create(params, self._once("refund", refund))).to_dict()
        return RefundAsked(
            refund, payment, made["amount"], made["currency"].upper(), made.get("status") in ("failed", "canceled")
        )

    def contest(self, dispute: str, evidence: Mapping[str, str], *, submit: bool) -> None:
        """As the port says."""
        params: Any = {"evidence": dict(evidence), "submit": submit}
        self._ask(lambda stripe: stripe.v1.disputes.update(checked(dispute), params))

    def balance_lines(self, since_ms: int, until_ms: int) -> Iterator[BalanceLine]:
        """As the port says; ``kind`` is Stripe's reporting category, such as ``charge``, ``refund`` or ``dispute``."""
        params: Any = {
            "created": {"gte": since_ms // 1_000, "lt": until_ms // 1_000},
            "limit": PAGE,
            "expand": ["data.source"],
        }
        while True:
            page = self._page(params)
            yield from map(self._line, page)
            if len(page) < PAGE:
                return
            params["starting_after"] = page[-1]["id"]

    def _line(self, line: Mapping[str, Any]) -> BalanceLine:
        """A line; what a bank or a person at Stripe's page did carries no order, but its payment does."""
        read, source = _line(line), line.get("source")
        if read.order or not isinstance(source, Mapping) or not source.get("payment_intent"):
            return read
        payment = self.show("payment_intent", _id_or_nothing(source["payment_intent"]))
        return read._replace(order=(payment.get("metadata") or {}).get("order", ""))

    def _page(self, params: Any) -> list[Mapping[str, Any]]:
        found = self._ask(lambda stripe: stripe.v1.balance_transactions.list(params))
        return [line.to_dict() for line in found.data]

    def show(self, what: str, identity: str) -> Mapping[str, Any]:
        """An object as it stands now, as :class:`cliffhanger.payments.reading.Lookup` says.

        Raises:
            ProviderRejected: there is none, or none of a type that notices are about.
        """
        if what not in PATHS:
            raise ProviderRejected(f"Nothing shows {what[:40]!r}.")
        path = f"/v1/{PATHS[what]}/{checked(identity)}"
        expand = {"expand": ["latest_charge"]} if what == "payment_intent" else {}
        return dict(self._ask(lambda stripe: stripe.raw_request("get", path, **expand)).data)

    def _begin(self, params: dict[str, Any], once: Any) -> Begun:
        made: Any = params
        payment = self._ask(lambda stripe: stripe.v1.payment_intents.create(made, once)).to_dict()
        action = (payment.get("next_action") or {}).get("redirect_to_url") or {}
        error = payment.get("last_payment_error") or {}
        status = _STATUSES[payment["status"]]
        return Begun(
            status,
            payment["id"],
            url=action.get("url"),
            client_secret=payment.get("client_secret"),
            code=failure_of(error.get("code"), error.get("decline_code")) if status == "failed" else "",
        )

    def _payment(self, purchase: Purchase) -> dict[str, Any]:
        params: dict[str, Any] = {
            "amount": purchase.amount,
            "currency": _currency(purchase.currency),
            "description": purchase.title,
            "metadata": self._metadata(purchase),
        }
        if purchase.customer is not None:
            params["customer"] = purchase.customer
        return params

    def _metadata(self, purchase: Purchase) -> dict[str, str]:
        """Our own names of a payment: Stripe gives them back with everything that it tells of it."""
        return {"order": purchase.order, "person": purchase.person, "stage": self._stage}

    def _once(self, *names: str) -> Any:
        """The key under which a call happens once."""
        return {"idempotency_key": ":".join(("cliffhanger", self._stage, *names))}


def checked(identity: str) -> str:
    """An id of Stripe's, which becomes part of an address.

    Raises:
        ProviderRejected: it is none.
    """
    if _ID.fullmatch(identity) is None:
        raise ProviderRejected("That is no id of Stripe's.")
    return identity


def _currency(currency: str) -> str:
    """A currency as Stripe writes it.

    Raises:
        ProviderRejected: Stripe counts it otherwise than we do.
    """
    if currency in UNEVEN:
        raise ProviderRejected(f"Stripe counts {currency} in other units than ISO 4217.")
    return currency.lower()


def _id_or_nothing(value: Any) -> str:
    return value["id"] if isinstance(value, Mapping) else value or ""


def _card(method: Mapping[str, Any]) -> Card:
    card = method["card"]
    return Card(method["id"], card["brand"], card["last4"], f"{card['exp_year']:04}-{card['exp_month']:02}")


def _line(line: Mapping[str, Any]) -> BalanceLine:
    source = line.get("source")
    metadata = source.get("metadata") or {} if isinstance(source, Mapping) else {}
    return BalanceLine(
        line=line["id"],
        kind=line.get("reporting_category") or line["type"],
        amount=line["amount"],
        fee=line["fee"],
        net=line["net"],
        currency=line["currency"].upper(),
        source=_id_or_nothing(source),
        order=metadata.get("order", ""),
        at_ms=line["created"] * 1_000,
    )
