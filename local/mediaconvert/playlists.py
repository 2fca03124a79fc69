"""What a player reads: the main playlist, each rendition's, and what they declare, from measured sizes and durations.

ffmpeg's own main playlist lacks FRAME-RATE and counts neither the sound nor the peak into BANDWIDTH.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, NamedTuple

from local.mediaconvert.model import AudioRendition, Stream, SubtitleRendition, Tiles, VideoRendition

AAC_LC: Final = "mp4a.40.2"
SUBTITLES_GROUP: Final = "subs"
TILES_NAME: Final = "_thumbnails"


class Segment(NamedTuple):
    """One segment of a rendition: a file's name, seconds, bytes."""

    name: str
    seconds: float
    size: int


@dataclass(frozen=True)
class Rates:
    """Bits per second of a rendition: the peak as RFC 8216 defines it, and the mean."""

    peak: int
    average: int


def target_duration(segments: list[Segment]) -> int:
    """EXT-X-TARGETDURATION: no segment, rounded to the nearest second, is longer (RFC 8216, section 4.3.3.1)."""
    return max(1, *(math.floor(segment.seconds + 0.5) for segment in segments))


def rates_of(segments: list[Segment]) -> Rates:
    """The peak and mean bit rate of a rendition.

    The peak is the largest rate of any run of segments that lasts from half to one and a half times the target
    duration (RFC 8216, section 4.1); of a rendition too short for such a run, its own.
    """
    target = target_duration(segments)
    length = sum(segment.seconds for segment in segments)
    average = sum(segment.size for segment in segments) * 8 / length
    peaks = [average]
    for start in range(len(segments)):
        seconds, size = 0.0, 0
        for segment in segments[start:]:
            seconds += segment.seconds
            size += segment.size
            if seconds > 1.5 * target:
                break
            if seconds >= 0.5 * target:
                peaks.append(size * 8 / seconds)
    return Rates(math.ceil(max(peaks)), math.ceil(average))


def media_playlist(segments: list[Segment], initial: str) -> str:
    """A playlist of picture or sound; ``initial`` is the name of its initial segment."""
    return _playlist(segments, ["#EXT-X-INDEPENDENT-SEGMENTS", f'#EXT-X-MAP:URI="{initial}"'])


def subtitle_playlist(segments: list[Segment]) -> str:
    """A playlist of subtitles."""
    return _playlist(segments, [])


def tile_playlist(segments: list[Segment], tiles: Tiles, interval_s: float) -> str:
    """A playlist of tiles, each of thumbnails ``interval_s`` apart (Image Media Playlist specification 0.4).

    RESOLUTION is a thumbnail's. Some packagers write the whole tile's there, so a reader does best to divide the
    image's own size by LAYOUT.
    """
    layout = f"LAYOUT={tiles.columns}x{tiles.rows},DURATION={interval_s:.6f}"
    each = f"#EXT-X-TILES:RESOLUTION={tiles.width}x{tiles.height},{layout}"
    return _playlist(segments, ["#EXT-X-IMAGES-ONLY"], each)


def _playlist(segments: list[Segment], first: list[str], each: str = "") -> str:
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        f"#EXT-X-TARGETDURATION:{target_duration(segments)}",
        "#EXT-X-MEDIA-SEQUENCE:1",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        *first,
    ]
    for segment in segments:
        lines += [f"#EXTINF:{segment.seconds:.6f},", *([each] if each else []), segment.name]
    return "\n".join([*lines, "#EXT-X-ENDLIST", ""])


def main_playlist(stream: Stream, codecs: list[str], rates: dict[str, Rates]) -> str:
    """The playlist of renditions. BANDWIDTH is the video's peak and the loudest peak of the sound it plays with."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    lines += [_sound_tag(stream, sound) for sound in stream.audio]
    lines += [_subtitle_tag(stream, subtitle) for subtitle in stream.subtitles]
    groups = list(dict.fromkeys(sound.group for sound in stream.audio))
    for rendition, codec in zip(stream.video, codecs, strict=True):
        wanted = [group for group in rendition.audio_group.split(",") if group in groups] if groups else []
        for group in wanted or groups or [""]:
            lines += [_stream_tag(stream, rendition, codec, group, rates), f"{stream.base}{rendition.name}.m3u8"]
    if stream.tiles is not None:
        lines.append(_tiles_tag(stream, stream.tiles, rates[stream.base + TILES_NAME]))
    return "\n".join([*lines, ""])


def _sound_tag(stream: Stream, sound: AudioRendition) -> str:
    return (
        f'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="{sound.group}",NAME="{sound.title}",{_language(sound.language)}'
        f"DEFAULT={_word(sound.is_default)},AUTOSELECT={_word(sound.autoselect)},"
        f'CHANNELS="{sound.channels}",URI="{stream.base}{sound.name}.m3u8"'
    )


def _subtitle_tag(stream: Stream, subtitle: SubtitleRendition) -> str:
    return (
        f'#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="{SUBTITLES_GROUP}",NAME="{subtitle.title}",'
        f"{_language(subtitle.language)}DEFAULT={_word(subtitle.is_default)},AUTOSELECT=YES,FORCED=NO,"
        f'URI="{stream.base}{subtitle.name}.m3u8"'
    )


def _tiles_tag(stream: Stream, tiles: Tiles, rates: Rates) -> str:
    return (
        f'#EXT-X-IMAGE-STREAM-INF:BANDWIDTH={rates.peak},RESOLUTION={tiles.width}x{tiles.height},CODECS="jpeg",'
        f'URI="{stream.base}{TILES_NAME}.m3u8"'
    )


def _language(tag: str) -> str:
    return f'LANGUAGE="{tag}",' if tag else ""


def _word(value: bool) -> str:  # noqa: FBT001 - a plain conversion
    return "YES" if value else "NO"


def _stream_tag(stream: Stream, video: VideoRendition, codec: str, group: str, rates: dict[str, Rates]) -> str:
    own = rates[stream.base + video.name]
    sounds = [rates[stream.base + sound.name] for sound in stream.audio if sound.group == group]
    peak = own.peak + max((sound.peak for sound in sounds), default=0)
    average = own.average + max((sound.average for sound in sounds), default=0)
    names = f"{codec},{AAC_LC}" if sounds else codec
    beside = f',AUDIO="{group}"' if group else ""
    beside += f',SUBTITLES="{SUBTITLES_GROUP}"' if stream.subtitles else ""
    return (
        f'#EXT-X-STREAM-INF:BANDWIDTH={peak},AVERAGE-BANDWIDTH={average},CODECS="{names}",'
        f"RESOLUTION={video.width}x{video.height},FRAME-RATE={float(stream.frame_rate):.3f},VIDEO-RANGE=SDR{beside},"
        "CLOSED-CAPTIONS=NONE"
    )
