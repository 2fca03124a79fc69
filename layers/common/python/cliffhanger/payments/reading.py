"""From a notice to the fact that it tells. Pure, but for what it has to look up.

Only members that are named here are read, so that a later version of the provider's API may add what it likes. What is
missing or of another form, where we must act, is never guessed. Amounts are taken as they are: Stripe counts in a
currency's smallest unit, as we do, for every currency that we sell in (its "Supported currencies").

What an event shows of a payment holds for ever: money that came stays a fact. What it shows of a refund is only how it
stood, so a refund is looked up: a notice that comes late must not bring back what has changed since.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple, Protocol

from cliffhanger.errors import NoticeUnreadable
from cliffhanger.ledger.names import is_id
from cliffhanger.payments.facts import (
    DisputeMoved,
    Fact,
    PaymentFailed,
    PaymentPaid,
    RefundFailed,
    RefundMade,
    Transition,
    derived_id,
)
from cliffhanger.payments.notices import made_at_ms
from cliffhanger.payments.shown import Shown, amount_of, currency_of, failure_of, id_of, method_of, text_of

THIN = "v2.core.event"

Reason = Literal["foreign", "nothing_moved"]
"""Why a notice of a kind that we read tells nothing. ``foreign``: it is of a payment that this stage never asked for;
``nothing_moved``: it is of a step in which no money moves."""


class Nothing(NamedTuple):
    """A notice that tells no fact."""

    reason: Reason


class Lookup(Protocol):
    """Shows objects of the provider's as they stand now."""

    def show(self, what: str, identity: str) -> Shown:
        """An object by its type and id; a payment with its charge.

        Raises:
            ProviderUnavailable, ProviderRejected: it cannot be shown.
        """


class _Payment(NamedTuple):
    """What we gave a payment on its way, and how it stands."""

    order: str
    person: str
    payment: str
    paid: int
    refunded: int


def read(event: Shown, kind: str, stage: str, lookup: Callable[[], Lookup]) -> Fact | Nothing:
    """The fact that an event tells, if it tells one; ``kind`` is one of :data:`KINDS`.

    Raises:
        NoticeUnreadable: it does not tell what it must.
        ProviderUnavailable, ProviderRejected: what it is about cannot be looked up.
    """
    if event.get("account") or event.get("context"):
        return Nothing("foreign")  # told of an account that is connected with ours
    try:
        return KINDS[kind](_Telling(event, kind, stage, lookup))
    except _Foreign:
        return Nothing("foreign")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise NoticeUnreadable(f"{kind} lacks what it must tell: {error!r}") from error


def subject_of(event: Shown) -> str:
    """The provider's id of what an event is about.

    Raises:
        NoticeUnreadable: it does not tell.
    """
    try:
        return text_of(event["related_object"] if event["object"] == THIN else event["data"]["object"], "id")
    except (KeyError, TypeError) as error:
        raise NoticeUnreadable("The notice does not name what it is about.") from error


class _Foreign(Exception):
    """A payment that this stage never asked for."""


class _Telling(NamedTuple):
    """An event, and where to look up what it leaves out."""

    event: Shown
    kind: str
    stage: str
    lookup: Callable[[], Lookup]

    @property
    def at_ms(self) -> int:
        return made_at_ms(self.event)

    def shown(self) -> Shown:
        """The object that the event is about: as it shows it, or as it stands now where it only names it."""
        if self.event["object"] == THIN:
            related = self.event["related_object"]
            return self.lookup().show(text_of(related, "type"), text_of(related, "id"))
        found: Shown = self.event["data"]["object"]
        return found

    def ours(self, metadata: Shown | None) -> tuple[str, str]:
        """Order and person of what we asked for."""
        given = metadata or {}
        if "order" not in given or given.get("stage") != self.stage:
            raise _Foreign
        order, person = text_of(given, "order"), text_of(given, "person")
        if not (is_id(order) and is_id(person)):
            raise ValueError("order or person is no id")
        return order, person

    def payment(self, identity: str) -> _Payment:
        """A payment as it stands now."""
        found = self.lookup().show("payment_intent", identity)
        order, person = self.ours(found.get("metadata"))
        charge = found["latest_charge"]
        return _Payment(
            order, person, identity, amount_of(found, "amount_received"), amount_of(charge, "amount_refunded", least=0)
        )


def _charge_succeeded(telling: _Telling) -> Fact | Nothing:
    charge = telling.shown()
    metadata = charge.get("metadata") or {}
    if "order" not in metadata and charge.get("payment_intent"):
        # A charge takes its payment's metadata when it is made; money is not to hang on that.
        metadata = telling.lookup().show("payment_intent", id_of(charge["payment_intent"])).get("metadata")
    order, person = telling.ours(metadata)
    if charge["status"] != "succeeded" or not charge["captured"]:
        return Nothing("nothing_moved")
    return PaymentPaid(
        order=order,
        person=person,
        payment=id_of(charge["payment_intent"]),
        charge=text_of(charge, "id"),
        amount=amount_of(charge, "amount_captured"),
        currency=currency_of(charge),
        method=method_of(charge),
        at_ms=telling.at_ms,
    )


