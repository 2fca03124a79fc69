"""The one composition root: builds each adapter from settings, once, when it is first needed.

Nothing here runs on import. A test replaces an adapter by giving its own to the use case, or by clearing the caches
with :func:`forget`.
"""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING, Any

from cliffhanger.catalog.store import CatalogStore
from cliffhanger.dynamo import connect
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.settings import read

if TYPE_CHECKING:
    from pynamodb.connection import Connection

    from cliffhanger.events.publisher import EventPublisher
    from cliffhanger.people.store import PeopleStore


@functools.cache
def connection() -> Connection:
    """The DynamoDB connection that all stores of a function share; its client is made here, not at the first call."""
    made = connect(os.environ["AWS_REGION"])
    _ = made.client
    return made


@functools.cache
def ledger_store() -> LedgerStore:
    """The ledger."""
    return LedgerStore(connection(), read("LEDGER_TABLE"))


@functools.cache
def catalog_store() -> CatalogStore:
    """The catalog."""
    return CatalogStore(connection(), read("CATALOG_TABLE"))


@functools.cache
def people_store() -> PeopleStore:
    """The table of people."""
    from cliffhanger.people.store import PeopleStore  # noqa: PLC0415 - only the function that needs it pays for it

    return PeopleStore(connection(), read("PEOPLE_TABLE"))


@functools.cache
def aws_client(service: str) -> Any:
    """A botocore client of another AWS service, with botocore's standard retries."""
    import botocore.session  # noqa: PLC0415 - loaded by pynamodb already; named here for the type only
    from botocore.config import Config  # noqa: PLC0415

    return botocore.session.get_session().create_client(
        service,
        region_name=os.environ["AWS_REGION"],
        config=Config(connect_timeout=2, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 3}),
    )


@functools.cache
def event_publisher() -> EventPublisher:
    """The product's event bus."""
    from cliffhanger.events.publisher import EventPublisher  # noqa: PLC0415

    return EventPublisher(aws_client("events"), read("EVENT_BUS"))


def forget() -> None:
    """Drops every adapter, so that the next call builds it from the settings of the moment."""
    for built in (connection, ledger_store, catalog_store, people_store, aws_client, event_publisher):
        built.cache_clear()
