"""Transcodes that need not be done again: by what went in, never by who asked or where it goes."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from local.mediaconvert import engine
from local.mediaconvert.packaging import LISTING, Package

RECIPE: Final = 4
"""Counted up when the same settings come to mean another result."""

KEPT: Final = 64
"""Transcodes that are kept; the ones unused for longest go first."""


def cache_key(job: dict[str, Any], digests: Mapping[str, str]) -> str:
    """What a result depends on: its sources' bytes, the settings without ids and addresses, and the encoder.

    ``digests`` has the SHA-256 of each source by its address.
    """
    settings = _by_content(job["Settings"], digests)
    # The input's name shows in the results' only where a destination is a folder.
    settings["Inputs"][0]["Name"] = job["Settings"]["Inputs"][0]["FileInput"].rpartition("/")[2]
    for group in settings["OutputGroups"]:
        parts = group["OutputGroupSettings"]
        if "CmafGroupSettings" in parts:
            # The playlists name their files, and every name begins with the destination's last part.
            place = parts["CmafGroupSettings"]
            place["Destination"] = place["Destination"].rpartition("/")[2]
        if "FileGroupSettings" in parts:
            parts["FileGroupSettings"]["Destination"] = ""
    inputs = {"recipe": RECIPE, "engine": [engine.version(), engine.PRESET], "job": settings}
    return hashlib.sha256(json.dumps(inputs, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _by_content(value: Any, digests: Mapping[str, str]) -> Any:
    """The same settings, with each source's digest in place of its address."""
    if isinstance(value, dict):
        return {name: _by_content(item, digests) for name, item in value.items()}
    if isinstance(value, list):
        return [_by_content(item, digests) for item in value]
    return digests.get(value, value) if isinstance(value, str) else value


class Cache:
    """Packages in a folder, one subfolder each. One process at a time writes; any number may read."""

    def __init__(self, root: Path) -> None:
        self._root = root
        root.mkdir(parents=True, exist_ok=True)

    def find(self, key: str) -> tuple[Path, Package] | None:
        """The package of that key; one that is damaged is thrown away and counts as missing."""
        folder = self._root / key
        if not folder.is_dir():
            return None
        try:
            found = Package.load(folder)
        except ValueError:
            shutil.rmtree(folder, ignore_errors=True)
            return None
        (folder / LISTING).touch()
        return folder, found

    def make(self, key: str, build: Callable[[Path], Package]) -> tuple[Path, Package]:
        """Builds a package beside the others and names it only when it is whole."""
        with tempfile.TemporaryDirectory(dir=self._root, prefix="building-") as building:
            made = Path(building) / "package"
            made.mkdir()
            result = build(made)
            folder = self._root / key
            shutil.rmtree(folder, ignore_errors=True)
            made.replace(folder)
        self._prune()
        return folder, result

    def _prune(self) -> None:
        ages = []
        for folder in self._root.iterdir():
            with contextlib.suppress(OSError):
                ages.append(((folder / LISTING).stat().st_mtime, folder))
        for _, folder in sorted(ages, reverse=True)[KEPT:]:
            shutil.rmtree(folder, ignore_errors=True)
