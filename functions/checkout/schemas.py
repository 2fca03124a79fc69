"""What the shop is asked with and what it answers. Amounts are in the currency's smallest unit."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from cliffhanger.clock import rfc3339
from cliffhanger.commerce.domain import bonus_days, digits_of, tax_included
from cliffhanger.commerce.orders import Asked, Method, Standing, Status
from cliffhanger.commerce.service import Made, Offers
from cliffhanger.errors import ValidationFailed
from cliffhanger.payments.ports import Card
from cliffhanger.unlocks.own_rule import SeriesRefund
from cliffhanger.unlocks.receipts import ReceiptAnswer, receipt_of
from cliffhanger.wallet.domain import Wallet
from cliffhanger.wallet.views import WalletAnswer, wallet_answer
from cliffhanger.web.fields import DEFAULT_LIMIT, Cursor, Limit, SeriesId, whole

Currency = Annotated[str, Meta(pattern=whole("[A-Z]{3}"), description="ISO 4217", examples=["EUR"])]
OrderId = Annotated[
    str, Meta(pattern=whole("[a-z0-9][a-z0-9-]{0,31}"), description="An order", examples=["9k3m1q8v4t6x0b2c"])
]
CardId = Annotated[
    str, Meta(pattern=whole("[A-Za-z0-9_]{1,64}"), description="A saved card", examples=["pm_1QxW2eK8cYv3"])
]
PackId = Annotated[str, Meta(pattern=whole("[a-z]{1,16}"), description="A pack of coins", examples=["weekend"])]
Amount = Annotated[int, Meta(ge=1, le=10_000_000, examples=[499])]
SomeCoins = Annotated[int, Meta(ge=1, le=1_000_000, examples=[140])]
ReturnTo = Annotated[
    str,
    Meta(
        pattern=whole(r"/(?:[A-Za-z0-9._~!$&'()*+,;=:@%?-][A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?"),
        max_length=300,
        description="Where the payer comes back to: a path on our own origin",
        examples=["/watch?series=the-last-train&episode=3"],
    ),
]


class PacksQuery(Struct, rename="camel", forbid_unknown_fields=True):
    """The currency to say prices in."""

    currency: Currency = "USD"


class OrderBody(Struct, rename="camel", forbid_unknown_fields=True):
    """A pack or an exact number of coins, the price that was shown, and how it is paid.

    ``card`` needs ``cardId``; ``saveCard`` keeps a new one.
    """

    currency: Currency
    amount_shown: Amount
    pack_id: PackId | None = None
    coins: SomeCoins | None = None
    method: Method = "checkout"
    card_id: CardId | None = None
    save_card: bool = False
    return_to: ReturnTo = "/"


class OrderPath(Struct, rename="camel"):
    """The path of one order."""

    order_id: OrderId


class CardPath(Struct, rename="camel"):
    """The path of one saved card."""

    card_id: CardId


class SeriesPath(Struct, rename="camel"):
    """The path of one series."""

    series_id: SeriesId


class OrdersQuery(Struct, rename="camel", forbid_unknown_fields=True):
    """Which page of the orders."""

    limit: Limit = DEFAULT_LIMIT
    cursor: Cursor = ""


class PackOffer(Struct, rename="camel"):
    """Coins that are sold together; ``bonusCoins`` live for ``bonusDays``. ``firstPurchase``: the offer for it."""

    pack_id: str
    coins: int
    bonus_coins: int
    bonus_days: int
    amount: int
    first_purchase: bool


class TopUp(Struct, rename="camel"):
    """Coins by the piece: so many for so much, rounded up to the smallest unit."""

    per_coins: int
    amount_per_coins: int
    min_coins: int
    max_coins: int


class PurchaseLimit(Struct, rename="camel"):
    """What a rule of the viewer's country and age leaves of a month; with what open orders may still cost."""

    rule: str
    limit_amount: int
    spent_amount: int
    resets_at: str


class PacksAnswer(Struct, rename="camel"):
    """What the viewer can buy; ``asOf`` is the first day of this price list."""

    currency: str
    digits: int
    tax_included: bool
    as_of: str
    packs: list[PackOffer]
    top_up: TopUp
    limit: PurchaseLimit | None


