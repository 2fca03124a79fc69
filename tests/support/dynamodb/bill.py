"""What one request consumed, told as ConsumedCapacity and added to the model's meter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple

from tests.support.dynamodb import capacity
from tests.support.dynamodb.errors import validation
from tests.support.dynamodb.schema import Index
from tests.support.dynamodb.tables import Row, Table


class Units(NamedTuple):
    """Read and write capacity units."""

    read: float
    write: float

    def since(self, earlier: Units) -> Units:
        return Units(self.read - earlier.read, self.write - earlier.write)


class Meter:
    """Units consumed by every request since the model was made, failed ones too, and requests by operation."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.read_units: Counter[str] = Counter()
        self.write_units: Counter[str] = Counter()

    def units(self, table: str | None = None) -> Units:
        """Units of one table, or of all."""
        if table is None:
            return Units(float(sum(self.read_units.values())), float(sum(self.write_units.values())))
        return Units(float(self.read_units[table]), float(self.write_units[table]))


class Bill:
    """Units of one request on one table."""

    __slots__ = ("global_", "local", "name", "read", "write")

    def __init__(self, name: str) -> None:
        self.name = name
        self.read = 0.0
        self.write = 0.0
        self.local: dict[str, float] = {}
        self.global_: dict[str, float] = {}

    def add_write(self, table: Table, before: Row | None, after: Row | None, factor: int = 1) -> None:
        """A write by the larger of the item's sizes before and after; indexes by what changes in them.

        ``factor`` is 2 in a transaction, for the table alone: its indexes are written once.
        """
        size = max(before.size if before else 0, after.size if after else 0)
        self.write += factor * capacity.write_units(size)
        keys = table.schema.keys
        for index in table.schema.indexes.values():
            units = capacity.index_write_units(
                _entry(index, keys, before), _entry(index, keys, after), index.key_names()
            )
            if units:
                self._add_index(index, float(units))

    def add_index_read(self, index: Index, units: float) -> None:
        self._add_index(index, units)

    def _add_index(self, index: Index, units: float) -> None:
        part = self.local if index.local else self.global_
        part[index.name] = part.get(index.name, 0.0) + units

    def total(self) -> float:
        return self.read + self.write + sum(self.local.values()) + sum(self.global_.values())

    def charge(self, meter: Meter) -> None:
        """Add this bill to a meter; an index's units count as reads when the table had none written."""
        indexed = sum(self.local.values()) + sum(self.global_.values())
        if self.write:
            meter.write_units[self.name] += self.write + indexed  # type: ignore[assignment]
            meter.read_units[self.name] += self.read  # type: ignore[assignment]
        else:
            meter.read_units[self.name] += self.read + indexed  # type: ignore[assignment]

    def told(self, kind: str, *, in_transaction: bool = False) -> dict[str, Any]:
        """As ConsumedCapacity. ``kind``: TOTAL or INDEXES."""
        shown: dict[str, Any] = {"TableName": self.name, "CapacityUnits": self.total()}
        if in_transaction:
            shown["WriteCapacityUnits" if self.write else "ReadCapacityUnits"] = self.write or self.read
        if kind == "INDEXES":
            shown["Table"] = {"CapacityUnits": self.read + self.write}
            for name, part in (("LocalSecondaryIndexes", self.local), ("GlobalSecondaryIndexes", self.global_)):
                if part:
                    shown[name] = {index: {"CapacityUnits": units} for index, units in part.items()}
        return shown


def capacity_wanted(parameters: Mapping[str, Any]) -> str | None:
    """TOTAL or INDEXES when the request wants to hear of its consumption."""
    kind = parameters.get("ReturnConsumedCapacity", "NONE")
    if kind not in ("TOTAL", "INDEXES", "NONE"):
        raise validation(
            f"1 validation error detected: Value '{kind}' at 'returnConsumedCapacity' failed to satisfy constraint: "
            "Member must satisfy enum value set: [INDEXES, TOTAL, NONE]"
        )
    return None if kind == "NONE" else str(kind)


def _entry(index: Index, keys: tuple[str, ...], row: Row | None) -> Any:
    if row is None or any(key not in row.item for key in index.key_names()):
        return None
    return row.view(index, keys)[0]
