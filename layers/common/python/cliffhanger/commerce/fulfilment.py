"""What a provider's facts do to the books: the one place that grants coins for money.

Each fact has its own reference on the buyer's chain, so that it counts once, however often and in whatever order facts
come. What does not belong to an order of ours, or says another amount than the order, is not believed: it is named, and
somebody has to look at it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from cliffhanger.commerce.evidence import evidence_for
from cliffhanger.commerce.orders import DISPUTE, Order, refund_name
from cliffhanger.commerce.store import OrdersStore
from cliffhanger.dynamo import Unclear
from cliffhanger.errors import Unavailable
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.journal import Retrying
from cliffhanger.ledger.names import platform
from cliffhanger.ledger.purchases import LOSSES
from cliffhanger.ledger.purchasing import read_story, record_grant, record_return, record_reversal
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.payments.facts import DisputeMoved, Fact, PaymentFailed, PaymentPaid, RefundFailed, RefundMade

Word = Literal[
    "granted",
    "refunded",
    "refund_returned",
    "dispute_taken",
    "dispute_returned",
    "failure_noted",
    "nothing_to_do",
    "unknown_order",
    "other_amount",
]
"""What came of a fact. ``unknown_order`` and ``other_amount`` are refusals: nothing was written."""
REFUSALS: frozenset[Word] = frozenset({"unknown_order", "other_amount"})


class Books(NamedTuple):
    """What facts are written into.

    ``disputed`` is told of each entry by which a dispute took or was given back, by account and number, as often as the
    fact is.
    """

    ledger: LedgerStore
    orders: OrdersStore
    retrying: Retrying | None = None
    disputed: Callable[[str, int], object] = lambda _account, _seq: None


class Outcome(NamedTuple):
    """What came of a fact: in a word, the entry where there is one, and evidence where a dispute can be contested.

    ``borne`` is how much of the money that went back the house bears, in the smallest unit of the order's currency.
    """

    word: Word
    seq: int = 0
    evidence: dict[str, str] | None = None
    borne: int = 0

    @property
    def refused(self) -> bool:
        """Whether somebody has to look at it."""
        return self.word in REFUSALS


def apply(books: Books, fact: Fact) -> Outcome:
    """Writes a fact into the books, exactly once, however often it is told.

    Raises:
        NotReversible: the order has been undone in as many steps as it may be.
        Busy, Undecided, Unavailable: tell it again.
    """
    try:
        order = books.orders.find(fact.person, fact.order)
    except Unclear as error:
        raise Unavailable("The table of orders does not answer.") from error
    if order is None:
        return Outcome("unknown_order")
    if not _fits(order, fact):
        return Outcome("other_amount")
    return _APPLY[type(fact)](books, order, fact)


def _fits(order: Order, fact: Fact) -> bool:
    """Whether what a fact says of money is of the order's currency, and of its amount or a part of it."""
    if isinstance(fact, PaymentFailed):
        return True
    paid = fact.amount if isinstance(fact, PaymentPaid) else getattr(fact, "paid_total", order.deal.cash)
    return fact.currency == order.deal.currency and paid == order.deal.cash and 0 < fact.amount <= order.deal.cash


def _paid(books: Books, order: Order, fact: PaymentPaid) -> Outcome:
    terms = {"payment": fact.payment, "list": order.as_of}
    entry = record_grant(
        books.ledger, order.chain, order.deal, first_only=order.first_only, terms=terms, retrying=books.retrying
    ).entry
    return Outcome("granted", entry.seq)


def _failed(books: Books, order: Order, fact: PaymentFailed) -> Outcome:
    try:
        books.orders.note_failure(order.person, order.order, fact.code)
    except Unclear as error:
        raise Unavailable("The table of orders does not answer.") from error
    return Outcome("failure_noted")


def _refunded(books: Books, order: Order, fact: RefundMade) -> Outcome:
    """A refund, be it one that we asked for and have on the chain already, or one that was made at the provider's."""
    entry = record_reversal(
        books.ledger,
        order.chain,
        refund_name(read_story(books.ledger, order.chain), fact.refund),
        fact.amount,
        kind="refund",
        terms={"by": "provider"},
        retrying=books.retrying,
    ).entry
    return Outcome("refunded", entry.seq, borne=_borne(entry))


def _refund_failed(books: Books, order: Order, fact: RefundFailed) -> Outcome:
    name = refund_name(read_story(books.ledger, order.chain), fact.refund)
    entry = record_return(books.ledger, order.chain, name, kind="refundFailed", retrying=books.retrying).entry
    return Outcome("refund_returned", entry.seq)


def _disputed(books: Books, order: Order, fact: DisputeMoved) -> Outcome:
    """A dispute takes the coins with its first word, and gives them back when it is won; a question does nothing."""
    name = f"{DISPUTE}{fact.dispute}"
    if fact.transition == "warning":
        return Outcome("nothing_to_do")
    if fact.transition in ("won", "funds_reinstated"):
        entry = record_return(books.ledger, order.chain, name, kind="disputeWon", retrying=books.retrying).entry
        books.disputed(entry.account, entry.seq)
        return Outcome("dispute_returned", entry.seq)
    entry = record_reversal(
        books.ledger,
        order.chain,
        name,
        fact.amount,
        kind="dispute",
        terms={"reason": fact.reason} if fact.reason else {},
        retrying=books.retrying,
    ).entry
    books.disputed(entry.account, entry.seq)
    outcome = Outcome("dispute_taken", entry.seq, borne=_borne(entry))
    if fact.transition != "opened" or fact.evidence_due_ms is None:
        return outcome
    return outcome._replace(evidence=evidence_for(books.ledger, order, entry))


def _borne(entry: Entry) -> int:
    house = platform(LOSSES, entry.account)
    return sum(line.amount for line in entry.postings if line.source == house)


_APPLY: dict[type[Fact], Callable[[Books, Order, Any], Outcome]] = {
    PaymentPaid: _paid,
    PaymentFailed: _failed,
    RefundMade: _refunded,
    RefundFailed: _refund_failed,
    DisputeMoved: _disputed,
}
