"""Capacity by the published rules; each figure can be worked out by hand from AWS's guide."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.dynamodb import MemoryDynamoDB, capacity
from tests.support.dynamodb.cases.case import act, entry, key
from tests.unit.dynamodb_model.acts import ONCE, get, put, transact

KEY_BYTES = len("account") + len("a") + len("seq") + 2


def filled(seq: int, size: int) -> dict[str, Any]:
    """An entry of exactly so many bytes."""
    return entry("a", seq, x={"S": "x" * (size - KEY_BYTES - 1)})


@pytest.mark.parametrize(
    ("number", "size"),
    [
        ("0", 1),
        ("1", 2),
        ("12", 2),
        ("123", 3),
        ("100", 2),
        ("1000", 2),
        ("-1", 3),
        ("0.1", 2),
        ("0.01", 2),
        ("0.001", 2),
        ("1.5", 3),
        ("12.34", 3),
        ("1767225600000", 6),
        ("12345678901234567890123456789012345678", 20),
        ("1" + "0" * 125, 2),
    ],
)
def test_numbers_take_a_byte_per_pair_of_digits_and_one(number: str, size: int) -> None:
    assert capacity.number_size(number) == size


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": "é"}, 2),
        ({"B": b"abc"}, 3),
        ({"BOOL": False}, 1),
        ({"NULL": True}, 1),
        ({"L": []}, 3),
        ({"M": {}}, 3),
        ({"L": [{"S": "ab"}, {"NULL": True}]}, 3 + 3 + 2),
        ({"M": {"ab": {"S": "c"}}}, 3 + 1 + 2 + 1),
        ({"SS": ["a", "é"]}, 3),
        ({"NS": ["1", "22"]}, 4),
        ({"BS": [b"a", b"bc"]}, 3),
    ],
)
def test_values_take_what_the_guide_says(value: dict[str, Any], size: int) -> None:
    assert capacity.value_size(value) == size


def test_names_count_in_bytes() -> None:
    assert capacity.item_size({"é": {"S": "x"}}) == 3


@pytest.mark.parametrize(("size", "units"), [(0, 1), (1, 1), (1024, 1), (1025, 2), (10_240, 10)])
def test_writes_count_started_kilobytes(size: int, units: int) -> None:
    assert capacity.write_units(size) == units
    assert capacity.transaction_write_units(size) == 2 * units


@pytest.mark.parametrize(("size", "units"), [(0, 1), (4096, 1), (4097, 2), (40_960, 10)])
def test_reads_count_started_four_kilobytes(size: int, units: int) -> None:
    assert capacity.read_units(size, consistent=True) == units
    assert capacity.read_units(size, consistent=False) == units / 2
    assert capacity.transaction_read_units(size) == 2 * units


@pytest.mark.parametrize(
    ("old", "new", "units"),
    [
        (None, None, 0),
        (None, "a", 1),
        ("a", None, 1),
        ("a", "a", 0),
        ("a", "b", 2),
        ("a" * 1100, "b", 3),
    ],
)
def test_an_index_is_written_only_where_its_entry_changes(old: str | None, new: str | None, units: int) -> None:
    def put_in(reference: str | None) -> Any:
        return None if reference is None else {"account": {"S": "a"}, "reference": {"S": reference}}

    assert capacity.index_write_units(put_in(old), put_in(new), ("account", "reference")) == units


def test_an_index_entry_that_changes_in_place_is_written_once() -> None:
    before, after = ({"k": {"S": "k"}, "title": {"S": title}} for title in ("old", "new"))
    assert capacity.index_write_units(before, after, ("k",)) == 1


def test_a_get_rounds_each_item_up_and_pays_for_what_is_missing(client: Any) -> None:
    client.put_item(TableName="ledger", Item=filled(1, 4097))

    def units(seq: int, *, consistent: bool) -> float:
        answer = client.get_item(
            TableName="ledger", Key=key("a", seq), ConsistentRead=consistent, ReturnConsumedCapacity="TOTAL"
        )
        return answer["ConsumedCapacity"]["CapacityUnits"]

    assert (units(1, consistent=True), units(1, consistent=False)) == (2, 1)
    assert (units(9, consistent=True), units(9, consistent=False)) == (1, 0.5)


def test_a_query_rounds_the_sum_of_what_it_read_up(client: Any) -> None:
    for seq in (1, 2, 3):
        client.put_item(TableName="ledger", Item=filled(seq, 1500))

    def units(**more: Any) -> float:
        answer = client.query(
            TableName="ledger",
            KeyConditionExpression="account = :a",
            ExpressionAttributeValues={":a": {"S": "a"}, **more.pop("values", {})},
            ReturnConsumedCapacity="TOTAL",
            **more,
        )
        return answer["ConsumedCapacity"]["CapacityUnits"]

    assert units(ConsistentRead=True) == 2
    assert units() == 1
    assert units(ConsistentRead=True, Limit=2) == 1
    # What a filter drops and a projection leaves out was read all the same.
    assert units(ConsistentRead=True, FilterExpression="x = :x", values={":x": {"S": ""}}) == 2
    assert units(ConsistentRead=True, ProjectionExpression="seq") == 2
    assert units(ConsistentRead=True, Select="COUNT") == 2


def test_an_index_is_read_by_its_own_entries_and_fetches_by_whole_items(client: Any) -> None:
    for seq in (1, 2, 3):
        client.put_item(TableName="ledger", Item={**filled(seq, 5000), "reference": {"S": str(seq)}})

    def consumed(**more: Any) -> dict[str, Any]:
        answer = client.query(
            TableName="ledger",
            IndexName="by-reference",
            KeyConditionExpression="account = :a",
            ExpressionAttributeValues={":a": {"S": "a"}},
            ConsistentRead=True,
            ReturnConsumedCapacity="INDEXES",
            **more,
        )
        return answer["ConsumedCapacity"]

    index = {"by-reference": {"CapacityUnits": 1.0}}
    assert consumed() == {
        "TableName": "ledger",
        "CapacityUnits": 1.0,
        "Table": {"CapacityUnits": 0.0},
        "LocalSecondaryIndexes": index,
    }
    assert consumed(Select="ALL_ATTRIBUTES")["Table"] == {"CapacityUnits": 6.0}


def test_the_unlock_of_the_design_costs_two_writes_and_two_reads(model: MemoryDynamoDB, client: Any) -> None:
    """Head and reference, strongly; one put within a kilobyte and its index entry."""
    before = model.meter.units("ledger")
    get(client)
    get(client, seq=2)
    put(client, condition=ONCE, reference={"S": "unlock:x:1"}, x={"S": "x" * 900})
    assert model.meter.units("ledger").since(before) == (2, 2)


def test_a_settlement_of_99_costs_two_units_per_mark_and_two_for_the_batch(model: MemoryDynamoDB, client: Any) -> None:
    for seq in range(1, 100):
        put(client, seq=seq, reference={"S": str(seq)})
    before = model.meter.units("ledger")
    marks = [
        act("Update", key("a", seq), UpdateExpression="SET m = :m", values={":m": {"N": "1"}}) for seq in range(1, 100)
    ]
    client.transact_write_items(TransactItems=[act("Put", entry("b", 1)), *marks])
    assert model.meter.units("ledger").since(before) == (0, 200)


def test_refusals_are_metered_too(model: MemoryDynamoDB, client: Any) -> None:
    client.put_item(TableName="ledger", Item=filled(1, 2000))
    before = model.meter.units()
    with pytest.raises(ClientError):
        put(client, condition=ONCE)
    assert model.meter.units().since(before) == (0, 2)
    before = model.meter.units()
    with pytest.raises(ClientError):
        client.transact_write_items(TransactItems=[act("Put", entry("a", 1), ONCE), act("Put", entry("a", 2))])
    assert model.meter.units().since(before) == (0, 6)


def test_a_replayed_token_writes_no_units(model: MemoryDynamoDB, client: Any) -> None:
    transact(client, 1, 2, ClientRequestToken="one")
    before = model.meter.units()
    transact(client, 1, 2, ClientRequestToken="one")
    assert model.meter.units().since(before) == (4, 0)
