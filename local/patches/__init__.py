"""Where the emulator differs from AWS and this project notices: one module per difference.

Each module has a ``NAME`` and an ``apply()``. A patch changes the emulator's own modules in this process, so each is
written against one exact version and refuses any other: after an upgrade, read the emulator's source again, drop what
it has mended, and only then change ``EMULATOR_VERSION``.
"""

from __future__ import annotations

import importlib
import importlib.metadata
from collections.abc import Collection

EMULATOR_VERSION = "1.5.33"

NAMES: tuple[str, ...] = (
    "cloudformation_types",
    "secure_transport",
    "batched_messages",
    "media_events",
    "partial_batches",
    "stream_records",
    "quiet_calls",
    "layer_cache",
    "plain_interpreter",
    "revoke_endpoint",
    "refreshed_groups",
    "mailbox",
    "sign_up_pages",
)
"""Every patch, in the order in which they are applied; each is the name of a module here."""


class PatchRefused(RuntimeError):
    """The installed emulator is not the one that the patches were written for."""


def require_emulator(patch: str) -> None:
    """Refuses any emulator but the one that the patches were written for.

    Raises:
        PatchRefused: another version is installed.
    """
    found = importlib.metadata.version("ministack")
    if found != EMULATOR_VERSION:
        raise PatchRefused(f"patch '{patch}' is for ministack {EMULATOR_VERSION}, found {found}")


def apply(without: Collection[str] = ()) -> tuple[str, ...]:
    """Applies every patch but the named ones, and answers with the names of those applied.

    Raises:
        PatchRefused: another version of the emulator is installed.
        ValueError: there is no patch of that name.
    """
    unknown = set(without) - set(NAMES)
    if unknown:
        raise ValueError(f"no such patch: {', '.join(sorted(unknown))}")
    applied = tuple(name for name in NAMES if name not in without)
    for name in applied:
        require_emulator(name)
        importlib.import_module(f"local.patches.{name}").apply()
    return applied
