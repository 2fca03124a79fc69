"""The jobs that were taken: what each one is, in which state, and which of them is done next."""

from __future__ import annotations

import queue
import secrets
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from cliffhanger.clock import Clock, system_clock
from local.mediaconvert.wire import ApiError, bad_request, not_found

TOKEN_LIFETIME_MS: Final = 60_000
"""A request token names its job for a minute: "If you reuse a client request token within one minute of a successful
request, the API returns the job details of the original request instead" (MediaConvert's API reference)."""

MAX_JOBS: Final = 10_000
"""Jobs remembered by one process; the oldest that are over are forgotten first."""

OVER: Final = frozenset({"CANCELED", "COMPLETE", "ERROR"})


@dataclass
class Job:
    """One job. Everything but the request changes while it runs, under the book's lock."""

    id: str
    request: dict[str, Any]
    created_ms: int
    status: str = "SUBMITTED"
    phase: str | None = None
    percent: int | None = None
    started_ms: int | None = None
    finished_ms: int | None = None
    error_code: int | None = None
    error_message: str | None = None
    outputs: list[dict[str, Any]] | None = None
    warnings: list[str] = field(default_factory=list)
    canceled: threading.Event = field(default_factory=threading.Event)


class JobBook:
    """All jobs of this process, and the queue of those that wait. Safe to use from several threads."""

    def __init__(self, *, region: str, account: str, clock: Clock = system_clock) -> None:
        self._region = region
        self._account = account
        self._clock = clock
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}
        self._tokens: dict[str, tuple[int, str]] = {}
        self.closed = False
        self._waiting: queue.SimpleQueue[str | None] = queue.SimpleQueue()

    def arn(self, kind: str, name: str) -> str:
        """The name of a job or a queue."""
        return f"arn:aws:mediaconvert:{self._region}:{self._account}:{kind}/{name}"

    def queue_of(self, job: Job) -> str:
        """The queue that a job was sent to, as an ARN."""
        name = str(job.request.get("Queue") or "Default")
        return name if name.startswith("arn:") else self.arn("queues", name)

    def add(self, request: dict[str, Any]) -> Job:
        """Takes a job; the same token within a minute gives the job that it gave before."""
        token = str(request.get("ClientRequestToken") or "")
        now = self._clock()
        with self._lock:
            taken, known = self._tokens.get(token, (0, ""))
            if token and known in self._jobs and now - taken < TOKEN_LIFETIME_MS:
                return self._jobs[known]
            job = Job(f"{now}-{secrets.token_hex(3)}", request, now)
            self._jobs[job.id] = job
            self._tokens = {name: entry for name, entry in self._tokens.items() if now - entry[0] < TOKEN_LIFETIME_MS}
            self._tokens[token] = (now, job.id)
            self._forget()
        self._waiting.put(job.id)
        return job

    def _forget(self) -> None:
        over = [job.id for job in self._jobs.values() if job.status in OVER]
        for name in over[: max(0, len(self._jobs) - MAX_JOBS)]:
            del self._jobs[name]

    def get(self, name: str) -> Job:
        """The job of that id.

        Raises:
            ApiError: there is none.
        """
        with self._lock:
            job = self._jobs.get(name)
        if job is None:
            raise not_found(f"Job with id {name} not found")
        return job

    def newest(self) -> list[Job]:
        """All jobs, the newest first."""
        with self._lock:
            return list(reversed(self._jobs.values()))

    def cancel(self, name: str) -> None:
        """Calls a job off; the worker sees it at the next moment.

        Raises:
            ApiError: there is no such job, or it is over.
        """
        job = self.get(name)
        with self._lock:
            if job.status in OVER:
                raise ApiError("ConflictException", 409, f"Job {name} is already {job.status}")
            job.canceled.set()

    def update(self, job: Job, **changes: Any) -> None:
        """Sets fields of a job together. Entering and leaving ``PROGRESSING`` is timed."""
        now = self._clock()
        with self._lock:
            for name, value in changes.items():
                setattr(job, name, value)
            if job.status == "PROGRESSING" and job.started_ms is None:
                job.started_ms = now
            if job.status in OVER and job.finished_ms is None:
                job.finished_ms = now

    def now(self) -> int:
        """Milliseconds since the Unix epoch."""
        return self._clock()

    def waiting(self) -> Iterator[Job]:
        """Jobs in the order in which they came, until ``close``."""
        while (name := self._waiting.get()) is not None:
            yield self.get(name)

    def close(self) -> None:
        """Ends ``waiting`` and calls off whatever is under way."""
        with self._lock:
            self.closed = True
            for job in self._jobs.values():
                job.canceled.set()
        self._waiting.put(None)

    def describe(self, job: Job) -> dict[str, Any]:
        """A job in the names of the model's ``Job``."""
        settled = {name: value for name, value in job.request.items() if name in _ECHOED}
        timing = {"SubmitTime": job.created_ms, "StartTime": job.started_ms, "FinishTime": job.finished_ms}
        with self._lock:
            return settled | {
                "Arn": self.arn("jobs", job.id),
                "Id": job.id,
                "Queue": self.queue_of(job),
                "CreatedAt": _moment(job.created_ms),
                "Status": job.status,
                "CurrentPhase": job.phase,
                "JobPercentComplete": job.percent,
                "ErrorCode": job.error_code,
                "ErrorMessage": job.error_message,
                "Messages": {"Info": [], "Warning": job.warnings},
                "OutputGroupDetails": job.outputs,
                "Timing": {name: _moment(value) for name, value in timing.items() if value is not None},
            }

    def page(
        self, *, status: str | None, after: str | None, limit: int, newest_first: bool
    ) -> tuple[list[Job], str | None]:
        """Some jobs, and the token for the next ones.

        Raises:
            ApiError: the token is not one that was given.
        """
        jobs = self.newest() if newest_first else self.newest()[::-1]
        names = [job.id for job in jobs]
        if after is not None and after not in names:
            raise bad_request("nextToken: is not one that was given")
        rest = jobs[names.index(after) + 1 :] if after is not None else jobs
        fitting = [job for job in rest if status is None or job.status == status]
        found = fitting[:limit]
        return found, found[-1].id if len(fitting) > limit else None


_ECHOED: Final = frozenset(
    {
        "AccelerationSettings",
        "BillingTagsSource",
        "ClientRequestToken",
        "Priority",
        "Role",
        "Settings",
        "StatusUpdateInterval",
        "UserMetadata",
    }
)


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
