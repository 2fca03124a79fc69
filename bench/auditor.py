"""How fast the auditor goes through an export, and that its memory does not grow with it."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from bench.books import exported
from bench.figures import Figure

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".local" / "cache"
SIZES = {"100k": 100_000, "1m": 1_000_000}
FLAT = 1.5
"""How much more memory ten times the entries may take, at most: the buffers of the smaller are not all full yet."""


class Run(NamedTuple):
    """One audit of books that hold: entries, seconds, CPU seconds of all processes, and the largest of them in MB."""

    entries: int
    seconds: float
    cpu_s: float
    peak_mb: float


def audited(count: int, cache: Path = CACHE) -> Run:
    """An audit of an export of so many entries, by the command, in processes of its own.

    Raises:
        RuntimeError: it has found something in books that hold.
    """
    folder = exported(count, cache)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'layers/common/python'}{os.pathsep}{ROOT}"}
    done = subprocess.run(
        [sys.executable, "tools/audit.py", "--export", str(folder), "--json"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"the audit of {folder} ended with {done.returncode}: {done.stdout[-2_000:]}{done.stderr}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    said = json.loads(done.stdout)
    return Run(said["counts"]["entries"], said["seconds"], cpu_s, said["peakMb"])


def measure() -> list[Figure]:
    """Entries a second and memory, at both sizes."""
    runs = {name: audited(count) for name, count in SIZES.items()}
    figures = []
    for name, run in runs.items():
        how = f"an export of {run.entries:,} entries: {run.seconds:.0f} s, {run.cpu_s:.0f} s of CPU in all processes"
        figures += [
            Figure(f"auditor.entries_per_s_{name}", run.entries / run.seconds, None, how),
            Figure(f"auditor.peak_mb_{name}", run.peak_mb, None, "the largest of its processes"),
        ]
    small, large = runs["100k"].peak_mb, runs["1m"].peak_mb
    return [*figures, Figure("auditor.memory_growth", large / small, FLAT, "peak at a million over peak at 100,000")]
