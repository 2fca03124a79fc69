"""Colours: H.273's code points in MediaConvert's words, and the filters that make BT.709 of others. Pure."""

from __future__ import annotations

from typing import Any, Final

from local.mediaconvert.model import VideoTrack

PRIMARIES: Final = {
    1: "ITU_709",
    4: "ITU_470M",
    5: "ITU_470BG",
    6: "SMPTE_170M",
    7: "SMPTE_240M",
    8: "GENERIC_FILM",
    9: "ITU_2020",
    10: "SMPTE_428_1",
    11: "SMPTE_431_2",
    12: "SMPTE_EG_432_1",
}
TRANSFERS: Final = {
    1: "ITU_709",
    4: "ITU_470M",
    5: "ITU_470BG",
    6: "SMPTE_170M",
    7: "SMPTE_240M",
    8: "LINEAR",
    13: "IEC_61966_2_1",
    14: "ITU_2020_10bit",
    15: "ITU_2020_12bit",
    16: "SMPTE_2084",
    18: "ARIB_B67",
}
MATRICES: Final = {
    0: "RGB",
    1: "ITU_709",
    4: "FCC",
    5: "ITU_470BG",
    6: "SMPTE_170M",
    7: "SMPTE_240M",
    8: "YCgCo",
    9: "ITU_2020_NCL",
    10: "ITU_2020_CL",
}
"""Code points of ISO/IEC 23091-2 (H.273) that MediaConvert names; every other is ``UNSPECIFIED``."""

UNSPECIFIED: Final = "UNSPECIFIED"
_BT709, _BT2020, _BT2020_NCL, _UNTOLD = 1, 9, 9, 2
_HIGH_RANGE: Final = frozenset({16, 18})
_PEAK_NITS: Final = 100
"""What the brightest white of a standard picture stands for."""


def wants_bt709(description: dict[str, Any]) -> bool:
    """Whether an output's picture is to be converted."""
    corrector = description.get("VideoPreprocessors", {}).get("ColorCorrector", {})
    return str(corrector.get("ColorSpaceConversion", "NONE")) == "FORCE_709"


def to_bt709(track: VideoTrack, width: int, height: int) -> str:
    """Filters that make 8 bits of BT.709 of a track, no larger than a box of so many pixels; empty when it is that.

    A light space of floating point is slow, so the picture shrinks before it goes there. What a track leaves untold is
    what its transfer is made for: BT.2020 beside high dynamic range, else BT.709.
    """
    told = (track.primaries, track.transfer, track.matrix)
    if all(one in (_BT709, _UNTOLD) for one in told):
        return ""
    high = track.transfer in _HIGH_RANGE
    primaries, matrix = (_BT2020, _BT2020_NCL) if high else (_BT709, _BT709)
    given = (
        f"pin={primaries if track.primaries == _UNTOLD else track.primaries}"
        f":tin={_BT709 if track.transfer == _UNTOLD else track.transfer}"
        f":min={matrix if track.matrix == _UNTOLD else track.matrix}"
    )
    shrink = f"scale='min(iw,{width})':'min(ih,{height})':force_original_aspect_ratio=decrease:flags=bicubic,"
    if not high:
        return f"{shrink}zscale={given}:p={_BT709}:t={_BT709}:m={_BT709}:r=limited,format=yuv420p,"
    return (
        f"{shrink}zscale={given}:t=linear:npl={_PEAK_NITS},format=gbrpf32le,zscale=p={_BT709},tonemap=hable:desat=0,"
        f"zscale=t={_BT709}:m={_BT709}:r=limited,format=yuv420p,"
    )
