"""Who may send a message to a queue may send ten at once.

In IAM there is no ``sqs:SendMessageBatch``: the batch is allowed by ``sqs:SendMessage``, and likewise for the other two
batches (Amazon SQS Developer Guide, "Amazon SQS API permissions"). The emulator asks for an action of the batch's name,
which no policy for AWS would have.
"""

from __future__ import annotations

from typing import Any

from ministack.core import iam_actions

BATCH = "Batch"


def apply() -> None:
    """Names the action that a batch is of."""
    extract = iam_actions.extract_iam_action

    def extract_of_one(service: str, *request: Any) -> str | None:
        action: str | None = extract(service, *request)
        return action.removesuffix(BATCH) if action is not None and service == "sqs" else action

    iam_actions.extract_iam_action = extract_of_one
