#!/usr/bin/env python3
"""Proves, offline, that a receipt's entry was in the books on a day. One file; needs Python 3.9 or later, nothing else.

    python3 verify_anchor.py verify --proof proof.json --receipt receipt.json [--receipt next.json] --anchor anchor.json
    python3 verify_anchor.py prove  --anchor 2026-11-27/anchor.json --account viewer:4h7d9k2m8q1r5t0v > proof.json
    python3 verify_anchor.py check  2026-11-27/anchor.json ...

Each day, the newest entry of every account that the day has seen is a leaf of a Merkle tree, whose root is kept where
nobody can change it. A proof is one leaf and the hashes beside its way to the root. If the receipt is the leaf's entry,
or leads to it through receipts that each name the one before, and the root is that of the day's anchor, then what it
says stood in the books on that day. Without the anchor nothing is proven: anybody can make a root of their own.

A leaf is the text "ACCOUNT SEQ HASH", the hash in base64url. As in RFC 6962, section 2.1: a leaf's hash is SHA-256
over a zero byte and the leaf, a node's over a one byte and its two children; of n leaves the left tree takes the
largest power of two that is smaller than n.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import hashlib
import json
import re
import sys
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

PROVEN, NOT_PROVEN, UNREADABLE = 0, 1, 2
"""Exit codes."""

ANCHOR, LEAVES = "anchor.json", "heads.txt.gz"
VERSION = 1
MAX_INPUT_BYTES = 32 * 2**20
MAX_PATH = 64
_HEX = re.compile(r"[0-9a-f]{64}")
_LEAF = re.compile(
    r"([a-z]{1,16}(?::[a-z0-9][a-z0-9-]{0,31}){1,3}(?:\.[1-9][0-9]{0,5})?) ([1-9][0-9]{0,15}) ([A-Za-z0-9_-]{43})"
)
_DAY = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")


class Unreadable(Exception):
    """What was given cannot be read as what it should be; the message says why."""


class Anchor(NamedTuple):
    """A day's anchor: its root, of how many heads, the SHA-256 of the anchor before (none: empty), and its own.

    A day that is ``unseen`` has no heads because nobody could be told of its entries any more; the days after it go on.
    """

    day: str
    root: str
    heads: int
    previous: str
    digest: str
    unseen: bool = False


class Tree:
    """A Merkle tree that grows leaf by leaf and keeps only the roots of its full parts."""

    def __init__(self) -> None:
        self.count = 0
        self._full: list[tuple[int, bytes]] = []

    def add(self, leaf: bytes) -> None:
        """The next leaf."""
        height, node = 0, leaf_hash(leaf)
        while self._full and self._full[-1][0] == height:
            node = node_hash(self._full.pop()[1], node)
            height += 1
        self._full.append((height, node))
        self.count += 1

    def root(self) -> bytes:
        """The root of what there is; of nothing, the hash of nothing."""
        if not self._full:
            return hashlib.sha256().digest()
        root = self._full[-1][1]
        for _, left in reversed(self._full[:-1]):
            root = node_hash(left, root)
        return root


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a leaf."""
    return hashlib.sha256(b"\0" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node."""
    return hashlib.sha256(b"\1" + left + right).digest()


def path_of(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The hashes beside the way from a leaf to the root, from the leaf up (RFC 6962, section 2.1.1)."""
    level, path = [leaf_hash(leaf) for leaf in leaves], []
    while len(level) > 1:
        if index ^ 1 < len(level):
            path.append(level[index ^ 1])
        level = [
            node_hash(*level[place : place + 2]) if place + 1 < len(level) else level[place]
            for place in range(0, len(level), 2)
        ]
        index >>= 1
    return path


def root_of(leaf: bytes, index: int, count: int, path: Sequence[bytes]) -> bytes:
    """The root that a leaf and its path lead to (RFC 9162, section 2.1.3.2).

    Raises:
        Unreadable: the path has another length than the tree's.
    """
    place, last, node = index, count - 1, leaf_hash(leaf)
    for beside in path:
        if last == 0:
            raise Unreadable("the path is too long")
        if place & 1 or place == last:
            node = node_hash(beside, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, beside)
        place, last = place >> 1, last >> 1
    if last:
        raise Unreadable("the path is too short")
    return node


def split(leaf: bytes) -> tuple[str, int, str]:
    """Account, seq and hash of a leaf.

    Raises:
        Unreadable: it is none.
    """
    found = _LEAF.fullmatch(leaf.decode("ascii", "replace"))
    if found is None:
        raise Unreadable("a leaf is no account, number and hash")
    return found[1], int(found[2]), found[3]


# --- Reading ---------------------------------------------------------------------------------------------------------


def read_anchor(path: Path) -> Anchor:
    """An anchor from its file.

    Raises:
        Unreadable: it is none of version 1.
    """
    data = _read(path)
    document = _object(data, path)
    day, root, count = document.get("day"), document.get("root"), document.get("heads")
    previous = document.get("previous", "")
    fits = (
        document.get("v") == VERSION
        and isinstance(day, str) and _DAY.fullmatch(day)
        and isinstance(root, str) and _HEX.fullmatch(root)
        and type(count) is int and count >= 0
        and isinstance(previous, str) and (not previous or _HEX.fullmatch(previous))
        and (document.get("unseen", False) is False or (document["unseen"] is True and count == 0))
    )  # fmt: skip
    if not fits:
        raise Unreadable(f"{path}: no anchor of version {VERSION}")
    digest, unseen = hashlib.sha256(data).hexdigest(), bool(document.get("unseen"))
    return Anchor(str(day), str(root), int(count or 0), previous, digest, unseen)


def leaves_of(anchor: Path) -> Iterator[bytes]:
    """The leaves beside an anchor, in order.

    Raises:
        Unreadable: they are not there, damaged, or not in order of account.
    """
    last = ""
    try:
        with gzip.open(anchor.parent / LEAVES, "rb") as file:
            for line in file:
                leaf = line.rstrip(b"\n")
                account = split(leaf)[0]
                if account <= last:
                    raise Unreadable(f"{LEAVES} is not in order")
                last = account
                yield leaf
    except (OSError, EOFError, zlib.error) as error:
        raise Unreadable(f"{anchor.parent / LEAVES}: {error}") from error


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_INPUT_BYTES + 1)
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror}") from error
    if len(data) > MAX_INPUT_BYTES:
        raise Unreadable(f"{path}: more than {MAX_INPUT_BYTES // 2**20} MiB")
    return data


