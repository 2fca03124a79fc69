"""The one MediaConvert job: a vertical ladder, sound in each language, subtitles, tiles, a poster. Pure.

Why each value of the request, most of which :mod:`outputs` holds:

- Segments are 4 s and groups of pictures 2 s, closed, the same in every rendition, so that a player switches at any
  segment (Apple's HLS authoring specification asks for key frames every 2 s; 4 s segments start a short film sooner
  than its 6 s). Scene changes are found by transition detection, which does not add key frames out of step.
- The frame rate is named, never followed: what a phone records varies, and a segment is a whole number of groups of
  pictures only at a constant rate (see :func:`constant_rate`).
- QVBR in a single pass: the quality is named and ``MaxBitrate`` bounds it. ``Bitrate`` does not go with QVBR.
- Every track is an output of its own, as CMAF demands; the video outputs name the audio group they play with. Sound
  is cut or filled up to the picture's length, so that a dub that is a little short does not end the film.
- Loudness is -16 LKFS, within what AES TD1008 asks of streams that phones play.
- ``Rotate: AUTO``, because phones record turned pictures and say so in metadata.
- A picture in wide colour becomes BT.709, which every phone shows right; H.264's High profile makes it 8 bits deep.
- Thumbnails for scrubbing stand at each key frame, 25 to a tile: one small file for 50 s of film. Their width must be
  divisible by 8, and 144 by 256 is the nearest to 9:16 that is sharp under a thumb.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, Literal, NamedTuple

from cliffhanger.media.languages import name_of, without_numbers
from cliffhanger.media.outputs import (
    Label,
    Rung,
    audio_output,
    poster_group,
    stream_group,
    subtitles_output,
    video_output,
)
from cliffhanger.media.probe import Probed

LADDER: tuple[Rung, ...] = (
    Rung(360, 640, 700_000, 6),
    Rung(540, 960, 1_400_000, 7),
    Rung(720, 1280, 2_800_000, 7),
    Rung(1080, 1920, 5_500_000, 8),
)
"""Every rendition there can be, narrowest first."""

MAX_POSTER_WIDTH_PX = 720
STANDARD_RATES = (
    *(Fraction(rate) for rate in (10, 12, 15)),
    *(Fraction(24_000, 1001), Fraction(24), Fraction(25), Fraction(30_000, 1001), Fraction(30)),
    *(Fraction(48), Fraction(50), Fraction(60_000, 1001), Fraction(60)),
)
"""Frames per second of a rendition, slowest first: what televisions and phones show without judder."""

FAR_ABOVE = STANDARD_RATES[-1] * Fraction(3, 2)
_SAME_RATE = Fraction(1, 1000)

Kind = Literal["video", "audio", "captions", "images"]


class Track(NamedTuple):
    """A language's subtitles or dub: a BCP 47 tag, and the ``s3://`` address of the file.

    MediaConvert tells a subtitle file's format by its name: the address of WebVTT ends in ``.vtt``.
    """

    language: str
    source: str


class Order(NamedTuple):
    """What to transcode: addresses in S3, our own ids, and what the probe told of the source.

    ``destination`` is the folder of the episode's version and ends with a slash. ``poster_destination`` is where the
    poster's name begins; MediaConvert adds ``.0000000.jpg`` and, from 3 s of film on, ``.0000001.jpg``, and the last
    is the poster. ``language`` is the original's BCP 47 tag. No two subtitles are of one language, and no two sounds:
    a film that speaks has no dub of its own language.
    """

    source: str
    destination: str
    poster_destination: str
    series: str
    episode: int
    version: str
    language: str
    source_width: int
    frame_rate: Fraction
    to_bt709: bool
    has_audio: bool
    role: str
    queue: str
    subtitles: tuple[Track, ...] = ()
    dubs: tuple[Track, ...] = ()


class BilledOutput(NamedTuple):
    """One output as MediaConvert's price list sees it. Width, height and frame rate are 0 where there is no picture."""

    kind: Kind
    codec: str
    width: int
    height: int
    frame_rate: Fraction
    seconds: float


def rungs_for(source_width: int) -> tuple[Rung, ...]:
    """The rungs that do not enlarge the source; for a source narrower than all, one of its own width."""
    fitting = tuple(rung for rung in LADDER if rung.width <= source_width)
    if fitting:
        return fitting
    first = LADDER[0]
    width = source_width - source_width % 2
    height = round(width * first.height / first.width / 2) * 2
    return (first._replace(width=width, height=height),)


