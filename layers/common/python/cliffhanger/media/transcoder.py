"""MediaConvert: probing a file and submitting a job."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.config import Config
from botocore.exceptions import ClientError

from cliffhanger.media.job import Order, build_job
from cliffhanger.media.probe import refusal

CONFIG = Config(connect_timeout=2, read_timeout=20, retries={"total_max_attempts": 2, "mode": "standard"})
"""For the MediaConvert client. A probe reads the file's head while the caller waits; two tries fit into the function's
time, and beyond them EventBridge starts the function again."""

_UNREADABLE = frozenset({"UnprocessableEntityException", "BadRequestException"})


class Transcoder:
    """Runs jobs under one role on one queue."""

    def __init__(self, client: Any, role: str, queue: str) -> None:
        self._client = client
        self.role = role
        self.queue = queue

    def probe(self, address: str) -> Mapping[str, Any]:
        """MediaConvert's description of a file in S3.

        Raises:
            MediaRefused: ``unreadable``: it is of no known container, or malformed.
            ClientError: anything else; the event is to be delivered again.
        """
        try:
            answer: Mapping[str, Any] = self._client.probe(InputFiles=[{"FileUrl": address}])
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in _UNREADABLE:
                raise refusal("unreadable", "The file cannot be read as audio or video.") from error
            raise
        return answer

    def submit(self, order: Order) -> str:
        """Submits a job and returns its id. The same order within a minute is the same job.

        Raises:
            ClientError: the job was not accepted; the event is to be delivered again.
        """
        answer = self._client.create_job(**build_job(order))
        job: str = answer["Job"]["Id"]
        return job
