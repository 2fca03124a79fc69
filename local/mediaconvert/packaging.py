"""From what ffmpeg left in a folder to what MediaConvert leaves in a bucket."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from local.mediaconvert.captions import Cue, write_cues
from local.mediaconvert.model import JobFailed, Plan, Stills, Stream, Tiles
from local.mediaconvert.playlists import (
    TILES_NAME,
    Rates,
    Segment,
    main_playlist,
    media_playlist,
    rates_of,
    subtitle_playlist,
    tile_playlist,
)

PLAYLIST_TYPE: Final = "application/vnd.apple.mpegurl"
JPEG: Final = "image/jpeg"
CONTENT_TYPES: Final = {"cmfv": "video/mp4", "cmfa": "audio/mp4"}


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


def package(plan: Plan, cues: Mapping[str, tuple[Cue, ...]], made: Path, folder: Path) -> Package:
    """Names, measures and describes what ffmpeg left in ``made``; the results move to ``folder``.

    ``cues`` are the subtitles by the addresses of their files.

    Raises:
        JobFailed: something that was ordered was not made.
    """
    files: list[PackagedFile] = []
    groups: list[PackagedGroup] = []
    milliseconds = round(plan.duration_s * 1000)
    for index, group in enumerate(plan.groups):
        packer = _Packer(index, made, folder, files, milliseconds)
        if isinstance(group, Stream):
            groups.append(packer.stream(group, cues))
        else:
            groups.append(packer.stills(group, plan.stills.index(group)))
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
    milliseconds: int

    def _place(self, ending: str, content_type: str) -> Path:
        """Lists a file; where it is to be put."""
        file = PackagedFile(self.group, ending, content_type)
        self.files.append(file)
        return self.folder / local_name(file)

    def stills(self, stills: Stills, index: int) -> PackagedGroup:
        names = sorted(path.name for path in self.made.glob(f"still{index}.*.jpg"))
        if not names:
            raise JobFailed(1999, f"No frame was captured for {stills.destination.uri!r}")
        endings = [stills.name + name.removeprefix(f"still{index}") for name in names]
        for name, ending in zip(names, endings, strict=True):
            shutil.move(self.made / name, self._place(ending, JPEG))
        # MediaConvert names the last capture, so that one can tell how many there are.
        told = PackagedOutput(self.milliseconds, stills.width, stills.height, files=(endings[-1],))
        return PackagedGroup("FILE_GROUP", (), (told,))

    def stream(self, stream: Stream, cues: Mapping[str, tuple[Cue, ...]]) -> PackagedGroup:
        count = self._count(stream)
        rates: dict[str, Rates] = {}
        codecs: list[str] = []
        outputs: list[PackagedOutput] = []
        for index, video in enumerate(stream.video):
            name = stream.base + video.name
            initial, rates[name] = self._rendition(f"v{index}", stream.base, video.name, "cmfv", count)
            codecs.append(_video_codec(initial))
            outputs.append(PackagedOutput(self.milliseconds, video.width, video.height, rates[name].average))
        for index, sound in enumerate(stream.audio):
            name = stream.base + sound.name
            _, rates[name] = self._rendition(f"a{index}", stream.base, sound.name, "cmfa", count)
            outputs.append(PackagedOutput(self.milliseconds))
        for subtitle in stream.subtitles:
            self._subtitles(stream, subtitle.name, cues[subtitle.file])
            outputs.append(PackagedOutput(self.milliseconds))
        if stream.tiles is not None:
            rates[stream.base + TILES_NAME] = self._tiles(stream, stream.tiles)
        self._list("", main_playlist(stream, codecs, rates))
        return PackagedGroup("CMAF_GROUP", (".m3u8",), tuple(outputs))

    def _list(self, name: str, playlist: str) -> None:
        self._place(f"{name}.m3u8", PLAYLIST_TYPE).write_text(playlist, encoding="utf-8")

    def _subtitles(self, stream: Stream, name: str, cues: tuple[Cue, ...]) -> None:
        """Packs one subtitle rendition: a single segment, as MediaConvert's are 300 s long unless told otherwise."""
        ending = f"{name}_{1:09d}.vtt"
        content = write_cues(cues, self.milliseconds).encode()
        self._place(ending, "text/vtt").write_bytes(content)
        segment = Segment(stream.base + ending, self.milliseconds / 1000, len(content))
        self._list(name, subtitle_playlist([segment]))

    def _tiles(self, stream: Stream, tiles: Tiles) -> Rates:
        """Packs the thumbnails: their measured rates."""
        interval = float(tiles.every / stream.frame_rate)
        left = self.milliseconds / 1000
        segments = []
        for number, made in enumerate(sorted(self.made.glob("tile_*.jpg")), start=1):
            ending = f"{TILES_NAME}_{number:09d}.jpg"
            seconds = min(left, interval * tiles.columns * tiles.rows)
            left -= seconds
            segments.append(Segment(stream.base + ending, seconds, made.stat().st_size))
            shutil.move(made, self._place(ending, JPEG))
        if not segments:
            raise JobFailed(1999, "No thumbnail was made")
        self._list(TILES_NAME, tile_playlist(segments, tiles, interval))
        return rates_of(segments)

    def _count(self, stream: Stream) -> int:
        """Segments of every rendition: a last one in which the picture is too short is joined to the one before."""
        made = self._made_segments("v0")
        return len(made) - (len(made) > 1 and made[-1][0] < stream.min_last_s)

    def _rendition(self, made_name: str, base: str, name: str, extension: str, count: int) -> tuple[bytes, Rates]:
        """Packs one rendition in ``count`` segments: its initial segment's bytes, and its measured rates."""
        content_type = CONTENT_TYPES[extension]
        made = self._made_segments(made_name)
        while len(made) > count:
            length, parts = made.pop()
            made[-1] = (made[-1][0] + length, made[-1][1] + parts)
        initial = (self.made / f"{made_name}_init.mp4").read_bytes()
        self._place(f"{name}init.{extension}", content_type).write_bytes(initial)
        segments = []
        for number, (seconds, parts) in enumerate(made, start=1):
            ending = f"{name}_{number:09d}.{extension}"
            content = b"".join(part.read_bytes() for part in parts)
            self._place(ending, content_type).write_bytes(content)
            segments.append(Segment(base + ending, seconds, len(content)))
        self._list(name, media_playlist(segments, f"{base}{name}init.{extension}"))
        return initial, rates_of(segments)

    def _made_segments(self, made_name: str) -> list[tuple[float, list[Path]]]:
        """Seconds and files of each segment that ffmpeg made."""
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
        return found


def _video_codec(data: bytes) -> str:
    """The RFC 6381 name of an H.264 stream: profile, constraints and level as its configuration record has them."""
    at = data.find(b"avcC")
    if at < 0:
        raise JobFailed(1999, "The encoder made no H.264 stream")
    return "avc1." + data[at + 5 : at + 8].hex()
