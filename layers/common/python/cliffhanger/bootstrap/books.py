"""What the ledger's own functions work with: settling aside, sweeping, replaying, anchoring; and unlocking."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from cliffhanger.aws import aws_client
from cliffhanger.bootstrap.foundation import catalog_store, connection, event_publisher, ledger_store, switches
from cliffhanger.settings import read

if TYPE_CHECKING:
    from cliffhanger.anchoring.service import Anchoring
    from cliffhanger.expiry.store import DueStore
    from cliffhanger.expiry.sweeping import Broom
    from cliffhanger.parking.service import Desk
    from cliffhanger.parking.store import ParkedStore
    from cliffhanger.unlocks.service import Books


@functools.cache
def unlock_books() -> Books:
    """What unlocking works with."""
    from cliffhanger.unlocks.service import Books

    return Books(ledger_store(), catalog_store(), lambda: switches().check("unlocks"))


@functools.cache
def parked_store() -> ParkedStore:
    """What the stream's consumers could not take."""
    from cliffhanger.parking.store import ParkedStore

    return ParkedStore(connection(), read("PARKED_TABLE"))


@functools.cache
def due_store() -> DueStore:
    """What accounts wait for."""
    from cliffhanger.expiry.store import DueStore

    return DueStore(connection(), read("DUE_TABLE"))


@functools.cache
def broom() -> Broom:
    """What a sweep of the ledger works with."""
    from cliffhanger.expiry.sweeping import Broom

    return Broom(due_store(), ledger_store(), event_publisher())


@functools.cache
def replay_desk() -> Desk:
    """What a replay of parked entries works with."""
    from cliffhanger.parking.service import Desk

    return Desk(parked_store(), ledger_store(), event_publisher())


@functools.cache
def anchoring() -> Anchoring:
    """What anchoring works with; reading an export may take longer than other calls do."""
    from botocore.config import Config

    from cliffhanger.anchoring.adapters import AnchorBucket, LedgerExports
    from cliffhanger.anchoring.service import Anchoring

    patient = Config(connect_timeout=5, read_timeout=60, retries={"mode": "standard", "total_max_attempts": 4})
    s3 = aws_client("s3", patient)
    exports = LedgerExports(aws_client("dynamodb", patient), s3, read("LEDGER_ARN"), read("EXPORTS_BUCKET"))
    return Anchoring(exports, AnchorBucket(s3, read("ANCHORS_BUCKET")))
