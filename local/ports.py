"""Ports: chosen free, kept over restarts when they are still free.

Addresses are part of what is deployed (the public origin, the sign-in's return address), so a restart on the same ports
finds its synthesised assembly and its kept state again.
"""

from __future__ import annotations

import contextlib
import json
import socket
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from local.environment import LOOPBACK


class Ports(NamedTuple):
    """One port for each process; the receiver takes webhooks on a second one."""

    emulator: int
    mediaconvert: int
    edge: int
    stripe: int
    mailbox: int
    receiver: int
    hooks: int
    ads: int


def choose(remembered: Path) -> Ports:
    """The ports that the file remembers if all are free, else new ones; the choice is written to the file.

    A file that is older than a process gets a port for it, and keeps the others.
    """
    kept: dict[str, int] = {}
    with contextlib.suppress(OSError, ValueError, TypeError):
        known = Ports(**dict.fromkeys(Ports._fields, 0) | json.loads(remembered.read_text()))._asdict()
        if all(_free(port) for port in known.values()):
            kept = {name: port for name, port in known.items() if port}
    new = [name for name in Ports._fields if name not in kept]
    if not new:
        return Ports(**kept)
    chosen = Ports(**kept, **dict(zip(new, _free_ports(len(new), kept.values()), strict=True)))
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


def _free_ports(count: int, kept: Iterable[int]) -> list[int]:
    """Free ports, none of them one that is kept."""
    ports: list[int] = []
    with contextlib.ExitStack() as held:
        for port in (*kept, *[0] * count):
            probe = held.enter_context(socket.socket())
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((LOOPBACK, port))
            ports.append(int(probe.getsockname()[1]))
    return ports[-count:]
