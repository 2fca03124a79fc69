"""The model itself: one call after another, with what may go wrong around it."""

from __future__ import annotations

import contextlib
import copy
import hashlib
import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError, ReadTimeoutError

from tests.support.dynamodb import queries, reads, transactions, writes
from tests.support.dynamodb.bill import Meter
from tests.support.dynamodb.errors import Refusal, UnsupportedByModel, transaction_conflict
from tests.support.dynamodb.faults import Call, Fault, FaultPlan, Hook, Moment, NoFaults
from tests.support.dynamodb.locks import ItemLocks
from tests.support.dynamodb.store import Request, Store
from tests.support.dynamodb.streams import worded
from tests.support.dynamodb.tables import Row, Table
from tests.support.dynamodb.values import Item, canonical_item, copied_item

ENDPOINT = "memory://dynamodb"
DELAYED_CALLS = 3
"""A delayed request is served just before this many calls later."""
EPOCH_MS = 1_767_225_600_000
"""2026-01-01T00:00:00Z, where a model starts that is given no clock; its time then stands still."""

_SERVED: dict[str, Callable[[Store, Request], dict[str, Any]]] = {
    "CreateTable": Store.create_table,
    "DescribeTable": Store.describe_table,
    "DeleteTable": Store.delete_table,
    "ListTables": Store.list_tables,
    "GetItem": reads.get_item,
    "BatchGetItem": reads.batch_get_item,
    "Query": queries.query,
    "Scan": queries.scan,
    "PutItem": writes.single_write("PutItem"),
    "UpdateItem": writes.single_write("UpdateItem"),
    "DeleteItem": writes.single_write("DeleteItem"),
    "BatchWriteItem": writes.batch_write_item,
    "TransactGetItems": transactions.transact_get_items,
}
OPERATIONS = frozenset(_SERVED) | {"TransactWriteItems"}
_EVENTUAL = frozenset({"GetItem", "BatchGetItem", "Query", "Scan"})


