"""What a forger does: changes one thing, and makes everything else agree as well as can be."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import rfc8785

from cliffhanger.ledger.canonical import digest
from cliffhanger.ledger.names import text_of_hash
from tools import verify_receipt as verifier

Path = tuple[str | int, ...]


def paths(value: Any, here: Path = ()) -> Iterator[Path]:
    """Every place in a JSON value but its root, containers before what they hold."""
    inner: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield (*here, key)
        yield from paths(item, (*here, key))


def at(value: Any, path: Path) -> Any:
    for key in path:
        value = value[key]
    return value


def changed(value: Any, path: Path, new: Any) -> Any:
    """A copy with something else in one place; with ``...`` there, without the place."""
    made = copy.deepcopy(value)
    parent = at(made, path[:-1])
    if new is ...:
        del parent[path[-1]]
    else:
        parent[path[-1]] = new
    return made


def sealed(receipt: dict[str, Any], document: Any) -> dict[str, Any]:
    """A receipt of another entry: in canonical form, with its right hash, and saying what the entry says."""
    text = rfc8785.dumps(document).decode()
    made = receipt | {"entry": text, "hash": text_of_hash(digest(text))}
    try:
        return made | verifier.told_of(verifier.entry_of(text))
    except verifier.Refuted:
        return made


def forged(receipt: dict[str, Any], change: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    """A receipt whose entry was changed in place by ``change``, and that agrees with it."""
    document = json.loads(receipt["entry"])
    change(document)
    return sealed(receipt, document)


def rewritten(
    receipts: list[dict[str, Any]], seq: int, change: Callable[[dict[str, Any]], Any]
) -> list[dict[str, Any]]:
    """A whole chain with one entry changed and all that follow linked anew, as one could who writes the table."""
    made: list[dict[str, Any]] = []
    for receipt in receipts:
        document = json.loads(receipt["entry"])
        document["prev"] = made[-1]["hash"] if made else ""
        if document["seq"] == seq:
            change(document)
        made.append(sealed(receipt, document))
    return made


def fields(receipts: list[dict[str, Any]]) -> set[str]:
    """The fields that the verifier finds wrong in some receipts, together."""
    judged = [verifier.judge(receipt) for receipt in receipts]
    verifier.link(judged)
    return {finding.field for each in judged for finding in each.findings}
