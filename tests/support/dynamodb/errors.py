"""Errors as DynamoDB raises them, and the one that says this model does not know the answer."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError


class UnsupportedByModel(NotImplementedError):
    """The request is one DynamoDB may well serve, but this model does not imitate it.

    Never a ClientError: product code that catches those must not mistake a gap of the model for an answer.
    """


class Refusal(Exception):
    """Inside the model: DynamoDB refuses the request. Leaves the model as a botocore ClientError."""

    def __init__(self, code: str, message: str, members: dict[str, Any] | None = None, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.members = members or {}
        self.status = status

    def as_client_error(self, operation: str, request_id: str) -> ClientError:
        """The error as botocore's parser would have built it from the reply."""
        response: dict[str, Any] = {
            "Error": {"Message": self.message, "Code": self.code},
            "ResponseMetadata": {
                "RequestId": request_id,
                "HTTPStatusCode": self.status,
                "HTTPHeaders": {"x-amzn-requestid": request_id},
                "RetryAttempts": 0,
            },
            "message": self.message,
            **self.members,
        }
        return ClientError(response, operation)  # type: ignore[arg-type]


def validation(message: str) -> Refusal:
    """A ValidationException."""
    return Refusal("ValidationException", message)


def invalid_parameter(message: str) -> Refusal:
    """A ValidationException with the words DynamoDB puts before most faults of a value."""
    return Refusal("ValidationException", f"One or more parameter values were invalid: {message}")


def serialization(message: str) -> Refusal:
    """A SerializationException: the request's JSON has a value of the wrong type."""
    return Refusal("SerializationException", message)


def table_missing() -> Refusal:
    """ResourceNotFoundException as item operations word it."""
    return Refusal("ResourceNotFoundException", "Requested resource not found")


def condition_failed(item: dict[str, Any] | None = None) -> Refusal:
    """ConditionalCheckFailedException, with the item when the caller asked for ALL_OLD."""
    members = {} if item is None else {"Item": item}
    return Refusal("ConditionalCheckFailedException", "The conditional request failed", members)


CONFLICT_MESSAGE = "Transaction is ongoing for the item"


def transaction_conflict() -> Refusal:
    """What a single-item write hears while a transaction holds its item."""
    return Refusal("TransactionConflictException", CONFLICT_MESSAGE)


def cancelled(reasons: list[dict[str, Any]]) -> Refusal:
    """TransactionCanceledException; one reason per item, in the order of the call."""
    codes = ", ".join(reason["Code"] for reason in reasons)
    message = f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]"
    members = {"Message": message, "CancellationReasons": reasons}
    return Refusal("TransactionCanceledException", message, members)
