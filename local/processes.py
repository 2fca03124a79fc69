"""The platform's processes: started with a log each, watched, and stopped with everything that they started."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from local.environment import ROOT

POLL_S = 0.05
GRACE_S = 8.0
"""How long a process may take to stop by itself; the emulator writes its state in that time."""


class ProcessEnded(RuntimeError):
    """A process of the platform ended by itself, or was not ready in time."""


class Child(NamedTuple):
    """One running process, leader of its own process group. A lasting one must not end before it is stopped."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    lasting: bool

    def last_words(self, lines: int = 15) -> str:
        """The end of its log, for a message."""
        with contextlib.suppress(OSError):
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        return ""


class Children:
    """Every process that the launcher has started, in the order of their start."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._children: list[Child] = []
        self._lock = threading.Lock()
        self._stopping = False

    def start(
        self, name: str, module: str, arguments: Sequence[str], environment: Mapping[str, str], *, lasting: bool = True
    ) -> Child:
        """Starts ``python -m module``; its output goes to ``logs/{name}.log``.

        Raises:
            ProcessEnded: the platform is being stopped.
        """
        self._logs.mkdir(parents=True, exist_ok=True)
        log = self._logs / f"{name}.log"
        with self._lock, log.open("wb") as output:
            if self._stopping:
                raise ProcessEnded("the platform is being stopped")
            process = subprocess.Popen(
                [sys.executable, "-m", "local.child", module, *arguments],
                cwd=ROOT,
                env=dict(environment),
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            child = Child(name, process, log, lasting)
            self._children.append(child)
        return child

    def run(
        self,
        name: str,
        module: str,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        *,
        told: Callable[[str], None] = lambda _: None,
        check: bool = True,
    ) -> None:
        """Runs ``python -m module`` to its end; ``told`` hears each line that it writes.

        Raises:
            ProcessEnded: it failed, and that is to be checked; the message holds the end of its log.
        """
        child = self.start(name, module, arguments, environment, lasting=False)
        with child.log.open(errors="replace") as log:
            code = None
            while code is None:
                code = child.process.poll()
                for line in log:
                    told(line.strip())
                time.sleep(POLL_S)
        if code and check:
            raise ProcessEnded(f"{name} ended with {code}; the end of {child.log}:\n{child.last_words()}")

    def check(self) -> None:
        """Does nothing while all processes run.

        Raises:
            ProcessEnded: one has ended.
        """
        for child in self._children:
            code = child.process.poll()
            if child.lasting and code is not None:
                raise ProcessEnded(f"{child.name} ended with {code}; the end of {child.log}:\n{child.last_words()}")

    def wait_until(self, child: Child, ready: Callable[[], bool], timeout_s: float) -> None:
        """Waits until a process is ready.

        Raises:
            ProcessEnded: a process ended, or the time is over.
        """
        deadline = time.monotonic() + timeout_s
        while not ready():
            self.check()
            if time.monotonic() > deadline:
                raise ProcessEnded(f"{child.name} was not ready in {timeout_s:.0f} s; see {child.log}")
            time.sleep(POLL_S)

    def stop(self) -> None:
        """Ends every process, the last started first, with whatever it has started; never raises."""
        with self._lock:
            self._stopping = True
        for child in reversed(self._children):
            _signal(child, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(GRACE_S)
            # Workers and encoders are in the process's group: none may outlive it.
            _signal(child, signal.SIGKILL)
            child.process.wait()
            if child.process.stdin:
                child.process.stdin.close()
        self._children.clear()


def _signal(child: Child, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.process.pid, number)


def answers(url: str) -> bool:
    """Whether an address answers 200."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - loopback addresses of our own
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False
