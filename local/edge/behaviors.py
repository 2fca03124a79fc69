"""The distribution's cache behaviours and response headers, read from its template so that they cannot drift."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from local.edge.config import ConfigError, EdgeConfig
from local.edge.signatures import matches

READING: Final = frozenset({"GET", "HEAD"})
EVERYTHING: Final = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
DISTRIBUTION: Final = "AWS::CloudFront::Distribution"
POLICY: Final = "AWS::CloudFront::ResponseHeadersPolicy"
CACHING_OPTIMIZED: Final = "658327ea-f89d-4fab-a63d-7e88639e58f6"
"""The managed cache policy that accepts compressed files; without one that does, ``Compress`` changes nothing."""
_REFERENCE: Final = re.compile(r"\$\{([A-Za-z0-9.:]+)\}")

Headers = list[tuple[str, str]]


@dataclass(frozen=True)
class Added:
    """One header that a policy adds. Without ``override`` an origin's own value stays."""

    name: str
    value: str
    override: bool


@dataclass(frozen=True)
class Cors:
    """What a policy says to pages of other origins. ``shared`` is sent with every such answer."""

    origins: tuple[str, ...]
    shared: tuple[tuple[str, str], ...]
    override: bool


@dataclass(frozen=True)
class HeadersPolicy:
    """A response headers policy, ready to apply."""

    added: tuple[Added, ...] = ()
    removed: frozenset[str] = frozenset()
    cors: Cors | None = None

    def apply(self, headers: Headers, origin: str = "") -> Headers:
        """An answer's headers after the policy; ``origin`` is the request's ``Origin``."""
        kept = [(name, value) for name, value in headers if name.lower() not in self.removed]
        for added in (*self.added, *self._cors(kept, origin)):
            present = any(name.lower() == added.name.lower() for name, _ in kept)
            if added.override or not present:
                kept = [(name, value) for name, value in kept if name.lower() != added.name.lower()]
                kept.append((added.name, added.value))
        return kept

    def _cors(self, headers: Headers, origin: str) -> Iterator[Added]:
        """CloudFront adds them only to answers to requests that name their origin."""
        if self.cors is None or not origin:
            return
        theirs = any(name.lower().startswith("access-control-") for name, _ in headers)
        if theirs and not self.cors.override:
            return
        if any(matches(pattern, origin) for pattern in self.cors.origins):
            allowed = "*" if "*" in self.cors.origins else origin
            yield Added("Access-Control-Allow-Origin", allowed, override=True)
            for name, value in self.cors.shared:
                yield Added(name, value, override=True)


@dataclass(frozen=True)
class Behavior:
    """What happens to paths that fit ``pattern``: ``signed`` ones need a grant; ``compressed`` ones travel smaller."""

    pattern: str
    methods: frozenset[str]
    signed: bool
    headers: HeadersPolicy
    compressed: bool = False


DEFAULTS: Final = (
    Behavior("/v1/playlists/*", READING | {"OPTIONS"}, signed=False, headers=HeadersPolicy()),
    Behavior("/v1/*", EVERYTHING, signed=False, headers=HeadersPolicy()),
    Behavior("/media/*", READING | {"OPTIONS"}, signed=True, headers=HeadersPolicy()),
    Behavior("/posters/*", READING, signed=False, headers=HeadersPolicy()),
    Behavior("*", READING, signed=False, headers=HeadersPolicy(), compressed=True),
)
"""The designed behaviours, for an edge without a template."""


def load_behaviors(config: EdgeConfig) -> tuple[Behavior, ...]:
    """The behaviours in the order in which they are tried; the default one is last.

    Raises:
        ConfigError: the template or a policy holds something that the edge would have to ignore, or streams are open.
    """
    if config.template and config.response_headers:
        raise ConfigError("template and responseHeaders exclude each other")
    if config.template:
        found = _from_template(_read(Path(config.template)), config.template_values)
    else:
        found = tuple(replace(one, headers=_policy_of(config, one.pattern)) for one in DEFAULTS)
    streams = next((one for one in found if matches(one.pattern, "/media/x")), None)
    if streams is None or not streams.signed:
        raise ConfigError("the distribution serves /media/* without a key group")
    return found


def _policy_of(config: EdgeConfig, pattern: str) -> HeadersPolicy:
    name = "default" if pattern == "*" else pattern
    return parse_policy(config.response_headers.get(name, {}), config.template_values)


