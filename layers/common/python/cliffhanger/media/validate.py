"""Checks a ``CreateJob`` request as MediaConvert would, before any is paid for. For tests and tools, not at run time.

botocore checks types and required members of a request but neither enums nor ranges nor patterns, although its model
has them; those of doubles stand only in their shapes' names. What no model says is in the rules at the end.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any

import botocore.session
from botocore.model import ListShape, MapShape, Shape, StructureShape
from botocore.validate import ParamValidator

MAX_TOKEN_CHARS = 64
DEFAULT_SEGMENT_S = 10
MAX_TILE_HEIGHT_PX = 4_096
_DOUBLE_RANGE = re.compile(r"__doubleMin(Negative)?(\d+)(?:Max(Negative)?(\d+))?")
_TRACKS = ("VideoDescription", "AudioDescriptions", "CaptionDescriptions")
_SELECTORS = ("AudioSelectors", "CaptionSelectors")
_DEFAULT_SOUND = "ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT"
_CMAF_CAPTIONS = ("IMSC", "WEBVTT")


def problems_of(job: Mapping[str, Any]) -> list[str]:
    """Everything that is wrong with a request, a line each; empty when MediaConvert would take it."""
    shape = _request_shape()
    report = ParamValidator().validate(job, shape)
    found = [report.generate_report()] if report.has_errors() else []
    found += _against_model(shape, job, "job")
    return found or list(_against_rules(job))


@functools.cache
def _request_shape() -> StructureShape:
    model = botocore.session.get_session().get_service_model("mediaconvert")
    shape = model.operation_model("CreateJob").input_shape
    if not isinstance(shape, StructureShape):
        raise TypeError("botocore's model of CreateJob has no input.")
    return shape


def _against_model(shape: Shape, value: Any, path: str) -> Iterator[str]:
    if isinstance(shape, StructureShape) and isinstance(value, Mapping):
        yield from (f"{path}.{name}: no such member" for name in value if name not in shape.members)
        members = [(shape.members[name], value[name], f"{path}.{name}") for name in value if name in shape.members]
    elif isinstance(shape, ListShape) and isinstance(value, list):
        members = [(shape.member, member, f"{path}[{index}]") for index, member in enumerate(value)]
    elif isinstance(shape, MapShape) and isinstance(value, Mapping):
        members = [(shape.value, member, f"{path}[{name!r}]") for name, member in value.items()]
    else:
        yield from _scalar(shape, value, path)
        return
    for member in members:
        yield from _against_model(*member)


def _scalar(shape: Shape, value: Any, path: str) -> Iterator[str]:
    if isinstance(value, str):
        yield from _text(shape, value, path)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        low, high = _range_of(shape)
        if not low <= value <= high:
            yield f"{path}: {value} is outside {low} to {high}"


def _text(shape: Shape, value: str, path: str) -> Iterator[str]:
    allowed = shape.metadata.get("enum")
    pattern = shape.metadata.get("pattern")
    if allowed and value not in allowed:
        yield f"{path}: {value!r} is none of {', '.join(allowed)}"
    if pattern and not re.search(pattern, value):
        yield f"{path}: {value!r} does not match {pattern}"
    if not shape.metadata.get("min", 0) <= len(value) <= shape.metadata.get("max", len(value)):
        yield f"{path}: {len(value)} characters"


def _range_of(shape: Shape) -> tuple[float, float]:
    named = _DOUBLE_RANGE.fullmatch(shape.name)
    if named:
        low = float(named[2]) * (-1 if named[1] else 1)
        return low, float(named[4]) * (-1 if named[3] else 1) if named[4] else float("inf")
    return shape.metadata.get("min", float("-inf")), shape.metadata.get("max", float("inf"))


def _against_rules(job: Mapping[str, Any]) -> Iterator[str]:
    token = job.get("ClientRequestToken", "")
    if not token or not token.isascii() or len(token) > MAX_TOKEN_CHARS:
        yield f"ClientRequestToken: 1 to {MAX_TOKEN_CHARS} ASCII characters are needed"
    inputs = job["Settings"]["Inputs"]
    selectors = {name for source in inputs for kind in _SELECTORS for name in source.get(kind, {})}
    for source in inputs:
        choices = [one.get("DefaultSelection") for one in source.get("AudioSelectors", {}).values()]
        if choices.count("DEFAULT") > 1:
            yield "more than one audio selector is the default"
    for group in job["Settings"]["OutputGroups"]:
        name, outputs = group.get("Name", "group"), group["Outputs"]
        modifiers = [output.get("NameModifier") for output in outputs]
        if len(set(modifiers)) < len(modifiers) or (len(outputs) > 1 and None in modifiers):
            yield f"{name}: every output needs a NameModifier of its own"
        yield from (f"{name}: {fault}" for fault in _group(group))
        for output in outputs:
            label = f"{name}{output.get('NameModifier', '')}"
            yield from (f"{label}: {fault}" for fault in _output(output, group, selectors))


def _group(group: Mapping[str, Any]) -> Iterator[str]:
    settings = group["OutputGroupSettings"].get("CmafGroupSettings")
    if settings is None:
        return
    last, segment = settings.get("MinFinalSegmentLength", 0), settings.get("SegmentLength", DEFAULT_SEGMENT_S)
    if last and not 1 <= last < segment:
        yield f"MinFinalSegmentLength {last} is not from 1 to less than {segment}"
    containers = [output.get("ContainerSettings", {}).get("CmfcSettings", {}) for output in group["Outputs"]]
    defaults = [one["AudioGroupId"] for one in containers if one.get("AudioTrackType") == _DEFAULT_SOUND]
    if len(set(defaults)) < len(defaults):
        yield "an audio group has more than one default"
    yield from _tiles(settings)


def _tiles(settings: Mapping[str, Any]) -> Iterator[str]:
    """The rules that the model's descriptions of ``CmafImageBasedTrickPlaySettings`` have in words."""
    wanted = settings.get("ImageBasedTrickPlaySettings")
    if (settings.get("ImageBasedTrickPlay") == "ADVANCED") != (wanted is not None):
        yield "ImageBasedTrickPlaySettings go with ADVANCED, and ADVANCED with them"
    if not wanted:
        return
    height, rows = wanted.get("ThumbnailHeight", 0), wanted.get("TileHeight", 1)
    if wanted.get("ThumbnailWidth", 0) % 8 or height % 2:
        yield "a thumbnail's width must be divisible by 8, and its height by 2"
    if height * rows > MAX_TILE_HEIGHT_PX:
        yield f"a tile of {height * rows} pixels is higher than {MAX_TILE_HEIGHT_PX}"
    if wanted.get("IntervalCadence") == "FOLLOW_SEGMENTATION" and (rows, wanted.get("TileWidth", 1)) != (1, 1):
        yield "FOLLOW_SEGMENTATION needs tiles of one thumbnail"
    if (wanted.get("IntervalCadence") == "FOLLOW_CUSTOM") != ("ThumbnailInterval" in wanted):
        yield "ThumbnailInterval goes with FOLLOW_CUSTOM, and FOLLOW_CUSTOM with it"


