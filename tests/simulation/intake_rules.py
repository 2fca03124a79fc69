"""What must hold of volumes and carries, from raw entries: the second model's part of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

Document = dict[str, Any]
Key = tuple[str, int]
COINS = ("bonus", "coin", "game")
ROLLING = re.compile(r"(series|external):.+|platform:.+-\d+")


def account_of(address: str) -> str:
    """The account whose chain stands under an address; its volumes are one chain."""
    return address.partition(".")[0]


def is_closed(document: Document) -> bool:
    return document.get("terms", {}).get("kind") == "closed"


def check_place(chain: Sequence[Document], document: Document) -> None:
    """An entry stands where the one before it stands, or in the next volume if that one has closed this."""
    address, terms = document["account"], document.get("terms", {})
    account = account_of(address)
    if "sources" in document and not document["sources"]:
        assert terms["kind"] in ("closed", "opened"), f"{address} has a batch of nothing"
        assert ROLLING.fullmatch(account), f"{address} never rolls"
        assert document["postings"] == []
        assert document["state"] == chain[-1]["state"], f"{address} has changed by a roll"
    if not chain:
        assert address == account, f"{address} has begun by itself"
        return
    before = chain[-1]
    if is_closed(before):
        assert address == before["terms"]["next"] == f"{account}.{number_of(before['account']) + 1}", "another volume"
        assert terms == {"kind": "opened", "before": before["account"]}, f"{address} has not been opened"
    else:
        assert address == before["account"], f"{address} has begun before the volume before it was closed"
        assert terms.get("kind") != "opened", f"{address} was opened twice"


def number_of(address: str) -> int:
    return int(address.partition(".")[2] or 1)


def check_rolls(chains: Mapping[str, Sequence[Document]]) -> None:
    """No chain ends with a closed volume: the next one was opened in the same moment."""
    for account, chain in chains.items():
        assert not is_closed(chain[-1]), f"{account} was closed, and nothing was opened"


def check_carried(document: Document, sources: Collection[Document]) -> None:
    """What takes a carry off a lane takes all its cash, and no more than was there."""
    if not document["account"].startswith("series:"):  # a party, who is paid
        return
    if not any(source.get("terms", {}).get("kind") == "carry" for source in sources):
        return
    assert len(sources) == 1, "a carry is settled with something else"
    left = {unit: amount for unit, amount in document["state"].get("balances", {}).items() if unit not in COINS}
    moved = {unit for unit, *_ in document["postings"]}
    assert all(amount < 0 and unit not in moved for unit, amount in left.items()), f"a carry has left {left}"