def _read(path: Path) -> dict[str, Any]:
    try:
        resources = json.loads(path.read_bytes())["Resources"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigError(f"template: {path} is no template: {error}") from error
    return dict(resources)


def _from_template(resources: dict[str, Any], values: Mapping[str, str]) -> tuple[Behavior, ...]:
    distributions = [
        one["Properties"]["DistributionConfig"] for one in resources.values() if one["Type"] == DISTRIBUTION
    ]
    if len(distributions) != 1:
        raise ConfigError(f"template: it has {len(distributions)} distributions, not one")
    policies = {name: one["Properties"] for name, one in resources.items() if one["Type"] == POLICY}
    listed = [
        *distributions[0].get("CacheBehaviors", []),
        {**distributions[0]["DefaultCacheBehavior"], "PathPattern": "*"},
    ]
    return tuple(
        Behavior(
            pattern=str(one["PathPattern"]),
            methods=frozenset(one.get("AllowedMethods", READING)),
            signed=bool(one.get("TrustedKeyGroups")),
            headers=_referred(one.get("ResponseHeadersPolicyId"), policies, values),
            compressed=_flag(one.get("Compress", False)) and one.get("CachePolicyId") == CACHING_OPTIMIZED,
        )
        for one in listed
    )


def _referred(reference: Any, policies: dict[str, Any], values: Mapping[str, str]) -> HeadersPolicy:
    if reference is None:
        return HeadersPolicy()
    name = reference.get("Ref") if isinstance(reference, dict) else None
    if name not in policies:
        raise ConfigError(f"template: the headers policy {reference!r} is not one of its own")
    return parse_policy(policies[name]["ResponseHeadersPolicyConfig"], values)


def parse_policy(config: Mapping[str, Any], values: Mapping[str, str]) -> HeadersPolicy:
    """A ``ResponseHeadersPolicyConfig`` as CloudFormation has it.

    ``Strict-Transport-Security`` is left out: it must not be sent over plain HTTP (RFC 6797, section 7.2).

    Raises:
        ConfigError: it has a member that is not applied here, or a reference without a value.
    """
    known = {"Comment", "CorsConfig", "CustomHeadersConfig", "Name", "RemoveHeadersConfig", "SecurityHeadersConfig"}
    if set(config) - known:
        raise ConfigError(f"headers policy: {min(set(config) - known)} is not applied here")
    added = [
        Added(_text(item["Header"], values), _text(item["Value"], values), _flag(item["Override"]))
        for item in config.get("CustomHeadersConfig", {}).get("Items", [])
    ]
    added += _security(config.get("SecurityHeadersConfig", {}), values)
    removed = frozenset(str(item["Header"]).lower() for item in config.get("RemoveHeadersConfig", {}).get("Items", []))
    cors = config.get("CorsConfig")
    return HeadersPolicy(tuple(added), removed, _cors(cors, values) if cors else None)


def _security(config: Mapping[str, Any], values: Mapping[str, str]) -> Iterator[Added]:
    for name, item in config.items():
        override = _flag(item["Override"])
        if name == "ContentSecurityPolicy":
            yield Added("Content-Security-Policy", _text(item["ContentSecurityPolicy"], values), override)
        elif name == "ContentTypeOptions":
            yield Added("X-Content-Type-Options", "nosniff", override)
        elif name == "FrameOptions":
            yield Added("X-Frame-Options", str(item["FrameOption"]), override)
        elif name == "ReferrerPolicy":
            yield Added("Referrer-Policy", str(item["ReferrerPolicy"]), override)
        elif name == "XSSProtection":
            mode = "; mode=block" if _flag(item.get("ModeBlock", False)) else ""
            yield Added("X-XSS-Protection", f"1{mode}" if _flag(item["Protection"]) else "0", override)
        elif name != "StrictTransportSecurity":
            raise ConfigError(f"headers policy: {name} is not applied here")


def _cors(config: Mapping[str, Any], values: Mapping[str, str]) -> Cors:
    def items(name: str) -> list[str]:
        return [_text(item, values) for item in config.get(name, {}).get("Items", [])]

    shared = [
        ("Access-Control-Allow-Methods", ", ".join(items("AccessControlAllowMethods"))),
        ("Access-Control-Allow-Headers", ", ".join(items("AccessControlAllowHeaders"))),
        ("Access-Control-Expose-Headers", ", ".join(items("AccessControlExposeHeaders"))),
        ("Access-Control-Max-Age", str(config.get("AccessControlMaxAgeSec", ""))),
        (
            "Access-Control-Allow-Credentials",
            "true" if _flag(config.get("AccessControlAllowCredentials", False)) else "",
        ),
    ]
    return Cors(
        origins=tuple(items("AccessControlAllowOrigins")),
        shared=tuple((name, value) for name, value in shared if value),
        override=_flag(config.get("OriginOverride", True)),
    )


def _flag(value: Any) -> bool:
    return value is True or str(value).lower() == "true"


def _text(value: Any, values: Mapping[str, str]) -> str:
    """A template's string with its references filled in."""
    if isinstance(value, dict) and len(value) == 1:
        (function, argument) = next(iter(value.items()))
        if function == "Fn::Join":
            return str(argument[0]).join(_text(part, values) for part in argument[1])
        if function == "Fn::Sub" and isinstance(argument, str):
            return _REFERENCE.sub(lambda found: _value(found[1], values), argument)
        if function in ("Ref", "Fn::GetAtt"):
            return _value(argument if isinstance(argument, str) else ".".join(argument), values)
    if not isinstance(value, str | int | float):
        raise ConfigError(f"headers policy: {value!r} has no value here")
    return str(value)


def _value(name: str, values: Mapping[str, str]) -> str:
    if name not in values:
        raise ConfigError(f"headers policy: templateValues lacks {name!r}")
    return values[name]
