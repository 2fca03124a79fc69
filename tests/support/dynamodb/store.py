"""The state behind the operations: tables, streams, locks, tokens, meter, clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from tests.support.dynamodb.bill import Meter
from tests.support.dynamodb.errors import Refusal, UnsupportedByModel, table_missing
from tests.support.dynamodb.locks import ItemLocks
from tests.support.dynamodb.schema import Key, schema_of
from tests.support.dynamodb.streams import Stream, Written
from tests.support.dynamodb.tables import Row, Table, View
from tests.support.dynamodb.tokens import Tokens


class Request(NamedTuple):
    """One call as an operation sees it."""

    parameters: Mapping[str, Any]
    lag_ms: int = 0
    """How old an eventually consistent read of this call is."""
    partial: bool = False
    """Whether the last half of a batch is to come back unprocessed."""


class Store:
    """All state of the model. Not safe for threads by itself: the model serves one request at a time."""

    def __init__(self, clock: Callable[[], int], region: str, account: str) -> None:
        self.clock = clock
        self.region = region
        self.account = account
        self.remember_for = 0
        self.tables: dict[str, Table] = {}
        self.streams: dict[str, Stream] = {}
        self.locks = ItemLocks()
        self.tokens = Tokens()
        self.meter = Meter()

    def table(self, name: object) -> Table:
        """The table of that name, or of that ARN.

        Raises:
            Refusal: ResourceNotFoundException.
        """
        if isinstance(name, str):
            table = self.tables.get(name.rpartition("/")[2])
            if table is not None:
                return table
        raise table_missing()

    def arn(self, table: str) -> str:
        return f"arn:aws:dynamodb:{self.region}:{self.account}:table/{table}"

    def view(self, table: Table, request: Request, *, consistent: bool) -> View:
        """The table as a read sees it."""
        if consistent or not request.lag_ms:
            return table.latest()
        return table.as_of(self.clock() - request.lag_ms)

    def write(self, table: Table, key: Key, row: Row | None) -> Row | None:
        """Put or remove a row and record it in the stream, unless nothing changed; gives back what stood there."""
        now = self.clock()
        before = table.put(key, row, now=now, remember_for=self.remember_for)
        stream = self.streams.get(table.schema.name)
        if stream is not None:
            known = row or before
            if known is not None and (before is None or row is None or before.item != row.item):
                keys = {name: known.item[name] for name in table.schema.keys}
                stream.append(Written(now, keys, before, row))
        return before

    # Operations on tables

    def create_table(self, request: Request) -> dict[str, Any]:
        schema = schema_of(request.parameters)
        if schema.name in self.tables:
            raise Refusal("ResourceInUseException", f"Table already exists: {schema.name}")
        self.tables[schema.name] = Table(schema, self.clock())
        if schema.stream_view is not None:
            arn = f"{self.arn(schema.name)}/stream/model"
            self.streams[schema.name] = Stream(arn, self.region, schema.stream_view)
        return {"TableDescription": self._description(self.tables[schema.name])}

    def describe_table(self, request: Request) -> dict[str, Any]:
        check_known("DescribeTable", request.parameters, frozenset({"TableName"}))
        return {"Table": self._description(self._named(request))}

    def delete_table(self, request: Request) -> dict[str, Any]:
        check_known("DeleteTable", request.parameters, frozenset({"TableName"}))
        table = self._named(request)
        del self.tables[table.schema.name]
        self.streams.pop(table.schema.name, None)
        return {"TableDescription": {**self._description(table), "TableStatus": "DELETING"}}

    def list_tables(self, request: Request) -> dict[str, Any]:
        check_known("ListTables", request.parameters, frozenset())
        return {"TableNames": sorted(self.tables)}

    def _named(self, request: Request) -> Table:
        name = request.parameters.get("TableName")
        try:
            return self.table(name)
        except Refusal:
            message = f"Requested resource not found: Table: {name} not found"
            raise Refusal("ResourceNotFoundException", message) from None

    def _description(self, table: Table) -> dict[str, Any]:
        size = sum(row.size for row in table.rows.values())
        return table.schema.description(len(table.rows), size, table.created / 1000, self.arn(table.schema.name))


def check_known(operation: str, parameters: Mapping[str, Any], known: frozenset[str]) -> None:
    """Refuse to guess at parameters that the model does not imitate.

    Raises:
        UnsupportedByModel: there are some.
    """
    if not parameters.keys() <= known:
        raise UnsupportedByModel(f"{operation}: {sorted(parameters.keys() - known)}")
