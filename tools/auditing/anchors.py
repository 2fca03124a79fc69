"""Anchors as they lie in a folder: each day's root is computed again, and its heads are held against the chains."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from tools import verify_anchor
from tools.auditing.entries import bytes_of_hash
from tools.auditing.exports import Unreadable
from tools.auditing.findings import Finding
from tools.auditing.items import ANCHORED, ItemRecord, split

_DAY = dt.timedelta(days=1)


def read_anchors(folder: Path) -> Iterator[ItemRecord | Finding]:
    """The heads of all days, as records beside the entries they name; and what is wrong with the anchors themselves.

    Raises:
        Unreadable: there is no anchor.
    """
    paths = sorted(folder.rglob(verify_anchor.ANCHOR))
    if not paths:
        raise Unreadable(f"{folder}: no anchor ({verify_anchor.ANCHOR}).")
    before: verify_anchor.Anchor | None = None
    for path in paths:
        day = path.parent.name
        try:
            anchor = verify_anchor.read_anchor(path)
            since = int(dt.datetime.fromisoformat(anchor.day + "T00:00:00+00:00").timestamp() * 1000)
            yield from _records(path, anchor, since)
        except (verify_anchor.Unreadable, ValueError) as error:
            yield Finding("anchor_unreadable", f"{day}: {error}")
            before = None
            continue
        if before is not None:
            yield from _follows(before, anchor, since)
        before = anchor


def _records(path: Path, anchor: verify_anchor.Anchor, since: int) -> Iterator[ItemRecord | Finding]:
    tree = verify_anchor.Tree()
    for leaf in verify_anchor.leaves_of(path):
        tree.add(leaf)
        account, seq, text = verify_anchor.split(leaf)
        chain, volume = split(account)
        yield chain, seq, since, ANCHORED, anchor.day, b"", bytes_of_hash(text), [], volume
    if (tree.root().hex(), tree.count) != (anchor.root, anchor.heads):
        yield Finding("anchor_unreadable", f"{anchor.day}: its {tree.count} heads do not make its root")


def _follows(before: verify_anchor.Anchor, anchor: verify_anchor.Anchor, since: int) -> Iterator[Finding]:
    if anchor.previous != before.digest:
        said = f"{anchor.day} does not name the anchor of {before.day} as it is here"
        yield Finding("anchor_chain_broken", said, since=since)
    expected = dt.date.fromisoformat(before.day) + _DAY
    if anchor.day != expected.isoformat():
        yield Finding("anchor_missing", f"{expected.isoformat()}, before {anchor.day}", since=since)
