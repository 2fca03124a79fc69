"""What a file holds, read with PyAV; and the same in the shape of MediaConvert's ``Probe``."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import av
import av.error
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.stream import VideoStream

from local.mediaconvert.colours import MATRICES, PRIMARIES, TRANSFERS, UNSPECIFIED
from local.mediaconvert.model import AudioTrack, JobFailed, Source, VideoTrack

CODECS: Final = {
    "h264": "AVC",
    "hevc": "HEVC",
    "av1": "AV1",
    "vp8": "VP8",
    "vp9": "VP9",
    "mpeg4": "MP4V",
    "mpeg2video": "MPEG2",
    "prores": "PRORES",
    "mjpeg": "MJPEG",
    "aac": "AAC",
    "mp3": "MP3",
    "ac3": "AC3",
    "eac3": "EAC3",
    "opus": "OPUS",
    "vorbis": "VORBIS",
    "flac": "FLAC",
}
"""libavcodec's names in MediaConvert's words (its ``Codec``); every ``pcm_*`` is PCM."""

FORMATS: Final = {
    "mov": "mp4",
    "matroska": "matroska",
    "mxf": "mxf",
    "wav": "wave",
    "avi": "avi",
    "mpegts": "mpegts",
    "mpeg": "mpegps",
    "mp3": "mp3",
    "flac": "flac",
    "asf": "asf",
    "ogg": "ogg",
    "aac": "aac",
    "ac3": "ac3",
    "eac3": "eac3",
}
"""libavformat's containers in MediaConvert's words (its ``Format``). Any other is refused: pictures, lists and captions
are formats to libavformat too, and no input to a transcoder."""

OPENED: Final = {"format_whitelist": ",".join(FORMATS), "protocol_whitelist": "file"}
"""A playlist among the formats, or a network among the protocols, would let an upload read what is not its own."""

STANDARD_RATES: Final = tuple(Fraction(n, 1) for n in (10, 12, 15, 20, 24, 25, 30, 48, 50, 60, 100, 120)) + tuple(
    Fraction(n * 1000, 1001) for n in (24, 30, 48, 60, 120)
)


def read_source(path: Path, uri: str) -> Source:
    """What the file at ``path`` holds; ``uri`` only names it in errors.

    Every packet is read, none decoded, so that a file which breaks off is known before a transcode starts.

    Raises:
        JobFailed: 1010, when no supported container can be read from it.
    """
    try:
        container = av.open(str(path), metadata_errors="ignore", options=OPENED)
    except (av.error.FFmpegError, ValueError) as error:
        raise _unreadable(uri, "No parser found for container") from error
    try:
        return _source(container, uri)
    except (av.error.FFmpegError, ValueError) as error:
        raise _unreadable(uri, "Invalid data found when processing input") from error
    finally:
        container.close()


def _unreadable(uri: str, why: str) -> JobFailed:
    return JobFailed(1010, f"Unable to open input file [{uri}]: [Failed probe/open: [{why}]]")


def _source(container: InputContainer, uri: str) -> Source:
    name = container.format.name.split(",")[0]
    if name not in FORMATS:
        raise _unreadable(uri, "No parser found for container")
    video = next((stream for stream in container.streams.video if not _is_cover(stream)), None)
    audio = tuple(_audio(stream) for stream in container.streams.audio)
    if video is None and not audio:
        raise _unreadable(uri, "No video or audio track found")
    counts = _packets(container)
    truncated = any(stream.frames > counts[stream.index] for stream in container.streams if stream.frames)
    length = (container.duration or 0) / 1_000_000
    track = _video(container, video, counts[video.index], length) if video is not None else None
    return Source(
        container=FORMATS[name],
        duration_s=length,
        bit_rate=container.bit_rate or 0,
        video=track,
        audio=audio,
        truncated=truncated,
    )


def _is_cover(stream: VideoStream) -> bool:
    """Whether it is the picture of a music file rather than a film."""
    return bool(stream.disposition & stream.disposition.attached_pic)


def _packets(container: InputContainer) -> Counter[int]:
    counts: Counter[int] = Counter()
    try:
        for packet in container.demux():
            if packet.size:
                counts[packet.stream.index] += 1
    except av.error.FFmpegError:
        # What could be read until here is the answer: fewer packets than the index has entries.
        return counts
    return counts


def _rate(stream: VideoStream) -> Fraction:
    """The frame rate; an average that is a hair beside a standard rate, as phones write it, is that rate."""
    rate = stream.average_rate or stream.guessed_rate or Fraction(25)
    nearest = min(STANDARD_RATES, key=lambda standard: abs(standard - rate))
    return nearest if abs(nearest - rate) / nearest < Fraction(1, 500) else rate.limit_denominator(1001)


def _rotation(container: InputContainer, stream: VideoStream) -> int:
    """Clockwise degrees by which a player must turn the picture. It travels with frames, so one is decoded."""
    try:
        container.seek(0)
        for frame in container.decode(stream):
            return -int(frame.rotation) % 360
    except av.error.FFmpegError:
        return 0
    return 0


def _video(container: InputContainer, stream: VideoStream, packets: int, length: float) -> VideoTrack:
    context = stream.codec_context
    rate = _rate(stream)
    own = float(stream.duration * stream.time_base) if stream.duration and stream.time_base else packets / float(rate)
    pixels = context.format
    return VideoTrack(
        index=stream.index,
        codec=_codec(context.name),
        width=context.width,
        height=context.height,
        frame_rate=rate,
        rotation=_rotation(container, stream),
        bit_rate=context.bit_rate or 0,
        bit_depth=pixels.components[0].bits if pixels is not None else 8,
        duration_s=own or length,
        frames=packets,
        sample_aspect=stream.sample_aspect_ratio or Fraction(1),
        pixel_format=pixels.name if pixels is not None else "",
        primaries=context.color_primaries,
        transfer=context.color_trc,
        matrix=context.colorspace,
    )


def _audio(stream: AudioStream) -> AudioTrack:
    context = stream.codec_context
    return AudioTrack(
        index=stream.index,
        codec=_codec(context.name),
        channels=context.channels,
        layout=context.layout.name,
        sample_rate=context.sample_rate,
        bit_rate=context.bit_rate or 0,
        language=stream.language or "und",
        duration_s=float(stream.duration * stream.time_base) if stream.duration and stream.time_base else 0.0,
    )


def _codec(name: str) -> str:
    if name.startswith("pcm_"):
        return "PCM"
    return CODECS.get(name, "UNKNOWN")


def _ratio(value: Fraction) -> dict[str, int]:
    return {"Numerator": value.numerator, "Denominator": value.denominator}


def probe_result(source: Source) -> dict[str, Any]:
    """A source in the shape of one ``ProbeResult``. Track indexes count from 1, as MediaConvert's selectors do."""
    tracks = []
    if source.video is not None:
        tracks.append(_video_result(source.video))
    tracks += [_audio_result(track) for track in source.audio]
    return {
        "Container": {
            "Format": source.container,
            "Duration": source.duration_s,
            "BitRate": source.bit_rate,
            "Tracks": tracks,
        },
        "TrackMappings": [
            {
                "VideoTrackIndexes": [source.video.index + 1] if source.video is not None else [],
                "AudioTrackIndexes": [track.index + 1 for track in source.audio],
                "DataTrackIndexes": [],
            }
        ],
    }


