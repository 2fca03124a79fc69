"""What we ask of a payment provider. Pure; ``stripe_adapter`` answers it.

Amounts, currencies and times are as in :mod:`cliffhanger.payments.facts`. Every call that changes something carries a
key that is derived from our own ids, so that repeating it changes nothing more. Every call may raise

    ``ProviderUnavailable``  no answer, or none yet: the same call again will tell;
    ``PaymentRefused``       the bank or the provider will not take this payment; ``declineCode`` says why;
    ``ProviderRejected``     the provider does not understand us: a fault of ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple, Protocol

from cliffhanger.payments.facts import Failure

BegunStatus = Literal["open", "action_required", "processing", "paid", "failed"]
"""``open``: waits for the payer. ``action_required``: the payer's bank wants to hear from them, at ``url``.
``processing``: a bank has yet to answer. None of them grants anything: only a fact does."""


class Purchase(NamedTuple):
    """What is to be paid. ``title`` is what the payer reads; ``customer`` the provider's id of a person, if one is."""

    order: str
    person: str
    title: str
    amount: int
    currency: str
    customer: str | None = None


class Begun(NamedTuple):
    """A payment that was asked for, as it stands.

    ``payment`` and ``session`` are the provider's ids, empty while there is none. ``url`` is where the payer goes next,
    ``client_secret`` what a native app goes on with, ``code`` why it failed.
    """

    status: BegunStatus
    payment: str = ""
    session: str = ""
    url: str | None = None
    client_secret: str | None = None
    code: Failure | Literal[""] = ""


class Card(NamedTuple):
    """A saved card: the provider's id of it, and what its holder knows it by; ``expires`` is such as ``2028-04``."""

    method: str
    brand: str
    last4: str
    expires: str


class RefundAsked(NamedTuple):
    """A refund that was asked for. ``refund`` is our id; ``failed`` that the provider will not make it."""

    refund: str
    payment: str
    amount: int
    currency: str
    failed: bool


class BalanceLine(NamedTuple):
    """One movement of our money at the provider: ``amount`` less ``fee`` is ``net``; what leaves us is negative.

    ``source`` is the provider's id of what it is for, ``order`` our own where that is known, else empty.
    """

    line: str
    kind: str
    amount: int
    fee: int
    net: int
    currency: str
    source: str
    order: str
    at_ms: int


class Provider(Protocol):
    """A payment provider."""

    def customer(self, person: str) -> str:
        """The provider's id of a person, made at the first call; the same one when asked again within a day."""

    def checkout(
        self, purchase: Purchase, return_url: str, cancel_url: str, *, save_card: bool, until_ms: int
    ) -> Begun:
        """A page of the provider's on which the purchase is paid, until a time 30 minutes to 24 hours from now."""

    def intent(self, purchase: Purchase, *, save_card: bool) -> Begun:
        """A payment that a native app goes on with, by its client secret."""

    def pay(self, purchase: Purchase, method: str, return_url: str) -> Begun:
        """Pays with a saved card of the purchase's customer, at once if the bank asks nothing."""

    def cards(self, customer: str) -> tuple[Card, ...]:
        """The saved cards of a customer, newest first, at most twenty."""

    def forget(self, customer: str, method: str) -> bool:
        """Forgets a saved card; whether it was the customer's."""

    def cancel(self, begun: str) -> None:
        """Gives up a payment or a session, by its id; nothing happens to one that is over, paid or not."""

    def refund(self, payment: str, refund: str, amount: int, currency: str, metadata: Mapping[str, str]) -> RefundAsked:
        """Gives an amount of a payment back. ``refund`` is our id, ``metadata`` holds ``order`` and ``person``."""

    def contest(self, dispute: str, evidence: Mapping[str, str], *, submit: bool) -> None:
        """Hands in evidence for a dispute, by the provider's id; when submitted it can be added to no more."""

    def balance_lines(self, since_ms: int, until_ms: int) -> Iterator[BalanceLine]:
        """Every movement that was made from one time to before another, newest first."""