def _payment_succeeded(telling: _Telling) -> Fact | Nothing:
    payment = telling.shown()
    order, person = telling.ours(payment.get("metadata"))
    if payment["status"] != "succeeded":
        return Nothing("nothing_moved")
    charge = payment["latest_charge"]
    return PaymentPaid(
        order=order,
        person=person,
        payment=text_of(payment, "id"),
        charge=id_of(charge),
        amount=amount_of(payment, "amount_received"),
        currency=currency_of(payment),
        method=method_of(charge) if isinstance(charge, Mapping) else "",
        at_ms=telling.at_ms,
    )


def _payment_failed(telling: _Telling) -> Fact | Nothing:
    payment = telling.shown()
    order, person = telling.ours(payment.get("metadata"))
    error = payment.get("last_payment_error")
    if payment["status"] == "succeeded" or error is None:
        return Nothing("nothing_moved")  # it was tried again since
    code = failure_of(error.get("code"), error.get("decline_code"))
    return PaymentFailed(order, person, text_of(payment, "id"), code, telling.at_ms)


def _payment_canceled(telling: _Telling) -> Fact | Nothing:
    payment = telling.shown()
    order, person = telling.ours(payment.get("metadata"))
    late = payment.get("cancellation_reason") in ("automatic", "expired")
    return PaymentFailed(order, person, text_of(payment, "id"), "expired" if late else "canceled", telling.at_ms)


def _session_expired(telling: _Telling) -> Fact | Nothing:
    session = telling.shown()
    order, person = telling.ours(session.get("metadata"))
    payment = session.get("payment_intent")
    return PaymentFailed(order, person, id_of(payment) if payment else "", "expired", telling.at_ms)


def _refund(telling: _Telling) -> Fact | Nothing:
    refund = telling.lookup().show("refund", text_of(telling.shown(), "id"))
    payment = refund.get("payment_intent")
    if not payment:
        raise _Foreign  # of a charge that no payment of ours made
    about, status = telling.payment(id_of(payment)), refund["status"]
    named = (refund.get("metadata") or {}).get("refund", "")
    identity = named if is_id(named) else derived_id(text_of(refund, "id"))
    amount, currency = amount_of(refund, "amount"), currency_of(refund)
    if status in ("failed", "canceled"):
        return RefundFailed(about.order, about.person, about.payment, identity, amount, currency, telling.at_ms)
    if status not in ("succeeded", "pending"):
        return Nothing("nothing_moved")
    return RefundMade(
        order=about.order,
        person=about.person,
        payment=about.payment,
        refund=identity,
        amount=amount,
        refunded_total=about.refunded,
        paid_total=about.paid,
        currency=currency,
        at_ms=telling.at_ms,
    )


def _dispute(telling: _Telling) -> Fact | Nothing:
    dispute = telling.shown()
    payment = dispute.get("payment_intent")
    if not payment:
        raise _Foreign
    about = telling.payment(id_of(payment))
    due = (dispute.get("evidence_details") or {}).get("due_by")
    return DisputeMoved(
        order=about.order,
        person=about.person,
        payment=about.payment,
        dispute=derived_id(text_of(dispute, "id")),
        transition=_transition(telling.kind, text_of(dispute, "status")),
        amount=amount_of(dispute, "amount"),
        paid_total=about.paid,
        currency=currency_of(dispute),
        reason=text_of(dispute, "reason"),
        evidence_due_ms=None if due is None else amount_of({"due_by": due}, "due_by") * 1_000,
        at_ms=telling.at_ms,
    )


def _transition(kind: str, status: str) -> Transition:
    """What has become of a dispute, by the kind of notice and how the dispute stands.

    Source: Stripe API, "The Dispute object": what is asked before money is taken has a status that begins with
    ``warning_``; ``prevented`` is one that was settled before it was any.
    """
    if kind in _MOVED:
        return _MOVED[kind]
    if status.startswith("warning_") or status == "prevented":
        return "warning"
    if kind == "charge.dispute.created":
        return "opened"
    if status in ("won", "lost"):
        return "won" if status == "won" else "lost"
    raise ValueError(f"a dispute is closed as {status}")


_MOVED: Mapping[str, Transition] = {
    "charge.dispute.funds_withdrawn": "funds_withdrawn",
    "charge.dispute.funds_reinstated": "funds_reinstated",
}

KINDS: Mapping[str, Callable[[_Telling], Fact | Nothing]] = {
    "charge.succeeded": _charge_succeeded,
    "payment_intent.succeeded": _payment_succeeded,
    "payment_intent.payment_failed": _payment_failed,
    "payment_intent.canceled": _payment_canceled,
    "checkout.session.expired": _session_expired,
    "refund.created": _refund,
    "refund.updated": _refund,
    "refund.failed": _refund,
    "charge.dispute.created": _dispute,
    "charge.dispute.funds_withdrawn": _dispute,
    "charge.dispute.funds_reinstated": _dispute,
    "charge.dispute.closed": _dispute,
}
"""The kinds of notice that may tell something, each with what reads it. All others are not even recorded.

``charge.succeeded`` tells all of a payment and is what an endpoint should be given; ``payment_intent.succeeded`` tells
the same without the card, for an endpoint that has only that. Both are one fact."""
