"""The use cases of unlocking over the shipped ledger store and a DynamoDB in memory, with a clock that is moved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cliffhanger.catalog.domain import EpisodeLine, Pricing, SeriesPage
from cliffhanger.commerce.domain import price_list
from cliffhanger.errors import CliffhangerError, SwitchedOff
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.journal import Recorded, Retrying
from cliffhanger.ledger.names import key_reference, viewer
from cliffhanger.ledger.state import Known
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.unlocks.domain import Viewer
from cliffhanger.unlocks.quotes import Option, Quote, quote
from cliffhanger.unlocks.reversal import reverse_unlock
from cliffhanger.unlocks.service import Books, Unlocked, UnlockRequest, unlock
from cliffhanger.wallet.service import credit_bought, freeze, grant_bonus, set_own_limits, take_back_grant
from tests.support.dynamodb import Call, MemoryDynamoDB, Moment, connect
from tests.support.tables import LEDGER
from tests.support.world import PAGE, SERIES

NOW = 1_763_710_000_000
HOUR = 3_600_000
DAY = 86_400_000
MIA = Viewer("mia")
ACCOUNT = viewer("mia")


def story(count: int = 10, *, series: str = SERIES, prices: dict[int, int] | None = None, **changes: Any) -> SeriesPage:
    """A series whose first episode is free and whose others cost 10 coins but where said otherwise, all published."""
    lines = tuple(
        EpisodeLine(number, f"No {number}", (prices or {}).get(number), 8_000) for number in range(1, count + 1)
    )
    plain = PAGE._replace(series=series, episodes=lines, free_episodes=1, pricing=Pricing(start=10))
    return plain._replace(**changes)


def with_line(page: SeriesPage, number: int, **changes: Any) -> SeriesPage:
    """The page with one episode changed."""
    lines = list(page.episodes)
    lines[number - 1] = lines[number - 1]._replace(**changes)
    return page._replace(episodes=tuple(lines))


class Shelf:
    """A catalog that is a dictionary."""

    def __init__(self) -> None:
        self.pages: dict[str, SeriesPage] = {}
        self.reads = 0

    def page(self, series: str, *, consistent: bool = False) -> SeriesPage | None:
        self.reads += 1
        return self.pages.get(series)


class Desk:
    """One viewer's dealings; ``read`` holds the keys of what has been read of the ledger since it was cleared."""

    def __init__(self, page: SeriesPage | None = None) -> None:
        self.now = NOW
        self.model = MemoryDynamoDB(clock=lambda: self.now, hook=self._seen)
        self.model.call("CreateTable", LEDGER)
        self.ledger = LedgerStore(connect(self.model), LEDGER["TableName"])
        self.shelf = Shelf()
        self.open: Callable[[], None] = lambda: None
        self.before_put: Callable[[], Any] | None = None
        self.cases = 0
        self.read: list[str] = []
        self.put_on(page or story())

    def _seen(self, moment: Moment, call: Call) -> None:
        if moment is not Moment.BEFORE:
            return
        if call.operation in ("Query", "GetItem"):
            self.read.append(_told(call.parameters))
        if call.operation == "PutItem" and self.before_put is not None:
            rival, self.before_put = self.before_put, None
            rival()

    @property
    def pace(self) -> Retrying:
        return Retrying(clock=lambda: self.now, sleep=lambda _: None, jitter=lambda: 1.0, timer=lambda: 0.0)

    @property
    def books(self) -> Books:
        return Books(self.ledger, self.shelf, self.open)  # type: ignore[arg-type]

    def put_on(self, page: SeriesPage) -> None:
        self.shelf.pages[page.series] = page

    def line(self, number: int, **changes: Any) -> None:
        """Changes one episode of the series."""
        self.put_on(with_line(self.shelf.pages[SERIES], number, **changes))

    def series(self, **changes: Any) -> None:
        self.put_on(self.shelf.pages[SERIES]._replace(**changes))

    def unlock(
        self,
        first: int,
        last: int | None = None,
        price: int | None = None,
        *,
        generation: int = 0,
        automatic: bool = False,
        who: Viewer = MIA,
        series: str = SERIES,
    ) -> Unlocked:
        """Unlocks at the list price where none is given."""
        end = first if last is None else last
        if price is None:
            page = self.shelf.pages[series]
            price = sum(page.price_of(number) for number in range(first, min(end, len(page.episodes)) + 1))
        return unlock(self.books, UnlockRequest(who, series, first, end, price, generation, automatic), self.pace)

    def take(self, option: Option, *, who: Viewer = MIA, series: str = SERIES) -> Unlocked:
        """Unlocks what a quote offered, as it offered it."""
        request = UnlockRequest(who, series, option.first, option.last, option.price.coins, option.generation)
        return unlock(self.books, request, self.pace)

    def quote(self, episode: int = 2, following: int = 3, *, who: Viewer = MIA, series: str = SERIES) -> Quote:
        return quote(
            self.ledger,
            self.shelf,  # type: ignore[arg-type]
            who=who,
            series=series,
            episode=episode,
            following=following,
            prices=price_list("EUR"),
            clock=lambda: self.now,
        )

    def buy(self, coins: int = 100, cash: int = 990, name: str = "") -> Entry:
        return credit_bought(
            self.ledger,
            ACCOUNT,
            coins=coins,
            cash=cash,
            currency="USD",
            channel="web",
            source="external:stripe",
            reference=self.key(name),
            retrying=self.pace,
        ).entry

    def grant(self, coins: int = 30, days: int = 30, name: str = "") -> Entry:
        reference = self.key(name)
        made = grant_bonus(
            self.ledger, ACCOUNT, coins=coins, lifetime_days=days, reference=reference, retrying=self.pace
        )
        return made.entry

    def limit(self, name: str = "", /, **limits: int) -> Entry:
        recorded = set_own_limits(self.ledger, ACCOUNT, limits, reference=self.key(name), retrying=self.pace)
        assert recorded is not None
        return recorded.entry

    def freeze(self, *, frozen: bool = True) -> Entry:
        self.cases += 1
        reference = f"support:f{self.cases}"
        return freeze(self.ledger, ACCOUNT, frozen=frozen, reference=reference, terms={}, retrying=self.pace).entry

    def reverse(self, seq: int, case: str = "") -> Recorded:
        self.cases += not case
        return reverse_unlock(self.ledger, self.entry(seq), case or f"c{self.cases}", {}, self.pace)

    def take_back(self, seq: int, case: str = "") -> Recorded:
        self.cases += not case
        return take_back_grant(self.ledger, self.entry(seq), case or f"c{self.cases}", {}, self.pace)

    def key(self, name: str = "") -> str:
        """The reference of a key; each a new one where none is named."""
        self.cases += not name
        return key_reference(name or f"key-{self.cases}", b"test")

    @property
    def head(self) -> Entry:
        found = self.ledger.head(ACCOUNT)
        assert found is not None
        return found

    @property
    def references(self) -> tuple[Known, ...]:
        return self.ledger.references(ACCOUNT, "unlock:")

    @property
    def rows(self) -> list[dict[str, Any]]:
        """All that is stored, to see that nothing changed."""
        return self.model.items(LEDGER["TableName"])

    def entry(self, seq: int) -> Entry:
        return self.ledger.entry(ACCOUNT, seq)


def stop() -> None:
    """What operators' switch does."""
    raise SwitchedOff("Stopped.", switch="unlocks")


def refused(desk: Desk, error: type[CliffhangerError], ask: Callable[[], Any]) -> dict[str, Any]:
    """What the refusal says; not one byte of the ledger changes by it."""
    before = desk.rows
    with pytest.raises(error) as told:
        ask()
    assert desk.rows == before
    return told.value.members


def _told(parameters: Any) -> str:
    """What a read asks for, in short: ``head``, the prefix of references, or the number of an entry."""
    if "Key" in parameters:
        return str(parameters["Key"]["seq"]["N"])
    values = [value["S"] for value in parameters["ExpressionAttributeValues"].values() if "S" in value]
    prefixes = [value for value in values if not value.startswith("viewer:")]
    return prefixes[0] if prefixes else "head"
