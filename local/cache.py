"""Folders of things kept by the hash of what they were made from: used again, and forgotten when long unused."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path


def use(path: Path) -> Path:
    """The path itself, marked as used now."""
    with contextlib.suppress(OSError):
        os.utime(path)
    return path


def forget_unused(folder: Path, kept: int) -> None:
    """Removes everything in a folder but the most recently used."""
    if not folder.is_dir():
        return
    by_use = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in by_use[kept:]:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
