"""Serves the shop: what coins cost, orders, saved cards, and what is given back."""

from __future__ import annotations

from cliffhanger import bootstrap
from cliffhanger.commerce.limits import Buyer
from cliffhanger.commerce.orders import order_id
from cliffhanger.commerce.refunds import refund_by_right
from cliffhanger.commerce.service import forget_card, get_order, list_cards, list_orders, make_order, offers
from cliffhanger.errors import (
    AccountFrozen,
    Busy,
    CursorInvalid,
    KeyReused,
    NotFound,
    NotRefundable,
    PaymentRefused,
    PriceChanged,
    ProviderUnavailable,
    PurchaseLimitReached,
    Unavailable,
    Undecided,
)
from cliffhanger.unlocks.own_rule import refund_series
from cliffhanger.wallet.service import get_wallet
from cliffhanger.web.api import Answer, Call, Operation, build_api
from functions.checkout.schemas import (
    CardPath,
    CardsAnswer,
    OrderAnswer,
    OrderBody,
    OrderPath,
    OrdersAnswer,
    OrdersQuery,
    PacksAnswer,
    PacksQuery,
    SeriesPath,
    SeriesRefundAnswer,
    asked_of,
    cards_answer,
    made_answer,
    order_answer,
    packs_answer,
    series_refund_answer,
)

LIST = "orders"


def get_packs(call: Call) -> Answer:
    """What coins cost this viewer, in a currency, with the offers and limits that hold for them."""
    buyer = _buyer(call)
    return Answer(200, packs_answer(offers(bootstrap.shop(), call.person, buyer, call.query.currency), buyer.country))


def post_order(call: Call) -> Answer:
    """Makes an order and begins its payment: 201 the first time, 200 when the same key goes on with it."""
    asked = asked_of(call.body, call.person)
    order = order_id(call.person, call.idempotency_key, bootstrap.request_secret("orders"))
    made = make_order(bootstrap.shop(), order, asked, _buyer(call))
    return Answer(200 if made.repeated else 201, made_answer(made))


def read_order(call: Call) -> Answer:
    """One of the viewer's orders: paid as soon as its coins can be spent."""
    return Answer(200, order_answer(get_order(bootstrap.shop(), call.person, call.path.order_id)))


def read_orders(call: Call) -> Answer:
    """The viewer's orders, newest first."""
    cursors, cursor = bootstrap.cursors(), call.query.cursor
    position = cursors.open(LIST, call.person, cursor) if cursor else None
    after = None if position is None else (int(position[0]), str(position[1]))
    found, more = list_orders(bootstrap.shop(), call.person, call.query.limit, after)
    following = None
    if more:
        last = found[-1].order
        following = cursors.seal(LIST, call.person, [last.created_at, last.order])
    return Answer(200, OrdersAnswer([order_answer(one) for one in found], following))


def post_refund(call: Call) -> Answer:
    """Gives an order back whose coins are all unused, within 14 days; asked again, it goes on with the same refund."""
    return Answer(200, order_answer(refund_by_right(bootstrap.shop(), call.person, call.path.order_id)))


def post_series_refund(call: Call) -> Answer:
    """Gives the coins of a series back by its own rule, once."""
    ledger = bootstrap.ledger_store()
    refund = refund_series(ledger, bootstrap.catalog_store(), call.person, call.path.series_id)
    return Answer(200, series_refund_answer(refund, get_wallet(ledger, call.person)))


def get_cards(call: Call) -> Answer:
    """The cards that the viewer has saved at the payment provider's."""
    return Answer(200, cards_answer(list_cards(bootstrap.shop(), call.person)))


def delete_card(call: Call) -> Answer:
    """Forgets a saved card."""
    forget_card(bootstrap.shop(), call.person, call.path.card_id)
    return Answer(204, None)


def _buyer(call: Call) -> Buyer:
    """What rules for buyers ask: the country and the age that the viewer has told, as the token has them."""
    return Buyer() if call.caller is None else Buyer(call.caller.country, call.caller.age)


AGAIN = (Busy, Undecided, Unavailable, ProviderUnavailable)

handler = build_api(
    "checkout",
    {
        "listPacks": Operation(get_packs, query=PacksQuery, answers={200: PacksAnswer}, problems=(Busy, Unavailable)),
        "createOrder": Operation(
            post_order,
            body=OrderBody,
            answers={201: OrderAnswer, 200: OrderAnswer},
            problems=(
                NotFound,
                KeyReused,
                PriceChanged,
                PurchaseLimitReached,
                AccountFrozen,
                PaymentRefused,
                *AGAIN,
            ),
            keyed=True,
        ),
        "listOrders": Operation(
            read_orders,
            query=OrdersQuery,
            answers={200: OrdersAnswer},
            problems=(CursorInvalid, Busy, Unavailable),
        ),
        "getOrder": Operation(
            read_order, path=OrderPath, answers={200: OrderAnswer}, problems=(NotFound, Busy, Unavailable)
        ),
        "refundOrder": Operation(
            post_refund, path=OrderPath, answers={200: OrderAnswer}, problems=(NotFound, NotRefundable, *AGAIN)
        ),
        "refundSeries": Operation(
            post_series_refund,
            path=SeriesPath,
            answers={200: SeriesRefundAnswer},
            problems=(NotFound, NotRefundable, Busy, Undecided, Unavailable),
        ),
        "listCards": Operation(get_cards, answers={200: CardsAnswer}, problems=(Unavailable, ProviderUnavailable)),
        "deleteCard": Operation(
            delete_card, path=CardPath, answers={204: None}, problems=(NotFound, Unavailable, ProviderUnavailable)
        ),
    },
    bootstrap.rate_limiter,
)
