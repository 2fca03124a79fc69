"""Use cases of unlocking: buy one episode or several, once; ask what is open; tell what a locked one would cost."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from cliffhanger.catalog.domain import SeriesPage
from cliffhanger.catalog.service import listed_page
from cliffhanger.clock import rfc3339, system_clock
from cliffhanger.commerce.domain import edition_at, smallest_pack
from cliffhanger.dynamo import Unclear
from cliffhanger.errors import (
    AgeRestricted,
    Busy,
    EpisodeFree,
    EpisodeIncluded,
    GenerationUnknown,
    InsufficientCoins,
    PriceChanged,
)
from cliffhanger.ledger.canonical import canonical_json, digest
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.journal import Retrying, record
from cliffhanger.ledger.lots import spendable
from cliffhanger.ledger.movements import SPENDABLE_ON_EPISODES, Spend, spend_coins
from cliffhanger.ledger.names import earned, unlock_reference, viewer
from cliffhanger.ledger.planning import Ask, Turn
from cliffhanger.ledger.state import Known
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.unlocks.domain import (
    Viewer,
    answered_by,
    covered_by,
    covering,
    next_generation,
    prefix_for,
    series_prefix,
    unlocks_of,
)
from cliffhanger.unlocks.pricing import Situation, price_of
from cliffhanger.unlocks.standing import spent_in, unlocks_in

if TYPE_CHECKING:
    from cliffhanger.catalog.store import CatalogStore

EARNED_LANES = 1
"""Lanes of a series' income. One takes in more than a series can earn, because whoever waits for it settles more at a
time (docs/adr/0022)."""
MOST_RECEIPTS = 25
"""A range that was unlocked one by one is answered with that many receipts at most."""


class UnlockRequest(NamedTuple):
    """What a viewer asks for: episodes ``first`` to ``last``, at the price that the client displayed.

    ``automatic``: the client goes on by itself, without a tap.
    """

    viewer: Viewer
    series: str
    first: int
    last: int
    price_shown_coins: int
    generation: int = 0
    automatic: bool = False

    def hash(self) -> bytes:
        """SHA-256 of what was asked, as the entry keeps it."""
        asked = {**self._asdict(), "viewer": self.viewer.person, "operation": "unlock"}
        return digest(canonical_json(asked))


class Unlocked(NamedTuple):
    """What answers a request: one entry that was written for it, or those that stood before."""

    entries: tuple[Entry, ...]
    repeated: bool


class Books(NamedTuple):
    """What unlocking works with; ``check_open`` raises where operators have stopped unlocks.

    ``lanes`` is over how many a series' income is spread. It may change at any time: each unlock says its own.
    """

    ledger: LedgerStore
    catalog: CatalogStore
    check_open: Callable[[], None]
    lanes: int = EARNED_LANES


def unlock(books: Books, request: UnlockRequest, retrying: Retrying | None = None) -> Unlocked:
    """Unlocks episodes exactly once: asked again, it answers with the first receipt, before anything is refused.

    A range charges only for what is missing; where nothing is, the receipts that open it are the answer.

    Raises:
        NotFound, EpisodeUnavailable, EpisodeFree, EpisodeIncluded, AgeRestricted: there is nothing to buy.
        GenerationUnknown: with ``generation``, the one that can be bought.
        PriceChanged: with the present ``priceCoins``; nothing changed.
        InsufficientCoins: with ``missingCoins``, and ``packId`` where a pack covers them; nothing changed.
        SpendLimitReached, AutoUnlockOff, AccountFrozen: the account refuses; nothing changed.
        SwitchedOff: operators have stopped unlocks.
        Busy, Undecided, Unavailable: try again.
    """
    account = viewer(request.viewer.person)
    known: tuple[Known, ...] = ()
    answers: tuple[int, ...] = ()

    def decide(references: tuple[Known, ...]) -> int | None:
        nonlocal known, answers
        known = references
        unlocks = unlocks_of(references)
        answers = answered_by(unlocks, request.series, request.first, request.last, request.generation)
        return answers[0] if answers else None

    def plan(head: Entry | None, now: int) -> Entry | int:
        nonlocal answers
        page = listed_page(books.catalog, request.series)
        unlocks = unlocks_of(known)
        paid = [number for number in range(request.first, request.last + 1) if not page.is_free(number)]
        answers = covered_by(unlocks, paid) or () if paid else ()
        if answers:
            return answers[0]
        books.check_open()
        spent_before = spent_in(books.ledger, account, head, known, request.series)
        at = now if head is None else max(now, head.at)
        situation = Situation(page, unlocks, spent_before, at, request.viewer.member)
        ask, spend = _deal(account, request, situation, books.lanes)
        try:
            return spend_coins(Turn(account, head, now, ask), spend)
        except InsufficientCoins as short:
            raise _with_pack(short, now) from short

    recorded = record(
        books.ledger,
        account,
        lambda head: prefix_for(head, request.series, request.first, request.last),
        decide=decide,
        plan=plan,
        retrying=retrying,
    )
    if not recorded.repeated:
        return Unlocked((recorded.entry,), repeated=False)
    others = (_entry(books.ledger, account, seq) for seq in answers[1:MOST_RECEIPTS])
    return Unlocked((recorded.entry, *others), repeated=True)


def _deal(account: str, request: UnlockRequest, situation: Situation, lanes: int) -> tuple[Ask, Spend]:
    """What the request comes to in this situation, or why there is no deal."""
    page = situation.page
    if not page.suits(request.viewer.age):
        raise AgeRestricted(f"It is for people of {page.age_rating} years and more.", ageRating=page.age_rating)
    missing = situation.missing(request.first, request.last)
    if not missing:
        raise EpisodeFree("Play it without an unlock.")
    price = price_of(situation, missing)
    if request.viewer.member:
        raise EpisodeIncluded("The membership plays it without an unlock.")
    generation = next_generation(situation.unlocks, request.first, request.last)
    if request.generation != generation:
        raise GenerationUnknown("Ask for the offer again.", generation=generation)
    if request.price_shown_coins != price.coins:
        raise PriceChanged(f"It costs {price.coins} coins now.", priceCoins=price.coins)
    terms: dict[str, Any] = {
        "kind": "unlock",
        "prices": [list(run) for run in price.runs],
        "share": page.unlocks_bp(rfc3339(situation.now)[:10]),
    }
    if request.automatic:
        terms["automatic"] = True
    ask = Ask(unlock_reference(page.series, request.first, request.last, generation), request.hash(), terms)
    spend = Spend(
        coins=price.coins,
        destination=earned(page.series, account, lanes),
        series=page.series,
        spent_before=situation.spent_before,
        ranged=request.first != request.last,
        automatic=request.automatic,
    )
    return ask, spend


def _with_pack(short: InsufficientCoins, now: int) -> InsufficientCoins:
    """A refusal for want of coins that names the smallest pack which covers what is missing, where one does."""
    pack = smallest_pack(int(str(short.members["missingCoins"])), edition_at(now))
    return short if pack is None else InsufficientCoins(short.detail, **short.members, packId=pack)


def is_unlocked(ledger: LedgerStore, person: str, series: str, episode: int) -> bool:
    """Whether the viewer has unlocked the episode.

    Raises:
        Busy: the ledger does not answer now.
    """
    return unlocked_in(ledger, person, series)(episode)


def unlocked_in(ledger: LedgerStore, person: str, series: str) -> Callable[[int], bool]:
    """Tells which episodes of a series the viewer has unlocked, from one look at the ledger.

    Raises:
        Busy: the ledger does not answer now.
    """
    unlocks = unlocks_in(ledger, person, series)
    return lambda episode: covering(unlocks, episode) is not None


def offer(ledger: LedgerStore, person: str, page: SeriesPage, episode: int) -> dict[str, Any]:
    """What a locked episode costs this viewer and what is missing.

    Keys: ``priceCoins``, ``generation`` (to send with the unlock), ``balanceCoins``, ``missingCoins``.

    Raises:
        Busy: the ledger does not answer now.
        EpisodeUnavailable: it cannot be watched yet.
    """
    account = viewer(person)
    try:
        head = ledger.head(account)
        known = ledger.references(account, series_prefix(page.series))
        spent_before = spent_in(ledger, account, head, known, page.series)
    except Unclear as error:
        raise Busy("Try again in a moment.") from error
    now = system_clock() if head is None else max(system_clock(), head.at)
    balance = 0 if head is None else spendable(head.state.lots, SPENDABLE_ON_EPISODES, now)
    unlocks = unlocks_of(known)
    situation = Situation(page, unlocks, spent_before, now)
    coins = price_of(situation, situation.missing(episode, episode)).coins
    return {
        "priceCoins": coins,
        "generation": next_generation(unlocks, episode, episode),
        "balanceCoins": balance,
        "missingCoins": max(0, coins - balance),
    }


def _entry(ledger: LedgerStore, account: str, seq: int) -> Entry:
    try:
        return ledger.entry(account, seq)
    except Unclear as error:
        raise Busy("Try again in a moment.") from error
