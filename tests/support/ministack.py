"""A DynamoDB of MiniStack's on loopback, for tests and the bench; nothing else of it is started."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

LOOPBACK = "127.0.0.1"
ENDPOINT_VARIABLE = "DYNAMODB_FIDELITY_ENDPOINT"
START_TIMEOUT_S = 60


class NotStarted(Exception):
    """It did not answer in time, or its address is not on loopback."""


@contextlib.contextmanager
def dynamodb_endpoint(folder: Path) -> Iterator[str]:
    """Where it listens: what ``DYNAMODB_FIDELITY_ENDPOINT`` names, else one started for the occasion.

    Raises:
        NotStarted: with the end of its log.
    """
    given = os.environ.get(ENDPOINT_VARIABLE)
    if given:
        if urlsplit(given).hostname not in (LOOPBACK, "localhost", "::1"):
            raise NotStarted(f"{ENDPOINT_VARIABLE} is not on loopback")
        yield given
        return
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port = probe.getsockname()[1]
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "HOME": str(folder),
        "BIND_HOST": LOOPBACK,
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        "SERVICES": "dynamodb",
    }
    with (folder / "log").open("wb") as log:
        command = [sys.executable, "-m", "ministack"]
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
        try:
            _wait_until_ready(f"http://{LOOPBACK}:{port}", process, folder / "log")
            yield f"http://{LOOPBACK}:{port}"
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait_until_ready(endpoint: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{endpoint}/_ministack/health", timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise NotStarted(log.read_text()[-2000:])
