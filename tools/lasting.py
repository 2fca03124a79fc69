"""Secrets that are made once for a stage and never again, because something that is kept was made with them.

The stage file knows each by its SHA-256, so that one that was lost or exchanged is noticed before anything is deployed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from infra.config import StageConfig

LASTING_SECRET_BYTES = 32


class Lasting(NamedTuple):
    """One of them: its digest's field in the stage file, its name, what it is for, and what losing it would mean."""

    field: str
    name: Callable[[StageConfig], str]
    purpose: str
    loss: str


LASTING: tuple[Lasting, ...] = (
    Lasting(
        "requestDigest",
        lambda config: config.request_secret,
        "Signs cursors and makes idempotency references; never to be rotated",
        "requests that are repeated would be done again",
    ),
    Lasting(
        "endpointDigest",
        lambda config: config.endpoint_key,
        "The secrets of partners' endpoints are derived from it; never to be rotated",
        "no partner could verify what is sent",
    ),
)
