"""Use cases of buying coins: what is sold, making an order and going on with it, orders and cards.

An order is one put, and what it becomes is told by others: the provider what it asks of the payer, the ledger whether
it is paid. What breaks off between the two is gone on with by the same request: the order's id follows from the key,
and the provider's own keys from the order.
"""

from __future__ import annotations

from typing import NamedTuple

from cliffhanger.commerce.domain import Pack, PriceList, bonus_days, edition_at, price_list
from cliffhanger.commerce.limiting import limit_for
from cliffhanger.commerce.limits import Buyer, Limit
from cliffhanger.commerce.orders import Asked, Order, Standing
from cliffhanger.commerce.shop import Shop, existing_order, find_order, standing_of
from cliffhanger.dynamo import Unclear
from cliffhanger.errors import (
    AccountFrozen,
    Busy,
    KeyReused,
    NotFound,
    PaymentRefused,
    PriceChanged,
    Unavailable,
    Undecided,
    ValidationFailed,
)
from cliffhanger.ledger.names import viewer
from cliffhanger.ledger.purchases import Deal
from cliffhanger.ledger.purchasing import PURCHASES
from cliffhanger.payments.ports import Begun, Card, Purchase

AGAIN = "Try again in a moment."


class Offers(NamedTuple):
    """What somebody can buy: the price list, whether a first purchase is still to come, and the limit that holds."""

    prices: PriceList
    first: bool
    limit: Limit | None


class Made(NamedTuple):
    """An order as it stands, what the payer has to do for it, and whether an earlier request had made it."""

    standing: Standing
    begun: Begun | None
    repeated: bool


def offers(shop: Shop, person: str, buyer: Buyer, currency: str) -> Offers:
    """What a viewer can buy in a currency.

    Raises:
        ValidationFailed: coins are not sold in that currency.
        Busy: the ledger does not answer now.
    """
    prices = price_list(currency, edition_at(shop.clock()))
    return Offers(prices, _is_first(shop, person), limit_for(shop, person, buyer, prices))


def make_order(shop: Shop, order_id: str, asked: Asked, buyer: Buyer) -> Made:
    """Makes an order, or goes on with the one that the same key has made, and begins its payment.

    Raises:
        KeyReused: the key stands for another order.
        NotFound, ValidationFailed: it is nothing that is sold, or the card is not the viewer's.
        PriceChanged: with the present ``amount`` and ``currency``; nothing was ordered.
        PurchaseLimitReached, AccountFrozen: nothing was ordered.
        PaymentRefused: with ``declineCode``; the order has failed, or waits for another means of payment.
        ProviderUnavailable, Busy, Undecided, Unavailable: try again with the same key.
    """
    found = find_order(shop, asked.person, order_id)
    order = found or _added(shop, _new_order(shop, order_id, asked, buyer))
    if order.hash != asked.hash:
        raise KeyReused("The key stands for another order already; use a new one.")
    stands = standing_of(shop, order)
    begun = _begin(shop, order) if stands.status == "open" else None
    return Made(stands, begun, repeated=found is not None)


def get_order(shop: Shop, person: str, order_id: str) -> Standing:
    """An order of a viewer's, as the ledger has it.

    Raises:
        NotFound: the viewer has no such order.
        Busy, Unavailable: try again.
    """
    return standing_of(shop, existing_order(shop, person, order_id))


def list_orders(
    shop: Shop, person: str, limit: int, after: tuple[int, str] | None = None
) -> tuple[list[Standing], bool]:
    """Orders of a viewer, newest first, that follow one by its time and id; and whether there are more.

    Raises:
        Busy, Unavailable: try again.
    """
    try:
        orders = shop.orders.of(person)
    except Unclear as error:
        raise Unavailable("The table of orders does not answer.") from error
    rest = [order for order in orders if after is None or (-order.created_at, order.order) > (-after[0], after[1])]
    return [standing_of(shop, order) for order in rest[:limit]], len(rest) > limit


def list_cards(shop: Shop, person: str) -> tuple[Card, ...]:
    """The cards that a viewer has saved.

    Raises:
        ProviderUnavailable, Unavailable: try again.
    """
    customer = _customer(shop, person)
    return shop.provider.cards(customer) if customer else ()


