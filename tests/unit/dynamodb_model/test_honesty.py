"""What the model does not know it says; what it holds nobody reaches but through calls."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.dynamodb import MemoryDynamoDB, UnsupportedByModel
from tests.support.dynamodb.cases.case import LEDGER, act, entry, key
from tests.unit.dynamodb_model.acts import ONCE, get, put, query, transact


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("ExecuteStatement", {"Statement": "SELECT * FROM ledger"}),
        ("PutItem", {"TableName": "ledger", "Item": entry("a", 1), "Expected": {}}),
        ("PutItem", {"TableName": "ledger", "Item": entry("a", 1), "ReturnItemCollectionMetrics": "SIZE"}),
        ("UpdateItem", {"TableName": "ledger", "Key": key("a", 1), "AttributeUpdates": {}}),
        ("Query", {"TableName": "ledger", "KeyConditions": {}}),
        ("Scan", {"TableName": "ledger", "ScanFilter": {}}),
        ("TransactWriteItems", {"TransactItems": [act("Put", entry("a", 1), Surprise=1)]}),
        ("CreateTable", {**LEDGER, "TableName": "other", "VectorIndexes": []}),
    ],
)
def test_what_is_not_imitated_raises_and_changes_nothing(
    operation: str, parameters: dict[str, Any], model: MemoryDynamoDB
) -> None:
    before = model.fingerprint()
    with pytest.raises(UnsupportedByModel):
        model.call(operation, parameters)
    assert model.fingerprint() == before


def test_no_caller_reaches_what_is_stored(client: Any) -> None:
    given = entry("a", 1, l={"L": [{"S": "x"}]}, s={"SS": ["a"]})
    client.put_item(TableName="ledger", Item=given)
    given["l"]["L"].clear()
    given["s"]["SS"].append("b")
    for answer in (get(client), query(client)[0]):
        assert answer is not None
        answer["l"]["L"].clear()
        answer["s"]["SS"].clear()
        answer["seq"]["N"] = "7"
    assert get(client) == entry("a", 1, l={"L": [{"S": "x"}]}, s={"SS": ["a"]})


def test_a_refusal_leaves_the_state_byte_identical(model: MemoryDynamoDB, client: Any) -> None:
    put(client, x={"S": "x"})
    before = model.fingerprint()
    attempts = [
        lambda: put(client, condition=ONCE),
        lambda: transact(client, *range(101)),
        lambda: client.transact_write_items(TransactItems=[act("Put", entry("a", 2)), act("Put", entry("a", 1), ONCE)]),
        lambda: client.update_item(TableName="ledger", Key=key("a", 1), UpdateExpression="SET y = x, x = x + x"),
        lambda: client.batch_write_item(
            RequestItems={"ledger": [{"PutRequest": {"Item": entry("a", 2)}}, {"PutRequest": {"Item": {}}}]}
        ),
    ]
    for attempt in attempts:
        with pytest.raises(ClientError):
            attempt()
        assert model.fingerprint() == before


def test_a_fingerprint_sees_every_byte(model: MemoryDynamoDB, client: Any) -> None:
    seen = {model.fingerprint()}
    for attributes in ({}, {"x": {"B": b"\x00"}}, {"x": {"B": b"\x01"}}, {"x": {"S": "\x01"}}):
        put(client, **attributes)
        seen.add(model.fingerprint())
    assert len(seen) == 5
    assert model.fingerprint("shelf") != model.fingerprint()


def test_a_scan_has_no_order_to_rely_on(client: Any) -> None:
    """Neither that of the keys nor that of the writes, but one that pages and segments agree on."""
    accounts = [f"account-{n}" for n in range(20)]
    for account in accounts:
        put(client, account=account)
    found = [item["account"]["S"] for item in client.scan(TableName="ledger")["Items"]]
    assert sorted(found) == sorted(accounts)
    assert found not in (accounts, sorted(accounts))

    paged: list[str] = []
    more: dict[str, Any] = {}
    while True:
        page = client.scan(TableName="ledger", Limit=3, **more)
        paged += [item["account"]["S"] for item in page["Items"]]
        if "LastEvaluatedKey" not in page:
            break
        more = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
    assert paged == found

    segments = [client.scan(TableName="ledger", Segment=n, TotalSegments=4)["Items"] for n in range(4)]
    assert sorted(item["account"]["S"] for segment in segments for item in segment) == sorted(accounts)
    assert max(len(segment) for segment in segments) < len(accounts)
