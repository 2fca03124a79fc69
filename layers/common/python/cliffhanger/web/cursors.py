"""Cursors: where the next page of a list begins, sealed so that only we can write one.

A cursor is opaque base64url: a truncated HMAC-SHA256, then the position as JSON. The seal covers the list's name and
the caller, so that a cursor of another list, or of somebody else, opens nothing. It is signed, not encrypted: a
position holds only what the page that it ends has shown anyway.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Any

import msgspec

from cliffhanger.errors import CursorInvalid, InternalError
from cliffhanger.web.fields import MAX_CURSOR_CHARS

SEAL_BYTES = 16
"""128 bits of HMAC-SHA256; RFC 2104 §5 takes half of the digest's length as the least."""

BEGIN_AGAIN = "Begin at the first page, without a cursor."

Position = dict[str, Any] | list[Any]


class Cursors:
    """Seals and opens cursors.

    Args:
        secret: gives the key of the seal; asked for at the first cursor, never on import.
    """

    def __init__(self, secret: Callable[[], bytes]) -> None:
        self._secret = secret

    def seal(self, list_name: str, caller: str, position: Position) -> str:
        """A cursor of at most 512 characters for a position in a list; ``caller`` is a person id, or "" on open lists.

        Raises:
            InternalError: the position is too long to fit; a fault of the calling code.
            Unavailable: the secret cannot be read.
        """
        payload = msgspec.json.encode(position)
        cursor = _text(self._mac(list_name, caller, payload) + payload)
        if len(cursor) > MAX_CURSOR_CHARS:
            raise InternalError(f"A position of {len(payload)} bytes in {list_name} does not fit into a cursor.")
        return cursor

    def open(self, list_name: str, caller: str, cursor: str) -> Any:
        """The position that was sealed for this list and this caller.

        Raises:
            CursorInvalid: it was not; nothing says why.
            Unavailable: the secret cannot be read.
        """
        sealed = _bytes(cursor)
        payload = sealed[SEAL_BYTES:]
        if not hmac.compare_digest(sealed[:SEAL_BYTES], self._mac(list_name, caller, payload)):
            raise CursorInvalid(BEGIN_AGAIN)
        return msgspec.json.decode(payload)

    def _mac(self, list_name: str, caller: str, payload: bytes) -> bytes:
        # A JSON array keeps the parts apart: no two lists of parts have the same bytes.
        signed = msgspec.json.encode([list_name, caller]) + payload
        return hmac.new(self._secret(), signed, hashlib.sha256).digest()[:SEAL_BYTES]


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(cursor: str) -> bytes:
    try:
        data = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except ValueError as error:
        raise CursorInvalid(BEGIN_AGAIN) from error
    # base64 has several texts for some bytes, of which we write one.
    if len(cursor) > MAX_CURSOR_CHARS or _text(data) != cursor:
        raise CursorInvalid(BEGIN_AGAIN)
    return data
