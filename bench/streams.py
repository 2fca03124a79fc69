"""What deliveries of new entries cost the two consumers of the ledger's stream, measured through their handlers."""

from __future__ import annotations

import functools
import importlib
import json
import statistics
from typing import Any, NamedTuple

from bench.cpu import cpu_of
from bench.fixtures import Counter, memory, served
from bench.mix import unlocks_of_one_series
from bench.wire import Recorder, answered
from tests.support.dynamodb import MemoryDynamoDB, connect
from tests.support.tables import LEDGER

FULL_DELIVERY = 500
"""Records of one invocation at most, as ``infra/constructs/consumers.py`` has it."""
ALONE = 1
SAMPLE = 200
"""Unlocks that are delivered one by one, to know what one takes on average."""
ROUNDS = 5

Records = list[dict[str, Any]]


class Delivery(NamedTuple):
    """One delivery, on average: units and calls, CPU time, and our own lines in the log."""

    write_units: float
    read_units: float
    queries: float
    transactions: float
    cpu_s: float
    log_bytes: float


class Telling(NamedTuple):
    """One delivery of so many unlocks to the publisher: the events told, its CPU time, its own lines in the log."""

    unlocks: int
    events: int
    cpu_s: float
    log_bytes: float


def _delivered(model: MemoryDynamoDB, count: int) -> Records:
    """The stream's records of so many unlocks of one series by the mix."""
    keys = {(entry.account, entry.seq) for entry in unlocks_of_one_series(memory(model), count)}
    every = model.stream(LEDGER["TableName"])
    stored = [(record, record["dynamodb"]["Keys"]) for record in every]
    return [record for record, key in stored if (key["account"]["S"], int(key["seq"]["N"])) in keys]


@functools.cache
def settlement(unlocks: int) -> Delivery:
    """Settlement, handed so many unlocks at once."""
    model = MemoryDynamoDB()
    records = _delivered(model, max(unlocks, SAMPLE))
    deliveries = [records[start : start + unlocks] for start in range(0, len(records), unlocks)]
    connection = connect(model)
    counter, recorder = Counter(connection), Recorder(connection)
    handler = importlib.import_module("functions.settlement.handler").handler
    with served(connection) as service:
        before = len(recorder.told)
        counter.reset()
        handler({"Records": deliveries[0]}, None)
        first = recorder.told[before:]
        for delivery in deliveries[1:]:
            handler({"Records": delivery}, None)
        log_bytes = len(service.log.getvalue().encode())
    with answered(recorder.told[:before], first), served():
        cpu_s = statistics.median(cpu_of(lambda: handler({"Records": deliveries[0]}, None), 1) for _ in range(ROUNDS))
    count = len(deliveries)
    return Delivery(
        counter.write / count,
        counter.read / count,
        counter.calls["Query"] / count,
        counter.calls["TransactWriteItems"] / count,
        cpu_s,
        log_bytes / count,
    )


@functools.cache
def telling(unlocks: int) -> Telling:
    """The publisher, handed so many unlocks at once."""
    records = _delivered(MemoryDynamoDB(), unlocks)
    handler = importlib.import_module("functions.publisher.handler").handler
    recorder = Recorder(connection := memory())
    with served(connection):
        pass
    with answered(recorder.told, ()), served() as service:
        handler({"Records": records}, None)
        lines = service.log.getvalue()
        cpu_s = statistics.median(cpu_of(lambda: handler({"Records": records}, None), 1) for _ in range(ROUNDS))
    events = json.loads(lines.splitlines()[-1])["events"]
    return Telling(unlocks, events, cpu_s, len(lines.encode()))


def events_per_unlock() -> float:
    """Events that an unlock of the mix is told as: itself, and now and then what expired by it."""
    told = telling(FULL_DELIVERY)
    return told.events / told.unlocks
