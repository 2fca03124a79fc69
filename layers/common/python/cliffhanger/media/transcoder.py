"""MediaConvert: probing a file, submitting a job, and asking what became of one."""

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

MAX_PAGES = 10
"""Of the newest jobs, twenty each, among which one is looked for. It was submitted minutes ago."""

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
            if _code(error) in _UNREADABLE:
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

    def find(self, version: str, since_ms: int) -> str | None:
        """The job of a version that was submitted since a time, or None.

        Raises:
            ClientError: MediaConvert does not answer.
        """
        more: dict[str, str] = {}
        for _ in range(MAX_PAGES):
            answer = self._client.list_jobs(Queue=self.queue, Order="DESCENDING", **more)
            for job in answer.get("Jobs", []):
                if job.get("UserMetadata", {}).get("version") == version:
                    return str(job["Id"])
                if job["CreatedAt"].timestamp() * 1000 < since_ms:
                    return None
            if not answer.get("NextToken"):
                return None
            more = {"NextToken": answer["NextToken"]}
        return None

    def job(self, job: str) -> Mapping[str, Any] | None:
        """MediaConvert's description of a job, or None when it knows no such job any more.

        Raises:
            ClientError: MediaConvert does not answer.
        """
        try:
            answer = self._client.get_job(Id=job)
        except ClientError as error:
            if _code(error) == "NotFoundException":
                return None
            raise
        found: Mapping[str, Any] = answer["Job"]
        return found

    def cancel(self, job: str) -> None:
        """Calls a job off, unless it is over.

        Raises:
            ClientError: MediaConvert does not answer.
        """
        try:
            self._client.cancel_job(Id=job)
        except ClientError as error:
            if _code(error) not in ("ConflictException", "NotFoundException"):
                raise


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
