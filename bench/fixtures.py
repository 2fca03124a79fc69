"""What is measured on: a series, a viewer of long standing, and the shipped handlers over a DynamoDB that counts."""

from __future__ import annotations

import contextlib
import functools
import importlib
import io
import itertools
import os
from collections import Counter as Tally
from collections.abc import Callable, Iterator, Mapping
from types import SimpleNamespace
from typing import Any, NamedTuple
from unittest import mock

import pytest
from pynamodb.connection import Connection

from cliffhanger import bootstrap
from cliffhanger.catalog.domain import EpisodeLine, Pricing, SeriesPage
from cliffhanger.catalog.store import CatalogStore
from cliffhanger.clock import system_clock
from cliffhanger.dynamo import connect as connect_to_aws
from cliffhanger.ledger.names import key_reference, viewer
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.rates.domain import WINDOW_MS
from cliffhanger.routes import ROUTES
from cliffhanger.unlocks.domain import Viewer
from cliffhanger.unlocks.service import Books, UnlockRequest, unlock
from cliffhanger.wallet.service import credit_bought, grant_bonus
from cliffhanger.web import api
from cliffhanger.web.tokens import KeySet
from tests.support.adapters import replace_in_bootstrap
from tests.support.dynamodb import MemoryDynamoDB, connect
from tests.support.http import SETTINGS, access_token, body_of, event, key_set
from tests.support.tables import CATALOG, LEDGER, PROGRESS, RATES, SWITCHES

TABLES = (LEDGER, CATALOG, PROGRESS, RATES, SWITCHES)
SERIES = "the-last-train"
OTHER_SERIES = "nine-minutes-to-midnight"
PERSON = "mia0123456789abc"
EPISODES = 101
EARLIER_UNLOCKS = 80
"""Of the same series, one by one: episodes 2 to 81; 20 are left."""
LOTS = 6
REQUEST_ID = "8f14e45f-ceea-467f-a8f6-7b0d7d3b5b1a"
"""As long as Lambda's."""
WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"})
_WHOSE = ("Her", "His", "Nobody's", "The Other", "The Last", "One More", "A Stranger's", "The Wrong", "Our", "Every")
_WHAT = ("Ticket", "Alibi", "Platform", "Promise", "Night Shift", "Voicemail", "Sister", "Key", "Confession", "Name")


class Counter:
    """Adds up the capacity that each answer of DynamoDB reports, by table, and the calls by operation."""

    def __init__(self, connection: Connection) -> None:
        self.reset()
        client: Any = connection.client
        serve = client._make_api_call  # noqa: SLF001 - pynamodb calls just this

        def counted(operation: str, parameters: dict[str, Any]) -> Any:
            answer = serve(operation, {**parameters, "ReturnConsumedCapacity": "TOTAL"})
            told = answer.get("ConsumedCapacity", [])
            self.calls[operation] += 1
            for one in told if isinstance(told, list) else [told]:
                (self.writes if operation in WRITES else self.reads)[one["TableName"]] += one["CapacityUnits"]
            return answer

        client._make_api_call = counted  # noqa: SLF001

    def reset(self) -> None:
        """Starts again at nothing."""
        self.reads: Tally[str] = Tally()
        self.writes: Tally[str] = Tally()
        self.calls: Tally[str] = Tally()

    @property
    def read(self) -> float:
        """Read units, of all tables."""
        return float(sum(self.reads.values()))

    @property
    def write(self) -> float:
        """Write units, of all tables."""
        return float(sum(self.writes.values()))


class Hand:
    """A clock that is moved by hand; it begins with the present minute, because callers are counted by the minute."""

    def __init__(self) -> None:
        self.now = system_clock() // WINDOW_MS * WINDOW_MS

    def __call__(self) -> int:
        """The time in milliseconds."""
        return self.now


class Request(NamedTuple):
    """One HTTP request of a viewer: the route, what fills its path, and query or body."""

    route: str
    path: Mapping[str, str]
    query: Mapping[str, str] | None = None
    body: Mapping[str, Any] | None = None

    def event(self, token: str) -> dict[str, Any]:
        """The request as API Gateway hands it to a function."""
        method, _, template = self.route.partition(" ")
        return event(
            method,
            template.format(**self.path),
            route=self.route,
            path_parameters=dict(self.path) or None,
            query=dict(self.query) if self.query else None,
            body=dict(self.body) if self.body else None,
            token=token,
        )


def one_episode(episode: int, price: int) -> Request:
    """The unlock of one episode."""
    return Request(
        "POST /v1/series/{seriesId}/episodes/{episode}/unlock",
        {"seriesId": SERIES, "episode": str(episode)},
        body={"priceShownCoins": price},
    )


