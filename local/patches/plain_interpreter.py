"""Functions find what Lambda's own runtime brings and what their layers bring, and nothing else.

The emulator starts workers with its own interpreter, the virtual environment's: a library that is installed for
development but missing in the layer would work here and fail on AWS. With the patch they run on the interpreter that
the environment was made from, with the SDK beside it that every Python runtime of Lambda has; a layer's own SDK comes
first, as on AWS.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

from ministack.core import lambda_runtime

RUNTIME_VARIABLE = "LOCAL_RUNTIME"
SDK = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3")


def runtime_folder(folder: Path) -> Path:
    """A folder with links to the SDK's packages.

    Raises:
        ImportError: one of them is not installed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in SDK:
        found = importlib.util.find_spec(name)
        if found is None or found.origin is None:
            raise ImportError(name)
        origin = Path(found.origin)
        source = origin.parent if found.submodule_search_locations else origin
        link = folder / source.name
        link.unlink(missing_ok=True)
        link.symlink_to(source)
    return folder


def apply() -> None:
    """Replaces the interpreter of Python workers, and gives them the SDK."""
    detect = lambda_runtime._detect_runtime_binary
    bare: str = getattr(sys, "_base_executable", "") or sys.executable
    # Workers inherit the emulator's environment; the emulator itself has read this variable long ago.
    os.environ["PYTHONPATH"] = str(runtime_folder(Path(os.environ[RUNTIME_VARIABLE])))

    def detect_bare(runtime: str) -> tuple[str, str]:
        binary, script = detect(runtime)
        return (bare if binary == sys.executable else binary), script

    lambda_runtime._detect_runtime_binary = detect_bare
