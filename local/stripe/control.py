"""What can be asked of the local Stripe, and of no other: ``/_local/…``, JSON in and out.

    GET  /_local/requests, /_local/deliveries     what was asked, and what was sent, newest first
    GET, POST, DELETE /_local/faults              {"kind", "method"?, "path"?, "type"?, "times"?, "seconds"?}
    POST /_local/outcomes                         {"of": "refund" | "payout", "to", "code"?, "times"?}, of the next ones
    POST /_local/charges/{id}                     {"to": "disputed", "reason"?, "amount"?, "inquiry"?}
    POST /_local/disputes/{id}                    {"to": "won" | "lost" | "under_review" | "needs_response"}
    POST /_local/refunds/{id}                     {"to": "succeeded" | "failed"}
    POST /_local/payouts/{id}                     {"to": "in_transit" | "paid" | "failed", "code"?}
    POST /_local/payouts                          {"account"?}: the daily payout of all that there is;
                                                  none where its schedule is manual
    POST /_local/accounts/{id}                    {"to": "active" | "restricted" | "rejected"}
    POST /_local/verifications/{id}               {"to": "verified" | "processing" | "requires_input" | "redacted",
                                                  "code"?, "first_name"?, "last_name"?, "dob"?, "country"?}
    POST /_local/events/{id}                      {}: sends its webhook again
    POST /_local/webhooks                         {"send": "whole" | "thin"}: how events of v1 are sent from now on

A POST needs ``Content-Type: application/json``, which no page of another site can send without being asked first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from local.stripe import connect, disputes, identity, payouts, refunds
from local.stripe.core import Core
from local.stripe.errors import StripeError, invalid, missing
from local.stripe.faults import MAX_TIMES
from local.stripe.forms import Form, decode_json
from local.stripe.service import Request, Service
from local.stripe.store import Object
from local.stripe.webhooks import Webhooks


def _charge(core: Core, name: str, form: Form) -> Object:
    if form.choice("to", "disputed") is None:
        raise form.lacks("to")
    payment = core.store.find(name)
    if payment is not None and payment["object"] == "payment_intent":
        name = str(payment["latest_charge"])
    charge = core.store.get("charge", name)
    reason, inquiry = form.choice("reason", *disputes.REASONS) or "fraudulent", form.flag("inquiry") or False
    amount = form.integer("amount", 1) or charge["amount"] - charge["amount_refunded"]
    form.done()
    return disputes.open_dispute(core, charge, reason, amount, inquiry=inquiry)


def _dispute(core: Core, name: str, form: Form) -> Object:
    to = form.needed("to", 40)
    form.done()
    return disputes.move(core, core.store.get("dispute", name), to)


def _refund(core: Core, name: str, form: Form) -> Object:
    to = form.needed("to", 40)
    form.done()
    return refunds.move(core, core.store.get("refund", name), to)


def _payout(core: Core, name: str, form: Form) -> Object:
    to, code = form.needed("to", 40), form.choice("code", *payouts.FAILURES) or "account_closed"
    form.done()
    return payouts.move(core, core.store.get("payout", name), to, code)


def _account(core: Core, name: str, form: Form) -> Object:
    to, found = form.needed("to", 40), core.store.get("v2.core.account", name)
    form.done()
    connect.onboarded(core, found, to=to)
    return found


def _verification(core: Core, name: str, form: Form) -> Object:
    to, code = form.needed("to", 40), form.choice("code", *identity.FAILURES) or "document_unverified_other"
    told = {member: form.text(member, 400) for member in identity.SOMEBODY}
    form.done()
    who = {member: value for member, value in told.items() if value is not None}
    return identity.move(core, core.store.get("identity.verification_session", name), to, code, who)


MOVES: Final[dict[str, Callable[[Core, str, Form], Object]]] = {
    "accounts": _account,
    "charges": _charge,
    "disputes": _dispute,
    "payouts": _payout,
    "refunds": _refund,
    "verifications": _verification,
}


class Control:
    """Answers ``/_local/…``."""

    def __init__(self, service: Service, webhooks: Webhooks) -> None:
        self._service = service
        self._webhooks = webhooks

    def answer(self, request: Request) -> Any:
        """The document of an answer.

        Raises:
            StripeError: there is no such thing, or it cannot be done.
        """
        what, _, name = request.path.removeprefix("/_local/").partition("/")
        if request.method == "GET" and not name:
            return self._read(what)
        with self._service.lock:
            if request.method == "DELETE" and (what, name) == ("faults", ""):
                self._service.faults.clear()
                return {"faults": []}
            if request.method != "POST":
                raise missing("path", request.path)
            if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
                raise StripeError(415, "invalid_request_error", "Content-Type: application/json is needed.")
            form = Form(decode_json(request.body))
            return self._change(what, name, form)

    def _read(self, what: str) -> Any:
        if what == "requests":
            return {"requests": self._service.log()}
        if what == "deliveries":
            return {"deliveries": self._webhooks.log()}
        if what == "faults":
            with self._service.lock:
                return {"faults": self._service.faults.waiting()}
        raise missing("path", f"/_local/{what}")

    def _change(self, what: str, name: str, form: Form) -> Any:
        core = self._service.core
        if name and what in MOVES:
            return MOVES[what](core, name, form)
        if name and what == "events":
            form.done()
            self._webhooks.again(name)
            return {"sent": name}
        if name:
            raise missing("path", f"/_local/{what}/{name}")
        if what == "faults":
            return self._service.faults.ask(form)
        if what == "outcomes":
            return _outcome(core, form)
        if what == "payouts":
            account = form.text("account", 255) or ""
            form.done()
            return {"payouts": payouts.pay_out_all(core, account)}
        if what == "webhooks":
            self._webhooks.thin = form.choice("send", "whole", "thin") == "thin"
            form.done()
            return {"send": "thin" if self._webhooks.thin else "whole"}
        raise missing("path", f"/_local/{what}")


def _outcome(core: Core, form: Form) -> Object:
    of = form.choice("of", "refund", "payout")
    if of is None:
        raise form.lacks("of")
    allowed = {"refund": ("pending", "succeeded", "failed"), "payout": ("in_transit", "paid", "failed")}[of]
    to, code = form.choice("to", *allowed), form.choice("code", *payouts.FAILURES)
    times = form.integer("times", 1, MAX_TIMES) or 1
    form.done()
    if to is None or (code is not None and of != "payout"):
        raise invalid(f"How is the {of} to end?", None, "to")
    core.outcomes.ask(of, {"to": to, **({"code": code} if code else {})}, times)
    return {"of": of, "to": to, "times": times}
