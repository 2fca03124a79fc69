"""Books that hold, and hands that change them as somebody with the table's key could."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.books import BEGIN, items
from cliffhanger.ledger.canonical import canonical_json, digest
from cliffhanger.ledger.lots import DAY_MS
from cliffhanger.ledger.names import text_of_hash
from cliffhanger.ledger.packing import pack, stored_text
from tests.support.exports import write_export
from tools.auditing.exports import open_export
from tools.auditing.running import Audited, asked_of, audit

Item = dict[str, Any]
Document = dict[str, Any]
AS_OF = BEGIN + 400 * DAY_MS
SIZE = 240


@functools.cache
def _genuine() -> dict[tuple[str, int], Item]:
    return {(item["account"]["S"], int(item["seq"]["N"])): item for item in items(SIZE, models=4, block_of=2)}


class Books:
    """Every item of some books, in DynamoDB's JSON."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, int], Item] = {key: dict(item) for key, item in _genuine().items()}

    def document(self, account: str, seq: int) -> Document:
        """What an entry's bytes say."""
        read: Document = json.loads(stored_text(self.items[account, seq]))
        return read

    def accounts(self, kind: str) -> list[str]:
        """Accounts of a kind, in order."""
        return sorted({account for account, _ in self.items if account.startswith(f"{kind}:")})

    def length(self, account: str) -> int:
        """How many entries an account has."""
        return sum(one == account for one, _ in self.items)

    def find(self, holds: Callable[[Document], Any], kind: str = "viewer") -> tuple[str, int]:
        """The first entry of an account of that kind of which something holds."""
        for account, seq in sorted(self.items):
            if account.startswith(f"{kind}:") and holds(self.document(account, seq)):
                return account, seq
        raise LookupError("there is no such entry in the books")

    def of_kind(self, kind: str) -> tuple[str, int]:
        """The first entry whose terms are of that kind."""
        return self.find(lambda document: document.get("terms", {}).get("kind") == kind)

    def put(self, document: Document, *, key: tuple[str, int] | None = None) -> None:
        """Stores an entry under its own key or another, hashed and packed as the product would; marks stay."""
        account, seq = key or (document["account"], document["seq"])
        body = canonical_json(document)
        item = self.items.get((account, seq), {"account": {"S": account}, "seq": {"N": str(seq)}})
        if "reference" in document:
            item["reference"] = {"S": document["reference"]}
        self.items[account, seq] = {**item, "body": {"B": pack(body)}, "hash": {"B": digest(body)}}

    def change(self, where: tuple[str, int], act: Callable[[Document], Any], *, linked: bool = True) -> None:
        """Changes an entry and hashes it anew; with ``linked`` all that follow too, so that the links hold."""
        account, seq = where
        document = self.document(account, seq)
        act(document)
        self.put(document)
        if linked:
            self.relink(account, seq + 1)

    def relink(self, account: str, start: int) -> None:
        """Lets each entry from a seq on name the hash of the one before it."""
        for seq in range(start, self.length(account) + 1):
            document = self.document(account, seq)
            document["prev"] = text_of_hash(self.items[account, seq - 1]["hash"]["B"])
            self.put(document)

    def cut(self, account: str, length: int) -> None:
        """Takes away all but the first so many entries of a chain."""
        for seq in range(length + 1, self.length(account) + 1):
            del self.items[account, seq]

    def export(self, folder: Path, **how: Any) -> Path:
        """An export of them."""
        return write_export(folder, self.items.values(), AS_OF, **how)

    def audited(self, folder: Path, **how: Any) -> Audited:
        """What the auditor says of them."""
        return audited(self.export(folder), **how)


def audited(*folders: Path, **how: Any) -> Audited:
    """What the auditor says of some exports."""
    exports = [open_export(folder) for folder in folders]
    return audit(asked_of(exports, workers=1, **how), exports)


def codes(found: Audited) -> set[str]:
    """The codes of all findings."""
    return set(found.tally.findings.counts)
