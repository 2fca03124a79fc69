"""Starting an emulator for a test."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from local.environment import LOOPBACK, process_environment
from local.ports import choose
from local.processes import Children, answers

READY_S = 60


class Emulator(NamedTuple):
    """A running emulator and the means to stop it."""

    endpoint: str
    state: Path
    children: Children


def start_emulator(folder: Path, *, without: tuple[str, ...] = (), keep: bool = False) -> Emulator:
    """Starts an emulator with its state in a folder, without some patches."""
    port = choose(folder / "ports.json").emulator
    endpoint = f"http://{LOOPBACK}:{port}"
    scratch = folder / "scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    children = Children(folder / "logs")
    arguments = ["--port", str(port), "--state", str(folder / "state"), *(["--keep"] if keep else [])]
    for name in without:
        arguments += ["--without", name]
    child = children.start("emulator", "local.emulator", arguments, process_environment(endpoint, endpoint, scratch))
    try:
        children.wait_until(child, lambda: answers(f"{endpoint}/_ministack/ready"), READY_S)
    except BaseException:
        children.stop()
        raise
    return Emulator(endpoint, folder / "state", children)
