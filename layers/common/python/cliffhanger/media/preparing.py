"""From an upload's files to the order of its job: everything is looked at before anything is paid for."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from cliffhanger.errors import MediaRefused
from cliffhanger.media import subtitles
from cliffhanger.media.domain import MAX_SUBTITLES_BYTES, Film, Part, Upload
from cliffhanger.media.files import Files
from cliffhanger.media.job import BilledOutput, Order, Track, billed_outputs, rungs_for
from cliffhanger.media.kinds import HEAD_BYTES, named
from cliffhanger.media.probe import Probed, examine, refusal
from cliffhanger.media.transcoder import Transcoder

DUB_SLACK_MS = 1_000
"""By how much a dub may be longer or shorter than the video: editors pad the last samples, and fade out early."""


class Buckets(NamedTuple):
    """Where files arrive, and where episodes are served from."""

    uploads: str
    media: str


class Ready(NamedTuple):
    """A job that could be submitted: what was found, what to transcode, and what will be billed."""

    film: Film
    order: Order
    outputs: tuple[BilledOutput, ...]


def prepare(upload: Upload, transcoder: Transcoder, files: Files, buckets: Buckets) -> Ready:
    """Looks at every file of an upload, and writes its subtitles anew where the job reads them.

    Raises:
        MediaRefused: one of them is nothing that can be published; the detail names it.
        ClientError: MediaConvert or S3 does not answer; the event is to be delivered again.
    """
    with _naming(files, buckets.uploads, upload.key_of(upload.video)):
        probed = examine(transcoder.probe(_address(upload, upload.video, buckets)))
    film = Film(
        width_px=probed.width,
        height_px=probed.height,
        duration_ms=probed.duration_ms,
        frame_rate_milli=round(probed.frame_rate * 1000),
        has_audio=probed.has_audio,
        rungs_px=tuple(rung.width for rung in rungs_for(probed.width)),
    )
    captions, dubs = [], []
    for part in upload.parts[1:]:
        try:
            if part.kind == "dub":
                address = _address(upload, part, buckets)
                with _naming(files, buckets.uploads, upload.key_of(part)):
                    _check_dub(transcoder.probe(address), probed)
                dubs.append(Track(part.language, address))
            else:
                captions.append(_cleaned(upload, part, files, buckets, film))
        except MediaRefused as error:
            raise refusal(str(error.members["reason"]), f"{_called(part)}: {error.detail}") from error
    order = Order(
        source=_address(upload, upload.video, buckets),
        destination=f"s3://{buckets.media}/{upload.output_prefix}",
        series=upload.series,
        episode=upload.episode,
        version=upload.version,
        language=upload.language,
        source_width=probed.width,
        frame_rate=probed.frame_rate,
        to_bt709=not probed.is_bt709,
        has_audio=probed.has_audio,
        role=transcoder.role,
        queue=transcoder.queue,
        poster_destination=f"s3://{buckets.media}/{upload.poster_prefix}",
        subtitles=tuple(captions),
        dubs=tuple(dubs),
    )
    return Ready(film, order, billed_outputs(order, probed))


@contextlib.contextmanager
def _naming(files: Files, bucket: str, key: str) -> Iterator[None]:
    """Calls a file that cannot be read what it is."""
    try:
        yield
    except MediaRefused as error:
        if error.members["reason"] != "unreadable":
            raise
        raise named(error, files.head(bucket, key, HEAD_BYTES)) from error


def _cleaned(upload: Upload, part: Part, files: Files, buckets: Buckets, film: Film) -> Track:
    data = files.read(buckets.uploads, upload.key_of(part), part.etag or "", MAX_SUBTITLES_BYTES)
    text = subtitles.clean(data, part.content_type, film.duration_ms)
    key = f"{upload.clean_prefix}{part.language}.vtt"
    files.write(buckets.uploads, key, text, "text/vtt; charset=utf-8")
    return Track(part.language, f"s3://{buckets.uploads}/{key}")


def _check_dub(answer: Mapping[str, Any], probed: Probed) -> None:
    container = _mapping(_mapping(next(iter(answer.get("ProbeResults") or ()), None)).get("Container"))
    tracks = [_mapping(track) for track in container.get("Tracks") or ()]
    if not any(track.get("TrackType") == "audio" for track in tracks):
        raise refusal("dub_silent", "The file has no sound.")
    lengths = (container.get("Duration"), *(track.get("Duration") for track in tracks))
    seconds = next((float(each) for each in lengths if isinstance(each, int | float) and each > 0), 0.0)
    if abs(round(seconds * 1000) - probed.duration_ms) > DUB_SLACK_MS:
        detail = f"It lasts {seconds:.1f} s and the video {probed.duration_ms / 1000:.1f} s; both last equally long."
        raise refusal("dub_length", detail)


def _address(upload: Upload, part: Part, buckets: Buckets) -> str:
    return f"s3://{buckets.uploads}/{upload.key_of(part)}"


def _called(part: Part) -> str:
    return f"{'Dub' if part.kind == 'dub' else 'Subtitles'} {part.language}"


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
