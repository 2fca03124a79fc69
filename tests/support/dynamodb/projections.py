"""Projection expressions: what of an item is given back."""

from __future__ import annotations

from typing import Any

from tests.support.dynamodb.tree import Path
from tests.support.dynamodb.values import AttributeValue, Item, copied, copied_item


def projected(item: Item, paths: tuple[Path, ...] | None) -> Item:
    """A copy of the item, or of what the paths select; positions of a list close up, in their order."""
    if paths is None:
        return copied_item(item)
    if all(len(path.parts) == 1 for path in paths):
        return {path.parts[0]: copied(item[path.parts[0]]) for path in paths if path.parts[0] in item}
    wanted: dict[str | int, Any] = {}
    for path in paths:
        branch = wanted
        for part in path.parts[:-1]:
            branch = branch.setdefault(part, {})
        branch[path.parts[-1]] = None
    chosen = _chosen({"M": item}, wanted)
    return {} if chosen is None else chosen["M"]


def _chosen(value: AttributeValue, wanted: dict[str | int, Any] | None) -> AttributeValue | None:
    if wanted is None:
        return copied(value)
    if "M" in value:
        entries = {}
        for name, below in wanted.items():
            if name in value["M"] and (part := _chosen(value["M"][name], below)) is not None:
                entries[name] = part
        return {"M": entries} if entries else None
    if "L" in value:
        positions = sorted(at for at in wanted if isinstance(at, int) and at < len(value["L"]))
        found = [_chosen(value["L"][at], wanted[at]) for at in positions]
        elements = [element for element in found if element is not None]
        return {"L": elements} if elements else None
    return None
