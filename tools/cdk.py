"""The CDK's command line, at the version that ``package-lock.json`` pins: ``python tools/cdk.py synth --stage dev``.

Installs it when it is not there yet, then runs it with the interpreter that runs this file. Besides ``--stage``,
everything on the command line is the CDK's own.
"""

from __future__ import annotations

import argparse
import os
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

if __package__ in {None, ""}:
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from infra import ROOT
from tools.node import NodeError, install, program


def command(arguments: Sequence[str], root: Path = ROOT) -> list[str]:
    """The CLI's command line, with the app run by this interpreter.

    Raises:
        NodeError: there is no Node.js.
    """
    app = f"{shlex.quote(sys.executable)} -m infra.app"
    return program("aws-cdk", "bin/cdk", ["--app", app, *arguments], root)


def run(arguments: Sequence[str], root: Path = ROOT) -> int:
    """Install if needed, run, and return the CLI's exit status.

    Raises:
        NodeError: there is no Node.js, or the CLI cannot be installed.
    """
    install(root)
    environment = {**os.environ, "CDK_DISABLE_CLI_TELEMETRY": "true", "CDK_DISABLE_VERSION_CHECK": "1"}
    return subprocess.run(command(arguments, root), cwd=root, env=environment, check=False).returncode


def stages(root: Path = ROOT) -> list[str]:
    """The stages that have a file."""
    return sorted(file.stem for file in (root / "infra" / "stages").glob("*.json"))


def runs(arguments: Sequence[str], root: Path = ROOT) -> list[list[str]]:
    """Our own few words in the CDK's language, one list for each time it is run.

    ``--stage X`` is the context ``stage``. What only looks is a draft, which may lack keys and an account; ``deploy``
    never is. ``deploy`` and ``destroy`` take every stack, and ``synth`` without a stage takes every stage, each into a
    folder of its own.
    """
    parser = argparse.ArgumentParser(prog="cdk", add_help=False, allow_abbrev=False)
    parser.add_argument("--stage")
    own, rest = parser.parse_known_args(list(arguments))
    deed = rest[0] if rest else ""
    if own.stage is None:
        if rest == ["synth"]:
            return [_run_for(stage, ["synth", "--quiet", "--output", f"cdk.out/{stage}"]) for stage in stages(root)]
        return [rest]
    if deed in ("deploy", "destroy") and all(word.startswith("-") for word in rest[1:]):
        rest.append("--all")
    return [_run_for(own.stage, rest)]


def _run_for(stage: str, words: list[str]) -> list[str]:
    """The command line for one stage."""
    draft = [] if words and words[0] == "deploy" else ["-c", "draft=true"]
    return [*words, "-c", f"stage={stage}", *draft]


def main() -> int:
    """Run what was asked; the first failure ends it."""
    try:
        for words in runs(sys.argv[1:]):
            status = run(words)
            if status != 0:
                return status
    except NodeError as error:
        print(f"cdk: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
