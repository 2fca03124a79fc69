"""A small world to act in: one series, viewers with coins, and a look at everything that is stored."""

from __future__ import annotations

from typing import Any

from cliffhanger.catalog.domain import EpisodeLine, SeriesPage
from cliffhanger.ledger.names import key_reference, viewer
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.wallet.service import credit_bought, grant_bonus

SERIES = "the-last-train"
PRICE = 12

PAGE = SeriesPage(
    series=SERIES,
    title="The Last Train",
    synopsis="She has one minute to decide.",
    language="en",
    owner="cleo",
    free_episodes=1,
    listed_at=1_763_000_000_000,
    episodes=(
        EpisodeLine(1, "Platform 9", None, 8_000),
        EpisodeLine(2, "The Other Ticket", PRICE, 9_000),
        EpisodeLine(3, "Not Yet Shot", PRICE),
    ),
)


def give(ledger: LedgerStore, person: str, *, bought: int = 100, bonus: int = 30) -> None:
    """Seeds a viewer with coins, through the product's own use cases."""
    if bought:
        credit_bought(
            ledger,
            viewer(person),
            coins=bought,
            cash=bought * 9,
            currency="USD",
            channel="web",
            source="external:seed",
            reference=key_reference(f"bought-{person}", b"test"),
        )
    if bonus:
        reference = key_reference(f"bonus-{person}", b"test")
        grant_bonus(ledger, viewer(person), coins=bonus, lifetime_days=30, reference=reference)


def dump(client: Any, table: str) -> list[dict[str, Any]]:
    """Every item of a table, in an order of its own; to see that a refusal changed not one byte."""
    items = client.scan(TableName=table, ConsistentRead=True)["Items"]
    return sorted(items, key=repr)
