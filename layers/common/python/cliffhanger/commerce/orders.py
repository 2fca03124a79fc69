"""An order: what somebody is about to pay for, with the price it was made at. Pure.

An order never says whether it is paid: that the ledger does (docs/adr/0023).
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Literal, NamedTuple

from cliffhanger.commerce.price_lists import WELCOME
from cliffhanger.ledger.canonical import canonical_json, digest
from cliffhanger.ledger.names import base32, text_of_hash, viewer
from cliffhanger.ledger.purchases import Deal, Story
from cliffhanger.ledger.purchasing import OrderChain
from cliffhanger.payments.facts import Failure

Method = Literal["checkout", "intent", "card"]
"""A page of the provider's; a payment that a native app goes on with; a saved card, in one tap."""
Status = Literal[
    "open",
    "actionRequired",
    "processing",
    "paid",
    "failed",
    "expired",
    "refunded",
    "partlyRefunded",
    "disputed",
]

OPEN_MS = 60 * 60_000
"""For so long an order can be paid. What is paid later all the same is granted: the money is with us."""
DISPUTE = "dispute-"
"""What the name of a reversal begins with where it is a dispute's."""
GIVEN_UP = "refused"
"""By whom a refund failed, where it is we who gave it up."""
FINAL: frozenset[str] = frozenset({"canceled", "expired"})
"""Failures after which nobody tries again to pay the order."""

_ORDER_BYTES = 10
"""80 bits of HMAC: 16 characters, as of every id of ours."""


class Asked(NamedTuple):
    """What a viewer asks for: a pack or an exact number of coins, at the price that was shown, and how it is paid."""

    person: str
    pack: str
    coins: int
    currency: str
    amount_shown: int
    method: Method
    card: str = ""
    save_card: bool = False
    return_to: str = "/"

    @property
    def hash(self) -> str:
        """SHA-256 of what is asked, base64url: the same key with anything else is another order."""
        return text_of_hash(digest(canonical_json(self._asdict())))


class Order(NamedTuple):
    """One order. ``pack`` is empty for an exact number of coins, ``as_of`` the first day of its price list's edition.

    ``customer`` is the provider's id of the person where one was needed. ``failure`` is why the last try to pay it came
    to nothing, as far as we were told; times are in milliseconds since the Unix epoch.
    """

    order: str
    person: str
    created_at: int
    deal: Deal
    pack: str
    as_of: str
    method: Method
    hash: str
    card: str = ""
    save_card: bool = False
    return_to: str = "/"
    customer: str = ""
    failure: Failure | Literal[""] = ""

    @property
    def until(self) -> int:
        """When it can be paid no more."""
        return self.created_at + OPEN_MS

    @property
    def chain(self) -> OrderChain:
        """The order on its buyer's chain."""
        return OrderChain(viewer(self.person), self.order)

    @property
    def first_only(self) -> bool:
        """Whether its bonus comes with a first purchase alone."""
        return self.pack == WELCOME

    @property
    def title(self) -> str:
        """What the payer reads at the provider's."""
        bonus = f" + {self.deal.bonus} bonus" if self.deal.bonus else ""
        return f"{self.deal.coins} coins{bonus}"


class Standing(NamedTuple):
    """An order as it stands; ``seq`` is the entry that granted it, 0 before there is one.

    ``withheld`` are the bonus coins of an offer for a first purchase that another purchase has come before.
    """

    order: Order
    status: Status
    refunded: int = 0
    seq: int = 0
    withheld: int = 0

    @property
    def bonus(self) -> int:
        """The bonus coins that it brings, or has brought."""
        return self.order.deal.bonus - self.withheld


def refund_name(story: Story, refund: str) -> str:
    """The name of the reversal that a refund at the provider's is.

    It is the refund's own id, unless we gave it up when the provider would not make it, and the provider has made it
    all the same, as may be when only its first answer was lost: then that counts anew.
    """
    given_up = story.returns.get(refund)
    return f"{refund}-made" if given_up is not None and given_up.terms.get("by") == GIVEN_UP else refund


def order_id(person: str, idempotency_key: str, secret: bytes) -> str:
    """The id of an order: the same for the same person and key, so that a retry finds what it began."""
    named = f"order:{person}:{idempotency_key}"  # a person id contains no colon
    return base32(hmac.new(secret, named.encode(), hashlib.sha256).digest()[:_ORDER_BYTES])


def standing(order: Order, story: Story, now: int, *, preceded: bool = False) -> Standing:
    """How an order stands by what the ledger tells of it, and where it tells nothing, by the clock.

    ``preceded``: its bonus will not come, because another purchase stands where it should be the first.
    """
    if story.grant is None:
        return Standing(order, _unpaid(order, now), withheld=order.deal.bonus if preceded else 0)
    refunded = min(order.deal.cash, story.gone())
    disputed = any(name.startswith(DISPUTE) and name not in story.returns for name in story.reversals)
    status: Status = "paid"
    if disputed:
        status = "disputed"
    elif refunded:
        status = "refunded" if refunded == order.deal.cash else "partlyRefunded"
    return Standing(order, status, refunded, story.grant.seq, story.withheld)


def _unpaid(order: Order, now: int) -> Status:
    if order.failure and (order.method == "card" or order.failure in FINAL):
        return "expired" if order.failure == "expired" else "failed"
    return "open" if now < order.until else "expired"