def constant_rate(source: Fraction) -> Fraction:
    """The rate of every rendition of a source of so many frames per second.

    A rate far above the fastest is halved until it is not. Then a standard rate within a thousandth is meant; an
    average in between is that of a variable rate, and the next standard rate above shows all of its frames.
    """
    while source >= FAR_ABOVE:
        source /= 2
    nearest = min(STANDARD_RATES, key=lambda rate: abs(rate - source))
    if abs(nearest - source) <= nearest * _SAME_RATE:
        return nearest
    return next((rate for rate in STANDARD_RATES if rate > source), STANDARD_RATES[-1])


def build_job(order: Order) -> dict[str, Any]:
    """The ``CreateJob`` request of an order. The same order gives the same request, token included."""
    rungs = rungs_for(order.source_width)
    rate = constant_rate(order.frame_rate)
    sounds = list(_sounds(order))
    outputs = [video_output(rung, rate, to_bt709=order.to_bt709, audio=bool(sounds)) for rung in rungs]
    outputs += [audio_output(name, label, default=place == 0) for place, (name, _, label) in enumerate(sounds)]
    captions = list(_captions(order))
    outputs += [subtitles_output(name, label) for name, _, label in captions]
    source: dict[str, Any] = {
        "FileInput": order.source,
        "TimecodeSource": "ZEROBASED",
        "VideoSelector": {"Rotate": "AUTO", "ColorSpace": "FOLLOW"},
    }
    if sounds:
        source["AudioSelectors"] = {name: selector for name, selector, _ in sounds}
    if captions:
        source["CaptionSelectors"] = {name: selector for name, selector, _ in captions}
    groups = [
        stream_group(order.destination, outputs),
        poster_group(order.poster_destination, _poster(rungs), to_bt709=order.to_bt709),
    ]
    return {
        "Role": order.role,
        "Queue": order.queue,
        # MediaConvert honours the token for a minute only; after that, the events of a first job keep a second one
        # from being submitted (see ``transitions.plan_change``).
        "ClientRequestToken": f"transcode-{order.version}",
        "StatusUpdateInterval": "SECONDS_10",
        "AccelerationSettings": {"Mode": "DISABLED"},
        "UserMetadata": {"series": order.series, "episode": str(order.episode), "version": order.version},
        "Settings": {"TimecodeConfig": {"Source": "ZEROBASED"}, "Inputs": [source], "OutputGroups": groups},
    }


def _sounds(order: Order) -> Iterator[tuple[str, dict[str, Any], Label]]:
    """Each sound's selector by name, and the label of its rendition; the original, if there is one, is the first."""
    if order.has_audio:
        yield "Audio Selector 1", {"DefaultSelection": "DEFAULT"}, _sound_label(order.language)
    for place, dub in enumerate(order.dubs, start=2 if order.has_audio else 1):
        selector = {"DefaultSelection": "NOT_DEFAULT", "ExternalAudioFileInput": dub.source}
        yield f"Audio Selector {place}", selector, _sound_label(dub.language)


def _sound_label(language: str) -> Label:
    return Label(f"_audio_{language}", language, name_of(language))


def _captions(order: Order) -> Iterator[tuple[str, dict[str, Any], Label]]:
    for place, track in enumerate(order.subtitles, start=1):
        file = {"SourceType": "WEBVTT", "FileSourceSettings": {"SourceFile": track.source}}
        label = Label(f"_subtitles_{track.language}", without_numbers(track.language), name_of(track.language))
        yield f"Captions Selector {place}", {"SourceSettings": file}, label


def billed_outputs(order: Order, probed: Probed) -> tuple[BilledOutput, ...]:
    """Everything that the order's job is billed for, an output each, for the length that was probed.

    The tiles are images made beside the group's video; the poster is an output of its own.
    """
    rate, seconds = constant_rate(order.frame_rate), probed.duration_ms / 1000
    still = Fraction(0)
    rungs = rungs_for(order.source_width)
    found = [BilledOutput("video", "AVC", rung.width, rung.height, rate, seconds) for rung in rungs]
    found += [BilledOutput("audio", "AAC", 0, 0, still, seconds) for _ in _sounds(order)]
    found += [BilledOutput("captions", "WEBVTT", 0, 0, still, seconds) for _ in order.subtitles]
    poster = _poster(rungs)
    return (*found, BilledOutput("images", "FRAME_CAPTURE", poster.width, poster.height, still, seconds))


def _poster(rungs: tuple[Rung, ...]) -> Rung:
    return [rung for rung in rungs if rung.width <= MAX_POSTER_WIDTH_PX][-1]
