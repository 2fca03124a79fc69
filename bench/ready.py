"""How long the local platform takes from the command to the table: once with nothing cached, once again."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.figures import Figure

ROOT = Path(__file__).resolve().parent.parent
TIMEOUT_S = 600


def measure() -> list[Figure]:
    """Seconds until ready, installed already; the platform runs beside any other, in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="cliffhanger-bench-") as home:
        environment = {**os.environ, "CLIFFHANGER_HOME": home}
        cold, cached = seconds(environment), seconds(environment)
    return [
        Figure("dev.ready_s_cold", cold, 60, "nothing cached: layers, assembly, drawing and transcoding anew"),
        Figure("dev.ready_s_cached", cached, 30, "the same again"),
    ]


def seconds(environment: dict[str, str]) -> float:
    """One start and stop.

    Raises:
        subprocess.CalledProcessError: it did not get ready.
    """
    started = time.monotonic()
    local("up", "--detach", environment=environment)
    ready = time.monotonic() - started
    local("down", environment=environment)
    return ready


def local(*arguments: str, environment: dict[str, str]) -> None:
    """Runs the launcher."""
    subprocess.run(
        [sys.executable, "-m", "local", *arguments],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
        timeout=TIMEOUT_S,
    )
