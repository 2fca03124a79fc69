"""What selling works with, and how an order stands."""

from __future__ import annotations

from typing import NamedTuple

from cliffhanger.clock import Clock, system_clock
from cliffhanger.commerce.orders import Order, Standing, standing
from cliffhanger.commerce.store import OrdersStore
from cliffhanger.dynamo import Unclear
from cliffhanger.errors import Busy, NotFound, Unavailable
from cliffhanger.ledger.journal import Retrying
from cliffhanger.ledger.purchases import Story
from cliffhanger.ledger.purchasing import is_preceded, read_story
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.payments.ports import Provider


class Shop(NamedTuple):
    """What selling works with; ``origin`` is the scheme and host that viewers use, without a trailing slash."""

    orders: OrdersStore
    ledger: LedgerStore
    provider: Provider
    origin: str
    clock: Clock = system_clock
    retrying: Retrying | None = None


def find_order(shop: Shop, person: str, order_id: str) -> Order | None:
    """An order, or None.

    Raises:
        Unavailable: the table does not answer.
    """
    try:
        return shop.orders.find(person, order_id)
    except Unclear as error:
        raise Unavailable("The table of orders does not answer.") from error


def existing_order(shop: Shop, person: str, order_id: str) -> Order:
    """An order.

    Raises:
        NotFound: the person has no such order.
        Unavailable: the table does not answer.
    """
    found = find_order(shop, person, order_id)
    if found is None:
        raise NotFound("There is no such order.")
    return found


def standing_of(shop: Shop, order: Order) -> Standing:
    """How an order stands now.

    Raises:
        Busy: the ledger does not answer now.
    """
    story = read_story(shop.ledger, order.chain)
    return standing(order, story, shop.clock(), preceded=_is_preceded(shop, order, story))


def _is_preceded(shop: Shop, order: Order, story: Story) -> bool:
    """Whether an order that waits to be the first will not be it."""
    if not order.first_only or story.grant is not None:
        return False
    try:
        return is_preceded(shop.ledger, order.chain, len(story.reversals) + len(story.returns))
    except Unclear as error:
        raise Busy("Try again in a moment.") from error
