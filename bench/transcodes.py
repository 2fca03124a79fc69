"""Transcoding on one machine, against bare ffmpeg and the clock; and what the ladder declares against what it is."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import tempfile
import threading
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

from bench.figures import Figure
from bench.watching import worst_offset_ms
from cliffhanger.media.job import Order, build_job
from local.mediaconvert import engine
from local.mediaconvert.gathering import gather
from local.mediaconvert.model import ObjectAddress, Plan
from local.mediaconvert.packaging import Package, local_name, package
from local.mediaconvert.planning import plan_job
from local.mediaconvert.storage import Storage
from tests.support.hls.presentation import Presentation, read

PAIRS = 3
LENGTH_S = 16
SOURCE = "s3://uploads/source"
MOST_OVER_BARE = 1.1
MOST_OVER_PEAK = 1.05
MOST_OFFSET_MS = 5.0


class Shelf(Storage):
    """A bucket that is one file."""

    def __init__(self, source: Path) -> None:
        self._source = source

    def read(self, address: ObjectAddress, target: Path) -> str:  # noqa: ARG002 - there is one
        """Copies the one file, whatever is asked for."""
        shutil.copyfile(self._source, target)
        return "source"


def draw(target: Path) -> None:
    """A vertical film at 30 frames a second that moves everywhere, flashes and beeps at every whole second."""
    flash = "drawbox=color=white:t=fill:enable='lt(mod(t,1),0.033)'"
    picture = f"testsrc2=size=1080x1920:rate=30:duration={LENGTH_S},noise=alls=6:allf=t,{flash}"
    sound = f"aevalsrc='0.8*sin(2*PI*1000*t)*lt(mod(t,1),0.05)':s=48000:d={LENGTH_S}"
    line = [engine.executable(), "-v", "error", "-y", "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound]
    line += ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "18", "-pix_fmt", "yuv420p", "-c:a", "aac", str(target)]
    subprocess.run(line, check=True, stdin=subprocess.DEVNULL)


def job() -> dict[str, Any]:
    """The product's job for that film."""
    return build_job(
        Order(
            source=SOURCE,
            destination="s3://media/media/s/1/v/",
            poster_destination="s3://media/posters/s/1/v",
            series="s",
            episode=1,
            version="v",
            language="en",
            source_width=1080,
            frame_rate=Fraction(30),
            to_bt709=False,
            has_audio=True,
            role="role",
            queue="queue",
        )
    )


def transcode(source: Path, folder: Path) -> tuple[Plan, Package]:
    """The local engine from a source to a folder that could be uploaded."""
    with tempfile.TemporaryDirectory() as scratch, tempfile.TemporaryDirectory() as made:
        gathered = gather(job()["Settings"], Shelf(source), Path(scratch))
        plan = plan_job(job(), gathered.film.source, {})
        line = engine.command(plan, gathered.film, {}, Path(made))
        engine.run(line, progress=lambda _seconds: None, canceled=threading.Event())
        return plan, package(plan, {}, Path(made), folder)


def bare(plan: Plan, source: Path, folder: Path) -> None:
    """The same ladder and sound as one would type them: no thumbnails, no poster, nothing measured or named."""
    stream = plan.stream
    count = len(stream.video)
    graph = f"[0:v]split={count}" + "".join(f"[s{index}]" for index in range(count))
    graph += "".join(f";[s{n}]scale={one.width}:{one.height}[v{n}]" for n, one in enumerate(stream.video))
    graph += ";[0:a]loudnorm=I=-16:TP=-1,aresample=48000[a]"
    line = [engine.executable(), "-v", "error", "-y", "-nostdin", "-i", str(source), "-filter_complex", graph]
    for index, one in enumerate(stream.video):
        line += ["-map", f"[v{index}]", f"-c:v:{index}", "libx264", f"-preset:v:{index}", engine.PRESET]
        line += [word for name, value in one.encoder for word in (f"-{name}:v:{index}", value)]
    line += ["-map", "[a]", "-c:a", "aac", "-b:a", "128k", "-f", "hls", "-hls_time", "4", "-hls_playlist_type", "vod"]
    names = " ".join([f"v:{index},agroup:a" for index in range(count)] + ["a:0,agroup:a"])
    line += ["-hls_segment_type", "fmp4", "-var_stream_map", names, str(folder / "%v.m3u8")]
    subprocess.run(line, check=True, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)


def measure() -> list[Figure]:
    """Pairs of the local engine and bare ffmpeg, one after the other; then the engine's last result."""
    with tempfile.TemporaryDirectory(prefix="bench-transcode-") as scratch:
        source = Path(scratch) / "film.mp4"
        draw(source)
        ours, theirs = [], []
        shown: Presentation | None = None
        for number in range(PAIRS):
            made, other = Path(scratch) / f"made-{number}", Path(scratch) / f"bare-{number}"
            made.mkdir()
            other.mkdir()
            began = time.perf_counter()
            plan, packed = transcode(source, made)
            ours.append(time.perf_counter() - began)
            began = time.perf_counter()
            bare(plan, source, other)
            theirs.append(time.perf_counter() - began)
            shown = shown or presentation(plan, packed, made)
    if shown is None:
        raise RuntimeError("nothing was transcoded")
    ratio = statistics.median(one / other for one, other in zip(ours, theirs, strict=True))
    speed = LENGTH_S / statistics.median(ours)
    what = f"{LENGTH_S} s of 1080x1920 at 30 fps, four renditions"
    return [
        Figure("transcode.over_bare_ffmpeg", ratio, MOST_OVER_BARE, f"median of {PAIRS} pairs: {what}"),
        Figure("transcode.realtime_factor", speed, None, f"seconds of film a second: {what}, x264 {engine.PRESET}"),
        Figure("ladder.bandwidth_error", declared(shown), MOST_OVER_PEAK, "declared peak ÷ measured, worst rendition"),
        Figure("ladder.av_offset_ms", worst_offset_ms(shown), MOST_OFFSET_MS, "flash against beep, every rendition"),
    ]


def presentation(plan: Plan, packed: Package, folder: Path) -> Presentation:
    """What was made, read back from its bytes."""
    place = plan.groups.index(plan.stream)
    base = plan.stream.base
    mine = [file for file in packed.files if file.group == place]
    return read({base + file.ending: (folder / local_name(file)).read_bytes() for file in mine}, f"{base}.m3u8")


def declared(shown: Presentation) -> float:
    """The worst declared peak over the measured one.

    Raises:
        RuntimeError: one declares less than it is, and a player would stall on it.
    """
    ratios = [shown.declared_over_measured(variant) for variant in shown.main.variants]
    if min(ratios) < 1:
        raise RuntimeError(f"a rendition declares {min(ratios):.4f} of its peak")
    return max(ratios)