def page(series: str = SERIES, *, dearer_from: int | None = None) -> SeriesPage:
    """A series as long as real ones are, with a price table, a ceiling, a discount for the rest, languages and tags.

    Prices rise every ten episodes; from ``dearer_from`` on with each, so that an entry names the price of each.
    """
    titles = [f"{whose} {what}" for whose, what in itertools.product(_WHOSE, _WHAT)]
    return SeriesPage(
        series=series,
        title="The Last Train",
        synopsis="She has one minute to decide, and the man on the platform knows her name. " * 3,
        language="en",
        owner="cleo0123456789ab",
        free_episodes=1,
        listed_at=1_763_000_000_000,
        episodes=tuple(
            EpisodeLine(
                number,
                titles[number % len(titles)],
                None if dearer_from is None or number < dearer_from else 16 + number - dearer_from,
                60_000 + 977 * number,
                58_000 + 977 * number,
            )
            for number in range(1, EPISODES + 1)
        ),
        pricing=Pricing(start=8, rise=1, every=10, most=16),
        ceiling_coins=2_500,
        rest_discount_percent=20,
        languages=("de", "es", "fr", "id", "ja", "ko", "pt-BR", "th"),
        tags=("thriller", "romance", "night", "city", "secrets"),
        age_rating=12,
    )


def stores(connection: Connection) -> tuple[LedgerStore, CatalogStore]:
    """The shipped stores."""
    mine = again(connection)
    return LedgerStore(mine, LEDGER["TableName"]), CatalogStore(mine, CATALOG["TableName"])


def again(connection: Connection) -> Connection:
    """Another connection over the same client: tables are declared to a connection once."""
    made = Connection(region=SETTINGS["AWS_REGION"])
    made._client = connection.client  # noqa: SLF001 - what pynamodb would make by itself
    return made


def busy_viewer(connection: Connection, series: SeriesPage, *, ranged_from: int | None = None) -> None:
    """A viewer with 80 unlocks of one series, one by one, and 6 lots left; five more at once where that is given."""
    ledger, catalog = stores(connection)
    catalog.create(series)
    books, account = Books(ledger, catalog, lambda: None), viewer(PERSON)
    credit_bought(
        ledger, account, coins=2_400, cash=1_999, currency="USD", channel="web", source="external:stripe",
        reference=key_reference("first", b"bench"),
    )  # fmt: skip
    for episode in range(2, EARLIER_UNLOCKS + 2):
        unlock(books, UnlockRequest(Viewer(PERSON), SERIES, episode, episode, series.price_of(episode)))
    if ranged_from is not None:
        price = sum(map(series.price_of, range(ranged_from, ranged_from + 5)))
        unlock(books, UnlockRequest(Viewer(PERSON), SERIES, ranged_from, ranged_from + 4, price))
    for lot in range(1, LOTS):
        reference = key_reference(f"lot-{lot}", b"bench")
        grant_bonus(ledger, account, coins=30, lifetime_days=7 * lot, reference=reference)


class Served:
    """The shipped handlers, warm, for one signed-in viewer; ``log`` is what they have written to their logs."""

    def __init__(self, log: io.StringIO, clock: Hand) -> None:
        self.log = log
        self.clock = clock
        self._token = access_token(PERSON)
        self._context = SimpleNamespace(aws_request_id=REQUEST_ID)

    def ask(self, request: Request) -> dict[str, Any]:
        """What the API answers.

        Raises:
            RuntimeError: it refused.
        """
        answer = self.handler_of(request)()
        if answer["statusCode"] >= 300:
            raise RuntimeError(f"{request.route}: {answer['body']}\n{self.log.getvalue()[-2_000:]}")
        body: dict[str, Any] = body_of(answer)
        return body

    def handler_of(self, request: Request) -> Callable[[], dict[str, Any]]:
        """The function that serves a request, ready to be called with it."""
        function = next(route.function for route in ROUTES if route.key == request.route)
        handler = importlib.import_module(f"functions.{function}.handler").handler
        return functools.partial(handler, request.event(self._token), self._context)


@contextlib.contextmanager
def served(connection: Connection | None = None) -> Iterator[Served]:
    """The shipped handlers over a connection, or over their own, on an instance that has just read its switches."""
    keys, clock = KeySet(key_set, system_clock), Hand()
    bootstrap.forget()
    with (
        mock.patch.dict(os.environ, SETTINGS | {"EVENT_BUS": "bench"}),
        pytest.MonkeyPatch.context() as monkeypatch,
        mock.patch.object(api, "_keys", return_value=keys),
        contextlib.redirect_stdout(io.StringIO()) as log,
    ):
        replace_in_bootstrap(monkeypatch, "connect", connect_to_aws if connection is None else _giving(connection))
        replace_in_bootstrap(monkeypatch, "system_clock", clock)
        bootstrap.switches().check("unlocks")
        yield Served(log, clock)
    bootstrap.forget()


def _giving(connection: Connection) -> Callable[..., Connection]:
    return lambda *_, **__: again(connection)


def emulator(endpoint: str) -> Connection:
    """A connection to the emulator, which takes any credentials, and whose tables of the bench are fresh."""
    made = Connection(region="us-east-1", host=endpoint, aws_access_key_id="bench", aws_secret_access_key="bench")  # noqa: S106
    call: Any = made.client._make_api_call  # noqa: SLF001 - as pynamodb calls it
    known = call("ListTables", {})["TableNames"]
    for table in TABLES:
        if table["TableName"] in known:
            call("DeleteTable", {"TableName": table["TableName"]})
        call("CreateTable", table)
    return made


def memory(model: MemoryDynamoDB | None = None) -> Connection:
    """A fresh in-memory DynamoDB with the product's tables."""
    model = model or MemoryDynamoDB()
    for table in TABLES:
        model.call("CreateTable", table)
    return connect(model)
