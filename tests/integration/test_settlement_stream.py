"""The settlement function over stream records as Lambda delivers them."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from cliffhanger import bootstrap
from cliffhanger.ledger.names import platform
from functions.settlement.handler import handler
from tests.integration.test_unlock_http import ask
from tests.support.world import dump

ISSUED = platform("issued", "viewer:mia")
EARNED = "series:the-last-train:earned:0"


def image(item: dict[str, Any]) -> dict[str, Any]:
    return {
        name: {"B": base64.b64encode(value["B"]).decode()} if "B" in value else value for name, value in item.items()
    }


def records(client: Any, *accounts: str) -> dict[str, Any]:
    items = [item for item in dump(client, "test-ledger") if item["account"]["S"] in accounts]
    return {"Records": [{"eventName": "INSERT", "dynamodb": {"NewImage": image(item)}} for item in items]}


def test_an_unlock_reaches_the_series_once_however_often_it_is_delivered(dynamodb: Any) -> None:
    ask()
    delivery = records(dynamodb, "viewer:mia")
    handler(delivery, None)
    settled = dump(dynamodb, "test-ledger")
    for again in (delivery, {"Records": delivery["Records"][::-1]}, {"Records": delivery["Records"] * 2}):
        assert handler(again, None) == {"batchItemFailures": []}
    assert dump(dynamodb, "test-ledger") == settled
    head = bootstrap.ledger_store().head(EARNED)
    assert head is not None
    assert head.state.balances == {"bonus": 12}


def test_the_books_add_up_to_zero_in_every_unit_once_all_is_settled(dynamodb: Any) -> None:
    ask()
    handler(records(dynamodb, "viewer:mia"), None)
    heads: dict[str, Any] = {}
    for item in dump(dynamodb, "test-ledger"):
        account = item["account"]["S"]
        heads[account] = bootstrap.ledger_store().head(account)
    total: dict[str, int] = {}
    for head in heads.values():
        for key, amount in head.state.balances.items():
            unit = key.removesuffix(".deferred")
            total[unit] = total.get(unit, 0) + amount
    assert set(heads) == {"viewer:mia", EARNED, "external:seed", ISSUED}
    assert total == {"bonus": 0, "coin": 0, "USD": 0}


def test_batches_and_marks_that_come_back_through_the_stream_are_passed_over(dynamodb: Any) -> None:
    ask()
    handler(records(dynamodb, "viewer:mia"), None)
    before = dump(dynamodb, "test-ledger")
    handler(records(dynamodb, EARNED, "external:seed", ISSUED), None)
    modify = records(dynamodb, "viewer:mia")
    for record in modify["Records"]:
        record["eventName"] = "MODIFY"
    handler(modify, None)
    assert dump(dynamodb, "test-ledger") == before


def parked(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What the log says was parked; the metric that alarms must say as many."""
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    told = [line["entry"] for line in lines if line.get("message") == "entry parked"]
    counted = [line["EntriesParked"] for line in lines if "EntriesParked" in line]
    assert counted == ([[float(len(told))]] if told else [])
    return told


def test_an_entry_that_is_not_as_it_was_delivered_is_told_and_blocks_nobody(
    dynamodb: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """As after a restore: another entry stands under the same number."""
    ask()
    delivery = records(dynamodb, "viewer:mia")
    victim = delivery["Records"][-1]["dynamodb"]["NewImage"]
    dynamodb.update_item(
        TableName="test-ledger",
        Key={"account": victim["account"], "seq": victim["seq"]},
        UpdateExpression="SET #h = :h",
        ExpressionAttributeNames={"#h": "hash"},
        ExpressionAttributeValues={":h": {"B": b"another"}},
    )
    handler(delivery, None)
    assert bootstrap.ledger_store().head("external:seed") is not None
    (told,) = parked(capsys)
    assert told.startswith(f"viewer:mia/{victim['seq']['N']} on ")


def test_a_record_whose_bytes_contradict_their_hash_is_told_and_blocks_nobody(
    dynamodb: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    ask()
    delivery = records(dynamodb, "viewer:mia")
    delivery["Records"][0]["dynamodb"]["NewImage"]["hash"] = {"B": base64.b64encode(b"x" * 32).decode()}
    handler(delivery, None)
    (told,) = parked(capsys)
    assert told.startswith("viewer:mia/1: ")
    assert bootstrap.ledger_store().head(EARNED) is not None
