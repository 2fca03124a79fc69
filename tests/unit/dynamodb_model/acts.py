"""Short forms of calls to the ledger table, and of what they raise."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.dynamodb.cases.case import act, entry, key

ONCE = "attribute_not_exists(seq)"


def put(
    client: Any, account: str = "a", seq: int = 1, condition: str | None = None, **attributes: Any
) -> dict[str, Any]:
    more = {} if condition is None else {"ConditionExpression": condition}
    return client.put_item(TableName="ledger", Item=entry(account, seq, **attributes), **more)


def get(client: Any, account: str = "a", seq: int = 1, *, consistent: bool = True) -> dict[str, Any] | None:
    return client.get_item(TableName="ledger", Key=key(account, seq), ConsistentRead=consistent).get("Item")


def query(client: Any, account: str = "a", *, consistent: bool = True, **more: Any) -> list[dict[str, Any]]:
    answer = client.query(
        TableName="ledger",
        KeyConditionExpression="account = :a",
        ExpressionAttributeValues={":a": {"S": account}},
        ConsistentRead=consistent,
        **more,
    )
    return answer["Items"]


def transact(client: Any, *numbers: int, **more: Any) -> dict[str, Any]:
    """Puts entries of account ``a`` in one transaction."""
    return client.transact_write_items(TransactItems=[act("Put", entry("a", seq)) for seq in numbers], **more)


def fetch(client: Any, *numbers: int) -> list[dict[str, Any]]:
    gets = [{"Get": {"TableName": "ledger", "Key": key("a", seq)}} for seq in numbers]
    return client.transact_get_items(TransactItems=gets)["Responses"]


def refusal(error: pytest.ExceptionInfo[ClientError]) -> str:
    return error.value.response["Error"]["Code"]


def reasons(error: pytest.ExceptionInfo[ClientError]) -> list[str]:
    response: Any = error.value.response
    return [reason["Code"] for reason in response["CancellationReasons"]]
