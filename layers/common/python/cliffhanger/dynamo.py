"""One DynamoDB connection for all stores, and what its failures mean to us."""

from __future__ import annotations

import botocore
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.connection import Connection
from pynamodb.connection.base import MetaTable
from pynamodb.exceptions import PynamoDBException
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path, Value

CONNECT_TIMEOUT_S = 0.4
READ_TIMEOUT_S = 0.8
RETRIES = 1
LONGEST_CALL_S = 2 * READ_TIMEOUT_S + 1.0
"""What one call can take when DynamoDB does not answer: both tries, and botocore's pause between them."""

SERVER_FAULT = 500
_REFUSED = "ConditionalCheckFailedException"
_UNCLEAR = frozenset(
    {
        "TransactionConflictException",
        "TransactionInProgressException",
        "ThrottlingException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "InternalServerError",
        "ServiceUnavailable",
    }
)
UNCLEAR_REASONS = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
"""Reasons of a cancelled transaction that say nothing of the item's state."""


class Unclear(Exception):
    """A call whose outcome is unknown, or that another one stood in the way of: read again, then decide."""


def connect(region: str, retries: int = RETRIES) -> Connection:
    """A connection with short timeouts: a caller waits for the answer, and every call may be repeated.

    It names us as the user agent, which botocore would else put together anew, twice for each call, from some fourteen
    parts: a tenth of an unlock's CPU.
    """
    connection = Connection(
        region=region,
        connect_timeout_seconds=CONNECT_TIMEOUT_S,
        read_timeout_seconds=READ_TIMEOUT_S,
        max_retry_attempts=retries,
    )
    connection.session.set_default_client_config(Config(user_agent=f"cliffhanger Botocore/{botocore.__version__}"))
    return connection


def table(name: str, keys: dict[str, str], indexes: dict[str, dict[str, str]] | None = None) -> MetaTable:
    """What pynamodb must know of a table: key attributes with their types, in order; likewise of each index."""
    every = {**keys, **{key: kind for index in (indexes or {}).values() for key, kind in index.items()}}
    return MetaTable(
        {
            "TableName": name,
            "KeySchema": _schema(keys),
            "AttributeDefinitions": [{"AttributeName": key, "AttributeType": kind} for key, kind in every.items()],
            "LocalSecondaryIndexes": [
                {"IndexName": index, "KeySchema": _schema(index_keys)} for index, index_keys in (indexes or {}).items()
            ],
        }
    )


def _schema(keys: dict[str, str]) -> list[dict[str, str]]:
    return [{"AttributeName": key, "KeyType": role} for key, role in zip(keys, ("HASH", "RANGE"), strict=False)]


def follows(revision: int) -> Condition:
    """That an item may become this revision: the one before stands, or nothing where it is the first."""
    stands = Path("revision")
    return stands.does_not_exist() if revision == 1 else stands == Value({"N": str(revision - 1)})


def is_refusal(error: PynamoDBException) -> bool:
    """Whether the item's condition did not hold."""
    return _code(error) == _REFUSED


def is_unclear(error: PynamoDBException) -> bool:
    """Whether the call may or may not have happened, or only met another one: nothing is decided by it.

    A transaction counts when at least one of its reasons is a conflict or throttling and none is a failed condition.
    """
    cause = error.cause
    if not isinstance(cause, ClientError):
        return isinstance(cause, BotoCoreError)
    code = _code(error)
    if code == "TransactionCanceledException":
        reasons = {reason.code for reason in getattr(error, "cancellation_reasons", ()) if reason is not None}
        return bool(reasons & UNCLEAR_REASONS) and "ConditionalCheckFailed" not in reasons
    return code in _UNCLEAR or cause.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= SERVER_FAULT


def _code(error: PynamoDBException) -> str:
    # Not pynamodb's cause_response_code: a timeout's cause has a response that is None, and that property fails on it.
    return error.cause.response.get("Error", {}).get("Code", "") if isinstance(error.cause, ClientError) else ""
