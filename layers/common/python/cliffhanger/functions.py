"""The only list of Lambda functions: trigger, size, time limit and access. Plain data, standard library only.

``access`` names are resolved to exact actions on exact resources, and to the settings that name those resources,
by ``infra/access.py``; a function has no permission and no setting that its access does not give it.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Trigger = Literal["http", "ledger-stream", "media-events", "token-generation"]
"""HTTP API; the ledger's stream (inserts only); S3 and MediaConvert events; Cognito before it issues a token."""


class FunctionSpec(NamedTuple):
    """One Lambda function: one folder, one role."""

    name: str
    trigger: Trigger
    memory_mb: int
    timeout_s: int
    access: tuple[str, ...]
    purpose: str

    @property
    def handler(self) -> str:
        """The entry point, as Lambda spells it."""
        return f"functions.{self.name}.handler.handler"


FUNCTIONS: tuple[FunctionSpec, ...] = (
    FunctionSpec("catalog", "http", 512, 15, ("catalog:read",), "Series and episodes"),
    FunctionSpec("wallet", "http", 512, 15, ("tokens:verify", "ledger:read"), "What a viewer holds"),
    FunctionSpec(
        "unlock", "http", 1024, 15, ("tokens:verify", "ledger:append", "catalog:read"), "Unlock episodes with coins"
    ),
    FunctionSpec(
        "playback",
        "http",
        512,
        15,
        ("tokens:verify", "ledger:read", "catalog:read", "media:read", "signing-key:read"),
        "Playback grants and rewritten playlists",
    ),
    FunctionSpec(
        "studio",
        "http",
        512,
        15,
        ("tokens:verify", "catalog:read", "uploads:write", "uploads:presign"),
        "Uploads by creators",
    ),
    FunctionSpec(
        "transcode",
        "media-events",
        512,
        60,
        ("catalog:write", "uploads:write", "uploads:fetch", "transcoder:submit", "events:publish"),
        "From an uploaded video to a published episode",
    ),
    FunctionSpec(
        "settlement", "ledger-stream", 512, 60, ("ledger:settle",), "Posts the foreign legs of new ledger entries"
    ),
    FunctionSpec(
        "identity", "token-generation", 512, 5, ("people:map",), "Puts the pseudonymous person id into tokens"
    ),
)


def spec_of(name: str) -> FunctionSpec:
    """The function of that name.

    Raises:
        KeyError: there is no such function.
    """
    for spec in FUNCTIONS:
        if spec.name == name:
            return spec
    raise KeyError(name)
