"""The synthesised assembly of the local stage, made once for each set of inputs.

Synthesis starts Node.js and takes most of a start's time; nothing in it depends on more than the files below and the
stage file, so the result is kept by the hash of their contents.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from local import cache
from local.environment import ACCOUNT, DUMMY_KEY, DUMMY_SECRET, REGION, ROOT, callers_environment

INPUTS = ("infra", "functions", "layers", "web", "cdk.json", "requirements")
"""What the CDK app reads."""

KEPT = 4
"""How many assemblies stay in the cache: a few branches' worth."""

IGNORED = frozenset({"__pycache__", "node_modules", ".mypy_cache", ".ruff_cache"})


Synthesise = Callable[[Mapping[str, str]], None]
"""Runs the CDK app with an environment to its end, or raises."""


def assembly(stage_file: Path, kept: Path, synthesise: Synthesise) -> Path:
    """The folder of the assembly for the present sources and stage file, synthesised now if it was not before."""
    folder = kept / fingerprint(ROOT, stage_file)
    if (folder / "manifest.json").is_file():
        return cache.use(folder)
    draft = kept / f"draft-{os.getpid()}"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    synthesise(_environment(stage_file, draft))
    shutil.rmtree(folder, ignore_errors=True)
    draft.rename(folder)
    cache.forget_unused(kept, KEPT)
    return folder


def fingerprint(root: Path, stage_file: Path) -> str:
    """A hash over every input: paths, contents, the stage file, this Python's version."""
    digest = hashlib.sha256(f"{sys.version_info[:2]}".encode())
    for path in (*_files(root), stage_file):
        content = path.read_bytes()
        digest.update(f"{path.name if path == stage_file else path.relative_to(root)}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:32]


def _files(root: Path) -> Iterator[Path]:
    for name in INPUTS:
        start = root / name
        if start.is_file():
            yield start
        for folder, folders, files in os.walk(start):
            folders[:] = sorted(name for name in folders if name not in IGNORED)
            yield from (Path(folder) / file for file in sorted(files) if not file.endswith(".pyc"))


def _environment(stage_file: Path, folder: Path) -> Mapping[str, str]:
    """The caller's environment (an installer may need its settings) with everything of AWS replaced."""
    context = json.dumps({"stage": "local", "stageFile": str(stage_file)})
    return {
        **callers_environment(),
        "CDK_OUTDIR": str(folder),
        "CDK_CONTEXT_JSON": context,
        "CDK_DEFAULT_ACCOUNT": ACCOUNT,
        "CDK_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": DUMMY_KEY,
        "AWS_SECRET_ACCESS_KEY": DUMMY_SECRET,
        "AWS_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
