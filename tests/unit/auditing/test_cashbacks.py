"""Books with cashback on them are found to hold, and what is changed of it is found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.cashback import DAY, UNTIL, remembered
from tests.support.tables import LEDGER
from tests.unit.auditing.forging import Books, codes


def lived() -> Books:
    """Purchases that are confirmed, returned in part before and after, overtaken, and given up; then the end."""
    world = remembered()
    world.claim("order-1")
    world.back(1_000)
    world.back(500, "early", "order-2")
    world.claim("order-2", coins=20)
    world.now = UNTIL
    for fact in ("order-1", "order-2"):
        world.confirm(fact)
    world.settle()
    world.spend(30)
    world.back(3_999, "late")
    world.now += 40 * DAY
    world.back(4_499, "too-late", "order-2")
    world.settle()
    books = Books()
    assert world.model is not None
    items: list[dict[str, Any]] = world.model.call("Scan", {"TableName": LEDGER["TableName"]})["Items"]
    books.items = {(item["account"]["S"], int(item["seq"]["N"])): item for item in items}
    return books


def test_books_with_cashback_have_no_finding(tmp_path: Path):
    found = lived().audited(tmp_path)
    kept = [(each.code, each.detail, each.account, each.seq) for each in found.tally.findings.kept]
    assert [each for each in kept if each[0] != "settlement_overdue"] == []
    assert not any(found.tally.worth.values())


def told(kind: str) -> Callable[[dict[str, Any]], bool]:
    return lambda document: document.get("terms", {}).get("kind") == kind


def raised(name: str) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        document["terms"][name] += 1_000

    return change


@pytest.mark.parametrize(
    ("kind", "change"),
    [("claim", raised("coins")), ("claim", raised("whole")), ("clawback", raised("returned"))],
    ids=["a claim of more coins", "a claim of a larger purchase", "a return of more"],
)
def test_what_is_changed_of_cashback_is_found(kind: str, change: Callable[[dict[str, Any]], None], tmp_path: Path):
    books = lived()
    books.change(books.find(told(kind), kind="budget"), change)
    assert "cashback_wrong" in codes(books.audited(tmp_path))


def test_a_whole_purchase_is_no_less_than_one(tmp_path: Path):
    books = lived()
    where = books.find(told("claim"), kind="budget")
    books.change(where, lambda document: document["terms"].update(whole=0))
    assert "cashback_wrong" in codes(books.audited(tmp_path))