class MemoryDynamoDB:
    """DynamoDB in memory, for one region and account, below botocore.

    Threads may share it: each request is served alone. Everything that differs between runs is passed in.

    Args:
        clock: the service's own time in milliseconds (callers may have others); stands still when not given.
        faults: what goes wrong; may be exchanged at any time through ``faults``.
        hook: called before and after every call and while a transaction holds its items.
        transaction_lock_ms: how long, from its start, a TransactWriteItems holds its items.
        item_lock_ms: how long a single-item write stands in the way of transactions on its item.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], int] | None = None,
        faults: FaultPlan | None = None,
        hook: Hook | None = None,
        transaction_lock_ms: int = 0,
        item_lock_ms: int = 0,
        region: str = "us-east-1",
        account: str = "000000000000",
    ) -> None:
        self.faults: FaultPlan = faults or NoFaults()
        self.hook = hook
        self._store = Store(clock or _still, region, account)
        self._store.locks.transaction_ms = transaction_lock_ms
        self._store.locks.item_ms = item_lock_ms
        self._guard = threading.RLock()
        self._calls = 0
        self._tokens = 0
        self._delayed: list[Call] = []

    @property
    def calls(self) -> int:
        """How many calls there were, which is the number of the last."""
        return self._calls

    @property
    def delayed(self) -> int:
        """How many requests will still be served late."""
        return len(self._delayed)

    @property
    def meter(self) -> Meter:
        """Units consumed so far."""
        return self._store.meter

    @property
    def locks(self) -> ItemLocks:
        """Durations of item locks, to be changed during a run."""
        return self._store.locks

    @property
    def region(self) -> str:
        return self._store.region

    def fresh_token(self) -> str:
        """A client request token that no call has had: botocore draws one, the model counts, so that runs repeat."""
        with self._guard:
            self._tokens += 1
            return f"memory-{self._tokens}"

    def call(self, operation: str, parameters: Mapping[str, Any], actor: str = "") -> dict[str, Any]:
        """Serve one request as botocore's client would.

        Raises:
            ClientError: DynamoDB's answer is an error, or a fault was struck.
            BotoCoreError: the request or its reply was lost.
            UnsupportedByModel: the model does not imitate what is asked.
        """
        if operation not in OPERATIONS:
            raise UnsupportedByModel(operation)
        with self._guard:
            self._calls += 1
            call = Call(self._calls, actor, operation, parameters, self._store.clock())
        hook = self.hook
        if hook is not None:
            hook(Moment.BEFORE, call)
        try:
            answer = self._answered(call)
        except (ClientError, BotoCoreError):
            if hook is not None:
                hook(Moment.AFTER, call)
            raise
        if hook is not None:
            hook(Moment.AFTER, call)
        return answer

    def _answered(self, call: Call) -> dict[str, Any]:
        request_id = f"memory-{call.number}"
        with self._guard:
            self._deliver(call.number - DELAYED_CALLS)
            self._store.meter.calls[call.operation] += 1
            fault = self.faults.strike(call)
            if fault is not None and not fault.can_strike(call.operation):
                fault = None
            self._store.remember_for = self.faults.longest_lag_ms
            lag = self.faults.lag_ms(call) if self._store.remember_for and call.operation in _EVENTUAL else 0
        try:
            if fault is Fault.DELAYED:
                with self._guard:
                    self._delayed.append(call._replace(parameters=copy.deepcopy(call.parameters)))
                raise ReadTimeoutError(endpoint_url=ENDPOINT)
            if fault is not None:
                _strike_before(fault, call)
            request = Request(call.parameters, lag, fault is Fault.PARTIAL)
            try:
                answer = self._served(call, request)
            finally:
                if fault is not None:
                    _strike_after(fault)
        except Refusal as refusal:
            raise refusal.as_client_error(call.operation, request_id) from None
        headers = {"x-amzn-requestid": request_id}
        metadata = {"RequestId": request_id, "HTTPStatusCode": 200, "HTTPHeaders": headers, "RetryAttempts": 0}
        return {**answer, "ResponseMetadata": metadata}

    def _served(self, call: Call, request: Request) -> dict[str, Any]:
        if call.operation != "TransactWriteItems":
            with self._guard:
                return _SERVED[call.operation](self._store, request)
        with self._guard:
            begun = transactions.begin(self._store, request)
        try:
            if self.hook is not None and begun.answer is None:
                self.hook(Moment.HELD, call)
        finally:
            with self._guard:  # the service goes on when its caller dies
                answer = transactions.apply(self._store, begun)
        return answer

    def _deliver(self, last: int) -> None:
        """Serve what was delayed, up to a call number; nobody hears how that ends."""
        due = [call for call in self._delayed if call.number <= last]
        self._delayed = [call for call in self._delayed if call.number > last]
        for call in due:
            with contextlib.suppress(Refusal):
                request = Request(call.parameters)
                if call.operation == "TransactWriteItems":
                    transactions.apply(self._store, transactions.begin(self._store, request))
                else:
                    _SERVED[call.operation](self._store, request)

    # For tests and simulations, past all faults

    def deliver_delayed(self) -> None:
        """Serve every delayed request now, in the order they were sent."""
        with self._guard:
            self._deliver(self._calls)

    def stream(self, table: str, start: int = 0, limit: int | None = None) -> list[dict[str, Any]]:
        """Stream records of a table from position ``start`` (0 is the first), as in a Lambda event's ``Records``."""
        with self._guard:
            return self._store.streams[table].records(start, limit)

    def stream_length(self, table: str) -> int:
        """How many records the stream of a table has had."""
        return len(self._store.streams[table])

    def items(self, table: str) -> list[Item]:
        """Copies of all items of a table, ordered by key."""
        with self._guard:
            rows = self._table(table).rows
            return [copied_item(rows[key].item) for key in sorted(rows)]

    def peek(self, table: str) -> Iterator[Item]:
        """The items of a table as they stand, in no order: to be looked at and left alone, since they are no copies."""
        with self._guard:
            yield from [row.item for row in self._table(table).rows.values()]

    def load(self, table: str, items: Iterable[Mapping[str, Any]]) -> None:
        """Replace a table's contents, as a restore does: no stream records, no units, locks forgotten."""
        with self._guard:
            held = self._table(table)
            fresh = Table(held.schema, held.created)
            for given in items:
                item = canonical_item(given)
                fresh.put(held.schema.key_of_item(item), Row(item), now=self._store.clock(), remember_for=0)
            self._store.tables[table] = fresh
            self._store.locks.forget(table)

    def fingerprint(self, table: str | None = None) -> str:
        """A SHA-256 over every item of a table, or of all: two equal fingerprints are byte-identical states."""
        with self._guard:
            names = sorted(self._store.tables) if table is None else [table]
            state = {name: [worded(item) for item in self.items(name)] for name in names}
        return hashlib.sha256(json.dumps(state, sort_keys=True).encode()).hexdigest()

    def _table(self, name: str) -> Table:
        return self._store.tables[name]


def _still() -> int:
    return EPOCH_MS


def _strike_before(fault: Fault, call: Call) -> None:
    """Raise what keeps a call from happening."""
    if fault is Fault.NOT_SENT:
        raise EndpointConnectionError(endpoint_url=ENDPOINT)
    if fault is Fault.LOST_REQUEST:
        raise ReadTimeoutError(endpoint_url=ENDPOINT)
    if fault is Fault.FAILED:
        raise _internal_error()
    if fault is Fault.LIMITED:
        raise Refusal("ThrottlingException", "Rate of requests exceeds the allowed throughput.")
    in_transaction = call.operation.startswith("Transact")
    count = len(call.parameters.get("TransactItems", ())) or 1
    if fault is Fault.THROTTLED:
        if in_transaction:
            raise transactions.throttled_reasons(count)
        raise Refusal(
            "ProvisionedThroughputExceededException",
            "The level of configured provisioned throughput for the table was exceeded. "
            "Consider increasing your provisioning level with the UpdateTable API.",
        )
    if fault is Fault.CONFLICT:
        raise transactions.conflict_reasons(count) if in_transaction else transaction_conflict()


def _strike_after(fault: Fault) -> None:
    """Raise what keeps an answer, good or bad, from being heard."""
    if fault is Fault.LOST_REPLY:
        raise ReadTimeoutError(endpoint_url=ENDPOINT) from None
    if fault is Fault.FAILED_LATE:
        raise _internal_error() from None


def _internal_error() -> Refusal:
    return Refusal("InternalServerError", "Internal server error", status=500)
