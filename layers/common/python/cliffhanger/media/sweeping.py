"""The sweep: every few minutes, what nobody told of is found out, and what is over leaves nothing behind.

It looks at the uploads that are due, those that waited longest first, each in a state of its own:

- ``awaiting``: files whose arrival was not told are found; what never came has failed.
- ``received``: begins (again), where whoever began died.
- ``transcoding``: MediaConvert is asked, and what it says is taken as if it had told it.
- ``failed``: what the catalog plays all the same is published, and told of. Else a job that still runs is called off;
  then the files go, and what was reserved goes back unless the job was completed, for which alone MediaConvert charges.
- ``published``: the versions that this one replaced are retired: no grant of theirs is left.

An upload is taken for a while before it is looked at. So two sweeps do not do the same, and one that cannot be dealt
with comes up again later, behind all others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from cliffhanger.catalog.domain import Video
from cliffhanger.catalog.service import current_version
from cliffhanger.errors import CliffhangerError, TranscodeFailed
from cliffhanger.media import failures, transitions
from cliffhanger.media.domain import ABANDONED_AFTER_S, Problem, Upload
from cliffhanger.media.pipeline import Pipeline, begin, job_changed
from cliffhanger.media.publication import Publication, published_event
from cliffhanger.media.signals import arrival_at, change_of_job
from cliffhanger.media.transitions import Transition

MOST = 100
"""Uploads that one sweep looks at."""

TAKEN_FOR_MS = 300_000
"""For how long an upload is left alone after a sweep took it, unless something else becomes of it."""

GIVE_UP_AFTER_S = 86_400
"""After which a job that never ends has failed."""

_RUNNING = ("SUBMITTED", "PROGRESSING")
_PAGE = 20


class Swept(NamedTuple):
    """What became of an upload that was due: a word, or the error that the next sweep will meet or not."""

    upload: str
    outcome: str
    error: Exception | None = None


def sweep(pipeline: Pipeline, until: int, most: int = MOST) -> Iterator[Swept]:
    """Looks at what is due, one upload after the other, until a time in milliseconds; at most so many.

    Raises:
        Unavailable: the table does not tell what is due.
    """
    for name in pipeline.uploads.due(pipeline.clock(), most):
        if pipeline.clock() >= until:
            return
        try:
            yield Swept(name, _look_at(pipeline, name))
        except (CliffhangerError, ClientError, BotoCoreError) as error:
            yield Swept(name, "left", error)


def _look_at(pipeline: Pipeline, name: str) -> str:
    upload, now = pipeline.uploads.find(name), pipeline.clock()
    if upload is None or upload.due_at is None or upload.due_at > now:
        return "nothing"
    if not pipeline.uploads.take(upload, now + TAKEN_FOR_MS):
        return "taken"
    if upload.status == "awaiting":
        return _look_for_files(pipeline, upload)
    if upload.status == "received":
        return begin(pipeline, upload)
    if upload.status == "transcoding":
        return _ask(pipeline, upload)
    if upload.status == "published":
        return _retire_older(pipeline, upload)
    return _clear(pipeline, upload)


def _look_for_files(pipeline: Pipeline, upload: Upload) -> str:
    uploads = pipeline.uploads
    for part in upload.parts:
        if part.etag is not None:
            continue
        key = upload.key_of(part)
        stored = pipeline.files.look(pipeline.buckets.uploads, key)
        arrival = arrival_at(key, stored.size_bytes, stored.etag) if stored else None
        if arrival is None:
            continue
        wrong = transitions.misfit_of(upload, arrival)
        uploads.apply(upload, transitions.refused(wrong) if wrong else transitions.arrived(arrival))
    current = uploads.find(upload.upload) or upload
    if current.status == "awaiting" and current.complete:
        uploads.apply(current, transitions.RECEIVED)
        return begin(pipeline, uploads.find(upload.upload) or current)
    now, abandoned_at = pipeline.clock(), upload.created_at + ABANDONED_AFTER_S * 1000
    if now < abandoned_at:
        # Again when it has waited twice as long: forms that nobody uses must not keep the sweep from what is urgent.
        uploads.take(current, min(2 * now - upload.created_at, abandoned_at))
        return "awaiting"
    return "expired" if uploads.apply(current, transitions.expired(current)) else "overtaken"


def _ask(pipeline: Pipeline, upload: Upload) -> str:
    now = pipeline.clock()
    job = pipeline.transcoder.job(upload.job or "")
    if job is None:
        return _give_up(pipeline, upload, "lost")
    if job.get("Status") in _RUNNING and now > upload.created_at + GIVE_UP_AFTER_S * 1000:
        return _give_up(pipeline, upload, "stuck")
    bucket, prefix = pipeline.buckets.media, f"{upload.poster_prefix}."
    pictures = tuple(f"s3://{bucket}/{key}" for key in pipeline.files.keys(bucket, prefix))
    change = change_of_job(job, pictures, _ended_at(job) or now)
    return "nothing" if change is None else job_changed(pipeline, change)


def _give_up(pipeline: Pipeline, upload: Upload, why: str) -> str:
    problem = Problem(TranscodeFailed.code, why, failures.sentence(why))
    failed = Transition(("transcoding",), "failed", job=upload.job, problem=problem, due_in_s=0)
    return "failed" if pipeline.uploads.apply(upload, failed) else "overtaken"


def _retire_older(pipeline: Pipeline, upload: Upload) -> str:
    if current_version(pipeline.catalog, upload.series, upload.episode) == upload.version:
        for old in _published_before(pipeline, upload):
            _remove_outputs(pipeline, old)
            pipeline.uploads.apply(old, transitions.RETIRED)
    pipeline.uploads.close(upload, spent=True)
    return "retired"


def _published_before(pipeline: Pipeline, upload: Upload) -> Iterator[Upload]:
    """The older uploads of the episode whose version was published: this one plays, so it replaced them.

    A newer one may have begun to play since this one was seen to.
    """
    before = None
    while found := pipeline.uploads.of_place(upload.place, _PAGE, before):
        older = (each for each in found if each.created_at <= upload.created_at and each.upload != upload.upload)
        yield from (each for each in older if each.status == "published")
        before = (found[-1].created_at, found[-1].upload)


def _clear(pipeline: Pipeline, upload: Upload) -> str:
    playing = pipeline.catalog.video(upload.series, upload.episode, consistent=True)
    if playing is not None and playing.version == upload.version:
        return _acknowledge(pipeline, upload, playing)
    job = upload.job
    if job is None and upload.held:
        job = pipeline.transcoder.find(upload.version, upload.created_at)
    told = None if job is None else pipeline.transcoder.job(job)
    status = None if told is None else told.get("Status")
    if job is not None and status in _RUNNING:
        pipeline.transcoder.cancel(job)
        return "cancelled"
    for prefix in (upload.source_prefix, upload.clean_prefix):
        pipeline.files.remove(pipeline.buckets.uploads, prefix)
    _remove_outputs(pipeline, upload)
    pipeline.uploads.close(upload, spent=status == "COMPLETE")
    return "cleared"


def _acknowledge(pipeline: Pipeline, upload: Upload, video: Video) -> str:
    place = (upload.series, upload.episode, upload.version)
    made = Publication(*place, video.playlist, video.duration_ms, pipeline.clock(), video.poster)
    pipeline.events.publish([published_event(made)])
    return "published" if pipeline.uploads.apply(upload, transitions.PLAYS) else "overtaken"


def _remove_outputs(pipeline: Pipeline, upload: Upload) -> None:
    for prefix in (upload.output_prefix, f"{upload.poster_prefix}."):
        pipeline.files.remove(pipeline.buckets.media, prefix)


def _ended_at(job: Mapping[str, Any]) -> int | None:
    """When a job ended, in milliseconds since the epoch."""
    ended = job.get("Timing", {}).get("FinishTime")
    return None if ended is None else round(ended.timestamp() * 1000)
