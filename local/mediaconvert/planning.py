"""From a job's settings and what is known of its sources to what ffmpeg is to do. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

from local.mediaconvert.colours import to_bt709, wants_bt709
from local.mediaconvert.model import (
    AudioRendition,
    JobFailed,
    ObjectAddress,
    Plan,
    Source,
    Stills,
    Stream,
    SubtitleRendition,
    Tiles,
    VideoRendition,
    VideoTrack,
)
from local.mediaconvert.picturing import TURNS, output_size, scale, shown_size
from local.mediaconvert.sounding import plan_sound, selected_track, shortest_tag

QVBR_TO_CRF: Final = {1: 40, 2: 37, 3: 34, 4: 31, 5: 29, 6: 27, 7: 24, 8: 22, 9: 20, 10: 18}
"""x264's constant rate factor that looks about as good as a QVBR quality level. An approximation, and only local."""


def plan_job(job: dict[str, Any], film: Source, dubs: Mapping[str, Source]) -> Plan:
    """What a job makes of a film and the sound files beside it, which are given by their addresses.

    Raises:
        JobFailed: a source lacks what the job cannot do without, or breaks off.
    """
    settings = job["Settings"]
    entry = settings["Inputs"][0]
    track = film.video
    if track is None:
        raise JobFailed(1030, f"Input file [{entry['FileInput']}] has no video track")
    if film.truncated or any(dub.truncated for dub in dubs.values()):
        raise JobFailed(
            1076,
            "Demuxer: [ReadPacketData File read failed - end of file hit before the last frame. Is file truncated?]",
        )
    rotate = entry.get("VideoSelector", {}).get("Rotate", "DEGREE_0")
    planner = _Planner(entry, film, track, dubs, size=shown_size(track, rotate), turn=TURNS.get(rotate, ""))
    groups: list[Stream | Stills] = []
    for group in settings["OutputGroups"]:
        if group["OutputGroupSettings"]["Type"] == "CMAF_GROUP_SETTINGS":
            groups.append(planner.stream(group))
        else:
            groups += [planner.stills(group, output) for output in group["Outputs"]]
    (stream,) = (group for group in groups if isinstance(group, Stream))
    pictures = [output.get("VideoDescription", {}) for group in settings["OutputGroups"] for output in group["Outputs"]]
    box = max(one.width for one in stream.video), max(one.height for one in stream.video)
    return Plan(
        rotate=rotate == "AUTO",
        colours=to_bt709(track, *box) if any(wants_bt709(one) for one in pictures) else "",
        duration_s=track.duration_s,
        stream=stream,
        stills=tuple(group for group in groups if isinstance(group, Stills)),
        groups=tuple(groups),
        warnings=tuple(planner.warnings),
    )


