"""Use cases of the events: a file arrives, an upload begins, a job tells of itself.

Each event may come twice, late or out of order. Every use case reads the upload, plans from its state, does what the
plan needs of the outside, and records the result last and conditionally: a crash in between leaves a state from which
the next delivery goes on, and each outside step is harmless to repeat.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cliffhanger.catalog.authoring import publish_video
from cliffhanger.catalog.domain import Video
from cliffhanger.clock import Clock
from cliffhanger.errors import MediaRefused, StateError, TranscodeBudgetReached, TranscodeRefused
from cliffhanger.events.publisher import EventPublisher
from cliffhanger.media import policy, publication, transitions
from cliffhanger.media.domain import Approval, Price, Problem, Upload
from cliffhanger.media.files import Files
from cliffhanger.media.preparing import Buckets, Ready, prepare
from cliffhanger.media.pricing import price_of
from cliffhanger.media.signals import Arrival, JobChange
from cliffhanger.media.store import UploadsStore
from cliffhanger.media.transcoder import Transcoder

if TYPE_CHECKING:
    from cliffhanger.catalog.store import CatalogStore


class Pipeline(NamedTuple):
    """What the events' use cases work with."""

    uploads: UploadsStore
    catalog: CatalogStore
    transcoder: Transcoder
    files: Files
    buckets: Buckets
    events: EventPublisher
    clock: Clock


def upload_received(pipeline: Pipeline, arrival: Arrival) -> str:
    """A file arrived: when it is the last of its upload, checks them all and submits the job, or records why not.

    Returns a word for the log.

    Raises:
        Unavailable, EventsRefused, ClientError: something did not answer; the event is to be delivered again.
    """
    uploads = pipeline.uploads
    upload = uploads.find(arrival.upload)
    if upload is None or not transitions.belongs(upload, arrival):
        return "unknown"
    if upload.status == "awaiting":
        wrong = transitions.misfit_of(upload, arrival)
        if wrong is not None:
            return wrong.reason if uploads.apply(upload, transitions.refused(wrong)) else "overtaken"
        uploads.apply(upload, transitions.arrived(arrival))
        # Read again: a rival delivery may have been first, with another file.
        upload = _again(pipeline, upload)
    if transitions.is_replacement(upload, arrival):
        return "replaced" if uploads.apply(upload, transitions.REPLACED) else "overtaken"
    if upload.status == "awaiting" and upload.complete:
        uploads.apply(upload, transitions.RECEIVED)
        upload = _again(pipeline, upload)
    if upload.status == "awaiting":
        return "awaiting"
    if upload.status == "received":
        return begin(pipeline, upload)
    # What comes too late to be of use must not stay.
    uploads.apply(upload, transitions.LATE)
    return "repeated"


def begin(pipeline: Pipeline, upload: Upload) -> str:
    """Checks an upload whose files are all there, reserves the price of its job and submits it, or records why not.

    Returns a word for the log. Beginning again is harmless at any time before the job is recorded.

    Raises:
        Unavailable, EventsRefused, ClientError: something did not answer; beginning again is to be tried.
    """
    try:
        ready = prepare(upload, pipeline.transcoder, pipeline.files, pipeline.buckets)
        reserved = upload.approval is None and _reserve(pipeline, upload, ready)
    except (MediaRefused, TranscodeRefused, TranscodeBudgetReached) as error:
        return _refuse(pipeline, upload, error)
    # A probe takes its time, and a rival delivery may have submitted, or a second file may have come, meanwhile.
    current = _again(pipeline, upload)
    if current.status != "received" or current.approval is None:
        return "repeated"
    # Whoever else reserved may have submitted and then died, longer ago than a job's token is honoured.
    job = None if reserved else pipeline.transcoder.find(upload.version, upload.created_at)
    pipeline.uploads.apply(current, transitions.submitted(job or pipeline.transcoder.submit(ready.order)))
    return "submitted"


def job_changed(pipeline: Pipeline, change: JobChange) -> str:
    """A job told of itself: publishes the episode, or records progress or failure. Returns a word for the log.

    Raises:
        Unavailable, Undecided, EventsRefused: something did not answer; the event is to be delivered again.
    """
    upload = pipeline.uploads.find(change.upload)
    if upload is None:
        return "unknown"
    transition = transitions.plan_change(upload, change)
    if transition is None:
        return "nothing"
    if transition.status == "published":
        made = publication.publication_of(upload, change, pipeline.buckets.media)
        if made is None:
            transition = publication.unpublishable(change, "no_playlist")
        else:
            published = publication.misfit(made) or publish_video(
                pipeline.catalog,
                made.series,
                made.episode,
                Video(made.version, made.playlist, made.duration_ms, upload.created_at, made.poster),
            )
            if published == "published":
                pipeline.events.publish([publication.published_event(made)])
            else:
                transition = publication.unpublishable(change, published)
    return transition.status if pipeline.uploads.apply(upload, transition) else "overtaken"


def _reserve(pipeline: Pipeline, upload: Upload, ready: Ready) -> bool:
    """Whether this call reserved the price; not when another did, or the upload has gone on.

    Raises:
        TranscodeRefused, TranscodeBudgetReached: nothing may be spent on it.
        Unavailable: it may or may not have been reserved.
    """
    now = pipeline.clock()
    price = price_of(ready.outputs, policy.day_of(now))
    approval = Approval(ready.film, price, policy.month_of(now), policy.approve(price).name)
    outcome = pipeline.uploads.reserve(upload, approval)
    if outcome in ("stage", "creator"):
        raise _reached(pipeline, outcome, approval.month, price)
    return outcome == "reserved"


def _reached(pipeline: Pipeline, whose: str, month: str, price: Price) -> TranscodeBudgetReached:
    budgets = pipeline.uploads.budgets
    return policy.reached(
        whose, month, price, budgets.stage_micro_usd if whose == "stage" else budgets.creator_micro_usd
    )


def _refuse(pipeline: Pipeline, upload: Upload, error: StateError) -> str:
    problem = Problem(error.code, str(error.members["reason"]), error.detail)
    if isinstance(error, TranscodeBudgetReached):
        month = str(error.members["month"])
        pipeline.events.publish([publication.budget_event(upload, month, problem.reason, pipeline.clock())])
    if not pipeline.uploads.apply(upload, transitions.refused(problem)):
        return "overtaken"
    return "budget_reached" if isinstance(error, TranscodeBudgetReached) else problem.reason


def _again(pipeline: Pipeline, upload: Upload) -> Upload:
    return pipeline.uploads.find(upload.upload) or upload
