"""Coins that others send arrive under the terms that their sources sealed; the auditor sees when they do not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cliffhanger.ledger.budgeting import BudgetGrant, fund_budget, grant_from_budget, open_budget
from cliffhanger.ledger.settling import settle_images
from cliffhanger.ledger.store import LedgerStore
from tests.support.dynamodb import MemoryDynamoDB, connect
from tests.support.tables import LEDGER
from tests.support.world import give
from tests.unit.auditing.forging import Books, codes
from tests.unit.auditing.test_holds_and_budgets import MIA, SPRING, lived


def batch_of(books: Books) -> tuple[str, int]:
    """Where the coins of the budget have arrived."""
    return books.find(lambda document: document["account"] == MIA and "sources" in document)


def longer(lot: list[Any]) -> None:
    lot[3] += 7


def another_unit(lot: list[Any]) -> None:
    lot[1] = "bonus"


@pytest.mark.parametrize("change", [longer, another_unit])
def test_coins_that_arrive_under_other_terms_than_were_sealed_are_found(change: Any, tmp_path: Path):
    books = lived()
    account, seq = batch_of(books)
    for later in range(seq, books.length(account) + 1):
        document = books.document(account, later)
        for lot in document["state"].get("lots", []):
            if lot[0].startswith(f"{seq}."):
                change(lot)
        books.put(document)
    books.relink(account, seq + 1)
    found = books.audited(tmp_path)
    assert "lots_otherwise" in codes(found)
    (at,) = [each for each in found.tally.findings.kept if each.code == "lots_otherwise"]
    assert (at.account, at.seq) == (account, seq)


def test_terms_that_were_sealed_otherwise_afterwards_are_found(tmp_path: Path):
    books = lived()
    where = books.find(lambda document: "lots" in document, kind="budget")

    def sooner(document: dict[str, Any]) -> None:
        document["lots"][0][3] -= 7

    books.change(where, sooner)
    assert "lots_otherwise" in codes(books.audited(tmp_path))


def test_a_batch_whose_source_is_in_flight_is_not_judged(tmp_path: Path):
    """An export holds the batch, and not yet the mark of what it settled."""
    books = lived()
    where = books.find(lambda document: "lots" in document, kind="budget")
    place = next(name for name in books.items[where] if name.startswith("m") and name[1:].isdigit())
    del books.items[where][place]
    assert "lots_otherwise" not in codes(books.audited(tmp_path))


def test_coins_that_become_part_of_an_older_lot_are_no_finding(tmp_path: Path):
    model = MemoryDynamoDB()
    model.call("CreateTable", LEDGER)
    ledger = LedgerStore(connect(model), LEDGER["TableName"])
    give(ledger, "mia")
    slices = open_budget(ledger, SPRING, 2)
    fund_budget(ledger, SPRING, funding="f1", unit="game", coins=100, source="external:brand")
    for number in range(3):
        grant_from_budget(ledger, SPRING, BudgetGrant("mia", f"d{number}", "game", 10 + number, 14), slices=slices)
        settle_images(ledger, [record["dynamodb"]["NewImage"] for record in model.stream(LEDGER["TableName"])])
    (lot,) = [lot for lot in ledger.newest(MIA, 1)[0].state.lots if lot.unit == "game"]
    assert lot.coins == 33
    books = Books()
    items: list[dict[str, Any]] = model.call("Scan", {"TableName": LEDGER["TableName"]})["Items"]
    books.items = {(item["account"]["S"], int(item["seq"]["N"])): item for item in items}
    assert codes(books.audited(tmp_path)) == set()