@dataclass(frozen=True)
class _Planner:
    """Plans the output groups of one input. ``size`` is its picture's as it is shown."""

    entry: dict[str, Any]
    film: Source
    track: VideoTrack
    dubs: Mapping[str, Source]
    size: tuple[int, int]
    turn: str
    warnings: list[str] = field(default_factory=list)

    def stream(self, group: dict[str, Any]) -> Stream:
        settings = group["OutputGroupSettings"]["CmafGroupSettings"]
        videos, cadences = [], set()
        sounds: list[AudioRendition] = []
        subtitles: list[SubtitleRendition] = []
        for output in group["Outputs"]:
            container = output.get("ContainerSettings", {}).get("CmfcSettings", {})
            if "VideoDescription" in output:
                codec = output["VideoDescription"]["CodecSettings"].get("H264Settings", {})
                rate = _rate(codec, self.track)
                gop = _gop_frames(codec, rate)
                cadences.add((rate, gop))
                videos.append(self._video(output, container, codec, gop))
            sounds += self._sounds(output, container)
            for caption in output.get("CaptionDescriptions", ()):
                # "The captions track that you specify first in your job is signaled as the default track".
                subtitles.append(self._subtitles(output, caption, is_default=not subtitles))
        if len(cadences) != 1:
            raise JobFailed(1999, "The renditions of a streaming group need one frame rate and one length of groups")
        rate, gop = cadences.pop()
        return Stream(
            destination=self._destination(settings),
            segment_s=_segment(settings, gop, rate),
            min_last_s=settings.get("MinFinalSegmentLength", 0.0),
            frame_rate=rate,
            video=tuple(videos),
            audio=tuple(sounds),
            subtitles=tuple(subtitles),
            tiles=self._tiles(settings, gop),
        )

    def stills(self, group: dict[str, Any], output: dict[str, Any]) -> Stills:
        description = output["VideoDescription"]
        settings = description["CodecSettings"].get("FrameCaptureSettings", {})
        width, height = output_size(description, self.size)
        return Stills(
            destination=self._destination(group["OutputGroupSettings"]["FileGroupSettings"]),
            name=output.get("NameModifier", ""),
            width=width,
            height=height,
            rate=Fraction(settings.get("FramerateNumerator", 1), settings.get("FramerateDenominator", 1)),
            limit=settings.get("MaxCaptures", 10_000_000),
            quality=settings.get("Quality", 80),
            filters=self._scale(description, width, height) + ",format=yuvj420p",
        )

    def _destination(self, settings: dict[str, Any]) -> ObjectAddress:
        """Where a group goes. A destination that ends in a slash takes the input's name, as MediaConvert does."""
        address = ObjectAddress.parse(settings["Destination"])
        file = self.entry["FileInput"].rpartition("/")[2]
        name = file.rpartition(".")[0] or file
        return address._replace(key=address.key + name) if address.key.endswith("/") else address

    def _scale(self, description: dict[str, Any], width: int, height: int) -> str:
        return scale(description.get("ScalingBehavior", "DEFAULT"), width, height, self.turn)

    def _video(
        self, output: dict[str, Any], container: dict[str, Any], codec: dict[str, Any], gop: int
    ) -> VideoRendition:
        description = output["VideoDescription"]
        width, height = output_size(description, self.size)
        return VideoRendition(
            name=output.get("NameModifier", ""),
            width=width,
            height=height,
            filters=self._scale(description, width, height) + ",format=yuv420p",
            encoder=_x264(codec, gop),
            audio_group=container.get("AudioRenditionSets", ""),
        )

    def _sounds(self, output: dict[str, Any], container: dict[str, Any]) -> list[AudioRendition]:
        planned = []
        for description in output.get("AudioDescriptions", ()):
            found = selected_track(description, self.entry, self.film, self.dubs)
            if found is None:
                self.warnings.append(
                    f"Output {output.get('NameModifier', '')!r} has no audio: the input has none for selector "
                    f"{description.get('AudioSourceName', '')!r}"
                )
            else:
                planned.append(plan_sound(output, container, description, found, self.track.duration_s))
        return planned

    def _subtitles(self, output: dict[str, Any], caption: dict[str, Any], *, is_default: bool) -> SubtitleRendition:
        source = self.entry["CaptionSelectors"][caption["CaptionSelectorName"]]["SourceSettings"]
        language = shortest_tag(caption.get("CustomLanguageCode") or caption.get("LanguageCode", ""))
        return SubtitleRendition(
            name=output.get("NameModifier", ""),
            file=source["FileSourceSettings"]["SourceFile"],
            title=caption.get("LanguageDescription") or language or "Subtitles",
            language=language,
            is_default=is_default,
        )

    def _tiles(self, settings: dict[str, Any], gop: int) -> Tiles | None:
        if settings.get("ImageBasedTrickPlay", "NONE") == "NONE":
            return None
        wanted = settings.get("ImageBasedTrickPlaySettings", {})
        asked = {"Width": wanted.get("ThumbnailWidth", 312), "Height": wanted.get("ThumbnailHeight")}
        width, height = output_size(asked, self.size)
        return Tiles(
            width=width,
            height=height,
            columns=wanted.get("TileWidth", 3),
            rows=wanted.get("TileHeight", 3),
            every=gop,
            filters=self._scale({}, width, height) + ",format=yuvj420p",
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
