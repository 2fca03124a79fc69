"""What the local platform's processes may see: dummy credentials and loopback endpoints, and nothing of the machine's.

Everything that speaks AWS here gets its endpoint from this module. A real account cannot be reached by accident: the
credentials are always replaced, and an endpoint that is not loopback is refused before anything starts.
"""

from __future__ import annotations

import ipaddress
import os
import urllib.parse
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The checkout."""

PRODUCT = ROOT / "layers" / "common" / "python"
"""Holds the package ``cliffhanger``."""

ACCOUNT = "000000000000"
REGION = "us-east-1"
LOOPBACK = "127.0.0.1"
LOOPBACK_NETWORK = "127.0.0.0/8"
DUMMY_KEY = "test"
DUMMY_SECRET = "test"

KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TERM", "TZ", "VIRTUAL_ENV", "SSL_CERT_FILE", "DYLD_LIBRARY_PATH")
"""What is taken over from the caller; everything else stays outside, credentials and proxies above all."""


class NotLoopback(RuntimeError):
    """An endpoint leads off this machine."""


def require_loopback(url: str) -> str:
    """The address itself, if it leads to this machine and nowhere else.

    Raises:
        NotLoopback: its host is no loopback address and not ``localhost``.
    """
    host = urllib.parse.urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return url
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise NotLoopback(f"the local platform speaks only to this machine, not to '{url}'")
    return url


def refuse_foreign_endpoints(environment: Mapping[str, str]) -> None:
    """Refuses to start when the caller's own settings point AWS clients at something that is not this machine.

    They would be replaced anyway; but whoever set them expects them to count, and is told so.

    Raises:
        NotLoopback: an ``AWS_ENDPOINT_URL…`` variable leads elsewhere.
    """
    for name, value in environment.items():
        if name.startswith("AWS_ENDPOINT_URL") and value:
            require_loopback(value)


def callers_environment() -> dict[str, str]:
    """The caller's environment without anything of AWS in it."""
    return {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}


def process_environment(endpoint: str, media_endpoint: str, scratch: Path) -> dict[str, str]:
    """The environment of every process of the platform, Lambda functions included.

    Raises:
        NotLoopback: one of the endpoints leads off this machine.
    """
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return {
        **kept,
        "AWS_ACCESS_KEY_ID": DUMMY_KEY,
        "AWS_SECRET_ACCESS_KEY": DUMMY_SECRET,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": require_loopback(endpoint),
        "AWS_ENDPOINT_URL_MEDIACONVERT": require_loopback(media_endpoint),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "NO_PROXY": "*",
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "TMPDIR": str(scratch),
    }
