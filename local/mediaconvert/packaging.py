"""From what ffmpeg left in a folder to what MediaConvert leaves in a bucket: names, playlists, and what they declare.

ffmpeg's own main playlist lacks FRAME-RATE and counts neither the sound nor the peak into BANDWIDTH, so all playlists
are written here, from measured sizes and durations.
"""

from __future__ import annotations

import math
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from local.mediaconvert.model import AudioRendition, JobFailed, Plan, Stills, Stream, VideoRendition

PLAYLIST_TYPE: Final = "application/vnd.apple.mpegurl"
AAC_LC: Final = "mp4a.40.2"


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


@dataclass(frozen=True)
class PackagedFile:
    """A file to upload: ``group`` is the index of its output group, ``ending`` what follows the group's destination."""

    group: int
    ending: str
    content_type: str


@dataclass(frozen=True)
class PackagedOutput:
    """What an event tells of one output. Width and height are 0 for sound; ``files`` (endings) is empty for streams."""

    duration_ms: int
    width: int = 0
    height: int = 0
    average_bitrate: int = 0
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class PackagedGroup:
    """What an event tells of one output group. ``playlists`` are endings."""

    kind: str
    playlists: tuple[str, ...]
    outputs: tuple[PackagedOutput, ...]


@dataclass(frozen=True)
class Package:
    """Everything a job made: files in the order in which they are safe to publish, and what is told of them."""

    files: tuple[PackagedFile, ...]
    groups: tuple[PackagedGroup, ...]

    def save(self, folder: Path) -> None:
        """Writes the listing beside the files."""
        (folder / LISTING).write_bytes(msgspec.json.encode(self))

    @classmethod
    def load(cls, folder: Path) -> Package:
        """The package in a folder.

        Raises:
            ValueError: there is none, or a file of it is missing.
        """
        try:
            package = msgspec.json.decode((folder / LISTING).read_bytes(), type=cls)
        except (OSError, msgspec.MsgspecError) as error:
            raise ValueError(f"{folder} holds no package") from error
        missing = [file.ending for file in package.files if not (folder / local_name(file)).is_file()]
        if missing:
            raise ValueError(f"{folder} lacks {missing[0]}")
        return package


LISTING: Final = "package.json"


def local_name(file: PackagedFile) -> str:
    """A packaged file's name in its folder; two groups may use one ending."""
    return f"{file.group}-{file.ending}"


def package(plan: Plan, made: Path, folder: Path) -> Package:
    """Names, measures and describes what ffmpeg left in ``made``; the results move to ``folder``.

    Raises:
        JobFailed: something that was ordered was not made.
    """
    files: list[PackagedFile] = []
    groups: list[PackagedGroup] = []
    milliseconds = round(plan.duration_s * 1000)
    for index, group in enumerate(plan.groups):
        packer = _Packer(index, made, folder, files)
        packed = packer.stream(group, milliseconds) if isinstance(group, Stream) else packer.stills(group, milliseconds)
        groups.append(packed)
    # Media first, then the playlists that name it, the main playlist last: who finds a list finds what it lists.
    files.sort(key=lambda file: (file.content_type == PLAYLIST_TYPE, file.ending in groups[file.group].playlists))
    result = Package(tuple(files), tuple(groups))
    result.save(folder)
    return result


