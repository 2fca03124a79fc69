"""Use cases of unlocking: buy an episode, ask whether it is unlocked, tell what it would cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cliffhanger.catalog.domain import EpisodeLine, SeriesPage
from cliffhanger.catalog.service import series_page
from cliffhanger.clock import system_clock
from cliffhanger.dynamo import Unclear
from cliffhanger.errors import Busy, EpisodeFree, EpisodeUnavailable, GenerationUnknown, PriceChanged
from cliffhanger.ledger.canonical import canonical_json, digest
from cliffhanger.ledger.entries import Entry, Known
from cliffhanger.ledger.journal import Recorded, Retrying, record
from cliffhanger.ledger.lots import spendable
from cliffhanger.ledger.movements import SPENDABLE_ON_EPISODES, spend_coins
from cliffhanger.ledger.names import earned, unlock_reference, viewer
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.unlocks.domain import answered_by, prefix_of, standing

if TYPE_CHECKING:
    from cliffhanger.catalog.store import CatalogStore

EARNED_LANES = 1
"""Intake lanes of a series: one until its settlement meets itself; see LEDGER rule 12."""


class UnlockRequest(NamedTuple):
    """What a viewer asks for; ``price_shown_coins`` is the price that the client displayed."""

    person: str
    series: str
    episode: int
    price_shown_coins: int
    generation: int = 0

    def hash(self) -> bytes:
        """SHA-256 of what was asked, as the entry keeps it."""
        return digest(canonical_json({**self._asdict(), "operation": "unlockEpisode"}))


def unlock_episode(
    ledger: LedgerStore, catalog: CatalogStore, request: UnlockRequest, retrying: Retrying | None = None
) -> Recorded:
    """Unlocks one episode exactly once: asked again, it answers with the first receipt, before anything is refused.

    Raises:
        NotFound, EpisodeUnavailable, EpisodeFree: there is nothing to buy.
        PriceChanged: with the present ``priceCoins``; nothing changed.
        GenerationUnknown: with ``generation``, the one that can be bought.
        InsufficientCoins, AccountFrozen: the wallet refuses; nothing changed.
        Busy, Unavailable: try again.
    """
    account = viewer(request.person)
    known: tuple[Known, ...] = ()

    def decide(references: tuple[Known, ...]) -> int | None:
        nonlocal known
        known = references
        return answered_by(references, request.series, request.episode, request.generation)

    def plan(head: Entry | None, now: int) -> Entry:
        page = series_page(catalog, request.series)
        line = _buyable(page, request.episode)
        generation = standing(known, request.series, request.episode).next_generation
        if request.generation != generation:
            raise GenerationUnknown("Ask for the offer again.", generation=generation)
        if request.price_shown_coins != line.price_coins:
            raise PriceChanged(f"It costs {line.price_coins} coins now.", priceCoins=line.price_coins)
        return spend_coins(
            account,
            head,
            now,
            amount=line.price_coins,
            destination=earned(page.series, account, EARNED_LANES),
            reference=unlock_reference(page.series, line.number, line.number, generation),
            request=request.hash(),
        )

    return record(
        ledger, account, prefix_of(request.series, request.episode), decide=decide, plan=plan, retrying=retrying
    )


def is_unlocked(ledger: LedgerStore, person: str, series: str, episode: int) -> bool:
    """Whether the viewer has unlocked the episode; reads the references only.

    Raises:
        Busy: the ledger does not answer now.
    """
    try:
        known = ledger.references(viewer(person), prefix_of(series, episode))
    except Unclear as error:
        raise Busy("Try again in a moment.") from error
    return standing(known, series, episode).covered_by is not None


def offer(ledger: LedgerStore, person: str, page: SeriesPage, episode: int) -> dict[str, Any]:
    """What a locked episode costs this viewer and what is missing.

    Keys: ``priceCoins``, ``generation`` (to send with the unlock), ``balanceCoins``, ``missingCoins``.

    Raises:
        Busy: the ledger does not answer now.
    """
    account = viewer(person)
    try:
        head = ledger.head(account)
        known = ledger.references(account, prefix_of(page.series, episode))
    except Unclear as error:
        raise Busy("Try again in a moment.") from error
    balance = 0 if head is None else spendable(head.state.lots, SPENDABLE_ON_EPISODES, max(system_clock(), head.at))
    price = page.episode(episode).price_coins
    return {
        "priceCoins": price,
        "generation": standing(known, page.series, episode).next_generation,
        "balanceCoins": balance,
        "missingCoins": max(0, price - balance),
    }


def _buyable(page: SeriesPage, episode: int) -> EpisodeLine:
    line = page.episode(episode)
    if page.is_free(episode):
        raise EpisodeFree("Play it without an unlock.")
    if not line.published:
        raise EpisodeUnavailable("It cannot be bought before it can be watched.")
    return line
