"""What a case is, how it is run on a client, and what of an answer is compared."""

from __future__ import annotations

import uuid
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

Step = tuple[str, dict[str, Any]]
"""A client's method and its parameters."""

LEDGER: dict[str, Any] = {
    "TableName": "ledger",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "account", "KeyType": "HASH"}, {"AttributeName": "seq", "KeyType": "RANGE"}],
    "AttributeDefinitions": [
        {"AttributeName": "account", "AttributeType": "S"},
        {"AttributeName": "seq", "AttributeType": "N"},
        {"AttributeName": "reference", "AttributeType": "S"},
    ],
    "LocalSecondaryIndexes": [
        {
            "IndexName": "by-reference",
            "KeySchema": [
                {"AttributeName": "account", "KeyType": "HASH"},
                {"AttributeName": "reference", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }
    ],
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
}
SHELF: dict[str, Any] = {
    "TableName": "shelf",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [
        {"AttributeName": "id", "AttributeType": "S"},
        {"AttributeName": "shelf", "AttributeType": "S"},
        {"AttributeName": "at", "AttributeType": "N"},
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by-shelf",
            "KeySchema": [
                {"AttributeName": "shelf", "KeyType": "HASH"},
                {"AttributeName": "at", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["title"]},
        }
    ],
}
BYTES: dict[str, Any] = {
    "TableName": "bytes",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "h", "KeyType": "HASH"}, {"AttributeName": "r", "KeyType": "RANGE"}],
    "AttributeDefinitions": [
        {"AttributeName": "h", "AttributeType": "N"},
        {"AttributeName": "r", "AttributeType": "B"},
    ],
}
TABLES = (LEDGER, SHELF, BYTES)
"""Every case starts with these, empty."""


class Case(NamedTuple):
    """Steps whose every outcome is compared.

    ``emulator`` and ``moto``, where they are not empty, say how that other DynamoDB is known to differ from the model,
    and why the model is right; the test then insists that it still does. ``words`` says the same where the emulator
    only words an error otherwise.
    """

    name: str
    steps: tuple[Step, ...]
    emulator: str = ""
    moto: str = ""
    words: str = ""
    capacity: bool = False
    """Whether consumed capacity is compared too, with the emulator alone: moto counts every call as one unit."""


class Outcome(NamedTuple):
    """What a step came to."""

    code: str
    """Empty for success."""
    words: str
    rest: Any


def outcomes(
    case: Case, client: Any, *, capacity: bool = False, crashes: tuple[type[Exception], ...] = ()
) -> list[Outcome]:
    """Run a case's steps on a client with parameter validation off; ``crashes`` are outcomes too."""
    run = uuid.uuid4().hex[:12]  # an emulator may remember the tokens of earlier runs
    return [_outcome(client, step, run, capacity=capacity, crashes=crashes) for step in case.steps]


def _outcome(client: Any, step: Step, run: str, *, capacity: bool, crashes: tuple[type[Exception], ...]) -> Outcome:
    method, parameters = step
    if "ClientRequestToken" in parameters:
        parameters = {**parameters, "ClientRequestToken": f"{run}-{parameters['ClientRequestToken']}"}
    try:
        answer = dict(getattr(client, method)(**parameters))
    except ClientError as error:
        response: Any = error.response
        words = response["Error"]["Message"].removeprefix("1 validation error detected: ")
        reasons = [
            {name: reason[name] for name in ("Code", "Item") if name in reason}
            for reason in response.get("CancellationReasons", ())
        ]
        return Outcome(response["Error"]["Code"], words, _plain([reasons, response.get("Item")]))
    except crashes as error:
        return Outcome("(crash)", type(error).__name__, None)
    answer.pop("ResponseMetadata", None)
    if not capacity:
        answer.pop("ConsumedCapacity", None)
    if answer.get("ItemCollectionMetrics") == {}:
        del answer["ItemCollectionMetrics"]
    if method in ("scan", "batch_get_item"):
        answer = _unordered(answer)
    return Outcome("", "", _plain(answer))


def without_words(found: list[Outcome]) -> list[Outcome]:
    """The outcomes, short of how errors are worded."""
    return [outcome._replace(words="") for outcome in found]


def _unordered(answer: dict[str, Any]) -> dict[str, Any]:
    if "Items" in answer:
        answer["Items"] = sorted(answer["Items"], key=repr)
    if "Responses" in answer:
        answer["Responses"] = {name: sorted(items, key=repr) for name, items in answer["Responses"].items()}
    return answer


def _plain(node: Any) -> Any:
    """Sets in one order, so that answers can be compared."""
    if isinstance(node, dict):
        if len(node) == 1 and (kind := next(iter(node))) in ("SS", "NS", "BS"):
            return {kind: sorted(node[kind], key=repr)}
        return {name: _plain(inner) for name, inner in node.items()}
    return [_plain(inner) for inner in node] if isinstance(node, list) else node


# Short forms for steps


def entry(account: str, seq: int | str, **attributes: dict[str, Any]) -> dict[str, Any]:
    """An item of the ledger table."""
    return {"account": {"S": account}, "seq": {"N": str(seq)}, **attributes}


def key(account: str, seq: int | str) -> dict[str, Any]:
    return entry(account, seq)


def put(item: dict[str, Any], condition: str | None = None, **more: Any) -> Step:
    """PutItem to the ledger table; ``names`` and ``values`` are its placeholders, what else is given goes as it is."""
    return "put_item", {"TableName": "ledger", "Item": item, **_expression(condition, more)}


def update(where: dict[str, Any], expression: str | None, condition: str | None = None, **more: Any) -> Step:
    parameters = _expression(condition, more)
    if expression is not None:
        parameters["UpdateExpression"] = expression
    return "update_item", {"TableName": "ledger", "Key": where, **parameters}


def delete(where: dict[str, Any], condition: str | None = None, **more: Any) -> Step:
    return "delete_item", {"TableName": "ledger", "Key": where, **_expression(condition, more)}


def get(where: dict[str, Any], **more: Any) -> Step:
    return "get_item", {"TableName": "ledger", "Key": where, "ConsistentRead": True, **_expression(None, more)}


def query(condition: str | None, **more: Any) -> Step:
    parameters = _expression(None, more)
    if condition is not None:
        parameters["KeyConditionExpression"] = condition
    return "query", {"TableName": "ledger", **parameters}


def transact(*items: dict[str, Any], **more: Any) -> Step:
    return "transact_write_items", {"TransactItems": list(items), **more}


def act(kind: str, target: dict[str, Any], condition: str | None = None, **more: Any) -> dict[str, Any]:
    """One action of a transaction on the ledger table."""
    slot = "Item" if kind == "Put" else "Key"
    return {kind: {"TableName": "ledger", slot: target, **_expression(condition, more)}}


def _expression(condition: str | None, more: dict[str, Any]) -> dict[str, Any]:
    parameters = {name: value for name, value in more.items() if name not in ("names", "values")}
    if condition is not None:
        parameters["ConditionExpression"] = condition
    if "names" in more:
        parameters["ExpressionAttributeNames"] = more["names"]
    if "values" in more:
        parameters["ExpressionAttributeValues"] = more["values"]
    return parameters
