"""One job from its turn in the queue to its last event. One at a time: the machine has work of its own."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from local.mediaconvert import engine
from local.mediaconvert.cachedir import Cache, cache_key
from local.mediaconvert.gathering import Gathered, gather
from local.mediaconvert.jobs import Job, JobBook
from local.mediaconvert.model import AudioTrack, JobCanceled, JobFailed, ObjectAddress, Plan, Source, VideoTrack
from local.mediaconvert.packaging import Package, PackagedGroup, PackagedOutput, local_name, package
from local.mediaconvert.planning import plan_job
from local.mediaconvert.storage import Events, EventsRefused, Storage

STATUS_INTERVAL_S: Final = 1.0
"""Seconds between status events. MediaConvert sends them every 10 s at most often; here a whole job lasts seconds."""

PHASES: Final = ("PROBING", "TRANSCODING", "UPLOADING")
SHARES: Final = {"PROBING": (0, 5), "TRANSCODING": (5, 85), "UPLOADING": (85, 100)}
"""Which part of a job's percentage each phase is."""


class Worker:
    """Does the jobs of a book, and tells of each."""

    def __init__(self, book: JobBook, storage: Storage, events: Events, cache: Cache) -> None:
        self._book = book
        self._storage = storage
        self._events = events
        self._cache = cache

    def run(self) -> None:
        """Does jobs until the book is closed."""
        for job in self._book.waiting():
            self.work(job)

    def work(self, job: Job) -> None:
        """Does one job. However it ends, the book and the bus know."""
        try:
            self._do(job)
        except JobCanceled:
            # When the process stops, its jobs end with it untold, as with a machine that is switched off.
            if self._book.closed:
                return
            self._book.update(job, status="CANCELED", phase=None)
            self._tell(job, "CANCELED")
        except JobFailed as failure:
            self._fail(job, failure.code, failure.message)
        except Exception as fault:  # noqa: BLE001 - the queue goes on whatever one job meets; the job says what it was
            self._fail(job, 1999, f"Unknown error: {type(fault).__name__}: {fault}")

    def _fail(self, job: Job, code: int, message: str) -> None:
        self._book.update(job, status="ERROR", phase=None, error_code=code, error_message=message)
        self._tell(job, "ERROR", errorCode=code, errorMessage=message)

    def _do(self, job: Job) -> None:
        if job.canceled.is_set():
            raise JobCanceled
        self._book.update(job, status="PROGRESSING", phase="PROBING", percent=0)
        self._tell(job, "PROGRESSING")
        settings = job.request["Settings"]
        with tempfile.TemporaryDirectory(prefix="mediaconvert-") as scratch:
            gathered = gather(settings, self._storage, Path(scratch))
            film = gathered.film.source
            details = input_details(film, settings["Inputs"][0]["FileInput"])
            self._tell(job, "INPUT_INFORMATION", inputDetails=[details])
            plan = plan_job(job.request, film, {uri: dub.source for uri, dub in gathered.dubs.items()})
            self._book.update(job, warnings=list(plan.warnings))
            key = cache_key(job.request, gathered.digests)
            found = self._cache.find(key) or self._cache.make(
                key, lambda into: self._transcode(job, plan, gathered, into)
            )
        folder, made = found
        self._upload(job, plan, folder, made)
        told = [group_details(group, plan, index) for index, group in enumerate(made.groups)]
        self._book.update(
            job, status="COMPLETE", phase=None, percent=100, outputs=[summary(group) for group in made.groups]
        )
        self._tell(job, "COMPLETE", outputGroupDetails=told, paddingInserted=0, blackVideoDetected=0)

    def _transcode(self, job: Job, plan: Plan, gathered: Gathered, into: Path) -> Package:
        report = self._reporter(job, "TRANSCODING")
        report(0)
        with tempfile.TemporaryDirectory(prefix="renditions-") as scratch:
            made = Path(scratch)
            engine.run(
                engine.command(plan, gathered.film, gathered.dubs, made),
                progress=lambda seconds: report(min(1.0, seconds / plan.duration_s)),
                canceled=job.canceled,
            )
            return package(plan, gathered.subtitles, made, into)

    def _upload(self, job: Job, plan: Plan, folder: Path, made: Package) -> None:
        report = self._reporter(job, "UPLOADING")
        for done, file in enumerate(made.files):
            if job.canceled.is_set():
                raise JobCanceled
            report(done / len(made.files))
            target = plan.groups[file.group].destination.with_ending(file.ending)
            self._storage.write(target, folder / local_name(file), file.content_type)

    def _reporter(self, job: Job, phase: str) -> Callable[[float], None]:
        """Takes the done part of a phase (0 to 1), keeps it, and tells of it now and then."""
        first, last = SHARES[phase]
        told = [float("-inf")]

        def report(part: float) -> None:
            percent = round(first + (last - first) * part)
            self._book.update(job, phase=phase, percent=percent)
            if time.monotonic() - told[0] >= STATUS_INTERVAL_S:
                told[0] = time.monotonic()
                self._tell(job, "STATUS_UPDATE", jobProgress=progress_details(phase, percent, part))

        return report

    def _tell(self, job: Job, status: str, **members: Any) -> None:
        arn = self._book.arn("jobs", job.id)
        detail = {
            "timestamp": self._book.now(),
            "accountId": arn.split(":")[4],
            "queue": self._book.queue_of(job),
            "jobId": job.id,
            "status": status,
            "userMetadata": job.request.get("UserMetadata", {}),
        }
        try:
            self._events.publish(detail | members, arn)
        except EventsRefused as error:
            print(f"event {status} of job {job.id} was not taken: {error}", file=sys.stderr, flush=True)


