"""What stands in for botocore's client, and a pynamodb connection over it."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from botocore import xform_name
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError
from pynamodb.connection import Connection

from tests.support.dynamodb.model import ENDPOINT, OPERATIONS, MemoryDynamoDB

RETRIED_CODES = frozenset(
    {
        "ThrottlingException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "TransactionInProgressException",
    }
)
"""Of the codes that botocore's standard mode retries, those that DynamoDB has. It retries 500 and above too."""

_METHODS = {xform_name(operation): operation for operation in OPERATIONS}


class MemoryClient:
    """botocore's DynamoDB client as far as pynamodb and plain ``client.put_item(...)`` calls see it.

    Args:
        model: what serves the calls.
        actor: who calls; the model's hook and fault plan are told.
        attempts: how often a call is tried when it is lost, throttled or failed, as botocore's standard retry mode
            does below its caller, with the same client request token. 1 leaves every retry to the caller.
    """

    def __init__(self, model: MemoryDynamoDB, actor: str = "", attempts: int = 1) -> None:
        self._model = model
        self._actor = actor
        self._attempts = attempts
        self._request_signer = None  # pynamodb looks here for credentials, and is content with no signer
        self.meta = SimpleNamespace(endpoint_url=ENDPOINT, region_name=model.region)

    def _make_api_call(self, operation_name: str, operation_kwargs: dict[str, Any]) -> dict[str, Any]:
        if operation_name == "TransactWriteItems" and "ClientRequestToken" not in operation_kwargs:
            operation_kwargs = {**operation_kwargs, "ClientRequestToken": self._model.fresh_token()}
        for _ in range(self._attempts - 1):
            try:
                return self._model.call(operation_name, operation_kwargs, self._actor)
            except (ReadTimeoutError, EndpointConnectionError):
                continue
            except ClientError as error:
                if not _retried(error):
                    raise
        return self._model.call(operation_name, operation_kwargs, self._actor)

    def __getattr__(self, name: str) -> Callable[..., dict[str, Any]]:
        operation = _METHODS.get(name)
        if operation is None:
            raise AttributeError(name)
        return lambda **parameters: self._make_api_call(operation, parameters)


def _retried(error: ClientError) -> bool:
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    return status >= 500 or error.response["Error"]["Code"] in RETRIED_CODES


def connect(model: MemoryDynamoDB, actor: str = "", attempts: int = 1) -> Connection:
    """A pynamodb connection that is served by the model. Tables are declared to it as to any other.

    Args:
        model: what serves the calls.
        actor: who calls; the model's hook and fault plan are told.
        attempts: tries per call below pynamodb; see MemoryClient.
    """
    connection = Connection(region=model.region)
    connection._client = MemoryClient(model, actor, attempts)  # type: ignore[assignment]
    return connection
