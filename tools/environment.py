"""Makes or mends the virtual environment, so that it holds what the lock files say. Standard library only.

Run by ``make`` before every command that needs it, with the Python that ``tools/python.sh`` chose. It does nothing
when the stamp in the environment names the present lock files; ``--exactly`` also wants the very Python that runs
this (``make PYTHON=...``). Two starts at once take turns; an installation that
was cut short leaves its marker behind, and the next start begins anew.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / ".locks"
UNDER_WAY = VENV / ".under-way"
LOG = VENV / "install.log"
BUILD_LOCK = ROOT / "requirements" / "build.txt"
LOCK = ROOT / "requirements" / "dev.txt"

VERSION = ".".join(map(str, sys.version_info[:2]))
TESTED = ("3.11", "3.12", "3.13")
BASE_PYTHON = getattr(sys, "_base_executable", None) or sys.executable
PACKAGE = re.compile(r"(?:Collecting|Requirement already satisfied:) ([\w.-]+)")
LINES_OF_LOG_SHOWN = 15


class SetupFailed(Exception):
    """The environment could not be made; the message says what to do."""


def fingerprint() -> str:
    """What the environment is made from, as a SHA-256 hex digest."""
    digest = hashlib.sha256()
    for path in (BUILD_LOCK, LOCK):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_ready(*, exactly: bool) -> bool:
    """Whether the environment is whole and made from the present lock files (and, exactly, with this Python)."""
    if UNDER_WAY.exists() or not PYTHON.exists() or not STAMP.exists():
        return False
    version, _, made_from = STAMP.read_text().strip().partition(" ")
    return made_from == fingerprint() and (not exactly or version == VERSION)


def is_usable(*, exactly: bool) -> bool:
    """Whether what is there can be installed into, rather than made anew."""
    if UNDER_WAY.exists() or not PYTHON.exists():
        return False
    version = version_with_pip()
    return version is not None and (not exactly or version == VERSION)


def version_with_pip() -> str | None:
    """The version of the environment's Python; None when it or its pip does not run."""
    check = "import sys, pip; print('%d.%d' % sys.version_info[:2])"
    asked = subprocess.run([PYTHON, "-c", check], capture_output=True, text=True, check=False)
    return asked.stdout.strip() if asked.returncode == 0 else None


@contextlib.contextmanager
def taking_turns() -> Iterator[None]:
    """Holds a lock that the system lets go even when this process is killed."""
    with LOCK.open("rb") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another start is setting up; waiting for it ...")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def say(text: str) -> None:
    """One line for the person who waits."""
    print(text, flush=True)


def packages_in(lock: Path) -> int:
    """How many packages a lock file names."""
    return sum(1 for line in lock.read_text().splitlines() if line[:1].isalnum())


def install(lock: Path) -> None:
    """Installs a lock file with its hashes, and shows how far it is.

    Raises:
        SetupFailed: pip failed; the end of its log has been shown.
    """
    total = packages_in(lock)
    command = [str(PYTHON), "-m", "pip", "install", "--require-hashes", "--disable-pip-version-check", "--no-input"]
    command += ["--progress-bar", "off", "-r", str(lock)]
    with LOG.open("a") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT)
        seen = 0
        for line in process.stdout or ():
            log.write(line)
            found = PACKAGE.match(line)
            if found:
                seen += 1
                show(seen, total, found[1])
            elif line.startswith("Installing collected packages"):
                show(total, total, "unpacking")
        code = process.wait()
    print(flush=True)
    if code:
        tail = "\n".join(LOG.read_text().splitlines()[-LINES_OF_LOG_SHOWN:])
        raise SetupFailed(f"{tail}\n\npip could not install {lock.relative_to(ROOT)}. The whole log: {LOG}")


def show(seen: int, total: int, name: str) -> None:
    """Progress: one line that is rewritten on a terminal, every twentieth package elsewhere."""
    if sys.stdout.isatty():
        print(f"\r\033[K  [{min(seen, total):3}/{total}] {name}", end="", flush=True)
    elif seen == 1 or seen % 20 == 0:
        print(f"  [{min(seen, total)}/{total}] {name}", flush=True)


def remove_strays() -> None:
    """Uninstalls what no lock file names, so that nothing is used that a fresh machine would not have."""
    locked = {
        line.split("==")[0].lower().replace("_", "-").replace(".", "-")
        for lock in (BUILD_LOCK, LOCK)
        for line in lock.read_text().splitlines()
        if line[:1].isalnum()
    }
    listing = subprocess.run(
        [PYTHON, "-m", "pip", "list", "--format=freeze", "--disable-pip-version-check"],
        capture_output=True,
        text=True,
        check=True,
    )
    names = (line.split("==")[0] for line in listing.stdout.splitlines())
    strays = [name for name in names if name.lower().replace("_", "-").replace(".", "-") not in locked]
    if strays:
        subprocess.run([PYTHON, "-m", "pip", "uninstall", "--yes", "--quiet", *strays], check=True)


def set_up(*, exactly: bool) -> None:
    """Brings the environment to what the lock files say.

    Raises:
        SetupFailed: it could not; nothing that is half done will be taken for whole.
    """
    began = time.monotonic()
    if VERSION not in TESTED:
        say(f"Python {VERSION} is none of those we test with ({', '.join(TESTED)}); going on.")
    if is_usable(exactly=exactly):
        say("Bringing .venv up to the lock files ...")
    else:
        say(f"Making .venv with Python {VERSION} ...")
        # Not the running one when that is .venv's own: it would remove itself.
        made = subprocess.run([BASE_PYTHON, "-m", "venv", "--clear", VENV], check=False)
        if made.returncode:
            raise SetupFailed("python -m venv failed. Debian and Ubuntu: apt install python3-venv")
    UNDER_WAY.touch()
    LOG.write_text("")
    install(BUILD_LOCK)
    install(LOCK)
    remove_strays()
    STAMP.write_text(f"{version_with_pip()} {fingerprint()}\n")
    UNDER_WAY.unlink()
    say(f"Installed in {time.monotonic() - began:.0f} s.")


def main() -> int:
    """Entry point; 0 when the environment is ready."""
    exactly = "--exactly" in sys.argv[1:]
    if is_ready(exactly=exactly):
        return 0
    os.environ.pop("PIP_TARGET", None)
    os.environ.pop("PYTHONPATH", None)
    try:
        with taking_turns():
            if not is_ready(exactly=exactly):
                set_up(exactly=exactly)
    except SetupFailed as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The next start begins anew.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
