"""Canonical JSON (RFC 8785) for what is hashed, restricted to what an entry holds: ASCII keys, text, integers.

Within that restriction the standard library's encoder writes the same bytes as the RFC: keys sorted by code point
(equal to UTF-16 order for ASCII), shortest escapes, no space. A test compares it with an independent implementation.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from cliffhanger.errors import NotCanonical

MAX_INTEGER = 2**53 - 1
"""Larger integers are not exact as IEEE 754 doubles, which RFC 8785 section 3.2.2.3 prescribes."""


def canonical_json(value: Any) -> str:
    """The canonical text of a value of dicts, lists, text, integers and booleans.

    Raises:
        NotCanonical: a float, an integer beyond 2^53-1, a key that is not ASCII text, a lone surrogate, another type.
    """
    _check(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest(text: str) -> bytes:
    """SHA-256 of the text's UTF-8 bytes."""
    return hashlib.sha256(text.encode()).digest()


def _check(value: Any) -> None:
    kind = type(value)
    if kind is str:
        _check_text(value)
    elif kind is int:
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise NotCanonical(f"{value} is beyond 2^53-1.")
    elif kind is list or kind is tuple:
        for item in value:
            _check(item)
    elif kind is dict:
        for key, item in value.items():
            if type(key) is not str or not key.isascii():
                raise NotCanonical(f"{key!r} is no ASCII key.")
            _check(item)
    elif kind is not bool:
        raise NotCanonical(f"{kind.__name__} has no canonical form here.")


def _check_text(value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise NotCanonical("A lone surrogate has no UTF-8 form.") from error
