"""Refunds of orders, as support's cases make them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cliffhanger.commerce.refunds import refund_by_support
from cliffhanger.commerce.shop import existing_order
from cliffhanger.errors import InternalError
from cliffhanger.ledger.journal import Recorded
from cliffhanger.support.domain import Case

if TYPE_CHECKING:
    from cliffhanger.commerce.orders import Order
    from cliffhanger.commerce.shop import Shop

Shops = Callable[[], "Shop"]


def refund(shop: Shops | None, case: Case) -> Recorded:
    """Takes the coins of an order, or of a part of it, and asks the provider to give the money back.

    Raises:
        NotFound: the account has no such order.
        NotRefundable: with ``rule``.
        ProviderUnavailable, Busy, Undecided, Unavailable: try again.
    """
    order = order_of(shop, case.account, str(case.asked["orderId"]))
    entry = refund_by_support(_made(shop), order, case.case, int(case.asked["amount"]), case.terms)
    return Recorded(entry, repeated=False)


def order_of(shop: Shops | None, account: str, order: str) -> Order:
    """An order of an account's.

    Raises:
        NotFound: the account has no such order.
        Unavailable: try again.
    """
    return existing_order(_made(shop), account.removeprefix("viewer:"), order)


def _made(shop: Shops | None) -> Shop:
    if shop is None:
        raise InternalError("Refunds are not made here.")
    return shop()