@dataclass(frozen=True)
class _Packer:
    """Packs one output group: from ``made`` into ``folder``, and onto the list of files."""

    group: int
    made: Path
    folder: Path
    files: list[PackagedFile]

    def _place(self, ending: str, content_type: str) -> Path:
        """Lists a file; where it is to be put."""
        file = PackagedFile(self.group, ending, content_type)
        self.files.append(file)
        return self.folder / local_name(file)

    def stills(self, stills: Stills, milliseconds: int) -> PackagedGroup:
        names = sorted(path.name for path in self.made.glob(f"{stills.base}.*.jpg"))
        if not names:
            raise JobFailed(1999, f"No frame was captured for {stills.base!r}")
        endings = [name.removeprefix(stills.base) for name in names]
        for name, ending in zip(names, endings, strict=True):
            shutil.move(self.made / name, self._place(stills.name + ending, "image/jpeg"))
        # MediaConvert names the last capture, so that one can tell how many there are.
        told = PackagedOutput(milliseconds, stills.width, stills.height, files=(stills.name + endings[-1],))
        return PackagedGroup("FILE_GROUP", (), (told,))

    def stream(self, stream: Stream, milliseconds: int) -> PackagedGroup:
        rates: dict[str, Rates] = {}
        codecs: list[str] = []
        outputs: list[PackagedOutput] = []
        for index, video in enumerate(stream.video):
            name = stream.base + video.name
            initial, rates[name] = self._rendition(f"v{index}", stream, video.name, "cmfv", "video/mp4")
            codecs.append(_video_codec(initial))
            outputs.append(PackagedOutput(milliseconds, video.width, video.height, rates[name].average))
        for index, sound in enumerate(stream.audio):
            name = stream.base + sound.name
            _, rates[name] = self._rendition(f"a{index}", stream, sound.name, "cmfa", "audio/mp4")
            outputs.append(PackagedOutput(milliseconds))
        self._place(".m3u8", PLAYLIST_TYPE).write_text(main_playlist(stream, codecs, rates), encoding="utf-8")
        return PackagedGroup("CMAF_GROUP", (".m3u8",), tuple(outputs))

    def _rendition(
        self, made_name: str, stream: Stream, name: str, extension: str, content_type: str
    ) -> tuple[bytes, Rates]:
        """Packs one rendition: its initial segment's bytes, and its measured rates."""
        made = self._made_segments(made_name, stream.min_last_s)
        initial = (self.made / f"{made_name}_init.mp4").read_bytes()
        self._place(f"{name}init.{extension}", content_type).write_bytes(initial)
        segments = []
        for number, (seconds, parts) in enumerate(made, start=1):
            ending = f"{name}_{number:09d}.{extension}"
            content = b"".join(part.read_bytes() for part in parts)
            self._place(ending, content_type).write_bytes(content)
            segments.append(Segment(stream.base + ending, seconds, len(content)))
        listing = media_playlist(segments, f"{stream.base}{name}init.{extension}")
        self._place(f"{name}.m3u8", PLAYLIST_TYPE).write_text(listing, encoding="utf-8")
        return initial, rates_of(segments)

    def _made_segments(self, made_name: str, least_s: float) -> list[tuple[float, list[Path]]]:
        """Seconds and files of each segment that ffmpeg made; a last one that is too short joins the one before."""
        listing = self.made / f"{made_name}.m3u8"
        if not listing.is_file():
            raise JobFailed(1999, f"The encoder made no rendition {made_name!r}")
        found: list[tuple[float, list[Path]]] = []
        seconds = 0.0
        for line in listing.read_text(encoding="utf-8").splitlines():
            if line.startswith("#EXTINF:"):
                seconds = float(line.removeprefix("#EXTINF:").split(",")[0])
            elif line and not line.startswith("#"):
                found.append((seconds, [self.made / Path(line).name]))
        if len(found) > 1 and found[-1][0] < least_s:
            length, parts = found.pop()
            found[-1] = (found[-1][0] + length, found[-1][1] + parts)
        return found


def _video_codec(data: bytes) -> str:
    """The RFC 6381 name of an H.264 stream: profile, constraints and level as its configuration record has them."""
    at = data.find(b"avcC")
    if at < 0:
        raise JobFailed(1999, "The encoder made no H.264 stream")
    return "avc1." + data[at + 5 : at + 8].hex()


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
    """A rendition's playlist."""
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        f"#EXT-X-TARGETDURATION:{target_duration(segments)}",
        "#EXT-X-MEDIA-SEQUENCE:1",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        f'#EXT-X-MAP:URI="{initial}"',
    ]
    for segment in segments:
        lines += [f"#EXTINF:{segment.seconds:.6f},", segment.name]
    return "\n".join([*lines, "#EXT-X-ENDLIST", ""])


def main_playlist(stream: Stream, codecs: list[str], rates: dict[str, Rates]) -> str:
    """The playlist of renditions. BANDWIDTH is the video's peak and the loudest peak of the sound it plays with."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    lines += [_media_tag(stream, sound) for sound in stream.audio]
    groups = list(dict.fromkeys(sound.group for sound in stream.audio))
    for rendition, codec in zip(stream.video, codecs, strict=True):
        wanted = [group for group in rendition.audio_group.split(",") if group in groups] if groups else []
        for group in wanted or groups or [""]:
            lines += [_stream_tag(stream, rendition, codec, group, rates), f"{stream.base}{rendition.name}.m3u8"]
    return "\n".join([*lines, ""])


def _media_tag(stream: Stream, sound: AudioRendition) -> str:
    language = f'LANGUAGE="{sound.language}",' if sound.language else ""
    return (
        f'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="{sound.group}",NAME="{sound.title}",{language}'
        f"DEFAULT={'YES' if sound.is_default else 'NO'},AUTOSELECT={'YES' if sound.autoselect else 'NO'},"
        f'CHANNELS="{sound.channels}",URI="{stream.base}{sound.name}.m3u8"'
    )


def _stream_tag(stream: Stream, video: VideoRendition, codec: str, group: str, rates: dict[str, Rates]) -> str:
    own = rates[stream.base + video.name]
    sounds = [rates[stream.base + sound.name] for sound in stream.audio if sound.group == group]
    peak = own.peak + max((sound.peak for sound in sounds), default=0)
    average = own.average + max((sound.average for sound in sounds), default=0)
    names = f"{codec},{AAC_LC}" if sounds else codec
    audio = f',AUDIO="{group}"' if group else ""
    return (
        f'#EXT-X-STREAM-INF:BANDWIDTH={peak},AVERAGE-BANDWIDTH={average},CODECS="{names}",'
        f"RESOLUTION={video.width}x{video.height},FRAME-RATE={float(stream.frame_rate):.3f},VIDEO-RANGE=SDR{audio},"
        "CLOSED-CAPTIONS=NONE"
    )
