"""A ledger in memory, with a viewer's life on it, that fails as it is told to."""

from __future__ import annotations

from typing import Any

from cliffhanger.ledger.store import LedgerStore
from tests.support.dynamodb import Call, Fault, MemoryDynamoDB, NoFaults, connect
from tests.support.tables import LEDGER
from tests.unit.receipts.chains import Life

TABLE = LEDGER["TableName"]
PERSON = "4h7d9k2m8q1r5t0v"


class Failing(NoFaults):
    """The next calls of an operation fail, as often as is said."""

    def __init__(self) -> None:
        self.fault = Fault.LOST_REPLY
        self.operation = ""
        self.times = 0

    def next(self, fault: Fault, operation: str, times: int = 1) -> None:
        self.fault, self.operation, self.times = fault, operation, times

    def strike(self, call: Call) -> Fault | None:
        if not self.times or call.operation != self.operation:
            return None
        self.times -= 1
        return self.fault


class Books:
    """The table, its store, and what it has cost."""

    def __init__(self, life: Life | None = None) -> None:
        self.faults = Failing()
        self.model = MemoryDynamoDB(faults=self.faults)
        self.model.call("CreateTable", LEDGER)
        self.store = LedgerStore(connect(self.model), TABLE)
        self.written = 0
        if life is not None:
            self.write(life)

    def write(self, life: Life) -> None:
        """Appends what the life has come to since."""
        for entry in life.chain[self.written :]:
            assert self.store.append(entry)
        self.written = len(life.chain)

    @property
    def read_units(self) -> float:
        return self.model.meter.units().read

    @property
    def items(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.model.call("Scan", {"TableName": TABLE})["Items"]
        return sorted(found, key=lambda item: int(item["seq"]["N"]))
