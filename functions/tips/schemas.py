"""What gifts are asked with and what they answer."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from cliffhanger.clock import rfc3339
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.lots import DAY_MS
from cliffhanger.tips.domain import MAX_COUNT
from cliffhanger.tips.editions import GiftEdition
from cliffhanger.tips.service import Allowance
from cliffhanger.tips.showing import Shown
from cliffhanger.unlocks.receipts import ReceiptAnswer, receipt_of
from cliffhanger.wallet.domain import wallet_of
from cliffhanger.wallet.views import WalletAnswer, wallet_answer
from cliffhanger.web.fields import EpisodeNumber, SeriesId, whole

MAX_LIMIT_COINS = 1_000_000

GiftName = Annotated[str, Meta(pattern=whole("[a-z0-9][a-z0-9-]{0,31}"), description="A gift", examples=["rose"])]
LimitCoins = Annotated[int, Meta(ge=0, le=MAX_LIMIT_COINS, examples=[200])]


class EpisodePath(Struct, rename="camel"):
    """The path of one episode."""

    series_id: SeriesId
    episode: EpisodeNumber


class TipBody(Struct, rename="camel", forbid_unknown_fields=True):
    """Which gift, how many, and the price of one that was shown, so that a changed price refuses.

    ``named``: others may see the name that the viewer's profile shows.
    """

    gift: GiftName
    count: Annotated[int, Meta(ge=1, le=MAX_COUNT, description="Taps that followed one another", examples=[3])]
    price_shown_coins: Annotated[int, Meta(ge=1, le=1_000_000, description="Of one", examples=[5])]
    named: bool = False


class TipAnswer(Struct, rename="camel"):
    """The receipt, the wallet after that entry, and whether an earlier request with the same key had given it."""

    already_given: bool
    receipt: ReceiptAnswer
    wallet: WalletAnswer


class GiftLine(Struct, rename="camel"):
    """A gift that can be given, at so many coins."""

    gift: str
    name: str
    price_coins: int


class GiftList(Struct, rename="camel"):
    """All gifts, cheapest first; ``mostCount`` of one are given at once, ``mostDayCoins`` in a day of UTC."""

    gifts: list[GiftLine]
    most_count: int
    most_day_coins: int


class RecentGift(Struct, rename="camel"):
    """A gift that somebody gave; ``name`` is null unless they want it told. ``id`` is the same whenever it is shown."""

    id: str
    at: str
    gift: str
    count: int
    name: str | None


class RecentGifts(Struct, rename="camel"):
    """The latest gifts of an episode, newest first, of a day at most."""

    gifts: list[RecentGift]


class TipLimitBody(Struct, rename="camel", forbid_unknown_fields=True):
    """The most coins that the viewer wants to give in a day of UTC; null for no limit of their own."""

    day_coins: LimitCoins | None


class TipLimitAnswer(Struct, rename="camel"):
    """What the viewer may give in a day of UTC: their own limit, the house's, and what both leave today.

    ``next`` is there where a higher limit, or none, holds from the next day on.
    """

    day_coins: int | None
    house_day_coins: int
    left_coins: int
    next: NextLimit | None


class NextLimit(Struct, rename="camel"):
    """The viewer's own limit from a time on; null for none."""

    day_coins: int | None
    since: str


def tip_answer(entry: Entry, *, repeated: bool) -> TipAnswer:
    """A tip as it leaves the API."""
    return TipAnswer(repeated, receipt_of(entry), wallet_answer(wallet_of(entry, entry.at)))


def gift_list(edition: GiftEdition) -> GiftList:
    """The gifts of an edition as they leave the API."""
    return GiftList([GiftLine(*gift) for gift in edition.gifts], MAX_COUNT, edition.day_coins)


def recent_gifts(shown: tuple[Shown, ...]) -> RecentGifts:
    """The latest gifts as they leave the API."""
    return RecentGifts([RecentGift(one.gift_id, rfc3339(one.at), one.gift, one.times, one.name) for one in shown])


def tip_limit_answer(allowed: Allowance) -> TipLimitAnswer:
    """What may be given as it leaves the API."""
    since = rfc3339((allowed.day + 1) * DAY_MS)
    following = NextLimit(allowed.following, since) if allowed.changes else None
    return TipLimitAnswer(allowed.own, allowed.house, allowed.left, following)
