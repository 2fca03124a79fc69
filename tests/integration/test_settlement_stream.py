"""The settlement function over stream records as Lambda delivers them."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from cliffhanger import bootstrap
from cliffhanger.errors import Unavailable
from cliffhanger.ledger.names import platform
from cliffhanger.parking.service import list_parked, replay
from cliffhanger.unlocks.domain import Viewer
from cliffhanger.unlocks.service import UnlockRequest, unlock
from functions.settlement.handler import handler
from tests.support.world import PRICE, SERIES, dump

ISSUED = platform("issued", "viewer:mia")
EARNED = "series:the-last-train:earned:0"


def spend() -> None:
    unlock(bootstrap.unlock_books(), UnlockRequest(Viewer("mia"), SERIES, 2, 2, PRICE))


def image(item: dict[str, Any]) -> dict[str, Any]:
    return {
        name: {"B": base64.b64encode(value["B"]).decode()} if "B" in value else value for name, value in item.items()
    }


def records(client: Any, *accounts: str) -> dict[str, Any]:
    items = [item for item in dump(client, "test-ledger") if item["account"]["S"] in accounts]
    return {"Records": [{"eventName": "INSERT", "dynamodb": {"NewImage": image(item)}} for item in items]}


def test_an_unlock_reaches_the_series_once_however_often_it_is_delivered(dynamodb: Any) -> None:
    spend()
    delivery = records(dynamodb, "viewer:mia")
    handler(delivery, None)
    settled = dump(dynamodb, "test-ledger")
    for again in (delivery, {"Records": delivery["Records"][::-1]}, {"Records": delivery["Records"] * 2}):
        assert handler(again, None) == {"batchItemFailures": []}
    assert dump(dynamodb, "test-ledger") == settled
    assert dump(dynamodb, "test-parked") == []
    head = bootstrap.ledger_store().head(EARNED)
    assert head is not None
    assert head.state.balances == {"bonus": 12}


def test_the_books_add_up_to_zero_in_every_unit_once_all_is_settled(dynamodb: Any) -> None:
    spend()
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
    spend()
    handler(records(dynamodb, "viewer:mia"), None)
    before = dump(dynamodb, "test-ledger")
    handler(records(dynamodb, "external:seed", EARNED, ISSUED), None)
    modify = records(dynamodb, "viewer:mia")
    for record in modify["Records"]:
        record["eventName"] = "MODIFY"
    handler(modify, None)
    assert dump(dynamodb, "test-ledger") == before


def told(capsys: pytest.CaptureFixture[str]) -> list[tuple[str, str]]:
    """What the log says was parked and why; the metric and the table must say as many entries."""
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    found = [(line["entry"], line["reason"]) for line in lines if line.get("message") == "entry parked"]
    counted = [line["EntriesParked"] for line in lines if "EntriesParked" in line]
    parked = list_parked(bootstrap.parked_store(), "settlement", 100).parked
    keys = {key for key, _ in found}
    assert {each.entry for each in parked} == keys
    assert counted == ([[float(len(keys))]] if keys else [])
    return found


def set_hash(client: Any, image: dict[str, Any], stored: bytes) -> None:
    client.update_item(
        TableName="test-ledger",
        Key={"account": image["account"], "seq": image["seq"]},
        UpdateExpression="SET #h = :h",
        ExpressionAttributeNames={"#h": "hash"},
        ExpressionAttributeValues={":h": {"B": stored}},
    )


def test_an_entry_that_is_not_as_it_was_delivered_is_parked_and_blocks_nobody(
    dynamodb: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """As after a restore: another entry stands under the same number."""
    spend()
    delivery = records(dynamodb, "viewer:mia")
    victim = delivery["Records"][-1]["dynamodb"]["NewImage"]
    set_hash(dynamodb, victim, b"another")
    handler(delivery, None)
    assert bootstrap.ledger_store().head("external:seed") is not None
    (parked,) = told(capsys)
    assert parked == (f"viewer:mia/{victim['seq']['N']}", "not_as_delivered")


def test_a_record_whose_bytes_contradict_their_hash_is_parked_and_blocks_nobody(
    dynamodb: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    spend()
    delivery = records(dynamodb, "viewer:mia")
    delivery["Records"][1]["dynamodb"]["NewImage"]["hash"] = {"B": base64.b64encode(b"x" * 32).decode()}
    handler(delivery, None)
    assert told(capsys) == [("viewer:mia/2", "unreadable")]
    assert bootstrap.ledger_store().head(EARNED) is not None
    assert bootstrap.ledger_store().head("external:seed") is not None


def test_what_was_parked_is_settled_by_a_replay_once_it_is_mended(dynamodb: Any) -> None:
    spend()
    delivery = records(dynamodb, "viewer:mia")
    victim = delivery["Records"][-1]["dynamodb"]["NewImage"]
    right = base64.b64decode(victim["hash"]["B"])
    set_hash(dynamodb, victim, b"another")
    handler(delivery, None)
    key = f"viewer:mia/{victim['seq']['N']}"
    desk = bootstrap.replay_desk()
    assert replay(desk, "settlement", key).outcome == "kept"
    set_hash(dynamodb, victim, right)
    assert replay(desk, "settlement", key).outcome == "done"
    settled = dump(dynamodb, "test-ledger")
    assert bootstrap.ledger_store().head(EARNED) is not None
    assert replay(desk, "settlement", key).outcome == "absent"
    handler(delivery, None)
    assert dump(dynamodb, "test-ledger") == settled
    assert dump(dynamodb, "test-parked") == []


def test_poison_that_cannot_be_parked_is_delivered_again(
    dynamodb: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """To go on without having parked it would be to lose it."""

    def away(*_: object) -> None:
        raise Unavailable

    spend()
    delivery = records(dynamodb, "viewer:mia")
    delivery["Records"][0]["dynamodb"]["NewImage"]["hash"] = {"B": base64.b64encode(b"x" * 32).decode()}
    with monkeypatch.context() as gone:
        gone.setattr(bootstrap.parked_store(), "park", away)
        with pytest.raises(Unavailable):
            handler(delivery, None)
    capsys.readouterr()
    handler(delivery, None)
    assert told(capsys) == [("viewer:mia/1", "unreadable")]


def test_a_batch_without_poison_needs_no_table_of_parked_entries(dynamodb: Any) -> None:
    spend()
    dynamodb.delete_table(TableName="test-parked")
    assert handler(records(dynamodb, "viewer:mia"), None) == {"batchItemFailures": []}


def test_how_full_the_fullest_partition_is_is_told_of_every_delivery(
    dynamodb: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the numbers of what was delivered: nothing is read for it."""
    spend()
    delivery = records(dynamodb, "viewer:mia")
    newest = max(int(record["dynamodb"]["NewImage"]["seq"]["N"]) for record in delivery["Records"])
    handler(delivery, None)
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "FullestPartition" in line]
    assert [line["FullestPartition"] for line in told] == [[newest]]
