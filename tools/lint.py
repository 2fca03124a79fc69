"""Style, types, import contracts, lock files and generated documents: runs every check, then tells what failed."""

from __future__ import annotations

import concurrent.futures
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable

CHECKS: tuple[tuple[str, list[str]], ...] = (
    ("types", [PYTHON, "-m", "mypy"]),  # first: it takes the longest
    ("format", [PYTHON, "-m", "ruff", "format", "--check", "--diff", "."]),
    ("style", [PYTHON, "-m", "ruff", "check", "."]),
    ("imports", [str(Path(PYTHON).parent / "lint-imports"), "--no-cache"]),
    ("locks", [PYTHON, "tools/lock.py", "--check"]),
    ("schemas", [PYTHON, "tools/schemas.py", "--check"]),
    ("rules", [PYTHON, "tools/rule_schema.py", "--check"]),
    ("openapi", [PYTHON, "tools/openapi.py", "--check"]),
    ("docs", [PYTHON, "tools/docs.py", "--check"]),
)


class Done(NamedTuple):
    """A check that has ended: what it printed, its exit status and how long it took."""

    name: str
    command: list[str]
    output: str
    code: int
    seconds: float


def main(wanted: list[str]) -> int:
    """Runs the named checks, or all, on every core, and prints each as it ends; 1 if any fails."""
    checks = [check for check in CHECKS if not wanted or check[0] in wanted]
    failed = []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for under_way in concurrent.futures.as_completed([pool.submit(run, *check) for check in checks]):
            done = under_way.result()
            words = (Path(word).name if word.startswith("/") else word for word in done.command)
            print(f"--- {done.name}: {' '.join(words)}")
            print(f"{done.output}    {'FAILED' if done.code else 'ok'} in {done.seconds:.1f} s", flush=True)
            if done.code:
                failed.append(done.name)
    print(f"lint: {', '.join(failed)} failed" if failed else "lint: all checks passed")
    return 1 if failed else 0


def run(name: str, command: list[str]) -> Done:
    """Runs one check to its end."""
    began = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return Done(name, command, done.stdout, done.returncode, time.monotonic() - began)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
