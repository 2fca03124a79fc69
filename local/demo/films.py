"""From shots, sound and words to files."""

from __future__ import annotations

import hashlib
import subprocess
import tempfile
import wave
from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Final, NamedTuple

import imageio_ffmpeg
import numpy as np

from local.demo import first_scores, five, four, last_scores, one, six, three, two
from local.demo.brush import HEIGHT, WIDTH
from local.demo.camera import FRAME_RATE, Film, developed
from local.demo.captions import LANGUAGES, Line, webvtt
from local.demo.synth import RATE, Samples

Progress = Callable[[int, int, str], None]
"""Told what is done, of how much, and in words."""


class Episode(NamedTuple):
    """One film of the series. ``name`` is its files', without their endings."""

    number: int
    name: str
    title: str
    film: Callable[[], Film]
    score: Callable[[], Samples]
    lines: tuple[Line, ...]

    @property
    def frames(self) -> int:
        """How many pictures it has."""
        return self.film().frames


class Files(NamedTuple):
    """What an episode is uploaded from."""

    video: Path
    captions: dict[str, Path]
    """By language."""


EPISODES: Final = (
    Episode(1, "the-last-train-1", "The Platform", one.film, first_scores.one, one.LINES),
    Episode(2, "the-last-train-2", "The Conductor", two.film, first_scores.two, two.LINES),
    Episode(3, "the-last-train-3", "The Seat", three.film, first_scores.three, three.LINES),
    Episode(4, "the-last-train-4", "The Passengers", four.film, last_scores.four, four.LINES),
    Episode(5, "the-last-train-5", "The Call", five.film, last_scores.five, five.LINES),
    Episode(6, "the-last-train-6", "0:41", six.film, last_scores.six, six.LINES),
)


def files(out: Path, number: int) -> Files:
    """Where an episode's files are, or will be."""
    name = EPISODES[number - 1].name
    return Files(out / f"{name}.mp4", {language: out / f"{name}-{language}.vtt" for language in LANGUAGES})


def draw(out: Path, progress: Progress = lambda _done, _total, _words: None, *, only: Sequence[int] = ()) -> list[Path]:
    """The films in a folder with their captions, drawn where they are missing or of another version of this code.

    Args:
        out: the folder; it is made.
        progress: told of frames.
        only: numbers of episodes; all when empty.

    Raises:
        RuntimeError: ffmpeg did not take the frames.
    """
    out.mkdir(parents=True, exist_ok=True)
    wanted = [episode for episode in EPISODES if not only or episode.number in only]
    total = sum(episode.frames for episode in wanted)
    done = 0
    videos = []
    for episode in wanted:
        made, mark = files(out, episode.number), out / f"{episode.name}.drawn-by"
        videos.append(made.video)
        if not (made.video.is_file() and mark.is_file() and mark.read_text(encoding="utf-8") == _version()):
            mark.unlink(missing_ok=True)
            for language, file in made.captions.items():
                file.write_text(webvtt(episode.lines, language), encoding="utf-8")
            _film(episode, made.video, partial(_report, progress, done, total, episode.title))
            mark.write_text(_version(), encoding="utf-8")
        done += episode.frames
        progress(done, total, episode.title)
    return videos


def _report(progress: Progress, before: int, total: int, words: str, frames: int) -> None:
    progress(before + frames, total, words)


@cache
def _version() -> str:
    """What the films depend on: this package's own source."""
    digest = hashlib.sha256()
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()


def _film(episode: Episode, target: Path, progress: Callable[[int], None]) -> None:
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".drawing-") as folder:
        sound, film = Path(folder) / "sound.wav", Path(folder) / target.name
        _write_sound(sound, episode.score())
        line = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-v", "error", "-f", "rawvideo", "-pix_fmt", "rgb24"]
        line += ["-s", f"{WIDTH}x{HEIGHT}", "-r", str(FRAME_RATE), "-i", "pipe:0", "-i", str(sound)]
        # One thread, so that the film does not depend on how many the machine has.
        line += ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "20", "-threads", "1", "-pix_fmt", "yuv420p"]
        line += ["-vf", "scale=out_color_matrix=bt709:out_range=tv", "-colorspace", "bt709"]
        line += ["-color_primaries", "bt709", "-color_trc", "bt709", "-c:a", "aac", "-b:a", "160k"]
        line += ["-movflags", "+faststart", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact"]
        _pipe([*line, str(film)], episode, progress)
        film.replace(target)


def _pipe(line: list[str], episode: Episode, progress: Callable[[int], None]) -> None:
    film = episode.film()
    with tempfile.TemporaryFile() as complaints:
        with subprocess.Popen(line, stdin=subprocess.PIPE, stderr=complaints) as process:
            try:
                shown, frame = None, b""
                for number in range(film.frames):
                    if film.picture_of(number) != shown:
                        shown, frame = film.picture_of(number), developed(film.frame(number))
                    if process.stdin is not None:
                        process.stdin.write(frame)
                    progress(number + 1)
            except BrokenPipeError:
                progress(0)
        if process.returncode:
            complaints.seek(0)
            raise RuntimeError(f"the film was not drawn: {complaints.read().decode(errors='replace')}")


def _write_sound(file: Path, samples: Samples) -> None:
    with wave.open(str(file), "wb") as writer:
        writer.setnchannels(2)
        writer.setsampwidth(2)
        writer.setframerate(RATE)
        writer.writeframes((samples * 32767).astype(np.int16).tobytes())
