"""Runs the end-to-end tests against the local platform: the one that runs, or one that is started for them.

``--cli`` is the deploy smoke: a platform of its own, bootstrapped and deployed to by the CDK's own command line. What
judges is the tests against what it deployed, never the command line's exit status. All else goes to pytest.
"""

from __future__ import annotations

import os
import subprocess
import sys

from local.lock import holder
from local.paths import LOCK

TESTS = "tests/e2e"
BY_CLI = "--cli"


def main(arguments: list[str]) -> int:
    """Pytest's exit status; the platform's own when it does not start, 2 when another one is in the way."""
    options = [BY_CLI] if BY_CLI in arguments else []
    rest = [argument for argument in arguments if argument != BY_CLI]
    started_here = holder(LOCK) is None
    if options and not started_here:
        print("The deploy smoke starts a platform of its own; stop the one that runs: make down", file=sys.stderr)
        return 2
    if started_here:
        up = subprocess.run([sys.executable, "-m", "local", "up", "--detach", *options], check=False)
        if up.returncode:
            return up.returncode
    try:
        paths = [] if names_tests(rest) else [TESTS]
        environment = {**os.environ, "REQUIRE_PLATFORM": "1"}
        return subprocess.run([sys.executable, "-m", "pytest", *paths, *rest], env=environment, check=False).returncode
    finally:
        if started_here:
            subprocess.run([sys.executable, "-m", "local", "down"], check=False)


def names_tests(arguments: list[str]) -> bool:
    """Whether an argument of its own, not the value of an option before it, names tests to run."""
    before = ["", *arguments]
    return any(
        argument.startswith("tests/") and not option.startswith("-")
        for option, argument in zip(before, arguments, strict=False)
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
