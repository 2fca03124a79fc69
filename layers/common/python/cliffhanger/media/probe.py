"""Whether a file is a video that we publish, from what MediaConvert's ``Probe`` tells of it. Pure.

The answer's shape is that of ``ProbeResponse`` in the service's model: ``ProbeResults[].Container`` with ``Format``,
``Duration`` in seconds and ``Tracks[]``. Which fields are there varies by container and codec, so all are optional.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from cliffhanger.errors import MediaRefused

MIN_DURATION_S = 1
MAX_DURATION_S = 180
"""An episode lasts 30 seconds to 3 minutes (FEATURES, first sentence); the lower bound lets trailers and demos in.
Seconds are counted whole, so that the last frame of a cut of exactly three minutes does not refuse it."""

MIN_WIDTH_PX = 144
MAX_HEIGHT_PX = 4_096
"""Below the first no rendition can be watched. The second is 4K: more takes four times as long and shows no better."""

MIN_FRAME_RATE = 10
MAX_FRAME_RATE = 240
"""Fewer frames a second are a slide show; more are no phone's, and nobody would see most of them."""

UNTOLD_FRAME_RATE = Fraction(30)
"""What is made of a file that does not tell its rate."""

AUDIO_ONLY = frozenset({"mp3", "wave", "flac", "aac", "ac3", "eac3"})
"""Containers whose only picture is a cover."""

_QUARTER_TURNS = (90, 270)
_COLOURS = {
    "ColorPrimaries": frozenset({"ITU_709", "UNSPECIFIED", "RESERVED"}),
    "TransferCharacteristics": frozenset({"ITU_709", "UNSPECIFIED", "RESERVED", "SMPTE_170M", "IEC_61966_2_1"}),
}
"""What needs no conversion to be shown as BT.709. Phones and screens that write other transfers than high dynamic
range mean the same curve."""


class Probed(NamedTuple):
    """What a job is made from: the picture as it is shown, in square pixels after rotation, and the length.

    ``frame_rate`` is frames per second as they are told, the average where it varies; ``is_bt709`` is False when
    the colours are others: high dynamic range, a phone's wider gamut, or old television's.
    """

    width: int
    height: int
    duration_ms: int
    has_audio: bool
    frame_rate: Fraction = UNTOLD_FRAME_RATE
    is_bt709: bool = True


def examine(answer: Mapping[str, Any]) -> Probed:
    """The video in a file that was probed.

    Raises:
        MediaRefused: with ``reason`` ``unreadable``, ``no_video``, ``too_short``, ``too_long``, ``not_vertical``,
            ``too_small``, ``too_large``, ``frame_rate_too_low`` or ``frame_rate_too_high``.
    """
    container = _mapping(_mapping(_first(answer.get("ProbeResults"))).get("Container"))
    tracks = [_mapping(track) for track in _list(container.get("Tracks"))]
    if not tracks:
        raise refusal("unreadable", "The file cannot be read as audio or video.")
    pictures = [track for track in tracks if _is_video(track)]
    if not pictures or str(container.get("Format", "")).lower() in AUDIO_ONLY:
        raise refusal("no_video", "The file has no video track.")
    lengths = [_number(container.get("Duration")), *(_number(track.get("Duration")) for track in tracks)]
    seconds = next((length for length in lengths if length > 0), 0.0)
    if not seconds:
        raise refusal("unreadable", "The file does not tell how long it is.")
    _check_duration(seconds)
    picture = _mapping(pictures[0].get("VideoProperties"))
    width, height = _shown_size(picture)
    _check_size(width, height)
    rate = _frame_rate(picture)
    _check_frame_rate(rate)
    return Probed(
        width=width,
        height=height,
        duration_ms=round(seconds * 1000),
        has_audio=any(track.get("TrackType") == "audio" for track in tracks),
        frame_rate=rate,
        is_bt709=_is_bt709(picture),
    )


def refusal(reason: str, detail: str) -> MediaRefused:
    """A refusal with a stable word for its reason."""
    return MediaRefused(detail, reason=reason)


def _check_duration(seconds: float) -> None:
    if seconds < MIN_DURATION_S:
        raise refusal("too_short", f"The video lasts {seconds:.1f} s; at least {MIN_DURATION_S} s is needed.")
    if int(seconds) > MAX_DURATION_S:
        raise refusal("too_long", f"The video lasts {seconds:.0f} s; an episode lasts at most {MAX_DURATION_S} s.")


def _check_size(width: int, height: int) -> None:
    if height <= width:
        raise refusal("not_vertical", f"The picture is {width} by {height} pixels; a vertical one is needed.")
    if width < MIN_WIDTH_PX:
        raise refusal("too_small", f"The picture is {width} pixels wide; at least {MIN_WIDTH_PX} are needed.")
    if height > MAX_HEIGHT_PX:
        raise refusal("too_large", f"The picture is {height} pixels high; at most {MAX_HEIGHT_PX} are taken.")


def _check_frame_rate(rate: Fraction) -> None:
    if rate < MIN_FRAME_RATE:
        raise refusal(
            "frame_rate_too_low", f"The video has {float(rate):.3g} frames a second; {MIN_FRAME_RATE} are needed."
        )
    if rate > MAX_FRAME_RATE:
        raise refusal(
            "frame_rate_too_high",
            f"The video has {float(rate):.4g} frames a second; at most {MAX_FRAME_RATE} are taken.",
        )


def _is_video(track: Mapping[str, Any]) -> bool:
    picture = _mapping(track.get("VideoProperties"))
    named = track.get("TrackType", "video") == "video"
    return named and _number(picture.get("Width")) > 0 and _number(picture.get("Height")) > 0


def _shown_size(picture: Mapping[str, Any]) -> tuple[int, int]:
    """Width and height as a player shows them: pixels made square, then turned as the metadata says."""
    width, height = _number(picture.get("Width")), _number(picture.get("Height"))
    aspect = _mapping(picture.get("SampleAspectRatio"))
    across, down = _number(aspect.get("Numerator")), _number(aspect.get("Denominator"))
    if across > 0 and down > 0:
        width = width * across / down
    if round(_number(picture.get("Rotation"))) % 360 in _QUARTER_TURNS:
        width, height = height, width
    return round(width), round(height)


def _frame_rate(picture: Mapping[str, Any]) -> Fraction:
    told = _mapping(picture.get("FrameRate"))
    above, below = _number(told.get("Numerator")), _number(told.get("Denominator"))
    if above <= 0 or below <= 0:
        return UNTOLD_FRAME_RATE
    return Fraction(above) / Fraction(below)


def _is_bt709(picture: Mapping[str, Any]) -> bool:
    """Whether colours can be shown as they are. The container's word counts; where it has none, the stream's own."""
    stream = _mapping(picture.get("CodecMetadata"))
    told = {name: str(picture.get(name) or stream.get(name) or "UNSPECIFIED") for name in _COLOURS}
    return all(told[name] in plain for name, plain in _COLOURS.items())


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _first(value: object) -> object:
    found = _list(value)
    return found[0] if found else None


def _number(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    return 0.0
