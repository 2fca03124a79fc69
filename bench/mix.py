"""A realistic mix of entries, made by the shipped use cases: the one place that says what "realistic" is.

| what                       | how it is drawn |
|----------------------------|-----------------|
| movements                  | :data:`MOVEMENTS`, in percent |
| lots in the wallet before  | 1 to 12, each as likely as the others; three in five are bonus lots of different weeks |
| partly used lots           | the oldest bought one; bought lots of one price, currency and channel are one |
| of the series before       | one episode was unlocked, or five at once |
| seq of the entry           | up to 3,000; small numbers as likely as large ones |
| ids                        | persons and purchases 16 characters, as generated; series 8 to 32 |
| currencies and channels    | :data:`CURRENCIES`, :data:`CHANNELS`; one viewer in ten has bought in two currencies |
| prices                     | 8 to 15 coins at first, 1 or 2 more every 5, 10 or 20 episodes, of 30 to 100 |
| the viewer's own limits    | one viewer in seven has all three |
| five at once               | one viewer in three |
| held                       | 20 coins of the oldest lots in turn; a post takes 15 of them |
| won                        | what two budgets have granted, settled in one batch |
| a lot found expired        | one movement in 24, where there is a bonus lot: the first of every third session of 8 |

Drawn from a seed, so that the same mix is measured each time.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any, NamedTuple

from pynamodb.connection import Connection

from bench.fixtures import stores
from bench.newer import HELD, NEWER, Mover
from cliffhanger.catalog.domain import EpisodeLine, Pricing, SeriesPage
from cliffhanger.catalog.store import CatalogStore
from cliffhanger.commerce.domain import Pack, price_list
from cliffhanger.errors import InsufficientCoins, PriceChanged
from cliffhanger.ledger.declarations import set_limits
from cliffhanger.ledger.entries import Entry, foreign_legs, mark_of, seal
from cliffhanger.ledger.journal import Retrying
from cliffhanger.ledger.lots import DAY_MS, spendable
from cliffhanger.ledger.movements import SPENDABLE_ON_EPISODES, credit_bought_coins, grant_coins
from cliffhanger.ledger.names import new_id, platform, viewer
from cliffhanger.ledger.planning import Ask, Turn
from cliffhanger.ledger.state import State
from cliffhanger.ledger.store import LedgerStore, attributes_of
from cliffhanger.unlocks.domain import Viewer
from cliffhanger.unlocks.reversal import reverse_unlock
from cliffhanger.unlocks.service import Books, Unlocked, UnlockRequest, unlock
from cliffhanger.wallet.service import credit_bought, grant_bonus, set_own_limits

MOVEMENTS = {
    "unlock one": 60,
    "unlock next 5": 8,
    "unlock next 10": 5,
    "unlock rest": 3,
    "check-in": 11,
    "purchase": 5,
    "reversal": 2,
    "limits": 2,
    "hold": 1,
    "post": 1,
    "reward": 1,
    "win": 1,
}
UNLOCKS = frozenset(movement for movement in MOVEMENTS if movement.startswith("unlock"))
CURRENCIES = {"USD": 35, "EUR": 20, "BRL": 10, "INR": 10, "JPY": 10, "GBP": 5, "KRW": 5, "MXN": 5}
CHANNELS = {"web": 50, "apple": 30, "google": 20}
PACKS = (40, 25, 15, 12, 5, 3)
"""How often each pack is bought, smallest first."""
LOTS = range(1, 13)
BONUS_LOTS = 0.6
BONUS_WEEKS = 8
LAST_SEQ = 3_000
SECOND_CURRENCY, OWN_LIMITS, RANGED_BEFORE, FINDS_EXPIRED = 1 / 10, 1 / 7, 1 / 3, 1 / 24
LAST_BATCH = 1_000_000
"""Marks hold the seq of a batch on the account of a series: up to that many."""
SEED = 7
_BEGIN = 1_795_000_000_000
_FIRST_PAID = 2


class Sample(NamedTuple):
    """One entry of the mix: by which movement, from how many lots, and its item with all its marks."""

    movement: str
    lots: int
    entry: Entry
    item: dict[str, dict[str, Any]]


class Life:
    """One viewer of the mix, on a chain of their own."""

    def __init__(
        self, draw: random.Random, ledger: LedgerStore, catalog: CatalogStore, page: SeriesPage | None = None
    ) -> None:
        self._draw = draw
        self.ledger = ledger
        self._books = Books(ledger, catalog, lambda: None)
        self.person = self._id()
        self.account = viewer(self.person)
        self._now = _BEGIN + draw.randrange(365) * DAY_MS + draw.randrange(DAY_MS)
        self._currencies = [_one_of(draw, CURRENCIES)]
        if draw.random() < SECOND_CURRENCY:
            others = {currency: weight for currency, weight in CURRENCIES.items() if currency not in self._currencies}
            self._currencies.append(_one_of(draw, others))
        self.page = page or drawn_page(draw)
        catalog.create(self.page)
        self._fill_wallet(draw.choice(LOTS))
        self.lots = len(self._head.state.lots)
        ledger.append(self._head)
        self._first = self._watched_before()

    def entry(self, movement: str) -> Entry:
        """The entry of one more movement."""
        head = self.ledger.head(self.account)
        bonus = sorted(lot.expires_day for lot in head.state.lots if lot.expires_day) if head else []
        if bonus and self._draw.random() < FINDS_EXPIRED:
            self._now = max(self._now, bonus[0] * DAY_MS)
        match movement.split():
            case ["unlock", "one"]:
                return self._unlock(self._first, self._first)
            case ["unlock", "next", count]:
                return self._unlock(self._first, self._first + int(count) - 1)
            case ["unlock", "rest"]:
                return self._unlock(self._first, len(self.page.episodes))
            case ["check-in"]:
                return self._check_in()
            case ["purchase"]:
                return self._buy()
            case [newer] if newer in NEWER:
                return self._newer(newer)
            case ["reversal"]:
                original = self._unlock(self._first, self._first)
                terms = {"actor": self._id(), "reason": "playback_fault"}
                return reverse_unlock(self.ledger, original, self._id(), terms, self._pace()).entry
            case _:
                reference = f"key:{new_id(self._draw.randbytes)}{self._id()[:10]}"
                limits = {"auto": 1, "day": 100, "series": 400}
                return set_own_limits(
                    self.ledger, self.account, limits, reference=reference, retrying=self._pace()
                ).entry

    def _fill_wallet(self, lots: int) -> None:
        """Grants and purchases until there are so many lots; what is alike becomes one, as in life."""
        draw = self._draw
        seq = int(LAST_SEQ ** draw.random())
        begun = seal(self.account, None, self._now - DAY_MS, postings=(), state=State())
        self._head = begun._replace(seq=seq)
        if draw.random() < OWN_LIMITS:
            self._head = set_limits(self._turn(), {"auto": 1, "day": 4_000, "series": 4_000})
        bonus = sum(draw.random() < BONUS_LOTS for _ in range(lots))
        weeks = draw.sample(range(1, BONUS_WEEKS + 1), k=min(bonus, BONUS_WEEKS))
        issued = platform("issued", self.account)
        for week in weeks:
            coins = draw.randint(5, 40)
            self._head = grant_coins(self._turn(), unit="bonus", coins=coins, lifetime_days=7 * week, source=issued)
        while len(self._head.state.lots) < lots:
            first = all(lot.unit != "coin" for lot in self._head.state.lots)
            self._head = credit_bought_coins(self._turn(), **self._purchase())
            if first:
                self._use_a_part_of_the_last()

    def _use_a_part_of_the_last(self) -> None:
        """Leaves a bought lot as a spend would, so that it does not become one with the next of its kind.

        Only the oldest can be left so: bought lots are spent in that order.
        """
        *others, last = self._head.state.lots
        coins = self._draw.randint(1, last.coins)
        used = last._replace(coins=coins, cash=last.cash - last.cash * (last.coins - coins) // last.coins)
        state = self._head.state
        gone = {last.unit: last.coins - coins, f"{last.currency}.deferred": last.cash - used.cash}
        balances = {unit: amount - gone.get(unit, 0) for unit, amount in state.balances.items()}
        self._head = self._head._replace(state=state._replace(lots=(*others, used), balances=balances))

    def _watched_before(self) -> int:
        """An unlock of the series that came before; the first episode that is still locked."""
        last = _FIRST_PAID + (4 if self._draw.random() < RANGED_BEFORE else 0)
        self._unlock(_FIRST_PAID, last)
        return last + 1

    def _unlock(self, first: int, last: int) -> Entry:
        """Buys packs until the coins suffice, then the episodes."""
        price: Any = 0
        unlocked: Unlocked | None = None
        while unlocked is None:
            request = UnlockRequest(Viewer(self.person), self.page.series, first, last, price)
            try:
                unlocked = unlock(self._books, request, self._pace())
            except PriceChanged as changed:
                price = changed.members["priceCoins"]
            except InsufficientCoins:
                self._buy()
        self._now += self._draw.randrange(DAY_MS)
        return unlocked.entries[0]

    def _check_in(self) -> Entry:
        draw = self._draw
        coins = draw.choice((5, 5, 10, 15, 30))
        return grant_bonus(
            self.ledger, self.account, coins=coins, lifetime_days=14, reference="checkin:2026-11-21",
            retrying=self._pace(),
        ).entry  # fmt: skip

    def _newer(self, movement: str) -> Entry:
        """A movement of ``bench.newer``, for which coins are bought where there are too few."""
        head = self.ledger.head(self.account)
        while head is None or spendable(head.state.lots, SPENDABLE_ON_EPISODES, self._now) < HELD:
            head = self._buy()
        return NEWER[movement](Mover(self.ledger, self.account, self._draw, self._now))

    def _buy(self) -> Entry:
        reference = f"purchase:{self._id()}:grant"
        bought = credit_bought(
            self.ledger, self.account, **self._purchase(), reference=reference, retrying=self._pace()
        )
        return bought.entry

    def _purchase(self) -> dict[str, Any]:
        draw = self._draw
        currency = draw.choice(self._currencies)
        pack: Pack = draw.choices(price_list(currency).packs, PACKS)[0]
        channel = _one_of(draw, CHANNELS)
        source = "external:stripe" if channel == "web" else f"external:{channel}"
        return {
            "coins": pack.coins,
            "cash": pack.price.amount,
            "currency": currency,
            "channel": channel,
            "source": source,
        }

    def _turn(self) -> Turn:
        return Turn(self.account, self._head, self._now - DAY_MS, Ask(f"support:{self._id()}", bytes(32), {}))

    def _pace(self) -> Retrying:
        return Retrying(clock=lambda: self._now)

    def _id(self) -> str:
        return new_id(self._draw.randbytes)


def _one_of(draw: random.Random, weighted: dict[str, int]) -> str:
    return draw.choices(list(weighted), list(weighted.values()))[0]


def drawn_page(draw: random.Random) -> SeriesPage:
    """A series of the mix."""
    count = draw.randint(30, 100)
    return SeriesPage(
        series=(new_id(draw.randbytes) + new_id(draw.randbytes))[: draw.randint(8, 32)],
        title="A Series",
        synopsis="",
        language="en",
        owner=new_id(draw.randbytes),
        free_episodes=_FIRST_PAID - 1,
        listed_at=_BEGIN,
        episodes=tuple(EpisodeLine(number, f"{number}", None, 90_000) for number in range(1, count + 1)),
        pricing=Pricing(draw.randint(8, 15), draw.choice((1, 2)), draw.choice((5, 10, 20)), 40),
        ceiling_coins=draw.choice((0, 900, 1_500)),
        rest_discount_percent=draw.choice((0, 10, 20)),
    )


def unlocks_of_one_series(connection: Connection, count: int, *, seed: int = SEED) -> list[Entry]:
    """So many unlocks of the mix, of one series by as many viewers: what its settlement is handed in one delivery."""
    draw = random.Random(seed)
    ledger, catalog = stores(connection)
    page = drawn_page(draw)
    movements = [movement for movement in MOVEMENTS if movement in UNLOCKS]
    drawn = draw.choices(movements, [MOVEMENTS[movement] for movement in movements], k=count)
    return [Life(draw, ledger, catalog, page).entry(movement) for movement in drawn]


def samples(connection: Connection, count: int, *, seed: int = SEED) -> Iterator[Sample]:
    """So many entries of the mix, each on a chain of its own."""
    draw = random.Random(seed)
    ledger, catalog = stores(connection)
    for movement in draw.choices(list(MOVEMENTS), list(MOVEMENTS.values()), k=count):
        life = Life(draw, ledger, catalog)
        entry = life.entry(movement)
        yield Sample(movement, life.lots, entry, item_of(entry, draw))


def item_of(entry: Entry, draw: random.Random) -> dict[str, dict[str, Any]]:
    """The entry as it stands in the table once it is settled with every counterparty."""
    marks = {mark_of(entry, each): {"N": str(draw.randrange(1, LAST_BATCH))} for each in foreign_legs(entry)}
    reference = {} if entry.reference is None else {"reference": {"S": entry.reference}}
    return {
        "account": {"S": entry.account},
        "seq": {"N": str(entry.seq)},
        **reference,
        **attributes_of(entry),
        **marks,
    }
