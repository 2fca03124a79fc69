"""The demo's series and coins, written by the product's own services into the emulator's tables.

``python -m local.seed --catalog TABLE --ledger TABLE --owner PERSON --viewer PERSON``, a process of its own because the
product finds its endpoint and credentials in the environment. Everything has a natural name (the series' id, the coins'
references), so seeding twice changes nothing.
"""

from __future__ import annotations

import argparse
from typing import NamedTuple

from cliffhanger.catalog.domain import EpisodeLine, Pricing, SeriesPage
from cliffhanger.catalog.store import CatalogStore
from cliffhanger.clock import system_clock
from cliffhanger.dynamo import connect
from cliffhanger.ledger.names import key_reference, viewer
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.wallet.service import credit_bought, grant_bonus
from local.cast import CAPTIONS, SERIES, TITLES
from local.environment import REGION

PRICE_COINS, RISE_COINS = 12, 2
AGE = 12
LANGUAGE = "en"
BOUGHT_COINS = 100
BOUGHT_FOR_CENTS = 999
BONUS_COINS = 30
BONUS_DAYS = 365


class Tables(NamedTuple):
    """The names of the tables that are seeded."""

    catalog: str
    ledger: str


def seed_series(tables: Tables, owner: str) -> None:
    """One series: the first episode free, the second for 12 coins, then rising; ``owner`` is the creator's person id.

    Raises:
        Unclear: the table does not answer.
    """
    page = SeriesPage(
        series=SERIES,
        title="The Last Train",
        synopsis="Every night at 0:40 a train leaves that is on no timetable. Tonight, someone gets off.",
        language=LANGUAGE,
        owner=owner,
        free_episodes=1,
        listed_at=system_clock(),
        episodes=tuple(EpisodeLine(number, title, None) for number, title in enumerate(TITLES, start=1)),
        pricing=Pricing(start=PRICE_COINS, rise=RISE_COINS),
        age_rating=AGE,
        languages=tuple(language for language in CAPTIONS if language != LANGUAGE),
        tags=("mystery", "thriller"),
    )
    CatalogStore(connect(REGION), tables.catalog).create(page)


def seed_coins(tables: Tables, person: str) -> None:
    """100 bought coins and 30 bonus coins for one viewer.

    Raises:
        Busy: the table does not answer.
    """
    ledger = LedgerStore(connect(REGION), tables.ledger)
    account = viewer(person)
    credit_bought(
        ledger,
        account,
        coins=BOUGHT_COINS,
        cash=BOUGHT_FOR_CENTS,
        currency="USD",
        channel="web",
        source="external:demo",
        reference=key_reference("starter", b"demo"),
    )
    grant_bonus(
        ledger, account, coins=BONUS_COINS, lifetime_days=BONUS_DAYS, reference=key_reference("welcome", b"demo")
    )


def main() -> None:
    """Seeds the tables that the arguments name."""
    parser = argparse.ArgumentParser(prog="python -m local.seed")
    for name in ("catalog", "ledger", "owner", "viewer"):
        parser.add_argument(f"--{name}", required=True)
    options = parser.parse_args()
    tables = Tables(options.catalog, options.ledger)
    seed_series(tables, options.owner)
    seed_coins(tables, options.viewer)


if __name__ == "__main__":
    main()
