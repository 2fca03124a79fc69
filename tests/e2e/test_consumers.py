"""The two consumers of the ledger's stream: each does its own, may do nothing else, and is held up by no poison."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.aws import client
from tests.e2e.client import Platform, eventually

CONSUMERS = ("settlement", "publisher")


def refusal(attempt: Callable[[], object]) -> str:
    """The code with which AWS refuses, or nothing when it does not."""
    try:
        attempt()
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return ""


@pytest.fixture
def poison(platform: Platform) -> Iterator[str]:
    """The key of something in the ledger that is no entry; it is gone after the test, as is what was parked of it."""
    account = f"viewer:{secrets.token_hex(8)}"
    tables, database = platform.outputs["tables"], client("dynamodb", platform.emulator)
    key = {"account": {"S": account}, "seq": {"N": "1"}}
    database.put_item(TableName=tables["ledger"], Item={**key, "body": {"S": "{}"}, "hash": {"B": b"nothing"}})
    yield f"{account}/1"
    database.delete_item(TableName=tables["ledger"], Key=key)
    for consumer in CONSUMERS:
        parked = {"consumer": {"S": consumer}, "entry": {"S": f"{account}/1"}}
        database.delete_item(TableName=tables["parked"], Key=parked)


def test_both_consumers_read_the_same_stream(platform: Platform):
    every = client("lambda", platform.emulator).list_event_source_mappings()["EventSourceMappings"]
    mappings = [one for one in every if ":dynamodb:" in one["EventSourceArn"]]
    assert len({each["EventSourceArn"] for each in mappings}) == 1
    functions = {each["FunctionArn"].rsplit(":", 1)[-1] for each in mappings}
    assert functions == {f"cliffhanger-local-{name}" for name in CONSUMERS}


def test_the_publisher_can_neither_read_nor_write_the_ledger(platform: Platform):
    ledger = platform.outputs["tables"]["ledger"]
    key: dict[str, Any] = {"account": {"S": f"viewer:{secrets.token_hex(8)}"}, "seq": {"N": "1"}}
    publisher = platform.as_function("publisher", "dynamodb")
    settlement = platform.as_function("settlement", "dynamodb")
    for attempt in (
        lambda: publisher.get_item(TableName=ledger, Key=key),
        lambda: publisher.put_item(TableName=ledger, Item=key),
        lambda: publisher.update_item(TableName=ledger, Key=key),
        lambda: settlement.delete_item(TableName=ledger, Key=key),
    ):
        assert refusal(attempt) == "AccessDeniedException"
    assert refusal(lambda: settlement.get_item(TableName=ledger, Key=key)) == ""


def test_what_is_no_entry_is_parked_by_both_and_holds_up_nobody(platform: Platform, poison: str, viewer: str):
    assert platform.unlock(viewer).status == 201
    assert eventually(lambda: {f"{name}/{poison}" for name in CONSUMERS} <= set(platform.rows("parked")))
    for name in CONSUMERS:
        assert platform.rows("parked")[f"{name}/{poison}"]["reason"]["S"] == "unreadable"
    account = platform.account_of(viewer)

    def settled() -> bool:
        mine = [row for key, row in platform.rows("ledger").items() if key.startswith(f"{account}/")]
        return len(mine) == 3 and all(any(name[0] == "m" and name[1:].isdigit() for name in row) for row in mine)

    assert eventually(settled)
