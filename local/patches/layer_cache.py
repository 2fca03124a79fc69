"""Each layer is unpacked once, not once per worker process.

The emulator unpacks every layer for every worker. Our dependencies are thousands of files, and eight functions with a
few workers each would spend most of the start on writing them. Unpacked layers are kept by the hash of their content
below ``LOCAL_LAYER_CACHE``; they are as read-only as Lambda's own ``/opt``: nothing in the product writes there.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from ministack.core.lambda_runtime import Worker
from ministack.services import lambda_svc

from local import cache

CACHE_VARIABLE = "LOCAL_LAYER_CACHE"
SEARCH_VARIABLE = "_LAMBDA_LAYERS_DIRS"


def unpacked(content: bytes, kept: Path) -> Path:
    """The folder that holds a layer's files, unpacked now if it was not before.

    Raises:
        zipfile.BadZipFile: the layer is no archive.
    """
    folder = kept / hashlib.sha256(content).hexdigest()
    if folder.is_dir():
        return cache.use(folder)
    kept.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(dir=kept))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(building)
    try:
        building.rename(folder)
    except OSError:  # another worker was faster
        shutil.rmtree(building, ignore_errors=True)
    return folder


def apply() -> None:
    """Gives each worker the unpacked folders, by the variable that the worker's own start script reads."""
    spawn = Worker._spawn

    def spawn_with_unpacked_layers(self: Any) -> None:
        config = self.config
        kept = os.environ.get(CACHE_VARIABLE)
        if not kept or not config.get("Layers"):
            spawn(self)
            return
        contents = [lambda_svc._resolve_layer_zip(layer) for layer in config["Layers"]]
        folders = [str(unpacked(content, Path(kept))) for content in contents if content]
        variables = dict(config.get("Environment", {}).get("Variables", {}))
        variables[SEARCH_VARIABLE] = os.pathsep.join(folders)
        self.config = {**config, "Layers": [], "Environment": {"Variables": variables}}
        try:
            spawn(self)
        finally:
            self.config = config

    Worker._spawn = spawn_with_unpacked_layers