class OrderAnswer(Struct, rename="camel", omit_defaults=True):
    """An order as the ledger has it.

    ``url`` is where the payer goes to pay or to confirm, ``clientSecret`` what a native app goes on with: both in the
    answer to making it, while it is open. ``failure`` says why the last try to pay came to nothing. ``entrySeq`` is the
    entry that brought the coins. ``bonusWithheld`` are bonus coins of the offer for a first purchase that the order
    was made with, and that ``bonusCoins`` is without: another purchase came before it.
    """

    order_id: str
    status: Status
    coins: int
    bonus_coins: int
    amount: int
    currency: str
    digits: int
    refunded_amount: int
    created_at: str
    expires_at: str
    pack_id: str | None = None
    url: str | None = None
    client_secret: str | None = None
    failure: str | None = None
    entry_seq: int | None = None
    bonus_withheld: int | None = None


class OrdersAnswer(Struct, rename="camel"):
    """Orders, newest first."""

    orders: list[OrderAnswer]
    next_cursor: str | None


class CardAnswer(Struct, rename="camel"):
    """A saved card, as its holder knows it."""

    card_id: str
    brand: str
    last4: str
    expires: str


class CardsAnswer(Struct, rename="camel"):
    """The saved cards, newest first."""

    cards: list[CardAnswer]


class SeriesRefundAnswer(Struct, rename="camel"):
    """The unlocks of a series that were reversed, as receipts of the reversals, and the wallet after them."""

    receipts: list[ReceiptAnswer]
    wallet: WalletAnswer


def asked_of(body: OrderBody, person: str) -> Asked:
    """What a body asks for.

    Raises:
        ValidationFailed: it names a pack and coins or neither, or a card without paying by it or the other way round.
    """
    if (body.pack_id is None) == (body.coins is None):
        raise ValidationFailed("Either a pack or a number of coins.", where="packId")
    if (body.method == "card") != (body.card_id is not None):
        raise ValidationFailed("A saved card pays, or none is named.", where="cardId")
    return Asked(
        person=person,
        pack=body.pack_id or "",
        coins=body.coins or 0,
        currency=body.currency,
        amount_shown=body.amount_shown,
        method=body.method,
        card=body.card_id or "",
        save_card=body.save_card,
        return_to=body.return_to,
    )


def packs_answer(found: Offers, country: str | None) -> PacksAnswer:
    """What is sold, as it leaves the API."""
    prices, limit = found.prices, found.limit
    first = prices.packs[0]
    least, most = prices.exact_bounds()
    return PacksAnswer(
        currency=prices.currency,
        digits=first.price.digits,
        tax_included=tax_included(prices.currency, country),
        as_of=prices.as_of,
        packs=[
            PackOffer(pack.pack, pack.coins, pack.bonus, bonus_days(pack), pack.price.amount, pack.first)
            for pack in prices.offers(first=found.first)
        ],
        top_up=TopUp(first.coins, first.price.amount, least, most),
        limit=None if limit is None else PurchaseLimit(limit.rule, limit.amount, limit.spent, rfc3339(limit.resets_at)),
    )


def order_answer(standing: Standing) -> OrderAnswer:
    """An order as it leaves the API."""
    order, deal = standing.order, standing.order.deal
    return OrderAnswer(
        order_id=order.order,
        status=standing.status,
        coins=deal.coins,
        bonus_coins=standing.bonus,
        bonus_withheld=standing.withheld or None,
        amount=deal.cash,
        currency=deal.currency,
        digits=digits_of(deal.currency),
        refunded_amount=standing.refunded,
        created_at=rfc3339(order.created_at),
        expires_at=rfc3339(order.until),
        pack_id=order.pack or None,
        failure=None if standing.seq else order.failure or None,
        entry_seq=standing.seq or None,
    )


_BEGUN: dict[str, Literal["open", "actionRequired", "processing"]] = {
    "open": "open",
    "action_required": "actionRequired",
    "processing": "processing",
    "paid": "processing",  # the money is with the provider; the coins come when it tells us
}


def made_answer(made: Made) -> OrderAnswer:
    """An order as it leaves the API when it is made, with what the payer has to do."""
    answer = order_answer(made.standing)
    if made.begun is not None:
        answer.status = _BEGUN[made.begun.status]
        answer.url, answer.client_secret = made.begun.url, made.begun.client_secret
    return answer


def cards_answer(cards: tuple[Card, ...]) -> CardsAnswer:
    """Saved cards as they leave the API."""
    return CardsAnswer([CardAnswer(card.method, card.brand, card.last4, card.expires) for card in cards])


def series_refund_answer(refund: SeriesRefund, wallet: Wallet) -> SeriesRefundAnswer:
    """What a series has given back, as it leaves the API."""
    return SeriesRefundAnswer([receipt_of(entry) for entry in refund.entries], wallet_answer(wallet))