def _video_result(track: VideoTrack) -> dict[str, Any]:
    display = Fraction(track.width, track.height) * track.sample_aspect
    return {
        "Index": track.index + 1,
        "TrackType": "video",
        "Codec": track.codec,
        "Duration": track.duration_s,
        "VideoProperties": {
            "Width": track.width,
            "Height": track.height,
            "FrameRate": _ratio(track.frame_rate),
            "BitDepth": track.bit_depth,
            "BitRate": track.bit_rate,
            "Rotation": track.rotation,
            "ColorPrimaries": PRIMARIES.get(track.primaries, UNSPECIFIED),
            "TransferCharacteristics": TRANSFERS.get(track.transfer, UNSPECIFIED),
            "MatrixCoefficients": MATRICES.get(track.matrix, UNSPECIFIED),
            "SampleAspectRatio": _ratio(track.sample_aspect),
            "DisplayAspectRatio": _ratio(display),
        },
    }


def _audio_result(track: AudioTrack) -> dict[str, Any]:
    return {
        "Index": track.index + 1,
        "TrackType": "audio",
        "Codec": track.codec,
        "Duration": track.duration_s,
        "AudioProperties": {
            "Channels": track.channels,
            "ChannelLayout": track.layout,
            "SampleRate": track.sample_rate,
            "BitRate": track.bit_rate,
            "LanguageCode": track.language,
        },
    }
