"""Capacity units of an unlock and of its settlement, counted by DynamoDB's published rules.

The shipped store runs over the in-memory model; the same steps over the emulator, when one is given, must agree.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from pynamodb.connection import Connection

from bench.figures import Figure
from cliffhanger.catalog.domain import EpisodeLine, SeriesPage
from cliffhanger.catalog.store import CatalogStore
from cliffhanger.ledger.movements import spend_coins
from cliffhanger.ledger.names import earned, key_reference, unlock_reference, viewer
from cliffhanger.ledger.settling import settle
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.unlocks.service import EARNED_LANES, UnlockRequest, unlock_episode
from cliffhanger.wallet.service import credit_bought, grant_bonus
from tests.support.dynamodb import MemoryDynamoDB, connect
from tests.support.ministack import dynamodb_endpoint
from tests.support.tables import CATALOG, LEDGER

SERIES = "the-last-train"
EARLIER_UNLOCKS = 80
LOTS = 6
BATCH = 99
WRITES = frozenset({"PutItem", "UpdateItem", "TransactWriteItems"})


class Counter:
    """Adds up the capacity that each answer of DynamoDB reports."""

    def __init__(self, connection: Connection) -> None:
        self.reset()
        client: Any = connection.client
        serve = client._make_api_call  # noqa: SLF001 - pynamodb calls just this

        def counted(operation: str, parameters: dict[str, Any]) -> Any:
            answer = serve(operation, {**parameters, "ReturnConsumedCapacity": "TOTAL"})
            told = answer.get("ConsumedCapacity", [])
            units = sum(one["CapacityUnits"] for one in (told if isinstance(told, list) else [told]))
            if operation in WRITES:
                self.write += units
            else:
                self.read += units
            return answer

        client._make_api_call = counted  # noqa: SLF001

    def reset(self) -> None:
        """Starts again at nothing."""
        self.read = 0.0
        self.write = 0.0


def page(episodes: int) -> SeriesPage:
    """A series as long as real ones are."""
    lines = tuple(EpisodeLine(n, f"The Other Ticket, {n}", 12, 90_000) for n in range(1, episodes + 1))
    return SeriesPage(SERIES, "The Last Train", "She has one minute.", "en", "cleo", 1, 1_763_000_000_000, lines)


def busy_viewer(ledger: LedgerStore, catalog: CatalogStore, person: str) -> None:
    """A viewer with 80 unlocks in one series and 6 lots left."""
    credit_bought(
        ledger, person, coins=2_000, cash=19_990, currency="USD", channel="web", source="external:stripe",
        reference=key_reference(f"{person}-0", b"bench"),
    )  # fmt: skip
    for episode in range(2, EARLIER_UNLOCKS + 2):
        unlock_episode(ledger, catalog, UnlockRequest(person, SERIES, episode, 12))
    for lot in range(1, LOTS):
        grant_bonus(ledger, person, coins=30, lifetime_days=7 * lot, reference=key_reference(f"{person}-{lot}", b"b"))


def unlock_units(connection: Connection) -> tuple[float, float]:
    """Write and read units of one more unlock by that viewer."""
    ledger, catalog = LedgerStore(connection, LEDGER["TableName"]), CatalogStore(connection, CATALOG["TableName"])
    catalog.create(page(EARLIER_UNLOCKS + 2))
    busy_viewer(ledger, catalog, "mia0123456789abc")
    counter = Counter(connection)
    unlock_episode(ledger, catalog, UnlockRequest("mia0123456789abc", SERIES, EARLIER_UNLOCKS + 2, 12))
    return counter.write, counter.read


def settlement_units(connection: Connection) -> float:
    """Write units per unlock when 99 unlocks of 99 viewers are settled in one batch."""
    ledger = LedgerStore(connection, LEDGER["TableName"])
    entries = []
    for number in range(BATCH):
        person = f"viewer{number:010d}"
        credit_bought(
            ledger, person, coins=100, cash=990, currency="USD", channel="web", source="external:stripe",
            reference=key_reference(person, b"bench"),
        )  # fmt: skip
        account = viewer(person)
        head = ledger.head(account)
        entry = spend_coins(
            account,
            head,
            1_763_710_000_000,
            amount=12,
            destination=earned(SERIES, account, EARNED_LANES),
            reference=unlock_reference(SERIES, 2, 2, 0),
            request=bytes(32),
        )
        ledger.append(entry)
        entries.append(entry)
    counter = Counter(connection)
    settle(ledger, entries)
    return counter.write / BATCH


def by_rule() -> list[Figure]:
    """The counts by the published rules."""
    write, read = unlock_units(memory())
    how = f"{EARLIER_UNLOCKS} earlier unlocks of the same series, {LOTS} lots"
    return [
        Figure("unlock.write_units", write, 2, how),
        Figure("unlock.read_units", read, 2.5, how),
        Figure("settlement.write_units_per_unlock", settlement_units(memory()), 2.1, f"{BATCH} viewers in one batch"),
    ]


def measure() -> list[Figure]:
    """The counts by rule, and beside them what the emulator reports for the same steps.

    The emulator charges reads by the call, not by size; its writes follow the rules.
    """
    with tempfile.TemporaryDirectory() as folder, dynamodb_endpoint(Path(folder)) as endpoint:
        for table in (LEDGER, CATALOG):
            emulator(endpoint).client._make_api_call("CreateTable", table)  # noqa: SLF001 - as pynamodb calls it
        write, read = unlock_units(emulator(endpoint))
        settled = settlement_units(emulator(endpoint))
    return [
        *by_rule(),
        Figure("unlock.write_units_emulator", write, 2, "as the emulator reports it"),
        Figure("unlock.read_units_emulator", read, 2.5, "as the emulator reports it, by the call"),
        Figure("settlement.write_units_emulator", settled, None, "as the emulator reports it"),
    ]


def emulator(endpoint: str) -> Connection:
    """A connection to the emulator, which takes any credentials."""
    return Connection(region="us-east-1", host=endpoint, aws_access_key_id="bench", aws_secret_access_key="bench")  # noqa: S106


def memory() -> Connection:
    """A fresh in-memory DynamoDB with the product's tables."""
    model = MemoryDynamoDB()
    for table in (LEDGER, CATALOG):
        model.call("CreateTable", table)
    return connect(model)
