"""Use cases of tips: give one, once; set one's own limit."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from cliffhanger.catalog.service import listed_page
from cliffhanger.clock import Clock, rfc3339, system_clock
from cliffhanger.commerce.domain import edition_at as price_edition_at
from cliffhanger.commerce.domain import smallest_pack
from cliffhanger.dynamo import Unclear
from cliffhanger.errors import AgeRestricted, Busy, EpisodeUnavailable, InsufficientCoins, OwnSeries
from cliffhanger.ledger.canonical import canonical_json, digest
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.journal import Recorded, Retrying, record_keyed
from cliffhanger.ledger.lots import DAY_MS
from cliffhanger.ledger.names import viewer
from cliffhanger.ledger.planning import Ask, Turn
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.ledger.tipping import Tip, set_tip_limit, tip_coins, tip_limit, tipped_in, tips_of
from cliffhanger.ledger.walking import entries_back
from cliffhanger.tips.domain import TipRequest, edition_at, gift_in, terms_of

if TYPE_CHECKING:
    from cliffhanger.catalog.domain import SeriesPage
    from cliffhanger.catalog.store import CatalogStore
    from cliffhanger.tips.editions import GiftEdition

TIP_LANES = 1
"""Lanes of a series' tips: as of its income by unlocks, one takes in more than a series can be given."""


class Books(NamedTuple):
    """What giving works with; ``check_open`` raises where operators have stopped it."""

    ledger: LedgerStore
    catalog: CatalogStore
    check_open: Callable[[], None]
    lanes: int = TIP_LANES


class Allowance(NamedTuple):
    """What a viewer may give on a day, in coins: their own limit (None for none), the house's, and what both leave.

    ``day`` counts since 1970-01-01 UTC. ``following`` is the own limit from the next day on, which ``changes`` then.
    """

    day: int
    own: int | None
    house: int
    left: int
    following: int | None
    changes: bool


def give(books: Books, request: TipRequest, reference: str, retrying: Retrying | None = None) -> Recorded:
    """Gives a tip exactly once per reference: asked again, the first entry answers, before anything is refused.

    Raises:
        KeyReused: the reference is a key that stands for another request.
        NotFound: there is no such series, episode or gift.
        EpisodeUnavailable, AgeRestricted, OwnSeries: this viewer gives nothing there.
        PriceChanged: with the present ``priceCoins`` of one; nothing changed.
        InsufficientCoins: with ``missingCoins``, and ``packId`` where a pack covers them; nothing changed.
        SpendLimitReached, DebtOutstanding, AccountFrozen: the account refuses; nothing changed.
        SwitchedOff: operators have stopped it.
        Busy, Undecided, Unavailable: try again.
    """
    ask = Ask(reference, request.hash(), {})
    make = functools.partial(_tip, books, request)
    return record_keyed(books.ledger, viewer(request.giver.person), ask, make, retrying)


def _tip(books: Books, request: TipRequest, turn: Turn) -> Entry:
    giver, page = request.giver, listed_page(books.catalog, request.series)
    page.episode(request.episode)
    books.check_open()
    if page.owner == giver.person:
        raise OwnSeries("It is your own series.")
    if not page.suits(giver.age):
        raise AgeRestricted(f"It is for people of {page.age_rating} years and more.", ageRating=page.age_rating)
    at = turn.now if turn.head is None else max(turn.now, turn.head.at)
    if not page.watchable(request.episode, at, member=giver.member):
        raise EpisodeUnavailable("It cannot be watched yet.", episode=request.episode)
    edition = edition_at(at)
    gift = gift_in(edition, request.gift, request.price_shown_coins)
    turn = turn._replace(ask=turn.ask._replace(terms=terms_of(request, gift, _share_bp(page, edition, at))))
    tip = Tip(
        coins=gift.coins * request.times,
        destination=tips_of(page.series, turn.account, books.lanes),
        house_coins=edition.day_coins,
        tipped=functools.partial(_tipped, books.ledger, turn.head),
    )
    try:
        return tip_coins(turn, tip)
    except InsufficientCoins as short:
        raise _with_pack(short, at) from short


def _share_bp(page: SeriesPage, edition: GiftEdition, at: int) -> int:
    """The creator's part: by the series' own split, else the edition's."""
    own = page.share_on(rfc3339(at)[:10])
    return edition.share_bp if own is None else own.tips_bp


def _tipped(ledger: LedgerStore, head: Entry | None, day: int) -> int:
    return 0 if head is None else tipped_in(entries_back(ledger, head), day)


def _with_pack(short: InsufficientCoins, at: int) -> InsufficientCoins:
    """The refusal with the smallest pack that covers what is missing; bonus coins are none to give."""
    bought = price_edition_at(at)._replace(bonus={})
    pack = smallest_pack(int(str(short.members["missingCoins"])), bought)
    return short if pack is None else InsufficientCoins(short.detail, **short.members, packId=pack)


def allowance(ledger: LedgerStore, person: str, clock: Clock = system_clock) -> Allowance:
    """What a viewer may give today.

    Raises:
        Busy: the ledger does not answer now.
    """
    try:
        head = ledger.head(viewer(person))
        return _allowance(ledger, head, clock())
    except Unclear as error:
        raise Busy("Try again in a moment.") from error


def change_limit(
    ledger: LedgerStore, person: str, coins: int | None, *, reference: str, retrying: Retrying | None = None
) -> Allowance:
    """What a viewer may give after their own limit was set, in coins a day: lower at once, higher from tomorrow on.

    Raises:
        KeyReused: the reference is a key that stands for another request.
        Busy, Undecided: try again.
    """
    asked = digest(canonical_json({"operation": "setTipLimit", **({} if coins is None else {"coins": coins})}))
    ask = Ask(reference, asked, {"kind": "limits"})
    made = record_keyed(ledger, viewer(person), ask, functools.partial(set_tip_limit, coins=coins), retrying)
    try:
        return _allowance(ledger, made.entry, made.entry.at)
    except Unclear as error:
        raise Busy("Try again in a moment.") from error


def _allowance(ledger: LedgerStore, head: Entry | None, now: int) -> Allowance:
    at = now if head is None else max(now, head.at)
    house, day = edition_at(at).day_coins, at // DAY_MS
    limits = {} if head is None else head.state.limits
    own, following = tip_limit(limits, day), tip_limit(limits, day + 1)
    given = _tipped(ledger, head, day) if head is not None and head.state.spent_on(day) else 0
    left = max(0, (house if own is None else min(own, house)) - given)
    return Allowance(day, own, house, left, following, own != following)
