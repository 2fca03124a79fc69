"""Books with holds and budgets on them are found to hold, and what is changed of them is found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cliffhanger.ledger.budgeting import BudgetGrant, fund_budget, grant_from_budget, open_budget, rebalance
from cliffhanger.ledger.budgets import Budget
from cliffhanger.ledger.holding import Held, expire, place_cash, place_coins, post, void
from cliffhanger.ledger.journal import Retrying
from cliffhanger.ledger.names import COIN_UNITS
from cliffhanger.ledger.settling import settle_images
from cliffhanger.ledger.store import LedgerStore
from tests.support.dynamodb import MemoryDynamoDB, connect
from tests.support.tables import LEDGER
from tests.support.world import give
from tests.unit.auditing.forging import Books, codes

DAY = 86_400_000
ANY = frozenset(COIN_UNITS)
MIA, CLEO = "viewer:mia", "creator:cleo"
SPRING = Budget("spring", "2026-11")


def lived() -> Books:
    """A viewer wins, holds, pays and gets back; a creator is paid; a budget moves between its slices."""
    model = MemoryDynamoDB()
    model.call("CreateTable", LEDGER)
    ledger = LedgerStore(connect(model), LEDGER["TableName"])
    give(ledger, "mia")
    slices = open_budget(ledger, SPRING, 3)
    fund_budget(ledger, SPRING, funding="f1", unit="game", coins=100, source="external:brand")
    rebalance(ledger, SPRING, rebalancing="t1", unit="game", coins=5, between=(0, 2))
    grant_from_budget(ledger, SPRING, BudgetGrant("mia", "d1", "game", 20, 14), slices=slices)
    place_coins(ledger, Held(MIA, "paid"), coins=45, units=frozenset({"coin"}), lifetime_ms=7 * DAY)
    for name, coins in (("voided", 30), ("over", 12), ("open", 3)):
        place_coins(ledger, Held(MIA, name), coins=coins, units=ANY, lifetime_ms=7 * DAY)
    post(ledger, Held(MIA, "paid"), amount=40, destination=CLEO)
    void(ledger, Held(MIA, "voided"))
    later = Retrying(clock=lambda: ledger.newest(MIA, 1)[0].at + 8 * DAY)
    expire(ledger, Held(MIA, "over"), later)
    settle_images(ledger, [record["dynamodb"]["NewImage"] for record in model.stream(LEDGER["TableName"])])
    place_cash(ledger, Held(CLEO, "payout"), currency="USD", amount=10, lifetime_ms=DAY)
    post(ledger, Held(CLEO, "payout"), amount=9, destination="external:stripe")
    settle_images(ledger, [record["dynamodb"]["NewImage"] for record in model.stream(LEDGER["TableName"])])
    books = Books()
    items: list[dict[str, Any]] = model.call("Scan", {"TableName": LEDGER["TableName"]})["Items"]
    books.items = {(item["account"]["S"], int(item["seq"]["N"])): item for item in items}
    return books


def test_books_with_holds_and_budgets_have_no_finding(tmp_path: Path):
    found = lived().audited(tmp_path)
    assert [(each.code, each.detail, each.account, each.seq) for each in found.tally.findings.kept] == []
    assert found.tally.counts["settled"] == found.tally.counts["legs"] > 0
    assert not any(found.tally.worth.values())


CHANGES: dict[str, tuple[str, Any, str]] = {
    "a hold that takes less than it says": (
        "hold", lambda document: document["state"]["held"].update(coin=1), "form_wrong"
    ),
    "a hold that is open for longer": (
        "void", lambda document: document["state"]["holds"][0].__setitem__(1, 9_999_999_999_999), "rule_broken"
    ),
    "a hold on another kind of chain": (
        "hold", lambda document: document.update(reference="hold:x"), "reference_wrong"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_changed_of_a_hold_is_found(name: str, tmp_path: Path):
    kind, change, code = CHANGES[name]
    books = lived()
    books.change(books.of_kind(kind), change)
    assert code in codes(books.audited(tmp_path))


def test_a_grant_of_a_budget_without_its_terms_is_found(tmp_path: Path):
    books = lived()
    books.change(books.find(lambda document: "lots" in document, kind="budget"), lambda document: document.pop("lots"))
    assert "form_wrong" in codes(books.audited(tmp_path))
