"""Ports: chosen free, kept over restarts when they are still free.

Addresses are part of what is deployed (the public origin, the sign-in's return address), so a restart on the same ports
finds its synthesised assembly and its kept state again.
"""

from __future__ import annotations

import contextlib
import json
import socket
from pathlib import Path
from typing import NamedTuple

from local.environment import LOOPBACK


class Ports(NamedTuple):
    """One port for each process."""

    emulator: int
    mediaconvert: int
    edge: int


def choose(remembered: Path) -> Ports:
    """The ports that the file remembers if all are free, else new ones; the choice is written to the file."""
    with contextlib.suppress(OSError, ValueError, TypeError):
        kept = Ports(**json.loads(remembered.read_text()))
        if all(_free(port) for port in kept):
            return kept
    chosen = Ports(*_free_ports(len(Ports._fields)))
    remembered.parent.mkdir(parents=True, exist_ok=True)
    remembered.write_text(json.dumps(chosen._asdict()))
    return chosen


def _free(port: int) -> bool:
    with socket.socket() as probe:
        # Without it, connections that have just been closed would make a free port look taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind((LOOPBACK, 0))
        return [int(probe.getsockname()[1]) for probe in probes]
