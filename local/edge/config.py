"""The edge's configuration file."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from local.environment import NotLoopback, require_loopback


class ConfigError(ValueError):
    """The configuration cannot be served; the message says which member and why."""


class EdgeConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """See the package for each member."""

    gateway_url: str
    endpoint_url: str
    region: str
    media_bucket: str
    web_bucket: str
    public_keys: dict[str, str]
    public_origin: str
    origin_secret: str = ""
    origin_secret_id: str = ""
    hosts: tuple[str, ...] = ()
    template: str = ""
    template_values: dict[str, str] = {}
    response_headers: dict[str, dict[str, Any]] = {}

    @property
    def answered_hosts(self) -> frozenset[str]:
        """Values of ``Host`` that belong to this distribution."""
        return frozenset({urlsplit(self.public_origin).netloc.lower(), *(host.lower() for host in self.hosts)})

    @property
    def scheme(self) -> str:
        """How viewers come; part of what a grant is signed for."""
        return urlsplit(self.public_origin).scheme


def load_config(path: Path) -> EdgeConfig:
    """The configuration in a file.

    Raises:
        ConfigError: it cannot be read, has members that are unknown, missing or of another type, contradicts itself,
            or leads off this machine.
    """
    try:
        config = msgspec.json.decode(path.read_bytes(), type=EdgeConfig)
    except (OSError, msgspec.MsgspecError) as error:
        raise ConfigError(f"{path}: {error}") from error
    for name, url in (("gatewayUrl", config.gateway_url), ("endpointUrl", config.endpoint_url)):
        try:
            require_loopback(url)
        except NotLoopback as error:
            raise ConfigError(f"{name}: {error}") from error
    if bool(config.origin_secret) == bool(config.origin_secret_id):
        raise ConfigError("exactly one of originSecret and originSecretId is needed")
    if not urlsplit(config.public_origin).netloc or urlsplit(config.public_origin).path:
        raise ConfigError("publicOrigin: scheme and host, without a path")
    return config
