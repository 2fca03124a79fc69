"""From a job's settings and what is known of its source to what ffmpeg is to do. Pure."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

from local.mediaconvert.model import (
    JobFailed,
    ObjectAddress,
    Plan,
    Source,
    Stills,
    Stream,
    VideoRendition,
    VideoTrack,
)
from local.mediaconvert.sounding import plan_sound, selected_track

QVBR_TO_CRF: Final = {1: 40, 2: 37, 3: 34, 4: 31, 5: 29, 6: 27, 7: 24, 8: 22, 9: 20, 10: 18}
"""x264's constant rate factor that looks about as good as a QVBR quality level. An approximation, and only local."""

TURNS: Final = {"DEGREES_90": "transpose=clock,", "DEGREES_180": "hflip,vflip,", "DEGREES_270": "transpose=cclock,"}


def plan_job(job: dict[str, Any], source: Source) -> Plan:
    """What a job makes of a source.

    Raises:
        JobFailed: the source lacks what the job cannot do without, or breaks off.
    """
    settings = job["Settings"]
    entry = settings["Inputs"][0]
    track = source.video
    if track is None:
        raise JobFailed(1030, f"Input file [{entry['FileInput']}] has no video track")
    if source.truncated:
        raise JobFailed(
            1076,
            "Demuxer: [ReadPacketData File read failed - end of file hit before the last frame. Is file truncated?]",
        )
    rotate = entry.get("VideoSelector", {}).get("Rotate", "DEGREE_0")
    turn = TURNS.get(rotate, "")
    size = _shown_size(track, rotate)
    name = entry["FileInput"].rpartition("/")[2].rpartition(".")[0] or entry["FileInput"].rpartition("/")[2]
    warnings: list[str] = []
    stream: Stream | None = None
    stills: list[Stills] = []
    groups: list[Stream | Stills] = []
    for group in settings["OutputGroups"]:
        if group["OutputGroupSettings"]["Type"] == "CMAF_GROUP_SETTINGS":
            stream = _stream(group, source, track, size=size, turn=turn, selectors=entry, name=name, warnings=warnings)
            groups.append(stream)
        else:
            captures = [_stills(group, output, size=size, turn=turn, name=name) for output in group["Outputs"]]
            stills += captures
            groups += captures
    if stream is None:
        raise JobFailed(1999, "The job has no streaming output group")
    return Plan(
        rotate=rotate == "AUTO",
        duration_s=track.duration_s,
        stream=stream,
        stills=tuple(stills),
        groups=tuple(groups),
        warnings=tuple(warnings),
    )


def _shown_size(track: VideoTrack, rotate: str) -> tuple[int, int]:
    """Width and height once pixels are square and the picture is turned as the job asks."""
    width, height = round(track.width * track.sample_aspect), track.height
    quarter = track.rotation % 180 == 90 if rotate == "AUTO" else rotate in ("DEGREES_90", "DEGREES_270")
    return (height, width) if quarter else (width, height)


def _destination(settings: dict[str, Any], name: str) -> ObjectAddress:
    """Where a group goes. A destination that ends in a slash takes the input's name, as MediaConvert does."""
    address = ObjectAddress.parse(settings["Destination"])
    return address._replace(key=address.key + name) if address.key.endswith("/") else address


def _even(value: float) -> int:
    return max(2, round(value / 2) * 2)


def _output_size(description: dict[str, Any], size: tuple[int, int]) -> tuple[int, int]:
    """The output's size: as asked, or one side by the other and the source's aspect, or the source's own."""
    width, height = description.get("Width"), description.get("Height")
    if width and height:
        return width, height
    if width:
        return width, _even(width * size[1] / size[0])
    if height:
        return _even(height * size[0] / size[1]), height
    return _even(size[0]), _even(size[1])


def _scale(description: dict[str, Any], width: int, height: int, turn: str) -> str:
    """Square pixels first, then the size asked for, with bars, by cropping, or by stretching."""
    behaviour = description.get("ScalingBehavior", "DEFAULT")
    square = f"{turn}scale='max(2,trunc(iw*sar/2)*2)':'max(2,trunc(ih/2)*2)',setsar=1"
    if behaviour == "FILL":
        fit = f"scale={width}:{height}:force_original_aspect_ratio=increase:flags=bicubic,crop={width}:{height}"
    elif behaviour == "STRETCH_TO_OUTPUT":
        fit = f"scale={width}:{height}:flags=bicubic"
    else:
        fit = f"scale={width}:{height}:force_original_aspect_ratio=decrease:flags=bicubic,pad={width}:{height}:-1:-1"
    return f"{square},{fit},setsar=1"


