"""What the counts of requests promise, over the in-memory model, moto and MiniStack."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pynamodb.connection import Connection
from pynamodb.exceptions import UpdateError

from cliffhanger.errors import Unavailable
from cliffhanger.rates.domain import FREE, LIMITS, Bucket
from cliffhanger.rates.service import Limiter
from cliffhanger.rates.store import RatesStore
from tests.contracts.stand_ins import ALL, tables_of
from tests.support.dynamodb import Fault, MemoryDynamoDB, ScriptedFaults, connect
from tests.support.dynamodb.capacity import item_size
from tests.support.tables import RATES

TABLE = RATES["TableName"]
BUCKET = Bucket("mia", "spend", 29_400_000)
NOON = BUCKET.minute * 60_000
LIMIT = LIMITS["spend"]


class Table:
    """A store of rates, and a look at what is in its table."""

    def __init__(self, connection: Connection) -> None:
        self.client: Any = connection.client
        self.store = RatesStore(connection, TABLE)

    def items(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.client.scan(TableName=TABLE, ConsistentRead=True)["Items"]
        return found


@pytest.fixture(params=ALL)
def table(request: pytest.FixtureRequest) -> Iterator[Table]:
    with tables_of(request, RATES) as connect_anew:
        yield Table(connect_anew())


def test_requests_add_up_to_the_limit_and_not_beyond(table: Table) -> None:
    assert table.store.add(BUCKET, 6, LIMIT) == 6
    assert table.store.add(BUCKET, LIMIT - 6, LIMIT) == LIMIT
    before = table.items()
    assert table.store.add(BUCKET, 1, LIMIT) is None
    assert table.items() == before


def test_what_would_exceed_the_limit_is_not_counted_in_part(table: Table) -> None:
    table.store.add(BUCKET, LIMIT - 3, LIMIT)
    assert table.store.add(BUCKET, 4, LIMIT) is None
    assert table.store.add(BUCKET, 3, LIMIT) == LIMIT


def test_buckets_do_not_share_a_count(table: Table) -> None:
    table.store.add(BUCKET, LIMIT, LIMIT)
    for other in (BUCKET._replace(person="noa"), BUCKET._replace(rate="read"), BUCKET._replace(minute=29_400_001)):
        assert table.store.add(other, 1, LIMIT) == 1


def test_an_item_is_one_write_unit_and_expires_by_itself(table: Table) -> None:
    bucket = Bucket("m" * 32, "operate", 29_400_000)
    table.store.add(bucket, 6, LIMIT)
    (item,) = table.items()
    assert item == {
        "bucket": {"S": bucket.name},
        "used": {"N": "6"},
        "expiresAt": {"N": str((bucket.minute + 3) * 60)},
    }
    assert item_size(item) < 1_024


def test_instances_over_one_table_stay_within_the_bound(table: Table) -> None:
    limiters = [Limiter(table.store, lambda: NOON, pytest.fail) for _ in range(3)]
    passed = sum(limiters[number % 3].take("mia", "spend").allowed for number in range(200))
    assert LIMIT <= passed <= LIMIT + FREE * 3


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault.can_strike("UpdateItem")])
def test_a_table_that_does_not_answer_lets_pass_and_is_told_of(fault: Fault) -> None:
    model, told = MemoryDynamoDB(), []
    model.call("CreateTable", RATES)
    limiter = Limiter(RatesStore(connect(model), TABLE), lambda: NOON, lambda: told.append(1))
    for _ in range(FREE):
        limiter.take("mia", "spend")
    model.faults = ScriptedFaults({model.calls + 1: fault})
    assert limiter.take("mia", "spend").allowed
    assert told == [1]
    assert limiter.take("mia", "spend").allowed
    assert told == [1]


def test_a_table_that_is_not_there_is_a_fault_and_not_a_silence() -> None:
    """A stage that was deployed wrong must be seen at the first deployment, not at the first flood."""
    store = RatesStore(connect(MemoryDynamoDB()), TABLE)
    with pytest.raises(UpdateError) as error:
        store.add(BUCKET, 1, LIMIT)
    assert not isinstance(error.value, Unavailable)
