"""The bytes of purchases, refunds and disputes are forever, as all are; and the auditor knows when they are not."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from cliffhanger.events.facts import events_of
from cliffhanger.ledger.entries import Entry, parse
from cliffhanger.ledger.packing import pack
from cliffhanger.ledger.purchases import Deal
from cliffhanger.wallet.statement import kind_of
from tests.unit.auditing.forging import codes
from tests.unit.ledger.chains import GOLDEN
from tests.unit.ledger.shop import DAY, GIFTED, MIA, SERIES, Shop
from tests.unit.receipts.chains import receipts
from tools import verify_receipt as verifier

WELCOME = Deal(100, 99, "USD", bonus=50, bonus_days=60)
STORED = GOLDEN / "entries-v3-purchases.json"


def sold() -> Shop:
    """Every kind of entry that an order can have, in the order in which a bad month brings them."""
    shop = Shop()
    shop.pays("o1", GIFTED)
    shop.spends(70)
    shop.refund(100, "r1", "o1")
    shop.pays("o2")
    shop.spends(500, SERIES[1])
    shop.now += DAY
    shop.dispute(399, "d1", "o1")
    shop.refund(20, "r2", "o3")
    shop.pays("o3", Deal(320, 450, "JPY"))
    shop.refund_fails("r1", "o1")
    shop.wins("d1", "o1")
    shop.wins("d9", "o3")
    shop.dispute(430, "d9", "o3")
    return shop


def chain() -> list[Entry]:
    return list(reversed(sold().chain()))


def test_purchases_are_written_in_exactly_the_golden_bytes() -> None:
    stored = json.loads(STORED.read_text())
    assert [{"body": entry.body, "hash": entry.hash.hex()} for entry in chain()] == stored
    assert [parse(line["body"], bytes.fromhex(line["hash"])) for line in stored] == chain()


def test_the_golden_bytes_of_purchases_are_canonical_by_an_independent_implementation() -> None:
    for line in json.loads(STORED.read_text()):
        assert rfc8785.dumps(json.loads(line["body"])).decode() == line["body"]
        assert hashlib.sha256(line["body"].encode()).hexdigest() == line["hash"]


def test_a_purchase_takes_one_write_unit_and_its_reversals_too() -> None:
    """With room for the key, the reference, the hash and the marks (LEDGER rule 7)."""
    assert max(len(pack(entry.body)) for entry in chain()) < 800


def test_the_statement_says_what_each_is() -> None:
    kinds = [kind_of(entry) for entry in chain()]
    told = ["refund", "purchase", "unlock", "dispute", "refund", "purchase", "refundFailed", "disputeWon", "disputeWon"]
    assert kinds == ["purchase", "unlock", *told, "dispute"]


def test_receipts_of_purchases_are_genuine_one_by_one_and_in_a_row() -> None:
    judged = [verifier.judge(one) for one in receipts(chain())]
    assert [finding for each in judged for finding in each.findings] == []
    linked, gaps = verifier.link(judged)
    assert (len(linked), gaps) == (len(judged) - 1, [])


def test_each_is_told_as_what_it_is_and_what_came_too_early_is_not() -> None:
    told = [[event.type for event in events_of(entry)] for entry in chain()]
    assert told == [
        ["CoinsBought"],
        ["EpisodeUnlocked"],
        ["PurchaseRefunded"],
        ["CoinsBought"],
        ["EpisodeUnlocked"],
        ["DisputeOpened"],
        [],
        ["CoinsBought"],
        ["PurchaseRefundFailed"],
        ["DisputeClosed"],
        [],
        [],
    ]


def welcomed() -> Shop:
    """Two orders with the bonus of a first purchase."""
    shop = Shop()
    for order in ("o1", "o2"):
        shop.pays(order, WELCOME, first_only=True)
    return shop


def test_an_entry_says_whether_it_brought_a_first_purchases_bonus_or_was_without_it(tmp_path: Path) -> None:
    first, second = reversed(welcomed().chain())
    bought = {"kind": "purchase", "coins": 100, "cash": 99, "currency": "USD"}
    assert first.terms == bought | {"bonus": 50, "bonusDays": 60, "first": True}
    assert second.terms == bought | {"withheld": 50}
    assert [finding for one in receipts([first, second]) for finding in verifier.judge(one).findings] == []
    assert welcomed().findings(tmp_path) == []


def test_a_bonus_that_is_said_to_be_withheld_and_came_is_found(tmp_path: Path) -> None:
    books = welcomed().books()
    books.change((MIA, 1), lambda document: document["terms"].update(withheld=50))
    assert "terms_wrong" in codes(books.audited(tmp_path))


def test_a_later_purchase_that_is_said_to_be_the_first_is_found(tmp_path: Path) -> None:
    books = welcomed().books()

    def act(document: dict[str, Any]) -> None:
        document["terms"] = {key: value for key, value in document["terms"].items() if key != "withheld"}
        document["terms"]["first"] = True

    books.change((MIA, 2), act)
    assert codes(books.audited(tmp_path)) == {"purchase_wrong"}


def _more(document: dict[str, Any]) -> None:
    document["terms"]["amount"] += 100


def _kept(document: dict[str, Any]) -> None:
    document["terms"]["taken"] = []


def _cheaper(document: dict[str, Any]) -> None:
    document["terms"]["cash"] -= 1


CHANGES: dict[str, tuple[str, Any, str]] = {
    "a refund of more than went back": ("refund", _more, "purchase_wrong"),
    "a refund that says it took nothing": ("refund", _kept, "terms_wrong"),
    "a purchase that cost less": ("purchase", _cheaper, "purchase_wrong"),
    "a dispute that is called a refund": (
        "dispute", lambda document: document["terms"].update(kind="refundFailed"), "terms_wrong"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_changed_of_a_purchase_is_found(name: str, tmp_path: Path) -> None:
    kind, change, code = CHANGES[name]
    books = sold().books()
    books.change(books.of_kind(kind), change)
    assert code in codes(books.audited(tmp_path))
