"""What most functions stand on: the connection, the stores that many share, what guards a request, the bus."""

from __future__ import annotations

import functools
import gc
import os
from typing import TYPE_CHECKING, Any

from cliffhanger.aws import aws_client
from cliffhanger.catalog.store import CatalogStore
from cliffhanger.clock import system_clock
from cliffhanger.dynamo import connect
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.settings import read
from cliffhanger.telemetry.log import logger

if TYPE_CHECKING:
    from pynamodb.connection import Connection

    from cliffhanger.events.publisher import EventPublisher
    from cliffhanger.people.store import PeopleStore
    from cliffhanger.rates.service import Limiter
    from cliffhanger.request_secret import Purpose
    from cliffhanger.switches.service import Switches
    from cliffhanger.web.cursors import Cursors


@functools.cache
def connection() -> Connection:
    """The DynamoDB connection that all stores of a function share; its client is made here, not at the first call.

    botocore parses its service models into some hundred thousand objects that stay for good. Collecting garbage among
    them is a tenth of a cold start and finds nothing, so it waits, and then never looks at them again.
    """
    made = connect(os.environ["AWS_REGION"])
    gc.disable()
    try:
        _ = made.client
    finally:
        gc.enable()
        gc.freeze()
    return made


@functools.cache
def request_secret(purpose: Purpose = "idempotency") -> bytes:
    """The key of one purpose, derived from the stage's request secret; of idempotency references unless told otherwise.

    Raises:
        Unavailable: Secrets Manager does not answer; asked again at the next request.
    """
    from cliffhanger.request_secret import key_for

    return key_for(purpose, _request_secret())


@functools.cache
def _request_secret() -> bytes:
    from cliffhanger.request_secret import read_secret

    return read_secret(secrets_client(), read("REQUEST_SECRET"))


@functools.cache
def secrets_client() -> Any:
    """A client of Secrets Manager, made in DynamoDB's session, whose settings are parsed already.

    In one of its own it would be a quarter of a cold start, which whoever brings the first key would wait for.
    """
    return aws_client("secretsmanager", session=connection().session)


@functools.cache
def cursors() -> Cursors:
    """Seals and opens the cursors of lists; the secret is read at the first one."""
    from cliffhanger.web.cursors import Cursors

    return Cursors(lambda: request_secret("cursors"))


@functools.cache
def rate_limiter() -> Limiter:
    """Limits how often a caller may ask."""
    from cliffhanger.rates.service import Limiter
    from cliffhanger.rates.store import RatesStore

    uncounted = functools.partial(logger().counted, "uncounted", "RequestsUncounted")
    return Limiter(RatesStore(connection(), read("RATES_TABLE")), system_clock, uncounted)


@functools.cache
def switches() -> Switches:
    """What operators have switched off."""
    from cliffhanger.switches.service import Switches
    from cliffhanger.switches.store import SwitchesStore

    def unread(switch: str) -> None:
        logger().counted("switch unread", "SwitchesUnread", switch=switch)

    return Switches(SwitchesStore(connection(), read("SWITCHES_TABLE")), system_clock, unread)


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
    """The table of people; tried once a call, because Cognito waits for its trigger no longer than five seconds."""
    from cliffhanger.people.store import PeopleStore

    return PeopleStore(connect(os.environ["AWS_REGION"], retries=0), read("PEOPLE_TABLE"))


@functools.cache
def event_publisher() -> EventPublisher:
    """The product's event bus."""
    from cliffhanger.events.publisher import EventPublisher

    return EventPublisher(aws_client("events"), read("EVENT_BUS"))
