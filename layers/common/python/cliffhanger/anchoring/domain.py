"""A day's heads, their Merkle root, and the documents that are kept of them. Pure.

The tree is that of RFC 6962, section 2.1: a leaf's hash is SHA-256 over a zero byte and the leaf, a node's over a one
byte and its children, so that neither can pass for the other. A leaf is the text ``ACCOUNT SEQ HASH``, in order of
account.
``tools/verify_anchor.py`` computes all of it again, without this code.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from cliffhanger.errors import InternalError

DAY_MS = 86_400_000
VERSION = 1
PREFIX = "days"
"""Of all keys in the bucket of anchors: ``days/2026-11-27/anchor.json`` and ``heads.txt.gz`` beside it."""
EXPORTED = "anchor"
"""Of all keys of the exports that anchors are made from: ``anchor/2026-11-27/AWSDynamoDB/…``."""

_SUMMARY = re.compile(EXPORTED + r"/([0-9]{4}-[0-9]{2}-[0-9]{2})/AWSDynamoDB/[^/]+/manifest-summary\.json")


class Head(NamedTuple):
    """The newest entry of an account that a day has seen: its seq, and its hash."""

    seq: int
    hash: bytes


class Anchored(NamedTuple):
    """What is kept of a day: the anchor, the heads that it is the root of, and of how many accounts."""

    day: str
    anchor: bytes
    heads: bytes
    accounts: int


class Merkle:
    """A tree that grows leaf by leaf and keeps only the roots of its full parts."""

    def __init__(self) -> None:
        self._full: list[tuple[int, bytes]] = []

    def add(self, leaf: bytes) -> None:
        """The next leaf."""
        height, node = 0, hashlib.sha256(b"\0" + leaf).digest()
        while self._full and self._full[-1][0] == height:
            node = hashlib.sha256(b"\1" + self._full.pop()[1] + node).digest()
            height += 1
        self._full.append((height, node))

    def root(self) -> bytes:
        """The root of what there is; of nothing, the hash of nothing."""
        if not self._full:
            return hashlib.sha256().digest()
        root = self._full[-1][1]
        for _, left in reversed(self._full[:-1]):
            root = hashlib.sha256(b"\1" + left + root).digest()
        return root


def anchored(day: str, heads: Mapping[str, Head], before: bytes | None, *, seen: bool = True) -> Anchored:
    """What is to be kept of a day; ``before`` is the anchor of the day before, whose hash this one carries.

    A day that was not ``seen``, because DynamoDB could not export it, has no heads and says so.

    The same heads give the same bytes, so that doing it again changes nothing.
    """
    tree, lines = Merkle(), []
    for account in sorted(heads):
        seq, digest = heads[account]
        leaf = f"{account} {seq} {_text_of(digest)}".encode()
        tree.add(leaf)
        lines.append(leaf + b"\n")
    document: dict[str, str | int] = {
        "v": VERSION,
        "day": day,
        "heads": len(lines),
        "root": tree.root().hex(),
        "previous": "" if before is None else hashlib.sha256(before).hexdigest(),
    }
    if not seen:
        document["unseen"] = True
    anchor = json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
    return Anchored(day, anchor, gzip.compress(b"".join(lines), mtime=0), len(lines))


def newest(found: Iterable[tuple[str, Head]]) -> dict[str, Head]:
    """The newest entry of each account, of all that a day's export holds: new entries, and old ones newly marked."""
    heads: dict[str, Head] = {}
    for account, head in found:
        known = heads.get(account)
        if known is None or head.seq > known.seq:
            heads[account] = head
    return heads


def anchor_key(day: str) -> str:
    """Where a day's anchor is kept."""
    return f"{PREFIX}/{day}/anchor.json"


def heads_key(day: str) -> str:
    """Where a day's heads are kept."""
    return f"{PREFIX}/{day}/heads.txt.gz"


def export_prefix(day: str) -> str:
    """Where a day's changes are exported to."""
    return f"{EXPORTED}/{day}"


def day_of_summary(key: str) -> str | None:
    """The day of an export whose last object, its summary, has that key; None for any other object."""
    found = _SUMMARY.fullmatch(key)
    return found[1] if found else None


def day_of(at_ms: int) -> str:
    """The day (UTC) of a time in milliseconds since 1970."""
    return _date(at_ms // DAY_MS)


def next_day(day: str) -> str:
    """The day after."""
    return _date(start_of(day) // DAY_MS + 1)


def start_of(day: str) -> int:
    """When a day begins, in milliseconds since 1970.

    Raises:
        InternalError: it is no day.
    """
    try:
        return int(datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC).timestamp()) * 1000
    except ValueError as error:
        raise InternalError(f"{day!r} is no day.") from error


def _date(days: int) -> str:

    return (date(1970, 1, 1) + timedelta(days=days)).isoformat()


def _text_of(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