def progress_details(phase: str, percent: int, part: float) -> dict[str, Any]:
    """``jobProgress`` of a status event."""
    now = PHASES.index(phase)
    parts = {name: (1.0 if index < now else part if index == now else 0.0) for index, name in enumerate(PHASES)}
    words = {
        name: "COMPLETE" if index < now else "PROGRESSING" if index == now else "PENDING"
        for index, name in enumerate(PHASES)
    }
    return {
        "phaseProgress": {
            name: {"status": words[name], "percentComplete": round(100 * parts[name])} for name in PHASES
        },
        "jobPercentComplete": percent,
        "currentPhase": phase,
        "retryCount": 0,
    }


def input_details(source: Source, uri: str) -> dict[str, Any]:
    """``inputDetails`` of an ``INPUT_INFORMATION`` event."""
    details: dict[str, Any] = {"id": 1, "uri": uri}
    if source.audio:
        details["audio"] = [_sound(track) for track in source.audio]
    if source.video is not None:
        details["video"] = [_picture(source.video)]
    return details


def _sound(track: AudioTrack) -> dict[str, Any]:
    return {
        "channels": track.channels,
        "codec": track.codec,
        "language": track.language.upper(),
        "sampleRate": track.sample_rate,
        "streamId": track.index + 1,
    }


def _picture(track: VideoTrack) -> dict[str, Any]:
    aspect: Fraction = track.sample_aspect
    return {
        "bitDepth": track.bit_depth,
        "codec": {"AVC": "H_264", "HEVC": "H_265"}.get(track.codec, track.codec),
        "frameRate": float(track.frame_rate),
        "height": track.height,
        "interlaceMode": "PROGRESSIVE",
        "sar": f"{aspect.numerator}:{aspect.denominator}",
        "streamId": track.index + 1,
        "width": track.width,
    }


def group_details(group: PackagedGroup, plan: Plan, index: int) -> dict[str, Any]:
    """One of a ``COMPLETE`` event's ``outputGroupDetails``."""
    destination = plan.groups[index].destination
    details: dict[str, Any] = {
        "outputDetails": [_output_details(output, destination) for output in group.outputs],
        "type": group.kind,
    }
    if group.playlists:
        details["playlistFilePaths"] = [destination.with_ending(ending).uri for ending in group.playlists]
    return details


def _output_details(output: PackagedOutput, destination: ObjectAddress) -> dict[str, Any]:
    details: dict[str, Any] = {"durationInMs": output.duration_ms}
    if output.files:
        details["outputFilePaths"] = [destination.with_ending(ending).uri for ending in output.files]
    if output.width:
        details["videoDetails"] = {"widthInPx": output.width, "heightInPx": output.height}
        if output.average_bitrate:
            details["videoDetails"]["averageBitrate"] = output.average_bitrate
    return details


def summary(group: PackagedGroup) -> dict[str, Any]:
    """One of a job's ``OutputGroupDetails``, in the model's names."""
    return {
        "OutputDetails": [
            {"DurationInMs": output.duration_ms}
            | ({"VideoDetails": {"WidthInPx": output.width, "HeightInPx": output.height}} if output.width else {})
            for output in group.outputs
        ]
    }
