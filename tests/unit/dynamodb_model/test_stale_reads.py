"""Eventually consistent reads may be old; consistent ones never are."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.dynamodb import MemoryDynamoDB, ScriptedFaults
from tests.support.dynamodb.cases.case import entry, key
from tests.unit.dynamodb_model.acts import get, put, query
from tests.unit.dynamodb_model.conftest import Clock

LAG_MS = 100


class AlwaysLate:
    """Every eventually consistent read is 100 ms old."""

    longest_lag_ms = LAG_MS

    def strike(self, call: Any) -> None:
        return None

    def lag_ms(self, call: Any) -> int:
        return LAG_MS


@pytest.fixture(autouse=True)
def late(model: MemoryDynamoDB) -> None:
    model.faults = AlwaysLate()


def test_a_get_sees_the_item_as_it_was(client: Any, clock: Clock) -> None:
    put(client, x={"S": "old"})
    clock.now += 200
    put(client, x={"S": "new"})
    clock.now += LAG_MS - 1
    assert get(client, consistent=False) == entry("a", 1, x={"S": "old"})
    assert get(client) == entry("a", 1, x={"S": "new"})
    clock.now += 1
    assert get(client, consistent=False) == entry("a", 1, x={"S": "new"})


def test_of_several_writes_the_state_before_the_first_unseen_one_is_seen(client: Any, clock: Clock) -> None:
    for text in ("1", "2", "3", "4"):
        put(client, x={"S": text})
        clock.now += 40
    assert get(client, consistent=False) == entry("a", 1, x={"S": "2"})


def test_a_query_misses_what_is_new_and_still_has_what_is_gone(client: Any, clock: Clock) -> None:
    put(client, seq=1)
    put(client, seq=2)
    clock.now += 200
    client.delete_item(TableName="ledger", Key=key("a", 1))
    put(client, seq=3)
    assert [item["seq"]["N"] for item in query(client, consistent=False)] == ["1", "2"]
    assert [item["seq"]["N"] for item in query(client)] == ["2", "3"]
    assert client.scan(TableName="ledger")["Count"] == 2


def test_indexes_lag_with_the_items_they_hold(client: Any, clock: Clock) -> None:
    put(client, seq=1, reference={"S": "old"})
    clock.now += 200
    put(client, seq=1, reference={"S": "new"})
    put(client, seq=2, reference={"S": "other"})

    def references(*, consistent: bool) -> list[str]:
        found = query(client, consistent=consistent, IndexName="by-reference")
        return [item["reference"]["S"] for item in found]

    assert references(consistent=False) == ["old"]
    assert references(consistent=True) == ["new", "other"]


def test_a_global_index_lags(client: Any, clock: Clock) -> None:
    def on_shelf(name: str) -> int:
        answer = client.query(
            TableName="shelf",
            IndexName="by-shelf",
            KeyConditionExpression="shelf = :s",
            ExpressionAttributeValues={":s": {"S": name}},
        )
        return answer["Count"]

    client.put_item(TableName="shelf", Item={"id": {"S": "i"}, "shelf": {"S": "old"}, "at": {"N": "1"}})
    clock.now += 200
    client.put_item(TableName="shelf", Item={"id": {"S": "i"}, "shelf": {"S": "new"}, "at": {"N": "1"}})
    assert (on_shelf("old"), on_shelf("new")) == (1, 0)
    clock.now += LAG_MS
    assert (on_shelf("old"), on_shelf("new")) == (0, 1)


def test_a_page_goes_on_within_a_stale_view(client: Any, clock: Clock) -> None:
    for seq in (1, 2, 3):
        put(client, seq=seq)
    clock.now += 200
    client.delete_item(TableName="ledger", Key=key("a", 2))
    page = query(client, consistent=False, Limit=1, ExclusiveStartKey=key("a", 1))
    assert page == [entry("a", 2)]


def test_transactional_reads_are_never_stale(client: Any) -> None:
    put(client)
    get_it = {"Get": {"TableName": "ledger", "Key": key("a", 1)}}
    assert client.transact_get_items(TransactItems=[get_it])["Responses"] == [{"Item": entry("a", 1)}]
    assert get(client, consistent=False) is None


def test_a_script_may_name_the_one_read_that_is_stale(model: MemoryDynamoDB, client: Any) -> None:
    model.faults = ScriptedFaults({}, {model.calls + 3: 1})
    put(client)
    assert get(client, consistent=False) is not None
    assert get(client, consistent=False) is None
    assert get(client, consistent=False) is not None
