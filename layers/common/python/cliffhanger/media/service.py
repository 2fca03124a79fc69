"""Use cases of media: a creator asks for a form, a file arrives, a job tells of itself, a creator asks how it went.

Each event may come twice, late or out of order. Every use case reads the upload, plans from its state (``domain``),
does what the plan needs of the outside, and records the result last and conditionally: a crash in between leaves a
state from which the next delivery goes on, and each outside step is harmless to repeat.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from cliffhanger.catalog.authoring import publish_video
from cliffhanger.catalog.domain import Video
from cliffhanger.catalog.service import own_series
from cliffhanger.clock import Clock
from cliffhanger.errors import MediaRefused, NotFound, NotOwner
from cliffhanger.events.publisher import EventPublisher
from cliffhanger.media import domain, publication
from cliffhanger.media.domain import Arrival, ContentType, JobChange, Problem, Upload
from cliffhanger.media.forms import Form, UploadForms
from cliffhanger.media.job import Order
from cliffhanger.media.probe import Probed, examine, refusal
from cliffhanger.media.store import UploadsStore
from cliffhanger.media.transcoder import Transcoder

if TYPE_CHECKING:
    from cliffhanger.catalog.store import CatalogStore


class Buckets(NamedTuple):
    """Where files arrive, and where episodes are served from."""

    uploads: str
    media: str


class Pipeline(NamedTuple):
    """What the events' use cases work with."""

    uploads: UploadsStore
    catalog: CatalogStore
    transcoder: Transcoder
    buckets: Buckets
    events: EventPublisher


def create_upload(
    uploads: UploadsStore,
    catalog: CatalogStore,
    forms: UploadForms,
    *,
    person: str,
    series: str,
    episode: int,
    content_type: ContentType,
    size_bytes: int,
    new_id: Callable[[], str],
    clock: Clock,
) -> tuple[Upload, Form]:
    """A new upload and the form for it; ``size_bytes`` is from 1 to ``domain.MAX_UPLOAD_BYTES``.

    Raises:
        NotFound: there is no such series or episode.
        NotOwner: the series is another creator's.
        Unavailable: a table does not answer.
    """
    # As it is now: the episode may have been added a moment ago.
    page = own_series(catalog, person, series)
    line = page.episode(episode)
    upload = Upload(
        upload=new_id(),
        series=page.series,
        episode=line.number,
        owner=person,
        language=page.language,
        content_type=content_type,
        size_bytes=size_bytes,
        created_at=clock(),
    )
    uploads.create(upload)
    return upload, forms.sign(upload)


def get_upload(uploads: UploadsStore, *, person: str, upload: str) -> Upload:
    """An upload of the caller's.

    Raises:
        NotFound: there is none, or it is forgotten.
        NotOwner: it is another's.
        Unavailable: the table does not answer.
    """
    found = uploads.find(upload)
    if found is None:
        raise NotFound("There is no such upload.")
    if found.owner != person:
        raise NotOwner("The upload belongs to another creator.")
    return found


def upload_received(pipeline: Pipeline, arrival: Arrival) -> str:
    """A file arrived: checks it and submits its job, or records why not. Returns a word for the log.

    Raises:
        Unavailable, ClientError: something did not answer; the event is to be delivered again.
    """
    uploads = pipeline.uploads
    upload = uploads.find(arrival.upload)
    if upload is None or not domain.belongs(upload, arrival):
        return "unknown"
    if upload.status == "awaiting":
        uploads.apply(upload, domain.received(arrival.etag))
        # Read again: a rival delivery may have been first, with another file.
        upload = uploads.find(upload.upload) or upload
    if domain.is_replacement(upload, arrival):
        return "replaced" if uploads.apply(upload, domain.REPLACED) else "overtaken"
    if upload.status != "received":
        return "repeated"
    try:
        probed = _probe(pipeline, upload, arrival)
    except MediaRefused as error:
        problem = Problem(error.code, str(error.members["reason"]), error.detail)
        uploads.apply(upload, domain.refused(problem))
        return problem.reason
    # A probe may take longer than the minute for which a job's token is honoured, and a rival delivery may have
    # submitted in that time.
    current = uploads.find(upload.upload)
    if current is None or current.status != "received":
        return "repeated"
    job = pipeline.transcoder.submit(_order(pipeline, upload, probed))
    uploads.apply(upload, domain.submitted(job))
    return "submitted"


def job_changed(pipeline: Pipeline, change: JobChange) -> str:
    """A job told of itself: publishes the episode, or records progress or failure. Returns a word for the log.

    Raises:
        Unavailable, Undecided, EventsRefused: something did not answer; the event is to be delivered again.
    """
    upload = pipeline.uploads.find(change.upload)
    if upload is None:
        return "unknown"
    transition = domain.plan_change(upload, change)
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
                Video(made.version, made.playlist, made.duration_ms, upload.created_at),
            )
            if published == "published":
                pipeline.events.publish([publication.published_event(made)])
            else:
                transition = publication.unpublishable(change, published)
    return transition.status if pipeline.uploads.apply(upload, transition) else "overtaken"


def _probe(pipeline: Pipeline, upload: Upload, arrival: Arrival) -> Probed:
    # The form is signed for exactly this size; a store that let another through is not to be trusted further.
    if arrival.size_bytes is not None and arrival.size_bytes != upload.size_bytes:
        raise refusal("wrong_size", f"The file has {arrival.size_bytes} bytes; {upload.size_bytes} were declared.")
    return examine(pipeline.transcoder.probe(_source(pipeline, upload)))


def _source(pipeline: Pipeline, upload: Upload) -> str:
    return f"s3://{pipeline.buckets.uploads}/{upload.source_key}"


def _order(pipeline: Pipeline, upload: Upload, probed: Probed) -> Order:
    return Order(
        source=_source(pipeline, upload),
        destination=f"s3://{pipeline.buckets.media}/{upload.output_prefix}",
        poster_destination=f"s3://{pipeline.buckets.media}/{upload.poster_prefix}",
        series=upload.series,
        episode=upload.episode,
        version=upload.version,
        language=upload.language,
        source_width=probed.width,
        frame_rate=probed.frame_rate,
        to_bt709=not probed.is_bt709,
        has_audio=probed.has_audio,
        role=pipeline.transcoder.role,
        queue=pipeline.transcoder.queue,
    )