def _object(data: bytes, path: Path) -> dict[str, Any]:
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{path}: no JSON") from error
    if not isinstance(document, dict):
        raise Unreadable(f"{path}: no object")
    return document


# --- Proving ---------------------------------------------------------------------------------------------------------


def prove(anchor: Path, account: str) -> dict[str, Any]:
    """The proof that an account's newest entry of the day is under the day's root.

    Raises:
        Unreadable: the anchor or its leaves cannot be read, contradict each other, or do not hold the account.
    """
    head = read_anchor(anchor)
    if head.unseen:
        raise Unreadable(
            f"{head.day} was anchored without its entries; a later day's head may lead back to the receipt"
        )
    leaves = list(leaves_of(anchor))
    index = next((place for place, leaf in enumerate(leaves) if split(leaf)[0] == account), None)
    if index is None:
        raise Unreadable(f"{account} has no entry among the heads of {head.day}")
    path = path_of(leaves, index)
    if root_of(leaves[index], index, len(leaves), path).hex() != head.root:
        raise Unreadable(f"the heads of {head.day} do not make its root")
    return {
        "v": VERSION,
        "day": head.day,
        "root": head.root,
        "heads": head.heads,
        "leaf": leaves[index].decode(),
        "index": index,
        "path": [each.hex() for each in path],
    }


