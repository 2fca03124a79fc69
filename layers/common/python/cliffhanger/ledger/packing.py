"""How an entry's bytes are stored: deflated (RFC 1951) with a fixed dictionary, after one byte that names it. Pure.

What is hashed is the text, and only the text: packing comes between an entry and its table, never between an entry and
its proof. Without it every ninth entry would cost two write units instead of one (docs/adr/0012).

Dictionaries are forever, like the bytes that were packed with them: a better one gets the next number.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping
from typing import Any

from cliffhanger.errors import LedgerCorrupt

MAX_BODY_BYTES = 400 * 1024
"""No body is longer: an item of DynamoDB is at most 400 KB (quota)."""
WINDOW_BITS = 12
_MEMORY_LEVEL = 5
_HARDEST = 9

DICTIONARY_1 = (
    b'"external:stripe"external:apple"external:google"platform:recovered-"reverses":,"approver":"actor":"reason":'
    b'"goodwill"service_failure"kind":"freeze"kind":"limits"kind":"reversal"kind":"purchase"kind":"grant"},"v":2}'
    b'"EUR.deferred":"GBP.deferred":"JPY.deferred":"held":{"debt":{"bonus":"flags":["frozen","ranges"]"limits":{'
    b'"auto":1,"day":,"series":"reference":"support:checkin:20purchase:key::rev:"series:"sources":{"units":["USD"]'
    b':grant"{"account":"viewer:","at":17,"postings":[["bonus",,".","platform:expired-1"],["bonus",,'
    b'"platform:issued-1","."],["coin",,"external:web","."],["USD",,"external:","deferred"],["bonus",,".",'
    b'"series:-:earned:0"],["coin",,".","series:-:earned:0"],["USD",,".deferred","series:-:earned:0"]],"prev":"",'
    b'"reference":"unlock:-.0","request":"","seq":,"spent":[["","bonus",,0,"",20],["","coin",,,"USD"]],"state":'
    b'{"balances":{"USD.deferred":,"bonus":,"coin":},"day":[20,],"lots":[["","bonus",,20],["","coin",,0,,"EUR",'
    b'"google"],["","coin",,0,,"USD","apple"],["","coin",,0,,"USD","web"]],"series":["",]},"terms":{"kind":'
    b'"unlock","prices":[[,,12]],"share":5000},"v":2}'
)
"""What entries have in common, the most frequent last; packed bytes that begin with 1 need exactly this."""
_DICTIONARIES = {1: DICTIONARY_1}
_NEWEST = 1


def pack(body: str) -> bytes:
    """The bytes to store for an entry's text."""
    packer = zlib.compressobj(
        _HARDEST, zlib.DEFLATED, -WINDOW_BITS, _MEMORY_LEVEL, zlib.Z_DEFAULT_STRATEGY, _DICTIONARIES[_NEWEST]
    )
    return bytes((_NEWEST,)) + packer.compress(body.encode()) + packer.flush()


def unpack(packed: bytes) -> str:
    """The text of stored bytes.

    Raises:
        LedgerCorrupt: they name no dictionary, or are cut short, too long, or not deflated text.
    """
    dictionary = _DICTIONARIES.get(packed[0]) if packed else None
    if dictionary is None:
        raise LedgerCorrupt("An entry's packed bytes name no dictionary.")
    unpacker = zlib.decompressobj(-WINDOW_BITS, dictionary)
    try:
        body = unpacker.decompress(packed[1:], MAX_BODY_BYTES).decode()
    except (zlib.error, UnicodeDecodeError) as error:
        raise LedgerCorrupt("An entry's packed bytes cannot be unpacked.") from error
    if not unpacker.eof or unpacker.unused_data:
        raise LedgerCorrupt("An entry's packed bytes are cut short, or longer than an entry.")
    return body


def stored_text(item: Mapping[str, Any]) -> str:
    """The text of a stored entry, from DynamoDB's JSON: packed, or as it is, as it was stored first.

    Raises:
        LedgerCorrupt: as :func:`unpack`.
        KeyError: the item has no body.
    """
    stored = item["body"]
    return str(stored["S"]) if "S" in stored else unpack(bytes_of(stored))


def bytes_of(value: Mapping[str, Any]) -> bytes:
    """The bytes of a binary attribute: as the client gives them, or in base64 as a stream record does.

    Raises:
        KeyError, ValueError: it holds none.
    """
    stored = value["B"]
    return stored if isinstance(stored, bytes) else base64.b64decode(stored)


def key_of(item: Mapping[str, Any]) -> tuple[str, int]:
    """The account and the number under which an item stands, in DynamoDB's JSON, whatever it is.

    Without an account it is "?"; without a whole number, which the table does not ask for, it is 0.
    """
    number = item.get("seq", {}).get("N", "0")
    return item.get("account", {}).get("S", "?"), int(number) if number.isdecimal() else 0
