"""Where a request comes from: the block of addresses that its sender's network gave to one site."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any

V4_PREFIX, V6_PREFIX = 24, 56
"""Commonly the smallest that is routed by itself, and what one site is given (RFC 6177, 2)."""
UNKNOWN = "unknown"


def block_of(event: Mapping[str, Any]) -> str:
    """The block of the caller's address, or "unknown" where there is none to be read.

    The distribution appends the caller's address to ``X-Forwarded-For``, API Gateway that of the distribution. What
    stands before is the caller's own word. Sources: CloudFront, "Request and response behavior for custom origins";
    API Gateway, "Create AWS Lambda proxy integrations for HTTP APIs".
    """
    forwarded = str((event.get("headers") or {}).get("x-forwarded-for", ""))
    source = str(event.get("requestContext", {}).get("http", {}).get("sourceIp", ""))
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    if hops and hops[-1] == source and len(hops) > 1:
        hops.pop()
    try:
        address = ipaddress.ip_address(hops[-1] if hops else source)
    except ValueError:
        return UNKNOWN
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    found = mapped or address
    prefix = V4_PREFIX if found.version == 4 else V6_PREFIX
    return str(ipaddress.ip_network(f"{found}/{prefix}", strict=False))
