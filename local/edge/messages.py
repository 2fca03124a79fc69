"""What goes between the edge and its origins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from local.edge.behaviors import Headers

CONNECT_S: Final = 10
RESPONSE_S: Final = 30
"""CloudFront's defaults: seconds to connect to an origin, and to hear from it."""

HOP_BY_HOP: Final = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""Headers that end at each hop (RFC 9110, section 7.6.1)."""


class OriginUnreachable(Exception):
    """An origin gave no answer: ``status`` is 502 when there was none to be had, 504 when it came too late."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True)
class Answer:
    """What an origin answered. ``body`` gives the content once, in parts."""

    status: int
    headers: Headers
    body: Iterator[bytes] = field(default_factory=lambda: iter(()))


@dataclass(frozen=True)
class Request:
    """What a viewer asked for, as far as it is passed on. ``query`` has no signature in it."""

    method: str
    path: str
    query: str
    headers: Headers
    body: bytes
    viewer: tuple[str, int]

    def header(self, name: str) -> str:
        """The first value of a header, or nothing."""
        return next((value for key, value in self.headers if key == name), "")
