"""What CloudFront compresses on its way to a viewer, and this does as well (gzip only).

Source: CloudFront developer guide, "Serving compressed files": of the types below, from 1,000 to 10,000,000 bytes of
known length, whole, where the viewer accepts it and the behaviour's cache policy allows it; a strong ETag becomes weak.
"""

from __future__ import annotations

import functools
import gzip
from typing import Final

from local.edge.messages import Answer, Request

TYPES: Final = frozenset(
    {
        "application/javascript",
        "application/json",
        "application/manifest+json",
        "application/xml",
        "image/svg+xml",
        "text/css",
        "text/html",
        "text/javascript",
        "text/plain",
        "text/xml",
    }
)
LEAST: Final = 1_000
MOST: Final = 10_000_000
KEPT: Final = 64
"""How many files are kept compressed, as CloudFront's cache would."""


def compressed(request: Request, answer: Answer) -> Answer:
    """The answer, compressed where CloudFront would."""
    headers = {name.lower(): value for name, value in answer.headers}
    length = headers.get("content-length", "")
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if (
        request.method != "GET"
        or answer.status != 200
        or "content-encoding" in headers
        or kind not in TYPES
        or not length.isdigit()
        or not LEAST <= int(length) <= MOST
        or not _accepted(request.header("accept-encoding"))
    ):
        return answer
    body = _gzip(b"".join(answer.body))
    changed = {"content-length": str(len(body)), "etag": _weak(headers.get("etag", ""))}
    kept = [(name, changed.get(name.lower(), value)) for name, value in answer.headers]
    return Answer(answer.status, [*kept, ("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding")], iter((body,)))


def strong(etag: str) -> str:
    """The tags of a condition as the origin knows them: without the weakness that compression has given them."""
    return etag.replace('W/"', '"')


def _accepted(encodings: str) -> bool:
    """Whether a viewer takes gzip: named, and not with a quality of zero (RFC 9110, section 12.5.3)."""
    for one in encodings.lower().split(","):
        name, _, quality = one.partition(";")
        if name.strip() == "gzip":
            return quality.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False


def _weak(etag: str) -> str:
    return etag if etag.startswith("W/") else f"W/{etag}"


@functools.lru_cache(maxsize=KEPT)
def _gzip(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)