def forget_card(shop: Shop, person: str, card: str) -> None:
    """Forgets a saved card.

    Raises:
        NotFound: the viewer has no such card.
        ProviderUnavailable, Unavailable: try again.
    """
    customer = _customer(shop, person)
    if not customer or not shop.provider.forget(customer, card):
        raise NotFound("There is no such card.")


def _new_order(shop: Shop, order_id: str, asked: Asked, buyer: Buyer) -> Order:
    """The order that a request would make, or why it would not; nothing is written."""
    now = shop.clock()
    prices = price_list(asked.currency, edition_at(now))
    pack = _pack(shop, asked, prices)
    if asked.amount_shown != pack.price.amount:
        raise PriceChanged(f"It costs {pack.price.amount} now.", amount=pack.price.amount, currency=asked.currency)
    if _head_is_frozen(shop, asked.person):
        raise AccountFrozen("Buying is stopped; ask support.")
    limit = limit_for(shop, asked.person, buyer, prices)
    if limit is not None:
        limit.check(pack.price.amount)
    return Order(
        order=order_id,
        person=asked.person,
        created_at=now,
        deal=Deal(pack.coins, pack.price.amount, asked.currency, pack.bonus, bonus_days(pack)),
        pack=pack.pack,
        as_of=prices.as_of,
        method=asked.method,
        hash=asked.hash,
        card=asked.card,
        save_card=asked.save_card,
        return_to=asked.return_to,
        customer=_customer_for(shop, asked),
    )


def _pack(shop: Shop, asked: Asked, prices: PriceList) -> Pack:
    if not asked.pack:
        return prices.exact(asked.coins)
    return prices.offer(asked.pack, first=_is_first(shop, asked.person))


def _added(shop: Shop, order: Order) -> Order:
    """The order that stands: this one, or a rival's under the same key."""
    try:
        if shop.orders.add(order):
            return order
        return shop.orders.find(order.person, order.order) or order
    except Unclear as error:
        raise Undecided("Ask again with the same key; there will be one order.") from error


def _begin(shop: Shop, order: Order) -> Begun:
    """Begins an order's payment at the provider, or goes on with what was begun: the same for as long as it is open."""
    purchase = Purchase(
        order.order, order.person, order.title, order.deal.cash, order.deal.currency, order.customer or None
    )
    back = f"{shop.origin}{order.return_to}{'&' if '?' in order.return_to else '?'}order={order.order}"
    if order.method == "intent":
        begun = shop.provider.intent(purchase, save_card=order.save_card)
    elif order.method == "card":
        begun = shop.provider.pay(purchase, order.card, back)
    else:
        begun = shop.provider.checkout(
            purchase, back, f"{back}&canceled=1", save_card=order.save_card, until_ms=order.until
        )
    if begun.status == "failed":
        raise PaymentRefused("The payment was refused; try another card.", declineCode=begun.code)
    return begun


def _is_first(shop: Shop, person: str) -> bool:
    try:
        return not shop.ledger.references_between(viewer(person), *PURCHASES, 1)
    except Unclear as error:
        raise Busy(AGAIN) from error


def _head_is_frozen(shop: Shop, person: str) -> bool:
    try:
        head = shop.ledger.head(viewer(person))
    except Unclear as error:
        raise Busy(AGAIN) from error
    return head is not None and head.state.frozen


def _customer(shop: Shop, person: str) -> str:
    try:
        return shop.orders.customer(person)
    except Unclear as error:
        raise Unavailable("The table of orders does not answer.") from error


def _customer_for(shop: Shop, asked: Asked) -> str:
    """The provider's id of the buyer, made where a card is to be saved, and needed where a saved one pays."""
    customer = _customer(shop, asked.person)
    if not customer and asked.method == "card":
        raise ValidationFailed("The viewer has saved no card.", where="cardId")
    if customer or not asked.save_card:
        return customer
    customer = shop.provider.customer(asked.person)
    try:
        return customer if shop.orders.keep_customer(asked.person, customer) else _customer(shop, asked.person)
    except Unclear as error:
        raise Unavailable("The table of orders does not answer.") from error
