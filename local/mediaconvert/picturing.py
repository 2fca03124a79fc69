"""A job's pictures: their size, their turn, and the filters for both. Pure."""

from __future__ import annotations

from typing import Any, Final

from local.mediaconvert.model import VideoTrack

TURNS: Final = {"DEGREES_90": "transpose=clock,", "DEGREES_180": "hflip,vflip,", "DEGREES_270": "transpose=cclock,"}


def shown_size(track: VideoTrack, rotate: str) -> tuple[int, int]:
    """Width and height once pixels are square and the picture is turned as the job asks."""
    width, height = round(track.width * track.sample_aspect), track.height
    quarter = track.rotation % 180 == 90 if rotate == "AUTO" else rotate in ("DEGREES_90", "DEGREES_270")
    return (height, width) if quarter else (width, height)


def output_size(description: dict[str, Any], size: tuple[int, int]) -> tuple[int, int]:
    """The output's size: as asked, or one side by the other and the source's aspect, or the source's own."""
    width, height = description.get("Width"), description.get("Height")
    if width and height:
        return width, height
    if width:
        return width, _even(width * size[1] / size[0])
    if height:
        return _even(height * size[0] / size[1]), height
    return _even(size[0]), _even(size[1])


def _even(value: float) -> int:
    return max(2, round(value / 2) * 2)


def scale(behaviour: str, width: int, height: int, turn: str) -> str:
    """Square pixels first, then the size asked for, with bars, by cropping, or by stretching."""
    square = f"{turn}scale='max(2,trunc(iw*sar/2)*2)':'max(2,trunc(ih/2)*2)',setsar=1"
    if behaviour == "FILL":
        fit = f"scale={width}:{height}:force_original_aspect_ratio=increase:flags=bicubic,crop={width}:{height}"
    elif behaviour == "STRETCH_TO_OUTPUT":
        fit = f"scale={width}:{height}:flags=bicubic"
    else:
        fit = f"scale={width}:{height}:force_original_aspect_ratio=decrease:flags=bicubic,pad={width}:{height}:-1:-1"
    return f"{square},{fit},setsar=1"
