"""Style, types, import contracts, lock files and generated documents: runs every check, then tells what failed."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable

CHECKS: tuple[tuple[str, list[str]], ...] = (
    ("format", [PYTHON, "-m", "ruff", "format", "--check", "--diff", "."]),
    ("style", [PYTHON, "-m", "ruff", "check", "."]),
    ("types", [PYTHON, "-m", "mypy"]),
    ("imports", [str(Path(PYTHON).parent / "lint-imports"), "--no-cache"]),
    ("locks", [PYTHON, "tools/lock.py", "--check"]),
    ("schemas", [PYTHON, "tools/schemas.py", "--check"]),
    ("rules", [PYTHON, "tools/rule_schema.py", "--check"]),
    ("openapi", [PYTHON, "tools/openapi.py", "--check"]),
    ("docs", [PYTHON, "tools/docs.py", "--check"]),
)


def main(wanted: list[str]) -> int:
    """Runs the named checks, or all; 1 if any fails."""
    failed = []
    for name, command in CHECKS:
        if wanted and name not in wanted:
            continue
        began = time.monotonic()
        print(
            f"--- {name}: {' '.join(Path(word).name if word.startswith('/') else word for word in command)}", flush=True
        )
        done = subprocess.run(command, cwd=ROOT, check=False)
        print(f"    {'FAILED' if done.returncode else 'ok'} in {time.monotonic() - began:.1f} s", flush=True)
        if done.returncode:
            failed.append(name)
    print(f"lint: {', '.join(failed)} failed" if failed else "lint: all checks passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
