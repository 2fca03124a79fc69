"""From scenes and sound to files."""

from __future__ import annotations

import hashlib
import subprocess
import tempfile
import wave
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple, Protocol

import imageio_ffmpeg
import numpy as np
from PIL import Image

from local.demo.brush import HEIGHT, WIDTH, between, graded
from local.demo.carriage_scene import SECONDS as CARRIAGE_SECONDS
from local.demo.carriage_scene import Carriage
from local.demo.platform_scene import SECONDS as PLATFORM_SECONDS
from local.demo.platform_scene import Station
from local.demo.sound import RATE, Samples, carriage_sound, platform_sound

FRAME_RATE: Final = 25

Progress = Callable[[int, int, str], None]
"""Told what is done, of how much, and in words."""


class Scene(Protocol):
    """Something that can be looked at at any moment."""

    def frame(self, time: float) -> Image.Image:
        """The picture at a moment, in seconds."""


class Episode(NamedTuple):
    """One film of the series. ``name`` is the file's, without its ending."""

    number: int
    name: str
    title: str
    seconds: float
    scene: Callable[[], Scene]
    sound: Callable[[float], Samples]


EPISODES: Final = (
    Episode(1, "the-last-train-1", "The Platform", PLATFORM_SECONDS, Station, platform_sound),
    Episode(2, "the-last-train-2", "The Conductor", CARRIAGE_SECONDS, Carriage, carriage_sound),
)


def draw(out: Path, progress: Progress = lambda _done, _total, _words: None, *, only: Sequence[int] = ()) -> list[Path]:
    """The films in a folder, drawn where they are missing or of another version of this code.

    Args:
        out: the folder; it is made.
        progress: told of frames.
        only: numbers of episodes; all when empty.

    Raises:
        RuntimeError: ffmpeg did not take the frames.
    """
    out.mkdir(parents=True, exist_ok=True)
    wanted = [episode for episode in EPISODES if not only or episode.number in only]
    total = sum(round(episode.seconds * FRAME_RATE) for episode in wanted)
    done = 0
    files = []
    for episode in wanted:
        file, mark = out / f"{episode.name}.mp4", out / f"{episode.name}.drawn-by"
        files.append(file)
        frames = round(episode.seconds * FRAME_RATE)
        if not (file.is_file() and mark.is_file() and mark.read_text(encoding="utf-8") == _version()):
            mark.unlink(missing_ok=True)
            _film(episode, file, partial(_report, progress, done, total, episode.title))
            mark.write_text(_version(), encoding="utf-8")
        done += frames
        progress(done, total, episode.title)
    return files


def _report(progress: Progress, before: int, total: int, words: str, frames: int) -> None:
    progress(before + frames, total, words)


def _version() -> str:
    """What the films depend on: this package's own source."""
    digest = hashlib.sha256()
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()


def _film(episode: Episode, target: Path, progress: Callable[[int], None]) -> None:
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".drawing-") as folder:
        sound, film = Path(folder) / "sound.wav", Path(folder) / target.name
        _write_sound(sound, episode.sound(episode.seconds))
        line = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-v", "error", "-f", "rawvideo", "-pix_fmt", "rgb24"]
        line += ["-s", f"{WIDTH}x{HEIGHT}", "-r", str(FRAME_RATE), "-i", "pipe:0", "-i", str(sound)]
        # One thread, so that the film does not depend on how many the machine has.
        line += ["-c:v", "libx264", "-preset", "veryfast", "-crf", "19", "-threads", "1", "-pix_fmt", "yuv420p"]
        line += [
            "-vf",
            "scale=out_color_matrix=bt709:out_range=tv",
            "-colorspace",
            "bt709",
            "-color_primaries",
            "bt709",
        ]
        line += ["-color_trc", "bt709", "-c:a", "aac", "-b:a", "160k", "-movflags", "+faststart"]
        line += ["-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact", str(film)]
        _pipe(line, episode, progress)
        film.replace(target)


def _pipe(line: list[str], episode: Episode, progress: Callable[[int], None]) -> None:
    scene = episode.scene()
    count = round(episode.seconds * FRAME_RATE)
    with tempfile.TemporaryFile() as complaints:
        with subprocess.Popen(line, stdin=subprocess.PIPE, stderr=complaints) as process:
            try:
                for number in range(count):
                    frame = _frame(scene, number / FRAME_RATE, episode.seconds)
                    if process.stdin is not None:
                        process.stdin.write(frame)
                    progress(number + 1)
            except BrokenPipeError:
                progress(0)
        if process.returncode:
            complaints.seek(0)
            raise RuntimeError(f"the film was not drawn: {complaints.read().decode(errors='replace')}")


def _frame(scene: Scene, time: float, seconds: float) -> bytes:
    return graded(scene.frame(time), 1 - between(time, seconds - 0.35, seconds + 0.05))


def _write_sound(file: Path, samples: Samples) -> None:
    with wave.open(str(file), "wb") as writer:
        writer.setnchannels(2)
        writer.setsampwidth(2)
        writer.setframerate(RATE)
        writer.writeframes((samples * 32767).astype(np.int16).tobytes())
