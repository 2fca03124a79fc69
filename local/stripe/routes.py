"""Every operation of the API by method and path, and the lists."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from local.stripe import (
    checkout,
    connect,
    customers,
    disputes,
    identity,
    payments,
    payouts,
    refunds,
    settings,
    transfers,
)
from local.stripe.charges import retrieve_charge, update_charge
from local.stripe.core import Call, Core
from local.stripe.errors import StripeError
from local.stripe.listing import created, cut, page, page_v2
from local.stripe.store import Object

Operation = Callable[[Core, Call], Object]


def listing(kind: str, *filters: str) -> Operation:
    """The list of a kind, with filters by its members."""

    def operation(core: Core, call: Call) -> Object:
        return page(core, call, kind, *filters)

    return operation


def reading(kind: str) -> Operation:
    """One object of a kind."""

    def operation(core: Core, call: Call) -> Object:
        call.form.done()
        return core.store.get(kind, call.ids["id"])

    return operation


def list_methods(core: Core, call: Call) -> Object:
    """The payment methods of a customer, named in the path or in the query."""
    customer = call.ids.get("customer") or call.form.needed("customer", 255)
    customers.living_customer(core, customer, "customer")
    return page(core, call, "payment_method", "type", customer=customer)


def list_lines(core: Core, call: Call) -> Object:
    """The balance transactions of the account that is spoken for; ``payout`` names those of an automatic payout."""
    payout = call.form.text("payout", 255)
    wanted = {name: call.form.text(name, 255) for name in ("currency", "source", "type")}
    within = created(call.form)
    found = (
        line
        for line in core.store.newest("balance_transaction", call.account)
        if all(value is None or line[name] == value for name, value in wanted.items())
        and within(line["created"])
        and (payout is None or core.store.note(line["id"])["payout"] == payout)
    )
    return cut(call, found)


def list_payouts(core: Core, call: Call) -> Object:
    """The payouts of the account that is spoken for."""
    return page(core, call, "payout", "status", account=call.account)


def list_events(core: Core, call: Call) -> Object:
    """Events, of one type or of several."""
    kind, kinds = call.form.text("type", 255), call.form.words("types")
    within = created(call.form)
    asked = {*kinds, *([kind] if kind else [])}
    found = (
        event
        for event in core.store.newest("event", call.account)
        if (not asked or event["type"] in asked) and within(event["created"])
    )
    return cut(call, found)


def list_thin_events(core: Core, call: Call) -> Object:
    """Thin events, of one object or of several types."""
    about, kinds = call.form.text("object_id", 255), call.form.words("types")
    found = (
        event
        for event in core.store.newest("v2.core.event")
        if (about is None or event["related_object"]["id"] == about) and (not kinds or event["type"] in kinds)
    )
    return page_v2(call, found)


def list_accounts(core: Core, call: Call) -> Object:
    """Connected accounts, without what has to be included."""
    call.form.words("applied_configurations")
    return page_v2(call, (connect.seen(found, []) for found in core.store.newest("v2.core.account")))


def list_line_items(core: Core, call: Call) -> Object:
    """What is bought in a session."""
    return cut(call, checkout.line_items(core, call))


def list_reversals(core: Core, call: Call) -> Object:
    """The reversals of a transfer."""
    core.store.get("transfer", call.ids["id"], "transfer")
    return page(core, call, "transfer_reversal", transfer=call.ids["id"])


def balance(core: Core, call: Call) -> Object:
    """What the account that is spoken for has."""
    call.form.done()
    return core.balance.document(call.account)


def line(core: Core, call: Call) -> Object:
    """One balance transaction of the account that is spoken for."""
    call.form.done()
    return core.store.get("balance_transaction", call.ids["id"], "id", call.account)


def restful(path: str, one: str, **operations: Operation) -> list[tuple[str, str, Operation]]:
    """Routes below a path: ``create``, ``all``, ``retrieve``, ``update``, ``delete``, and verbs on one object."""
    usual = {"create": ("POST", ""), "all": ("GET", ""), "retrieve": ("GET", one), "update": ("POST", one)}
    usual["delete"] = ("DELETE", one)
    return [
        (usual[name][0], path + usual[name][1], work) if name in usual else ("POST", f"{path}{one}/{name}", work)
        for name, work in operations.items()
    ]


ONE: Final = "/(?P<id>[A-Za-z0-9_]{1,255})"
CUSTOMER: Final = ONE.replace("id", "customer")
TRANSFER: Final = ONE.replace("id", "transfer")

_ROUTES: Final = (
    *restful(
        "/v1/customers",
        ONE,
        create=customers.create_customer,
        all=listing("customer", "email"),
        retrieve=customers.retrieve_customer,
        update=customers.update_customer,
        delete=customers.delete_customer,
    ),
    ("GET", f"/v1/customers{CUSTOMER}/payment_methods", list_methods),
    ("GET", f"/v1/customers{CUSTOMER}/payment_methods{ONE}", customers.retrieve_method),
    *restful(
        "/v1/payment_methods",
        ONE,
        create=customers.create_method,
        all=list_methods,
        retrieve=customers.retrieve_method,
        attach=customers.attach_method,
        detach=customers.detach_method,
    ),
    *restful(
        "/v1/payment_intents",
        ONE,
        create=payments.create,
        all=listing("payment_intent", "customer"),
        retrieve=payments.retrieve,
        update=payments.update,
        confirm=payments.confirm,
        cancel=payments.cancel,
    ),
    *restful(
        "/v1/charges",
        ONE,
        all=listing("charge", "customer", "payment_intent", "transfer_group"),
        retrieve=retrieve_charge,
        update=update_charge,
    ),
    *restful(
        "/v1/checkout/sessions",
        ONE,
        create=checkout.create,
        all=listing("checkout.session", "customer", "payment_intent", "status"),
        retrieve=checkout.retrieve,
        expire=checkout.expire,
    ),
    ("GET", f"/v1/checkout/sessions{ONE}/line_items", list_line_items),
    *restful(
        "/v1/refunds",
        ONE,
        create=refunds.create,
        all=listing("refund", "charge", "payment_intent"),
        retrieve=refunds.retrieve,
        update=refunds.update,
        cancel=refunds.cancel,
    ),
    *restful(
        "/v1/disputes",
        ONE,
        all=listing("dispute", "charge", "payment_intent"),
        retrieve=disputes.retrieve,
        update=disputes.update,
        close=disputes.close,
    ),
    ("GET", "/v1/balance", balance),
    ("GET", "/v1/balance_settings", settings.retrieve),
    ("POST", "/v1/balance_settings", settings.update),
    *restful("/v1/balance_transactions", ONE, all=list_lines, retrieve=line),
    *restful(
        "/v1/transfers",
        ONE,
        create=transfers.create,
        all=listing("transfer", "destination", "transfer_group"),
        retrieve=transfers.retrieve,
        update=transfers.update,
        reversals=transfers.reverse,
    ),
    ("GET", f"/v1/transfers{ONE}/reversals", list_reversals),
    ("GET", f"/v1/transfers{TRANSFER}/reversals{ONE}", transfers.retrieve_reversal),
    *restful(
        "/v1/payouts",
        ONE,
        create=payouts.create,
        all=list_payouts,
        retrieve=payouts.retrieve,
        cancel=payouts.cancel,
    ),
    *restful(
        "/v1/identity/verification_sessions",
        ONE,
        create=identity.create,
        all=listing("identity.verification_session", "client_reference_id", "status"),
        retrieve=identity.retrieve,
        cancel=identity.cancel,
        redact=identity.redact,
    ),
    *restful("/v1/events", ONE, all=list_events, retrieve=reading("event")),
    *restful("/v2/core/events", ONE, all=list_thin_events, retrieve=reading("v2.core.event")),
    *restful(
        "/v2/core/accounts",
        ONE,
        create=connect.create_account,
        all=list_accounts,
        retrieve=connect.retrieve_account,
        update=connect.update_account,
    ),
    ("POST", "/v2/core/account_links", connect.create_link),
)

ROUTES: Final = tuple((method, re.compile(pattern), work) for method, pattern, work in _ROUTES)


def route(method: str, path: str) -> tuple[Operation, dict[str, str]]:
    """The operation of a method and path, and the ids in it.

    Raises:
        StripeError: there is none.
    """
    for verb, pattern, work in ROUTES:
        found = pattern.fullmatch(path)
        if verb == method and found:
            return work, found.groupdict()
    words = f"Unrecognized request URL ({method}: {path[:200]}). The local Stripe may not know it."
    raise StripeError(404, "invalid_request_error", words)
