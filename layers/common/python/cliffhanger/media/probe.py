"""Whether a file is a video that we publish, from what MediaConvert's ``Probe`` tells of it. Pure.

The answer's shape is that of ``ProbeResponse`` in the service's model: ``ProbeResults[].Container`` with ``Format``,
``Duration`` in seconds and ``Tracks[]``. Which fields are there varies by container and codec, so all are optional.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from cliffhanger.errors import MediaRefused

MIN_DURATION_S = 1
MAX_DURATION_S = 180
"""An episode lasts 30 seconds to 3 minutes (FEATURES, first sentence); the lower bound lets trailers and demos in.
Seconds are counted whole, so that the last frame of a cut of exactly three minutes does not refuse it."""

MIN_WIDTH_PX = 144
MAX_SIDE_PX = 8_192
"""Below the first no rendition can be watched; the second is MediaConvert's own limit."""

AUDIO_ONLY = frozenset({"mp3", "wave", "flac", "aac", "ac3", "eac3"})
"""Containers whose only picture is a cover."""

_QUARTER_TURNS = (90, 270)


class Probed(NamedTuple):
    """What a job is made from: the picture as it is shown, in square pixels after rotation, and the length."""

    width: int
    height: int
    duration_ms: int
    has_audio: bool


def examine(answer: Mapping[str, Any]) -> Probed:
    """The video in a file that was probed.

    Raises:
        MediaRefused: with ``reason`` ``unreadable``, ``no_video``, ``too_short``, ``too_long``, ``not_vertical``,
            ``too_small`` or ``too_large``.
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
    width, height = _shown_size(_mapping(pictures[0].get("VideoProperties")))
    _check_size(width, height)
    return Probed(width, height, round(seconds * 1000), any(track.get("TrackType") == "audio" for track in tracks))


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
    if height > MAX_SIDE_PX:
        raise refusal("too_large", f"The picture is {height} pixels high; at most {MAX_SIDE_PX} are possible.")


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
