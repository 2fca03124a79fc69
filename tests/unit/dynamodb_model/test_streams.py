"""Streams hold every change once, in order, as a Lambda function receives it."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.dynamodb import MemoryDynamoDB, lambda_event
from tests.support.dynamodb.cases.case import act, entry, key
from tests.unit.dynamodb_model.acts import ONCE, put, transact


def test_a_record_is_one_of_a_lambda_event(model: MemoryDynamoDB, client: Any) -> None:
    put(client, hash={"B": b"\x00\xff"}, legs={"L": [{"M": {"b": {"BS": [b"\x01"]}}}]})
    (record,) = lambda_event(model.stream("ledger"))["Records"]
    assert record == {
        "eventID": "0" * 32,
        "eventName": "INSERT",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1",
        "eventSourceARN": "arn:aws:dynamodb:us-east-1:000000000000:table/ledger/stream/model",
        "dynamodb": {
            "ApproximateCreationDateTime": 1_767_225_600,
            "Keys": {"account": {"S": "a"}, "seq": {"N": "1"}},
            "NewImage": {
                "account": {"S": "a"},
                "seq": {"N": "1"},
                "hash": {"B": "AP8="},
                "legs": {"L": [{"M": {"b": {"BS": ["AQ=="]}}}]},
            },
            "SequenceNumber": "100000000000000000000",
            "SizeBytes": 13 + 13 + 6 + 4 + 3 + 1 + 3 + 1 + 1 + 1,
            "StreamViewType": "NEW_IMAGE",
        },
    }


def test_changes_are_told_in_order_with_rising_numbers(model: MemoryDynamoDB, client: Any) -> None:
    put(client)
    put(client, x={"S": "x"})
    client.delete_item(TableName="ledger", Key=key("a", 1))
    transact(client, 2, 3)
    records = model.stream("ledger")
    assert [record["eventName"] for record in records] == ["INSERT", "MODIFY", "REMOVE", "INSERT", "INSERT"]
    assert [record["dynamodb"]["Keys"]["seq"]["N"] for record in records] == ["1", "1", "1", "2", "3"]
    numbers = [int(record["dynamodb"]["SequenceNumber"]) for record in records]
    assert numbers == sorted(set(numbers))
    assert "NewImage" not in records[2]["dynamodb"]


def test_what_changes_nothing_is_not_told(model: MemoryDynamoDB, client: Any) -> None:
    put(client, n={"N": "1"})
    put(client, n={"N": "1.0"})
    client.delete_item(TableName="ledger", Key=key("a", 9))
    with pytest.raises(ClientError):
        put(client, condition=ONCE)
    with pytest.raises(ClientError):
        client.transact_write_items(
            TransactItems=[act("Put", entry("a", 5)), act("Delete", key("a", 9), "attribute_exists(seq)")]
        )
    assert model.stream_length("ledger") == 1


def test_a_stream_is_read_in_batches(model: MemoryDynamoDB, client: Any) -> None:
    for seq in range(1, 6):
        put(client, seq=seq)
    batch = model.stream("ledger", start=1, limit=2)
    assert batch == model.stream("ledger")[1:3]
    assert model.stream("ledger", start=5) == []


def test_records_are_copies(model: MemoryDynamoDB, client: Any) -> None:
    put(client, x={"L": [{"S": "x"}]})
    model.stream("ledger")[0]["dynamodb"]["NewImage"]["x"]["L"].clear()
    assert model.stream("ledger")[0]["dynamodb"]["NewImage"]["x"] == {"L": [{"S": "x"}]}


def test_a_restore_leaves_no_trace_in_the_stream(model: MemoryDynamoDB, client: Any) -> None:
    put(client)
    kept = model.items("ledger")
    before = model.fingerprint()
    put(client, seq=2)
    model.load("ledger", kept)
    assert model.fingerprint() == before
    assert model.stream_length("ledger") == 2
