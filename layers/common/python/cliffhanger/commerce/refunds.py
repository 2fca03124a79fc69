"""Use cases of refunds that we make: by the viewer's right, and by support.

The coins go first: the reversal stands in the ledger before the provider is asked, so that nothing of it can be spent
meanwhile. Then the provider is asked, under a key that follows from the refund's id. If it will not, an entry gives the
coins back. What breaks off between is gone on with by the same request, by the sweep, or by the provider's own notice.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from cliffhanger.commerce.domain import RIGHT_DAYS
from cliffhanger.commerce.orders import GIVEN_UP, Order, Standing, standing
from cliffhanger.commerce.shop import Shop, existing_order
from cliffhanger.commerce.store import Pending
from cliffhanger.dynamo import Unclear
from cliffhanger.errors import CliffhangerError, NotRefundable, NotReversible, PaymentRefused, Unavailable
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.names import base32
from cliffhanger.ledger.planning import Turn
from cliffhanger.ledger.purchases import Story, check_left, check_unspent
from cliffhanger.ledger.purchasing import Check, read_story, record_return, record_reversal

ASK_AGAIN_MS = 10 * 60_000
"""After so long somebody else asks the provider, where the request that began a refund has not come back to it."""
NO_ANSWER = "The table of orders does not answer."


def right_of(order: str) -> str:
    """The id of the one refund that an order's buyer may have by right."""
    return base32(hashlib.sha256(f"right:{order}".encode()).digest()[:10])


class Refund(NamedTuple):
    """A refund that we make: its id, the amount in the order's currency, and who decided it, in codes."""

    refund: str
    amount: int
    terms: Mapping[str, Any]


def refund_by_right(shop: Shop, person: str, order_id: str) -> Standing:
    """Refunds all of an order none of whose coins has been used, within 14 days; once, however often it is asked.

    Raises:
        NotFound: the viewer has no such order.
        NotRefundable: with ``rule``; nothing changed, or what was taken has been given back.
        ProviderUnavailable, ProviderRejected, Busy, Undecided, Unavailable: try again; the coins may be taken already.
    """
    order = existing_order(shop, person, order_id)

    def check(turn: Turn, story: Story) -> None:
        check_unspent(turn, story, RIGHT_DAYS)

    return make_refund(shop, order, Refund(right_of(order.order), order.deal.cash, {"by": "viewer"}), check)


def refund_by_support(shop: Shop, order: Order, case: str, amount: int, terms: Mapping[str, Any]) -> Entry:
    """Refunds an amount of an order, or with 0 all that is left of it, once for a case of support's: the reversal.

    Raises: as :func:`refund_by_right`.
    """
    story = read_story(shop.ledger, order.chain)
    made = story.reversals.get(case)
    left = max(1, order.deal.cash - story.gone())  # of nothing, one is too many, and refused as such
    amount = int(made.terms["amount"]) if made is not None else amount or left

    def check(_: Turn, story: Story) -> None:
        check_left(story, amount)

    make_refund(shop, order, Refund(case, amount, {"by": "support", **terms}), check)
    return read_story(shop.ledger, order.chain).reversals[case]


def make_refund(shop: Shop, order: Order, refund: Refund, check: Check) -> Standing:
    """Takes the coins, then asks the provider to give the money back, both once.

    Raises: as :func:`refund_by_right`.
    """
    pending = Pending(order.person, order.order, refund.refund, shop.clock() + ASK_AGAIN_MS)
    _noted(lambda: shop.orders.await_refund(pending))
    try:
        _take(shop, order, refund, check)
    except (NotRefundable, NotReversible):
        _forgotten(shop, order, refund.refund)
        raise
    return ask_provider(shop, order, refund.refund)


def _take(shop: Shop, order: Order, refund: Refund, check: Check) -> None:
    record_reversal(
        shop.ledger,
        order.chain,
        refund.refund,
        refund.amount,
        kind="refund",
        terms=refund.terms,
        check=check,
        retrying=shop.retrying,
    )


def ask_provider(shop: Shop, order: Order, refund: str) -> Standing:
    """Asks the provider for a refund whose coins have been taken; where it will not make it, they are given back.

    Raises: as :func:`refund_by_right`.
    """
    story = read_story(shop.ledger, order.chain)
    if not _given_up(shop, order, story, refund):
        _forgotten(shop, order, refund)
        return standing(order, story, shop.clock())
    record_return(shop.ledger, order.chain, refund, kind="refundFailed", terms={"by": GIVEN_UP}, retrying=shop.retrying)
    _forgotten(shop, order, refund)
    raise NotRefundable("The payment's provider does not give it back; the coins are here.", rule="provider_refused")


def _given_up(shop: Shop, order: Order, story: Story, refund: str) -> bool:
    """Whether the provider will not make a refund, or would not when it was asked first."""
    if story.grant is None or refund in story.returns:
        return True
    about = {"order": order.order, "person": order.person}
    payment, amount = str(story.grant.terms["payment"]), int(story.reversals[refund].terms["amount"])
    try:
        return shop.provider.refund(payment, refund, amount, order.deal.currency, about).failed
    except PaymentRefused:
        return True


class Swept(NamedTuple):
    """What came of a refund that was left: whether it is made, or the code of the error."""

    order: str
    refund: str
    outcome: str


def sweep(shop: Shop, most: int = 50) -> Iterator[Swept]:
    """Goes on with refunds that broke off before the provider had answered.

    Raises:
        Unavailable: the table does not tell what is due.
    """
    try:
        waiting = shop.orders.due_refunds(shop.clock(), most)
    except Unclear as error:
        raise Unavailable(NO_ANSWER) from error
    for pending in waiting:
        yield Swept(pending.order, pending.refund, _gone_on_with(shop, pending))


def _gone_on_with(shop: Shop, pending: Pending) -> str:
    try:
        order = existing_order(shop, pending.person, pending.order)
        if pending.refund not in read_story(shop.ledger, order.chain).reversals:
            _forgotten(shop, order, pending.refund)  # it was refused, or never began: nothing was taken
            return "nothing_taken"
        return ask_provider(shop, order, pending.refund).status
    except CliffhangerError as error:
        return error.code


def _forgotten(shop: Shop, order: Order, refund: str) -> None:
    """The provider has answered; where that cannot be noted now, the sweep asks once more and hears the same."""
    with contextlib.suppress(Unclear):
        shop.orders.forget_refund(order.person, refund)


def _noted(write: Callable[[], None]) -> None:
    try:
        write()
    except Unclear as error:
        raise Unavailable(NO_ANSWER) from error
