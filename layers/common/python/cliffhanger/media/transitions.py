"""The states of an upload, and the transitions that an arrival or a job's change plans. Pure.

    awaiting ──> received ──> transcoding ──> published ──> retired
       └────────────┴──────────────┴────────> failed

Nothing begins before all parts have arrived. S3 and EventBridge deliver at least once and in any order, so a plan is
made from the stored state and applied on the condition that this state still stands: an event that was doubled, that
is late or that belongs to another job plans nothing.

A form can be posted again while it holds, and MediaConvert reads whatever lies there when its job begins. So each file
is remembered by its ETag; another one under the same key fails the upload, whatever becomes of its job.
"""

from __future__ import annotations

from typing import NamedTuple

from cliffhanger.errors import MediaRefused, TranscodeFailed, UploadExpired
from cliffhanger.media import failures
from cliffhanger.media.domain import FORM_LIFETIME_S, Problem, Status, Upload
from cliffhanger.media.signals import Arrival, JobChange

_COMPLETE_PERCENT = 100
_UNDER_WAY: tuple[Status, ...] = ("received", "transcoding")


class Transition(NamedTuple):
    """A change of an upload's state, applied only while the state is one of ``sources`` and the job is ours.

    With ``job`` given, the stored job must be that one or none yet; with ``rising``, the stored percentage must be
    lower than ``percent``; with ``part``, that one must not have arrived. ``releases`` gives a held price back.
    ``due_in_s`` is when the sweep is to look again, in seconds; None when there is nothing more to look for.
    """

    sources: tuple[Status, ...]
    status: Status
    percent: int | None = None
    job: str | None = None
    problem: Problem | None = None
    rising: bool = False
    part: str | None = None
    etag: str | None = None
    releases: bool = False
    due_in_s: int | None = None


ARRIVAL_DUE_S = FORM_LIFETIME_S + 300
"""After which the sweep looks for files whose arrival nobody told of."""

BEGINNING_DUE_S = 600
"""After which an upload whose files are all there should have a job."""

NEWS_DUE_S = 900
"""After which a job that tells nothing is asked. MediaConvert tells its progress every ten seconds while it works."""

SETTLING_S = 30
"""After which what a failed upload left is removed: what was told of it twice has been answered by then."""

IN_FLIGHT_S = 300
"""After which nobody is about to submit or to publish what failed meanwhile: longer than any function runs that may."""

RETIRED_AFTER_S = 900 + 300
"""After which no grant of a version that was replaced still opens anything: how long a grant lives
(``playback.domain.LIFETIME_S``; a test compares them), and time for a catalog that was read late."""

REPLACED = Transition(
    ("awaiting", *_UNDER_WAY),
    "failed",
    problem=Problem(MediaRefused.code, "replaced", "Another file was sent under the same form; start a new upload."),
    due_in_s=IN_FLIGHT_S,
)
"""A second file arrived before the first was an episode. If its job ends, what it tells finds the upload failed."""

PLAYS = Transition(("failed",), "published", percent=_COMPLETE_PERCENT, due_in_s=RETIRED_AFTER_S)
"""The catalog plays the version: its upload failed between the two writes of a publication, and has not failed."""

LATE = Transition(("failed",), "failed", due_in_s=0)
"""A file came after its upload had failed: the sweep has something to remove again."""

RETIRED = Transition(("published",), "retired")
"""A newer version plays, and no grant of this one is left."""


def belongs(upload: Upload, arrival: Arrival) -> bool:
    """Whether an arrived file is one that an upload waits for."""
    same = (upload.upload, upload.series, upload.episode) == (arrival.upload, arrival.series, arrival.episode)
    part = upload.part(arrival.part)
    return same and part is not None and upload.key_of(part) == arrival.key


def arrived(arrival: Arrival) -> Transition:
    """One of the files is there; the first of two wins."""
    etag = arrival.etag or ""
    return Transition(("awaiting",), "awaiting", part=arrival.part, etag=etag, due_in_s=ARRIVAL_DUE_S)


RECEIVED = Transition(("awaiting",), "received", due_in_s=BEGINNING_DUE_S)
"""All files are there."""


def is_replacement(upload: Upload, arrival: Arrival) -> bool:
    """Whether an arrived file is another than the one that arrived first, before that one was an episode."""
    part = upload.part(arrival.part)
    known = bool(part and part.etag and arrival.etag)
    return known and part is not None and part.etag != arrival.etag and upload.status in REPLACED.sources


def misfit_of(upload: Upload, arrival: Arrival) -> Problem | None:
    """Why an arrived file is not the one that was declared, or None.

    A form is signed for exactly one size; a store that let another through is not to be trusted further.
    """
    part = upload.part(arrival.part)
    if part is None or arrival.size_bytes is None or arrival.size_bytes == part.size_bytes:
        return None
    return Problem(
        MediaRefused.code,
        "wrong_size",
        f"The file {part.name} has {arrival.size_bytes} bytes; {part.size_bytes} were declared.",
    )


def submitted(job: str) -> Transition:
    """The job is accepted."""
    return Transition(("received",), "transcoding", percent=0, job=job, due_in_s=NEWS_DUE_S)


def refused(problem: Problem) -> Transition:
    """The files are nothing that can be published, or nothing may be spent on them."""
    return Transition(("awaiting", "received"), "failed", problem=problem, due_in_s=SETTLING_S)


def expired(upload: Upload) -> Transition:
    """The files did not come in time."""
    missing = ", ".join(part.name for part in upload.parts if part.etag is None)
    problem = Problem(UploadExpired.code, "parts_missing", f"These files did not arrive in time: {missing}.")
    return Transition(("awaiting",), "failed", problem=problem, due_in_s=0)


def plan_change(upload: Upload, change: JobChange) -> Transition | None:
    """What a job's change does to its upload, or None when it does nothing.

    A job may tell of itself before the answer to its own submission has been recorded, so ``received`` is a state to
    start from as well. Whether a completed job has an episode to show for it is :mod:`publication`'s matter.
    """
    if upload.status not in _UNDER_WAY or upload.job not in (None, change.job):
        return None
    if change.status == "COMPLETE":
        return Transition(_UNDER_WAY, "published", percent=_COMPLETE_PERCENT, job=change.job, due_in_s=RETIRED_AFTER_S)
    if change.status in ("ERROR", "CANCELED"):
        number = change.error_code if change.status == "ERROR" else "canceled"
        problem = Problem(TranscodeFailed.code, number, failures.sentence(number))
        return Transition(_UNDER_WAY, "failed", job=change.job, problem=problem, releases=True, due_in_s=0)
    if change.status in ("PROGRESSING", "STATUS_UPDATE", "INPUT_INFORMATION"):
        # 100 % is for what plays; a job at 100 % still has its files to write.
        percent = min(max(change.percent or 0, 0), _COMPLETE_PERCENT - 1)
        if upload.status == "received":
            return submitted(change.job)._replace(percent=percent)
        if percent > upload.percent:
            return Transition(
                ("transcoding",), "transcoding", percent=percent, job=change.job, rising=True, due_in_s=NEWS_DUE_S
            )
    return None
