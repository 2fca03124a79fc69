"""What quotes and unlocks are asked with and what they answer."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from cliffhanger.catalog.domain import MAX_EPISODES
from cliffhanger.commerce.domain import Money, Pack
from cliffhanger.unlocks.domain import Unlock, open_spans
from cliffhanger.unlocks.pricing import shares
from cliffhanger.unlocks.quotes import Option, OptionKind, Quote, Status
from cliffhanger.unlocks.receipts import EpisodeCoins, ReceiptAnswer, receipt_of
from cliffhanger.unlocks.service import Unlocked
from cliffhanger.wallet.domain import wallet_of
from cliffhanger.wallet.views import WalletAnswer, wallet_answer
from cliffhanger.web.fields import EpisodeNumber, SeriesId

Coins = Annotated[int, Meta(ge=0, le=1_000_000, examples=[12])]
Generation = Annotated[
    int, Meta(ge=0, le=999_999, description="The generation that the quote named; 0 for a first purchase")
]
Automatic = Annotated[bool, Meta(description="The client goes on by itself; refused unless the viewer has allowed it")]


class SeriesPath(Struct, rename="camel"):
    """The path of one series."""

    series_id: SeriesId


class EpisodePath(Struct, rename="camel"):
    """The path of one episode."""

    series_id: SeriesId
    episode: EpisodeNumber


class QuoteQuery(Struct, rename="camel", forbid_unknown_fields=True):
    """How many episodes the option ``next`` spans, and the currency to say it in."""

    next: Annotated[int, Meta(ge=2, le=MAX_EPISODES, examples=[10])] = 10
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$", description="ISO 4217", examples=["EUR"])] = "USD"


class UnlockBody(Struct, rename="camel", forbid_unknown_fields=True):
    """The price that the viewer was shown, so that a changed price refuses."""

    price_shown_coins: Coins
    generation: Generation = 0
    automatic: Automatic = False


class RangeBody(Struct, rename="camel", forbid_unknown_fields=True):
    """The range and the price that the quote named, so that a changed price refuses."""

    first: EpisodeNumber
    last: EpisodeNumber
    price_shown_coins: Coins
    generation: Generation = 0
    automatic: Automatic = False


class UnlockAnswer(Struct, rename="camel"):
    """The receipt, the wallet after that entry, and whether an earlier request had unlocked the episode already."""

    already_unlocked: bool
    receipt: ReceiptAnswer
    wallet: WalletAnswer


class RangeAnswer(Struct, rename="camel"):
    """The receipts that open the range (one, unless earlier ones had opened it), and the wallet after the first."""

    already_unlocked: bool
    receipts: list[ReceiptAnswer]
    wallet: WalletAnswer


class MoneyAnswer(Struct, rename="camel"):
    """An amount in the smallest unit of the currency, which stands ``digits`` places behind the point."""

    amount: int
    currency: str
    digits: int


class PackAnswer(Struct, rename="camel"):
    """A pack of coins, with the bonus coins that come with it, and its price."""

    pack_id: str
    coins: int
    bonus_coins: int
    price: MoneyAnswer


class OptionAnswer(Struct, rename="camel"):
    """One way to go on. Send ``first``, ``last``, ``priceCoins`` as ``priceShownCoins``, and ``generation``.

    ``priceCoins`` is ``listCoins`` less ``discountCoins`` (the rest of the series) less ``cappedCoins`` (the ceiling).
    ``pack`` is the smallest that covers ``missingCoins``.
    """

    kind: OptionKind
    first: int
    last: int
    generation: int
    episodes: list[EpisodeCoins]
    list_coins: int
    discount_coins: int
    capped_coins: int
    price_coins: int
    bonus_coins: int
    bought_coins: int
    missing_coins: int
    money: MoneyAnswer
    pack: PackAnswer | None


class CeilingAnswer(Struct, rename="camel"):
    """The viewer never pays more than ``coins`` for the series; ``leftCoins`` is what it can still take."""

    coins: int
    spent_coins: int
    left_coins: int
    money: MoneyAnswer


class QuoteAnswer(Struct, rename="camel"):
    """What the wall shows; there are options only where ``status`` is ``locked``."""

    status: Status
    options: list[OptionAnswer]
    never_more_than: CeilingAnswer | None
    bonus_coins: int
    bought_coins: int
    day_left_coins: int | None
    series_left_coins: int | None
    auto_unlock: bool
    unreleased_episodes: int
    as_of: int


class EntitlementAnswer(Struct, rename="camel"):
    """An unlock that stands: the episodes it opens, both ends included, and the entry that is its receipt."""

    first: int
    last: int
    seq: int


class EntitlementsAnswer(Struct, rename="camel"):
    """What is unlocked in a series; ``included``: a membership plays all of it meanwhile."""

    series_id: str
    included: bool
    unlocks: list[EntitlementAnswer]


class EntitlementsList(Struct, rename="camel"):
    """What is unlocked everywhere, by series."""

    series: list[EntitlementsAnswer]
    next_cursor: str | None


def unlock_answer(unlocked: Unlocked) -> UnlockAnswer:
    """An unlock of one episode as it leaves the API."""
    entry = unlocked.entries[0]
    wallet = wallet_answer(wallet_of(entry, entry.at))
    return UnlockAnswer(unlocked.repeated, receipt_of(entry), wallet)


def range_answer(unlocked: Unlocked) -> RangeAnswer:
    """An unlock of several episodes as it leaves the API."""
    entry = unlocked.entries[0]
    wallet = wallet_answer(wallet_of(entry, entry.at))
    return RangeAnswer(unlocked.repeated, [receipt_of(each) for each in unlocked.entries], wallet)


def quote_answer(quote: Quote) -> QuoteAnswer:
    """A quote as it leaves the API."""
    ceiling = quote.ceiling
    return QuoteAnswer(
        status=quote.status,
        options=[_option(option) for option in quote.options],
        never_more_than=None
        if ceiling is None
        else CeilingAnswer(ceiling.coins, ceiling.spent, ceiling.left, _money(ceiling.money)),
        bonus_coins=quote.funds.bonus,
        bought_coins=quote.funds.bought,
        day_left_coins=quote.day_left,
        series_left_coins=quote.series_left,
        auto_unlock=quote.auto_unlock,
        unreleased_episodes=quote.unreleased,
        as_of=quote.as_of,
    )


def entitlements_answer(series: str, unlocks: tuple[Unlock, ...], *, included: bool) -> EntitlementsAnswer:
    """What is unlocked in a series as it leaves the API; what was reversed is left out."""
    return EntitlementsAnswer(series, included, [EntitlementAnswer(*span) for span in open_spans(unlocks)])


def _option(option: Option) -> OptionAnswer:
    price = option.price
    return OptionAnswer(
        kind=option.kind,
        first=option.first,
        last=option.last,
        generation=option.generation,
        episodes=[EpisodeCoins(*share) for share in shares(price.runs, price.coins)],
        list_coins=price.list_coins,
        discount_coins=price.discount_coins,
        capped_coins=price.capped_coins,
        price_coins=price.coins,
        bonus_coins=option.bonus_coins,
        bought_coins=option.bought_coins,
        missing_coins=option.missing_coins,
        money=_money(option.money),
        pack=_pack(option.pack),
    )


def _pack(pack: Pack | None) -> PackAnswer | None:
    return None if pack is None else PackAnswer(pack.pack, pack.coins, pack.bonus, _money(pack.price))


def _money(money: Money) -> MoneyAnswer:
    return MoneyAnswer(*money)
