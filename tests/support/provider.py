"""A payment provider in memory that does as it is told: it keeps what it made under each key, and fails on request."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from cliffhanger.errors import PaymentRefused, ProviderUnavailable
from cliffhanger.payments.facts import PaymentPaid, RefundFailed, RefundMade
from cliffhanger.payments.ports import BalanceLine, Begun, Card, Purchase, RefundAsked

Made = TypeVar("Made")
VISA = Card("pm_visa", "visa", "4242", "2030-04")
DECLINED = "pm_declined"
SECURE = "pm_secure"
PAGE = "https://pay.example/"


class ScriptedProvider:
    """Answers as a provider does, repeats included.

    ``fails`` says how often the next calls fail before anything is made, ``loses`` how often their answer is lost after
    it was; ``refuses`` that no refund is made.
    """

    def __init__(self) -> None:
        self.made: dict[tuple[str, ...], Any] = {}
        self.calls: list[str] = []
        self.purchases: dict[str, Purchase] = {}
        self.refunds: dict[str, RefundAsked] = {}
        self.saved: dict[str, list[Card]] = {}
        self.evidence: dict[str, dict[str, str]] = {}
        self.fails = self.loses = 0
        self.refuses = False

    def _once(self, key: tuple[str, ...], asked: Any, make: Callable[[], Made]) -> Made:
        self.calls.append(key[0])
        if self.fails:
            self.fails -= 1
            raise ProviderUnavailable("It does not answer.")
        if key not in self.made:
            self.made[key] = (asked, make())
        before, made = self.made[key]
        assert before == asked, f"{key} was asked for otherwise before"
        if self.loses:
            self.loses -= 1
            raise ProviderUnavailable("Its answer was lost.")
        answer: Made = made
        return answer

    def customer(self, person: str) -> str:
        """As the port says."""
        return self._once(("customer", person), person, lambda: f"cus_{person}")

    def checkout(
        self, purchase: Purchase, return_url: str, cancel_url: str, *, save_card: bool, until_ms: int
    ) -> Begun:
        """As the port says."""
        self.purchases[purchase.order] = purchase
        asked = (purchase, return_url, cancel_url, save_card, until_ms)
        begun = Begun("open", "", f"cs_{purchase.order}", f"{PAGE}{purchase.order}")
        return self._once(("checkout", purchase.order), asked, lambda: begun)

    def intent(self, purchase: Purchase, *, save_card: bool) -> Begun:
        """As the port says."""
        self.purchases[purchase.order] = purchase
        payment = f"pi_{purchase.order}"
        begun = Begun("open", payment, client_secret=f"{payment}_secret")
        return self._once(("intent", purchase.order), (purchase, save_card), lambda: begun)

    def pay(self, purchase: Purchase, method: str, return_url: str) -> Begun:
        """As the port says."""
        self.purchases[purchase.order] = purchase
        payment = f"pi_{purchase.order}"
        begun = Begun("paid", payment)
        if method == SECURE:
            begun = Begun("action_required", payment, url=f"{PAGE}3ds/{purchase.order}")
        if method == DECLINED:
            begun = Begun("failed", payment, code="insufficient_funds")
        return self._once(("pay", purchase.order, method), (purchase, return_url), lambda: begun)

    def cards(self, customer: str) -> tuple[Card, ...]:
        """As the port says."""
        return tuple(self.saved.get(customer, []))

    def forget(self, customer: str, method: str) -> bool:
        """As the port says."""
        kept = [card for card in self.saved.get(customer, []) if card.method != method]
        had = len(kept) < len(self.saved.get(customer, []))
        self.saved[customer] = kept
        return had

    def cancel(self, begun: str) -> None:
        """As the port says."""
        self.calls.append("cancel")

    def refund(self, payment: str, refund: str, amount: int, currency: str, metadata: Mapping[str, str]) -> RefundAsked:
        """As the port says."""

        def make() -> RefundAsked:
            if self.refuses:
                raise PaymentRefused("It is not left.", declineCode="charge_already_refunded")
            self.refunds[refund] = RefundAsked(refund, payment, amount, currency, failed=False)
            return self.refunds[refund]

        return self._once(("refund", refund), (payment, amount, currency, dict(metadata)), make)

    def contest(self, dispute: str, evidence: Mapping[str, str], *, submit: bool) -> None:
        """As the port says."""
        self.evidence[dispute] = dict(evidence)

    def balance_lines(self, since_ms: int, until_ms: int) -> Iterator[BalanceLine]:
        """As the port says."""
        return iter(())

    def paid(self, order: str, at_ms: int) -> PaymentPaid:
        """What it tells once an order is paid."""
        made = self.purchases[order]
        return PaymentPaid(
            order, made.person, f"pi_{order}", f"ch_{order}", made.amount, made.currency, "visa 4242", at_ms
        )

    def refunded(self, order: str, refund: str, at_ms: int, amount: int | None = None) -> RefundMade:
        """What it tells of a refund, one that it was asked for or one that was made there."""
        made = self.purchases[order]
        part = self.refunds[refund].amount if amount is None else amount
        return RefundMade(order, made.person, f"pi_{order}", refund, part, part, made.amount, made.currency, at_ms)

    def refund_failed(self, order: str, refund: str, at_ms: int) -> RefundFailed:
        """What it tells of a refund that did not arrive."""
        made = self.purchases[order]
        return RefundFailed(
            order, made.person, f"pi_{order}", refund, self.refunds[refund].amount, made.currency, at_ms
        )
