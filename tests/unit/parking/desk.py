"""A replay's desk over tables in memory, and a bus that does as it is told."""

from __future__ import annotations

import json
from typing import Any

from cliffhanger.events.publisher import EventPublisher
from cliffhanger.ledger.journal import Retrying
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.parking.service import Desk
from cliffhanger.parking.store import ParkedStore
from tests.support.dynamodb import MemoryDynamoDB, connect
from tests.support.tables import LEDGER, PARKED

NOW = 1_763_710_000_000


class Bus:
    """Takes events, or refuses so many of them."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        self.refusals = 0
        self.calls = 0

    def put_events(self, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803 - botocore's name
        self.calls += 1
        answers: list[dict[str, str]] = []
        for entry in Entries:
            if self.refusals:
                self.refusals -= 1
                answers.append({"ErrorCode": "InternalFailure"})
            else:
                self.told.append(json.loads(entry["Detail"]))
                answers.append({"EventId": "1"})
        failed = sum("ErrorCode" in answer for answer in answers)
        return {"FailedEntryCount": failed, "Entries": answers}


class Scene:
    """Tables in memory with a desk over them; time stands still unless it is moved."""

    def __init__(self) -> None:
        self.model = MemoryDynamoDB()
        for table in (LEDGER, PARKED):
            self.model.call("CreateTable", table)
        self.bus = Bus()
        self.now = NOW
        connection = connect(self.model)
        pace = Retrying(clock=lambda: self.now, sleep=lambda _: None, jitter=lambda: 0.0, timer=lambda: 0.0)
        self.desk = Desk(
            parked=ParkedStore(connection, PARKED["TableName"]),
            ledger=LedgerStore(connection, LEDGER["TableName"]),
            events=EventPublisher(self.bus, "the-bus"),
            clock=lambda: self.now,
            retrying=pace,
        )

    def items(self, table: dict[str, Any]) -> list[dict[str, Any]]:
        """Every item of a table."""
        found: list[dict[str, Any]] = self.model.call("Scan", {"TableName": table["TableName"]})["Items"]
        return sorted(found, key=repr)

    def set_hash(self, account: str, seq: int, stored: bytes) -> None:
        """Puts another hash beside an entry's bytes: breaks it, or mends it."""
        self.model.call(
            "UpdateItem",
            {
                "TableName": LEDGER["TableName"],
                "Key": {"account": {"S": account}, "seq": {"N": str(seq)}},
                "UpdateExpression": "SET #h = :h",
                "ExpressionAttributeNames": {"#h": "hash"},
                "ExpressionAttributeValues": {":h": {"B": stored}},
            },
        )