def _output(output: Mapping[str, Any], group: Mapping[str, Any], selectors: set[str]) -> Iterator[str]:
    settings = group["OutputGroupSettings"]
    if settings["Type"] == "CMAF_GROUP_SETTINGS":
        tracks = [track for track in _TRACKS if track in output]
        if len(tracks) != 1 or any(len(output[track]) != 1 for track in tracks if track != "VideoDescription"):
            yield "a CMAF output holds exactly one track"
        yield from _audio_groups(output, group["Outputs"])
    video = output.get("VideoDescription", {})
    if video.get("Width", 0) % 2 or video.get("Height", 0) % 2:
        yield "H.264 with 4:2:0 needs even sides"
    h264 = video.get("CodecSettings", {}).get("H264Settings")
    if h264:
        yield from _rates(h264)
        yield from _fractions(h264)
        yield from _segments(h264, settings.get("CmafGroupSettings", {}).get("SegmentLength"))
    for audio in output.get("AudioDescriptions", []):
        if audio.get("AudioSourceName") not in selectors:
            yield f"no input has the audio selector {audio.get('AudioSourceName')!r}"
    for caption in output.get("CaptionDescriptions", []):
        if caption.get("CaptionSelectorName") not in selectors:
            yield f"no input has the captions selector {caption.get('CaptionSelectorName')!r}"
        kind = caption.get("DestinationSettings", {}).get("DestinationType")
        if settings["Type"] == "CMAF_GROUP_SETTINGS" and kind not in _CMAF_CAPTIONS:
            yield f"a CMAF group takes captions as {' or '.join(_CMAF_CAPTIONS)}, not as {kind}"


def _fractions(h264: Mapping[str, Any]) -> Iterator[str]:
    for control, prefix in (("FramerateControl", "Framerate"), ("ParControl", "Par")):
        parts = (f"{prefix}Numerator", f"{prefix}Denominator")
        if h264.get(control) == "SPECIFIED" and any(part not in h264 for part in parts):
            yield f"{control} SPECIFIED needs {' and '.join(parts)}"


def _rates(h264: Mapping[str, Any]) -> Iterator[str]:
    if h264.get("RateControlMode") == "QVBR":
        if "MaxBitrate" not in h264:
            yield "QVBR needs MaxBitrate"
        if "Bitrate" in h264:
            yield "QVBR does not go with Bitrate"
    elif "Bitrate" not in h264:
        yield "CBR and VBR need Bitrate"


def _segments(h264: Mapping[str, Any], segment: int | None) -> Iterator[str]:
    if segment is None:
        return
    if h264.get("GopSizeUnits") != "SECONDS" or h264.get("SceneChangeDetect") == "ENABLED":
        yield "key frames would not stand at the same times in every rendition"
    elif segment % h264.get("GopSize", segment) > 0:
        yield f"SegmentLength {segment} is no multiple of GopSize {h264['GopSize']}"


def _audio_groups(output: Mapping[str, Any], outputs: list[Mapping[str, Any]]) -> Iterator[str]:
    container = [one.get("ContainerSettings", {}).get("CmfcSettings", {}) for one in outputs]
    known = {one["AudioGroupId"] for one in container if "AudioGroupId" in one}
    wanted = output.get("ContainerSettings", {}).get("CmfcSettings", {}).get("AudioRenditionSets")
    if wanted and not set(wanted.split(",")) <= known:
        yield f"no output is of the audio group {wanted!r}"
