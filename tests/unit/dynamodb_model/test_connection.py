"""The connection is pynamodb's own: stores that are shipped run on it unchanged."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from pynamodb.connection import Connection
from pynamodb.connection.base import MetaTable
from pynamodb.exceptions import DeleteError, PutError, TransactWriteError
from pynamodb.expressions.operand import Path

from tests.support.dynamodb import Fault, MemoryDynamoDB, ScriptedFaults, connect
from tests.support.dynamodb.cases.case import LEDGER, act, entry


@pytest.fixture
def connection(model: MemoryDynamoDB) -> Connection:
    connection = connect(model, actor="store")
    connection.add_meta_table(MetaTable(LEDGER))
    return connection


def test_a_conditional_put_and_its_refusal(connection: Connection) -> None:
    once = Path("seq").does_not_exist()
    connection.put_item("ledger", "a", "1", attributes={"hash": {"B": b"\x00"}}, condition=once)
    with pytest.raises(PutError) as error:
        connection.put_item("ledger", "a", "1", condition=once)
    assert error.value.cause_response_code == "ConditionalCheckFailedException"


def test_queries_on_table_and_index(connection: Connection) -> None:
    for seq in ("1", "2", "10"):
        connection.put_item("ledger", "a", seq, attributes={"reference": {"S": f"unlock:x:{seq}"}})
    head = connection.query("ledger", "a", consistent_read=True, scan_index_forward=False, limit=1)
    assert head["Items"] == [entry("a", 10, reference={"S": "unlock:x:10"})]
    found = connection.query(
        "ledger",
        "a",
        range_key_condition=Path("reference").startswith("unlock:x:1"),
        index_name="by-reference",
        consistent_read=True,
    )
    assert [item["seq"]["N"] for item in found["Items"]] == ["1", "10"]
    assert found["ConsumedCapacity"]["CapacityUnits"] == 1


def test_filters_projections_and_updates_as_pynamodb_writes_them(connection: Connection) -> None:
    connection.put_item("ledger", "a", "1", attributes={"m": {"M": {"x": {"N": "1"}}}, "l": {"L": []}})
    connection.update_item(
        "ledger",
        "a",
        "1",
        actions=[
            Path("l").set(Path("l").append([7])),
            Path("n").set(Path("n") | 0),
            Path("c").add(5),
            Path("m")["x"].remove(),
        ],
        condition=(Path("m")["x"] == 1) & ~(Path("gone").exists() | (Path("l") == [1])),
    )
    answer = connection.get_item("ledger", "a", "1", consistent_read=True, attributes_to_get=["l[0]", "n", "c", "m"])
    assert answer["Item"] == {"l": {"L": [{"N": "7"}]}, "n": {"N": "0"}, "c": {"N": "5"}, "m": {"M": {}}}
    condition = Path("c").is_in(4, 5) & Path("c").between(1, 5) & Path("l").contains(7)
    assert connection.query("ledger", "a", filter_condition=condition)["Count"] == 1
    with pytest.raises(DeleteError):
        connection.delete_item("ledger", "a", "1", condition=Path("c") < 5)


def test_a_cancelled_transaction_tells_its_reasons(connection: Connection) -> None:
    connection.put_item("ledger", "a", "1")
    refused = act("Put", entry("a", 1), "attribute_not_exists(seq)", ReturnValuesOnConditionCheckFailure="ALL_OLD")
    with pytest.raises(TransactWriteError) as error:
        connection.transact_write_items([], [], [act("Put", entry("a", 2))["Put"], refused["Put"]], [])
    first, second = error.value.cancellation_reasons
    assert first is None
    assert second is not None
    assert (second.code, second.raw_item) == ("ConditionalCheckFailed", entry("a", 1))
    assert isinstance(error.value.cause, ClientError)


def test_a_lost_reply_is_pynamodbs_error_with_botocores_cause(model: MemoryDynamoDB, connection: Connection) -> None:
    model.faults = ScriptedFaults({model.calls + 1: Fault.LOST_REPLY})
    with pytest.raises(PutError) as error:
        connection.put_item("ledger", "a", "1")
    assert isinstance(error.value.cause, ReadTimeoutError)


def test_a_table_can_be_described_into_the_connection(model: MemoryDynamoDB) -> None:
    connection = connect(model)
    described: Any = connection.describe_table("ledger")
    assert described["TableStatus"] == "ACTIVE"
    assert connection.get_meta_table("ledger").get_index_range_keyname("by-reference") == "reference"
