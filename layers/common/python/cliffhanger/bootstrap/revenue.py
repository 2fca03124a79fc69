"""What creators are paid by: splits."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from cliffhanger.aws import aws_client
from cliffhanger.bootstrap.foundation import catalog_store, connection, event_publisher, ledger_store, people_store
from cliffhanger.clock import system_clock
from cliffhanger.settings import read

if TYPE_CHECKING:
    from cliffhanger.catalog.domain import CreatorShare
    from cliffhanger.revenue.cabinet import StatementBucket
    from cliffhanger.revenue.runs_store import RunsStore
    from cliffhanger.revenue.splitting import Splits
    from cliffhanger.revenue.waterfall import Waterfall


@functools.cache
def splits() -> Splits:
    """Who shares in what series earn."""
    from cliffhanger.revenue.splits_store import SplitsStore
    from cliffhanger.revenue.splitting import Splits

    def owner_of(series: str) -> str | None:
        page = catalog_store().page(series)
        return None if page is None else page.owner

    def show(series: str, shares: tuple[CreatorShare, ...]) -> None:
        from cliffhanger.catalog.authoring import show_shares

        show_shares(catalog_store(), series, shares)

    def knows(person: str) -> bool:
        return people_store().behind(person) is not None

    return Splits(SplitsStore(connection(), read("SPLITS_TABLE")), owner_of, knows, show, system_clock)


@functools.cache
def cabinet() -> StatementBucket:
    """Where statements are kept."""
    from botocore.config import Config

    from cliffhanger.revenue.cabinet import StatementBucket

    signed = Config(
        signature_version="s3v4",
        s3={"addressing_style": "virtual"},
        connect_timeout=2,
        read_timeout=10,
        retries={"mode": "standard", "total_max_attempts": 3},
    )
    return StatementBucket(aws_client("s3", signed), read("REPORTS_BUCKET"), system_clock)


@functools.cache
def runs_store() -> RunsStore:
    """How far the waterfall of each day has come."""
    from cliffhanger.revenue.runs_store import RunsStore

    return RunsStore(connection(), read("RUNS_TABLE"), system_clock)


@functools.cache
def waterfall() -> Waterfall:
    """What a run of the waterfall works with; drawing a PDF is imported here, and by nobody who answers a request."""
    from cliffhanger.ledger.journal import Retrying
    from cliffhanger.revenue.drawing import draw
    from cliffhanger.revenue.telling import Desk, tell
    from cliffhanger.revenue.waterfall import Owned, SeriesPage, Waterfall

    catalog = catalog_store()

    def every(limit: int, after: str | None) -> SeriesPage:
        series, following = catalog.every(limit, after)
        return SeriesPage(tuple(Owned(*one) for one in series), following)

    def title_of(series: str) -> str | None:
        page = catalog.page(series)
        return None if page is None else page.title

    desk = Desk(
        ledger_store(), cabinet(), title_of, draw, lambda events: event_publisher().publish(events), system_clock
    )
    pace = Retrying(clock=system_clock)
    return Waterfall(ledger_store(), splits(), runs_store(), every, functools.partial(tell, desk), pace)
