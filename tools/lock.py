"""Compiles the lock files, and checks without a network that they are what they must be.

Three locks, each with a SHA-256 for every file and no address of any registry, so that a mirror serves as well:

* ``requirements/build.txt``: pip itself;
* ``requirements/dev.txt``: everything a developer, CI and the local platform need;
* ``layers/common/requirements.txt``: what runs in Lambda, compiled under the development lock, so that one version
  of botocore is tested and deployed.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
OLDEST_PYTHON = "3.11"
PYTHONS = ("3.11", "3.12", "3.13")
PLATFORMS = ("x86_64-manylinux_2_28", "aarch64-manylinux_2_28", "x86_64-apple-darwin", "aarch64-apple-darwin")
OLDEST_MACOS = "13.0"

INPUTS_LINE = "# Inputs: sha256:"
ADDRESS = re.compile(r"://|--(?:extra-)?index-url|--find-links|--trusted-host| @ ")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


class Lock(NamedTuple):
    """One lock file: where it comes from, and the lock it must agree with."""

    source: str
    target: str
    under: str | None = None


BUILD = Lock("requirements/build.in", "requirements/build.txt")
DEV = Lock("requirements/dev.in", "requirements/dev.txt")
RUNTIME = Lock("layers/common/requirements.in", "layers/common/requirements.txt", under="requirements/dev.txt")
LOCKS = (BUILD, DEV, RUNTIME)


class Entry(NamedTuple):
    """One line of a lock file: a requirement pinned to a version, and how many files may serve it."""

    requirement: Requirement
    hashes: int

    @property
    def version(self) -> str:
        """The pinned version."""
        return next(iter(self.requirement.specifier)).version


def sources_of(source: Path) -> list[Path]:
    """An input file and those that it includes."""
    found = [source]
    for line in source.read_text().splitlines():
        if line.startswith("-r "):
            found += sources_of((source.parent / line[3:].strip()).resolve())
    return found


def fingerprint(lock: Lock) -> str:
    """SHA-256 of what a lock file is compiled from, comments aside."""
    digest = hashlib.sha256()
    for path in sources_of(ROOT / lock.source):
        for line in path.read_text().splitlines():
            wanted = line.split("#")[0].strip()
            if wanted:
                digest.update(wanted.encode() + b"\n")
    return digest.hexdigest()


def entries(text: str) -> list[Entry]:
    """The pinned requirements of a lock file."""
    logical = text.replace("\\\n", " ").splitlines()
    lines = (line.split(" #")[0] for line in logical if line[:1].isalnum())
    return [Entry(Requirement(line.split("--hash")[0].strip()), len(HASH.findall(line))) for line in lines]


def wanted_by(lock: Lock) -> list[Requirement]:
    """What the input files ask for."""
    lines = (
        line.split("#")[0].strip() for path in sources_of(ROOT / lock.source) for line in path.read_text().splitlines()
    )
    return [Requirement(line) for line in lines if line and not line.startswith("-r ")]


def faults_of(lock: Lock) -> list[str]:
    """What is wrong with a lock file, in words; empty when nothing is."""
    path = ROOT / lock.target
    if not path.exists():
        return [f"{lock.target} is missing: make lock"]
    text = path.read_text()
    faults = [
        f"{lock.target}:{n} names an address" for n, line in enumerate(text.splitlines(), 1) if ADDRESS.search(line)
    ]
    if f"{INPUTS_LINE}{fingerprint(lock)}" not in text:
        faults.append(f"{lock.target} is not compiled from the present {lock.source}: make lock")
    pins: dict[str, list[Entry]] = {}
    for entry in entries(text):
        pins.setdefault(canonicalize_name(entry.requirement.name), []).append(entry)
        if not str(entry.requirement.specifier).startswith("==") or not entry.hashes:
            faults.append(f"{lock.target}: {entry.requirement.name} is not pinned with hashes")
    for want in wanted_by(lock):
        held = pins.get(canonicalize_name(want.name), [])
        if not any(want.specifier.contains(entry.version, prereleases=True) for entry in held):
            faults.append(f"{lock.target} does not hold {want}: make lock")
    return faults + (disagreements(lock, text) if lock.under else [])


def disagreements(lock: Lock, text: str) -> list[str]:
    """Pins that differ from those of the lock file it is compiled under."""
    above = {str(entry.requirement) for entry in entries((ROOT / str(lock.under)).read_text())}
    return [
        f"{lock.target}: {entry.requirement} is not what {lock.under} holds"
        for entry in entries(text)
        if str(entry.requirement) not in above
    ]


def run_uv(*arguments: str, **variables: str) -> None:
    """Runs uv, without its own configuration files."""
    subprocess.run(
        [sys.executable, "-m", "uv", "--no-config", "--quiet", *arguments],
        cwd=ROOT,
        env={**os.environ, **variables},
        check=True,
    )


def compile_lock(lock: Lock, options: list[str]) -> None:
    """Compiles one lock file; what it pins already stays, unless ``--upgrade`` is among the options."""
    print(f"{lock.source} -> {lock.target}", flush=True)
    run_uv(
        *("pip", "compile", "--universal", "--python-version", OLDEST_PYTHON, "--generate-hashes"),
        *("--no-emit-index-url", "--no-emit-find-links", "--no-header", "--no-annotate"),
        *(("--constraint", lock.under) if lock.under else ()),
        *options,
        *(lock.source, "--output-file", lock.target),
    )
    path = ROOT / lock.target
    path.write_text(
        f"# Compiled by `make lock` from {lock.source}.\n{INPUTS_LINE}{fingerprint(lock)}\n{path.read_text()}"
    )


def check_wheels(lock: Lock) -> None:
    """Sees that every platform and Python has a wheel for everything: nothing is ever built on a user's machine."""
    for platform in PLATFORMS:
        for python in PYTHONS:
            print(f"  {lock.target}: wheels for {platform}, Python {python}", flush=True)
            with tempfile.TemporaryDirectory() as nowhere:
                run_uv(
                    *("pip", "install", "--dry-run", "--only-binary", ":all:", "--require-hashes"),
                    *("--python-platform", platform, "--python-version", python),
                    *("--target", nowhere, "-r", lock.target),
                    MACOSX_DEPLOYMENT_TARGET=OLDEST_MACOS,
                )


def main(arguments: list[str]) -> int:
    """``--check`` only reads; anything else is handed to uv's compiler (``--upgrade``, ``--upgrade-package NAME``)."""
    if "--check" not in arguments:
        try:
            for lock in LOCKS:
                compile_lock(lock, arguments)
            for lock in LOCKS:
                check_wheels(lock)
        except subprocess.CalledProcessError as failure:
            return failure.returncode
    faults = [fault for lock in LOCKS for fault in faults_of(lock)]
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