def verify(proof: dict[str, Any], receipts: Sequence[dict[str, Any]], anchor: Anchor | None) -> list[str]:
    """What does not hold; nothing where the first receipt's entry is proven to be in the books of the proof's day.

    Without an anchor nothing is.

    Raises:
        Unreadable: the proof or a receipt has another form.
    """
    leaf, index, count = proof.get("leaf"), proof.get("index"), proof.get("heads")
    path = proof.get("path")
    fits = (
        isinstance(leaf, str) and type(index) is int and type(count) is int and 0 <= index < count
        and isinstance(path, list) and len(path) <= MAX_PATH
        and all(isinstance(each, str) and _HEX.fullmatch(each) for each in path)
    )  # fmt: skip
    if not fits:
        raise Unreadable("the proof has another form")
    account, seq, digest = split(str(leaf).encode())
    wrong = []
    beside = [bytes.fromhex(each) for each in path or ()]
    try:
        root = root_of(str(leaf).encode(), int(index or 0), int(count or 0), beside)
    except Unreadable as error:
        return [str(error)]
    if root.hex() != proof.get("root"):
        wrong.append("the leaf and its path do not lead to the root")
    if anchor is None:
        wrong.append("the root was compared with no anchor: take it from where nobody can change it (--anchor)")
    elif (anchor.root, anchor.day, anchor.heads) != (root.hex(), proof.get("day"), count):
        wrong.append("the root is not the anchor's")
    return wrong + _leads_to(receipts, account, seq, digest)


def _leads_to(receipts: Sequence[dict[str, Any]], account: str, seq: int, digest: str) -> list[str]:
    """What is missing on the way from the leaf's entry back to the first receipt, by the hash that each names."""
    entries = {}
    for receipt in receipts:
        text = receipt.get("entry")
        if not isinstance(text, str):
            raise Unreadable("a receipt has no entry")
        document = _object(text.encode(), Path("receipt"))
        entries[hash_of(text)] = document
        if document.get("account") != account:
            return [f"a receipt is of another account than the proof, {account}"]
    wanted = hash_of(receipts[0]["entry"])
    while digest != wanted:
        entry = entries.get(digest)
        if entry is None:
            return [f"receipt {seq} is missing, by which the proof's entry leads back to the first"]
        if entry.get("seq") != seq or not isinstance(entry.get("prev"), str):
            return [f"receipt {seq} has another number"]
        digest, seq = entry["prev"], seq - 1
    if entries[digest].get("seq") != seq:
        return ["the first receipt has another number than it should"]
    return []


def hash_of(text: str) -> str:
    """The SHA-256 of an entry's text, in base64url without padding."""
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


def check(path: Path) -> list[str]:
    """What does not hold of an anchor and the leaves beside it."""
    anchor, tree = read_anchor(path), Tree()
    for leaf in leaves_of(path):
        tree.add(leaf)
    holds = (tree.root().hex(), tree.count) == (anchor.root, anchor.heads)
    return [] if holds else [f"{anchor.day}: its heads do not make its root"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Does what the command line asks; returns the exit code."""
    parser = argparse.ArgumentParser(description="Prove that a receipt's entry was in the books on a day, offline.")
    deeds = parser.add_subparsers(dest="deed", required=True)
    verifying = deeds.add_parser("verify", help="hold receipts against a proof")
    verifying.add_argument("--proof", required=True, type=Path)
    verifying.add_argument("--receipt", required=True, type=Path, action="append", help="the first is what is proven")
    verifying.add_argument("--anchor", type=Path, help="the day's anchor, without which nothing is proven")
    proving = deeds.add_parser("prove", help="make a proof from a day's anchor and the heads beside it")
    proving.add_argument("--anchor", required=True, type=Path)
    proving.add_argument("--account", required=True)
    checking = deeds.add_parser("check", help="compute the roots of anchors again")
    checking.add_argument("anchor", type=Path, nargs="+")
    asked = parser.parse_args(arguments)
    try:
        if asked.deed == "prove":
            print(json.dumps(prove(asked.anchor, asked.account), indent=2))
            return PROVEN
        if asked.deed == "check":
            wrong = [fault for path in asked.anchor for fault in check(path)]
        else:
            receipts = [_object(_read(path), path) for path in asked.receipt]
            anchor = read_anchor(asked.anchor) if asked.anchor else None
            wrong = verify(_object(_read(asked.proof), asked.proof), receipts, anchor)
    except Unreadable as error:
        print(f"Unreadable: {error}", file=sys.stderr)
        return UNREADABLE
    for fault in wrong:
        print(f"NOT PROVEN: {fault}")
    if not wrong:
        print("Proven." if asked.deed == "verify" else f"{len(asked.anchor)} anchors hold.")
    return NOT_PROVEN if wrong else PROVEN


if __name__ == "__main__":
    sys.exit(main())