def _stream(
    group: dict[str, Any],
    source: Source,
    track: VideoTrack,
    *,
    size: tuple[int, int],
    turn: str,
    selectors: dict[str, Any],
    name: str,
    warnings: list[str],
) -> Stream:
    settings = group["OutputGroupSettings"]["CmafGroupSettings"]
    videos, audios, cadences = [], [], set()
    for output in group["Outputs"]:
        container = output.get("ContainerSettings", {}).get("CmfcSettings", {})
        if "VideoDescription" in output:
            codec = output["VideoDescription"]["CodecSettings"].get("H264Settings", {})
            rate = _rate(codec, track)
            gop = _gop_frames(codec, rate)
            cadences.add((rate, gop))
            videos.append(_video(output, container, codec, gop=gop, size=size, turn=turn))
        for description in output.get("AudioDescriptions", ()):
            found = selected_track(description, selectors, source)
            if found is None:
                warnings.append(
                    f"Output {output.get('NameModifier', '')!r} has no audio: the input has none for selector "
                    f"{description.get('AudioSourceName', '')!r}"
                )
            else:
                length = track.duration_s
                audios.append(plan_sound(output, container, description, track=found, source=source, length=length))
    if len(cadences) != 1:
        raise JobFailed(
            1999, "The renditions of a streaming group need one frame rate and groups of pictures of one length"
        )
    rate, gop = cadences.pop()
    return Stream(
        destination=_destination(settings, name),
        segment_s=_segment(settings, gop, rate),
        min_last_s=settings.get("MinFinalSegmentLength", 0.0),
        frame_rate=rate,
        video=tuple(videos),
        audio=tuple(audios),
    )


def _rate(codec: dict[str, Any], track: VideoTrack) -> Fraction:
    """Frames per second of an output: those that the job names, or the source's."""
    if codec.get("FramerateControl") == "SPECIFIED":
        return Fraction(codec["FramerateNumerator"], codec["FramerateDenominator"])
    return track.frame_rate


def _gop_frames(codec: dict[str, Any], rate: Fraction) -> int:
    """Frames between key frames. Two seconds when the job leaves it open."""
    seconds = codec.get("GopSizeUnits", "SECONDS") == "SECONDS"
    size = float(codec.get("GopSize", 2.0 if seconds else 90.0))
    return max(1, round(size * float(rate) if seconds else size))


def _segment(settings: dict[str, Any], gop: int, rate: Fraction) -> float:
    """Seconds of a segment: whole groups of pictures, as close to the length asked for as they come."""
    wanted = settings.get("SegmentLength", 10)
    groups = max(1, round(Fraction(wanted) * rate / gop))
    return float(groups * gop / rate)


def _video(
    output: dict[str, Any],
    container: dict[str, Any],
    codec: dict[str, Any],
    *,
    gop: int,
    size: tuple[int, int],
    turn: str,
) -> VideoRendition:
    description = output["VideoDescription"]
    width, height = _output_size(description, size)
    return VideoRendition(
        name=output.get("NameModifier", ""),
        width=width,
        height=height,
        filters=_scale(description, width, height, turn) + ",format=yuv420p",
        encoder=_x264(codec, gop),
        audio_group=container.get("AudioRenditionSets", ""),
    )


def _x264(codec: dict[str, Any], gop: int) -> tuple[tuple[str, str], ...]:
    """x264's options for H.264 settings: key frames exactly every ``gop`` frames, and nowhere else.

    Without B-frames unless the job asks for some: then decoding and presentation times are equal, and no player has
    to honour an edit list to start picture and sound together.
    """
    ceiling = codec.get("MaxBitrate") or codec.get("Bitrate") or 5_000_000
    if codec.get("RateControlMode", "QVBR") == "QVBR":
        level = codec.get("QvbrSettings", {}).get("QvbrQualityLevel", 7)
        quality = (("crf", str(QVBR_TO_CRF[level])),)
    else:
        quality = (("b", str(codec["Bitrate"])),)
    return (
        *quality,
        ("maxrate", str(ceiling)),
        ("bufsize", str(codec.get("HrdBufferSize", 2 * ceiling))),
        ("profile", codec.get("CodecProfile", "HIGH").lower()),
        ("g", str(gop)),
        ("keyint_min", str(gop)),
        ("sc_threshold", "0"),
        ("bf", str(codec.get("NumberBFramesBetweenReferenceFrames", 0))),
    )


def _stills(group: dict[str, Any], output: dict[str, Any], *, size: tuple[int, int], turn: str, name: str) -> Stills:
    description = output["VideoDescription"]
    settings = description["CodecSettings"].get("FrameCaptureSettings", {})
    width, height = _output_size(description, size)
    return Stills(
        destination=_destination(group["OutputGroupSettings"]["FileGroupSettings"], name),
        name=output.get("NameModifier", ""),
        width=width,
        height=height,
        rate=Fraction(settings.get("FramerateNumerator", 1), settings.get("FramerateDenominator", 1)),
        limit=settings.get("MaxCaptures", 10_000_000),
        quality=settings.get("Quality", 80),
        filters=_scale(description, width, height, turn) + ",format=yuvj420p",
    )
