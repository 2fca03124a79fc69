"""One platform per checkout: a lock that the system lets go of even when its holder is killed."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

POLL_S = 0.1


class AlreadyRunning(RuntimeError):
    """This checkout's platform runs already."""


@contextlib.contextmanager
def held(path: Path) -> Iterator[None]:
    """Holds the lock as long as the context; the file names the holder's process.

    Raises:
        AlreadyRunning: another process holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(
                f"The platform of this checkout runs already (process {holder(path)}). Stop it first: make down"
            ) from None
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
        try:
            yield
        finally:
            handle.truncate(0)


def holder(path: Path) -> int | None:
    """The process that holds the lock, or None."""
    try:
        handle = path.open("r+")
    except FileNotFoundError:
        return None
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            text = handle.read().strip()
            return int(text) if text else None
    return None


def wait_until_free(path: Path, timeout_s: float) -> bool:
    """Waits until nobody holds the lock; False when somebody still does after that time."""
    deadline = time.monotonic() + timeout_s
    while holder(path) is not None:
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_S)
    return True
