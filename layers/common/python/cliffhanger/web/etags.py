"""Entity tags: a client that holds the present answer gets 304 and no body (RFC 9110 §8.8.3, §13.1.2, §15.4.5)."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from typing import Any

import msgspec

from cliffhanger.web.calls import JSON_TYPE, Answer, Call

TAG_CHARS = 26
"""130 bits of SHA-256 in base32."""

_TAGS = re.compile(r'"([\x21\x23-\x7e\x80-\xff]*)"')
_REVALIDATE = {"cache-control": "no-cache"}


def etag_answer(call: Call, body: Any, headers: Mapping[str, str] | None = None) -> Answer:
    """200 with the body and its strong entity tag, or 304 without a body when ``If-None-Match`` names that tag.

    Args:
        call: whose headers say what the client holds.
        body: a value to encode as JSON.
        headers: of both answers; ``cache-control`` is ``no-cache`` unless they say otherwise: keep it, and ask each
            time whether it still holds.
    """
    encoded = msgspec.json.encode(body)
    tag = base64.b32encode(hashlib.sha256(encoded).digest()).decode().lower()[:TAG_CHARS]
    told = {**_REVALIDATE, **(headers or {}), "etag": f'"{tag}"'}
    if is_held((call.event.get("headers") or {}).get("if-none-match", ""), tag):
        return Answer(304, None, told)
    return Answer(200, encoded.decode(), {"content-type": JSON_TYPE, **told})


def is_held(if_none_match: str, tag: str) -> bool:
    """Whether the value of ``If-None-Match`` names a tag, given without its quotes.

    The comparison is the weak one, as RFC 9110 §13.1.2 asks: ``W/`` before a tag changes nothing, and CloudFront puts
    it there when it compresses. What is malformed names nothing.
    """
    return if_none_match.strip() == "*" or tag in _TAGS.findall(if_none_match)
