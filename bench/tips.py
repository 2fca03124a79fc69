"""What a gift costs: units by DynamoDB's published rules, the size of its entry, and what a cold start imports."""

from __future__ import annotations

import compileall
from typing import NamedTuple

from bench.figures import Figure
from bench.fixtures import EARLIER_UNLOCKS, LOTS, PERSON, SERIES, Counter, busy_viewer, memory, page, stores
from bench.imports import BARE, ENVIRONMENT, ROOT, ROUNDS, run
from cliffhanger.ledger.names import key_reference, viewer
from cliffhanger.ledger.settling import settle
from cliffhanger.tips.domain import Giver, TipRequest
from cliffhanger.tips.editions import EDITIONS
from cliffhanger.tips.service import Books, give
from cliffhanger.wallet.service import credit_bought
from tests.support.dynamodb import MemoryDynamoDB
from tests.support.dynamodb.capacity import item_size
from tests.support.tables import LEDGER

TIPS = """
import functions.tips.handler
from cliffhanger import bootstrap
bootstrap.tip_books()
bootstrap.rate_limiter()
bootstrap.switches()
bootstrap.secrets_client()
import cliffhanger.request_secret
"""
"""With what the first gift needs besides: the key of references is read from Secrets Manager."""
ROSES = 3


class Giving(NamedTuple):
    """Units of one gift by a viewer of long standing, and of settling it alone."""

    write: float
    read: float
    near_limit_read: float
    settled_write: float
    entry_bytes: int


def measure() -> list[Figure]:
    """The figures of giving and starting."""
    giving, how = giving_units(), f"{EARLIER_UNLOCKS} unlocks on the same day, {LOTS} lots"
    return [
        Figure("tip.write_units", giving.write, 2, how),
        Figure("tip.read_units", giving.read, 2.5, "the head, the key, the series"),
        Figure(
            "tip.near_limit_read_units",
            giving.near_limit_read,
            None,
            "the last that the house lets pass: the day's entries are looked through",
        ),
        Figure("tip.settled_write_units_alone", giving.settled_write, None, "one gift in a batch"),
        Figure("tip.entry_bytes", giving.entry_bytes, 1_024, "the item: packed body, hash, reference"),
        _cold_start(),
    ]


def giving_units() -> Giving:
    """One gift in the middle of a day, one near the day's limit, and the settlement of the first."""
    model = MemoryDynamoDB()
    connection = memory(model)
    busy_viewer(connection, page())
    ledger, catalog = stores(connection)
    credit_bought(
        ledger, viewer(PERSON), coins=6_200, cash=4_999, currency="USD", channel="web", source="external:stripe",
        reference=key_reference("second", b"bench"),
    )  # fmt: skip
    counter, books = Counter(connection), Books(ledger, catalog, lambda: None)
    edition = EDITIONS[0]
    request = TipRequest(Giver(PERSON), SERIES, 2, edition.gifts[0].gift, ROSES, edition.gifts[0].coins)
    counter.reset()
    entry = give(books, request, key_reference("gift", b"bench")).entry
    write, read = counter.write, counter.read
    rows = model.items(LEDGER["TableName"])
    size = next(
        item_size(row) for row in rows if row["account"]["S"] == entry.account and row["seq"]["N"] == str(entry.seq)
    )
    large, largest = edition.gifts[-2:]
    for number, gift in enumerate((*(largest,) * 4, large)):
        counter.reset()
        one = request._replace(gift=gift.gift, times=1, price_shown_coins=gift.coins)
        give(books, one, key_reference(f"large-{number}", b"bench"))
    near = counter.read
    counter.reset()
    settle(ledger, [entry])
    return Giving(write, read, near, counter.write, size)


def _cold_start() -> Figure:
    for folder in ("layers/common/python", "functions"):
        compileall.compile_dir(ROOT / folder, quiet=2)
    programs = {"bare": BARE, "tips": TIPS}
    times: dict[str, list[float]] = {name: [] for name in programs}
    heavy: list[str] = []
    for _ in range(ROUNDS):
        for name, body in programs.items():
            spent, loaded = run(body, ENVIRONMENT | {"GIFTS_TABLE": "gifts"})
            times[name].append(spent)
            heavy += loaded if name == "tips" else []
    least = {name: min(values) for name, values in times.items()}
    told = ", ".join(f"{name} {value:.0f} ms" for name, value in least.items())
    if heavy:
        told += f"; loads {', '.join(sorted(set(heavy)))}"
    return Figure("tip.cold_import_ratio", least["tips"] / least["bare"], 1.4, f"min of {ROUNDS}: {told}")
