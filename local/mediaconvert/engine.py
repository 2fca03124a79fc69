"""One ffmpeg process: its command line, its progress, and its end."""

from __future__ import annotations

import subprocess
import tempfile
import threading
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Final

import imageio_ffmpeg

from local.mediaconvert.gathering import Media
from local.mediaconvert.model import AudioRendition, JobCanceled, JobFailed, Plan, VideoRendition

PRESET: Final = "veryfast"
"""x264's speed: a demo transcodes faster than it plays on two slow cores."""

SLACK_S: Final = 0.0005
"""Taken off the segment length, so that a key frame due exactly at a boundary is never a rounding error too early."""

TILE_PATTERN: Final = "tile_%09d.jpg"
TILE_QUALITY: Final = 75

LAST_WORDS: Final = 600
"""Characters of ffmpeg's last words that a failed job repeats."""


@cache
def executable() -> str:
    """The ffmpeg that the ``imageio-ffmpeg`` wheel brings."""
    return str(imageio_ffmpeg.get_ffmpeg_exe())


@cache
def version() -> str:
    """What that ffmpeg calls itself."""
    return str(imageio_ffmpeg.get_ffmpeg_version())


def command(plan: Plan, film: Media, dubs: Mapping[str, Media], folder: Path) -> list[str]:
    """The command line: all renditions and images in one process, all renditions through one segmenting muxer.

    Separate muxers would each shift their own timestamps, and the sound would lead the picture by tens of
    milliseconds. The container is named and only plain files are opened: what a creator uploads decides neither.
    """
    stream = plan.stream
    line = [executable(), "-y", "-hide_banner", "-nostdin", "-loglevel", "error", "-progress", "pipe:1"]
    line += [] if plan.rotate else ["-noautorotate"]
    for media in (film, *dubs.values()):
        line += ["-protocol_whitelist", "file", "-f", DEMUXERS.get(media.source.container, media.source.container)]
        line += ["-i", str(media.file)]
    line += ["-filter_complex", _graph(plan, list(dubs)), "-map_metadata", "-1", "-map_chapters", "-1"]
    for index, rendition in enumerate(stream.video):
        line += ["-map", f"[v{index}]", *_video_options(index, rendition)]
    for index, sound in enumerate(stream.audio):
        line += ["-map", f"[a{index}]", *_audio_options(index, sound)]
    names = " ".join(
        [f"v:{index},agroup:sound,name:v{index}" for index in range(len(stream.video))]
        + [f"a:{index},agroup:sound,name:a{index}" for index in range(len(stream.audio))]
    )
    line += ["-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact"]
    line += ["-avoid_negative_ts", "disabled", "-f", "hls", "-hls_time", f"{stream.segment_s - SLACK_S:.6f}"]
    # Of a single rendition, the muxer takes this name as it stands.
    initial = "%v_init.mp4" if len(stream.video) + len(stream.audio) > 1 else "v0_init.mp4"
    line += ["-hls_playlist_type", "vod", "-hls_segment_type", "fmp4", "-hls_fmp4_init_filename", initial]
    # No segment index: a short last segment is then joined to the one before it by joining bytes.
    line += ["-hls_segment_options", "movflags=+skip_sidx"]
    line += ["-hls_segment_filename", str(folder / "%v_%09d.m4s"), "-var_stream_map", names, str(folder / "%v.m3u8")]
    for index, capture in enumerate(plan.stills):
        line += ["-map", f"[c{index}]", *_jpeg(capture.quality), "-frames:v", str(capture.limit)]
        line += ["-start_number", "0", str(folder / f"still{index}.%07d.jpg")]
    if stream.tiles is not None:
        line += ["-map", "[t]", *_jpeg(TILE_QUALITY), "-fps_mode", "passthrough", str(folder / TILE_PATTERN)]
    return line


DEMUXERS: Final = {"mp4": "mov", "quicktime": "mov", "wave": "wav", "mpegps": "mpeg"}
"""ffmpeg's names of containers where they differ from MediaConvert's."""


def _graph(plan: Plan, dubs: list[str]) -> str:
    """One picture at a constant rate from 0 on, split; and one chain for each sound."""
    stream = plan.stream
    tiles = stream.tiles
    pads = [f"v{index}" for index in range(len(stream.video))] + [f"c{index}" for index in range(len(plan.stills))]
    pads += ["t"] if tiles is not None else []
    inputs = "".join(f"[in_{pad}]" for pad in pads)
    parts = [
        f"[0:v:0]fps={stream.frame_rate}:start_time=0,{plan.colours}split={len(pads)}{inputs}",
        *(f"[in_v{index}]{rendition.filters}[v{index}]" for index, rendition in enumerate(stream.video)),
        *(
            f"[in_c{index}]fps={capture.rate}:round=up,{capture.filters}[c{index}]"
            for index, capture in enumerate(plan.stills)
        ),
        *(
            f"[{dubs.index(sound.file) + 1 if sound.file else 0}:a:{sound.track}]{sound.filters}[a{index}]"
            for index, sound in enumerate(stream.audio)
        ),
    ]
    if tiles is not None:
        # The frames that begin a group of pictures.
        choice = f"select='not(mod(n,{tiles.every}))'"
        parts.append(f"[in_t]{choice},{tiles.filters},tile={tiles.columns}x{tiles.rows}[t]")
    return ";".join(parts)


def _video_options(index: int, rendition: VideoRendition) -> list[str]:
    line = [f"-c:v:{index}", "libx264", f"-preset:v:{index}", PRESET]
    for name, value in rendition.encoder:
        line += [f"-{name}:v:{index}", value]
    return line


def _audio_options(index: int, sound: AudioRendition) -> list[str]:
    line = [f"-c:a:{index}", "aac"]
    for name, value in sound.encoder:
        line += [f"-{name}:a:{index}", value]
    return line


def _jpeg(quality: int) -> list[str]:
    # mjpeg's scale runs from 2 (best) to 31.
    return ["-c:v", "mjpeg", "-q:v", str(round(2 + (100 - quality) * 0.15)), "-f", "image2"]


def run(line: list[str], *, progress: Callable[[float], None], canceled: threading.Event) -> None:
    """Runs ffmpeg to its end; ``progress`` is told the seconds of output so far.

    Raises:
        JobFailed: it did not end well.
        JobCanceled: ``canceled`` was set while it ran; the process is gone.
    """
    with (
        tempfile.TemporaryFile() as complaints,
        subprocess.Popen(
            line, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=complaints, text=True
        ) as process,
    ):
        over = threading.Event()
        watch = threading.Thread(target=_watch, args=(process, canceled, over), daemon=True)
        watch.start()
        try:
            for word in process.stdout or ():
                name, _, value = word.strip().partition("=")
                if name == "out_time_us" and value.lstrip("-").isdigit():
                    progress(max(0, int(value)) / 1_000_000)
            code = process.wait()
        finally:
            over.set()
            process.kill()
        watch.join()
        complaints.seek(0)
        words = complaints.read().decode(errors="replace").strip()
    if canceled.is_set():
        raise JobCanceled
    if code:
        raise JobFailed(1999, f"Unknown error: the encoder ended with {code}. {words[-LAST_WORDS:]}".strip())


def _watch(process: subprocess.Popen[str], canceled: threading.Event, over: threading.Event) -> None:
    """Kills the process when the job is called off; looks often enough for a person to wait."""
    while not over.wait(0.05):
        if canceled.is_set():
            process.kill()
            return
