"""A stream consumer that reports failed items gets them again.

The emulator reads ``batchItemFailures`` for queues only; for a DynamoDB stream it takes any answer for success and goes
on, so that an entry whose settlement failed would never be settled. With the patch a batch with failed items is
delivered again as a whole. AWS starts again at the first failed item; both may deliver an item twice, neither may lose
one. Source: "Configuring partial batch response with DynamoDB and Lambda", AWS Lambda developer guide.
"""

from __future__ import annotations

import json
from typing import Any

from ministack.services import lambda_svc

Result = dict[str, Any]


def _reports_failures(records: list[dict[str, Any]], function: dict[str, Any]) -> bool:
    source = records[0].get("eventSourceARN")
    name = (function.get("config") or function).get("FunctionName")
    return any(
        mapping.get("EventSourceArn") == source
        and mapping.get("FunctionName") == name
        and "ReportBatchItemFailures" in mapping.get("FunctionResponseTypes", [])
        for mapping in lambda_svc._esms.values()
    )


def _failed_items(body: Any) -> list[Any]:
    if isinstance(body, str | bytes):
        try:
            body = json.loads(body)
        except ValueError:
            return []
    failures = body.get("batchItemFailures") if isinstance(body, dict) else None
    return failures if isinstance(failures, list) else []


def apply() -> None:
    """Turns an answer with failed items into a failed invocation, for stream batches only."""
    execute = lambda_svc._execute_function

    def execute_and_read_answer(function: dict[str, Any], event: Any, *rest: Any, **options: Any) -> Result:
        result: Result = execute(function, event, *rest, **options)
        records = event.get("Records") if isinstance(event, dict) else None
        if result.get("error") or not records or records[0].get("eventSource") != "aws:dynamodb":
            return result
        failed = _failed_items(result.get("body"))
        if not failed or not _reports_failures(records, function):
            return result
        words = f"{len(failed)} of {len(records)} items reported as failed"
        body = {"errorType": "BatchItemFailures", "errorMessage": words}
        return {**result, "error": True, "body": body}

    lambda_svc._execute_function = execute_and_read_answer
