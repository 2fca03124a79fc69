"""What opening an episode, the next few or the rest would cost a viewer, before anything is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from cliffhanger.catalog.domain import NO_CEILING
from cliffhanger.catalog.service import listed_page
from cliffhanger.clock import Clock, system_clock
from cliffhanger.commerce.domain import Money, Pack, PriceList
from cliffhanger.dynamo import Unclear
from cliffhanger.errors import AgeRestricted, Busy
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.lots import spendable
from cliffhanger.ledger.names import viewer
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.unlocks.domain import Viewer, covering, next_generation, series_prefix, unlocks_of
from cliffhanger.unlocks.pricing import Price, Situation, price_of
from cliffhanger.unlocks.standing import spent_in

if TYPE_CHECKING:
    from cliffhanger.catalog.store import CatalogStore

Status = Literal["free", "included", "unlocked", "unreleased", "locked"]
"""Why an episode plays, or does not."""
OptionKind = Literal["episode", "next", "rest"]


class Funds(NamedTuple):
    """Coins that can pay for episodes now, by class."""

    bonus: int
    bought: int


class Option(NamedTuple):
    """One way to go on: the range to send, its price and who pays what of it.

    ``bonus_coins`` and ``bought_coins`` are what the wallet has for it, ``missing_coins`` what it has not; ``pack`` is
    the smallest that covers those, ``money`` what the whole costs in the viewer's currency.
    """

    kind: OptionKind
    first: int
    last: int
    episodes: tuple[int, ...]
    generation: int
    price: Price
    bonus_coins: int
    bought_coins: int
    missing_coins: int
    money: Money
    pack: Pack | None


class Ceiling(NamedTuple):
    """A viewer never pays more than ``coins`` for the series; ``left`` is what it can still take, and in money."""

    coins: int
    spent: int
    left: int
    money: Money


class Quote(NamedTuple):
    """What an episode's wall shows; ``day_left`` and ``series_left`` are what the viewer's limits leave, in coins."""

    status: Status
    options: tuple[Option, ...]
    ceiling: Ceiling | None
    funds: Funds
    day_left: int | None
    series_left: int | None
    auto_unlock: bool
    unreleased: int
    as_of: int


def quote(
    ledger: LedgerStore,
    catalog: CatalogStore,
    *,
    who: Viewer,
    series: str,
    episode: int,
    following: int,
    prices: PriceList,
    clock: Clock = system_clock,
) -> Quote:
    """The quote for an episode: this one, the next ``following`` from it on, and the rest of the series.

    Raises:
        NotFound: there is no such series or episode.
        AgeRestricted: the viewer may not watch it.
        Busy, Unavailable: try again.
    """
    page = listed_page(catalog, series)
    page.episode(episode)
    if not page.suits(who.age):
        raise AgeRestricted(f"It is for people of {page.age_rating} years and more.", ageRating=page.age_rating)
    account = viewer(who.person)
    try:
        head = ledger.head(account)
        known = ledger.references(account, series_prefix(series))
        spent = spent_in(ledger, account, head, known, series)
    except Unclear as error:
        raise Busy("Try again in a moment.") from error
    now = clock() if head is None else max(clock(), head.at)
    situation = Situation(page, unlocks_of(known), spent, now, who.member)
    funds = _funds(head, now)
    status = _status(situation, episode)
    limits = {} if head is None else dict(head.state.limits)
    today = 0 if head is None else head.state.spent_on(now // 86_400_000)
    return Quote(
        status=status,
        options=tuple(_options(situation, episode, following, funds, prices)) if status == "locked" else (),
        ceiling=_ceiling(situation, prices),
        funds=funds,
        day_left=max(0, limits["day"] - today) if "day" in limits else None,
        series_left=max(0, limits["series"] - spent) if "series" in limits else None,
        auto_unlock=bool(limits.get("auto")),
        unreleased=sum(not situation.watchable(line.number) for line in page.episodes),
        as_of=0 if head is None else head.seq,
    )


def _funds(head: Entry | None, now: int) -> Funds:
    lots = () if head is None else head.state.lots
    return Funds(spendable(lots, frozenset({"bonus"}), now), spendable(lots, frozenset({"coin"}), now))


def _status(situation: Situation, episode: int) -> Status:
    if not situation.watchable(episode):
        return "unreleased"
    if situation.page.is_free(episode):
        return "free"
    if covering(situation.unlocks, episode) is not None:
        return "unlocked"
    return "included" if situation.member else "locked"


def _options(situation: Situation, episode: int, following: int, funds: Funds, prices: PriceList) -> list[Option]:
    """The episode; the next ones, unless they are all that is left; the rest, unless it is the episode alone.

    The rest is offered where one range can be all of it: none may span an episode that is missing and not watchable.
    """
    rest = situation.rest
    this = (episode,)
    several = situation.missing(episode, min(_reach(situation, episode), episode + following - 1))
    offered: list[tuple[OptionKind, tuple[int, ...]]] = [("episode", this)]
    if several not in (this, rest):
        offered.append(("next", several))
    if rest != this and situation.missing(rest[0], rest[-1]) == rest:
        offered.append(("rest", rest))
    return [_option(situation, kind, missing, funds, prices) for kind, missing in offered]


def _reach(situation: Situation, first: int) -> int:
    """The last episode up to which, from the first, every one can be watched: no range may span one that cannot."""
    last = first
    while last < len(situation.page.episodes) and situation.watchable(last + 1):
        last += 1
    return last


def _option(
    situation: Situation, kind: OptionKind, missing: tuple[int, ...], funds: Funds, prices: PriceList
) -> Option:
    first, last = missing[0], missing[-1]
    price = price_of(situation, missing)
    bonus = min(price.coins, funds.bonus)
    bought = min(price.coins - bonus, funds.bought)
    short = price.coins - bonus - bought
    return Option(
        kind=kind,
        first=first,
        last=last,
        episodes=missing,
        generation=next_generation(situation.unlocks, first, last),
        price=price,
        bonus_coins=bonus,
        bought_coins=bought,
        missing_coins=short,
        money=prices.worth(price.coins),
        pack=prices.smallest_for(short),
    )


def _ceiling(situation: Situation, prices: PriceList) -> Ceiling | None:
    coins = situation.page.ceiling_coins
    if coins == NO_CEILING:
        return None
    left = max(0, coins - situation.spent_before)
    return Ceiling(coins, situation.spent_before, left, prices.worth(coins))
