"""The auditor over books with gifts: whole ones hold, and what breaks a rule of gifts is found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cliffhanger.ledger.settling import settle
from tests.support.exports import write_export
from tests.unit.auditing.forging import Books, Document, audited, codes
from tests.unit.tips.counter import LANE, Counter
from tests.unit.unlocks.desk import ACCOUNT, DAY

GIFT = (ACCOUNT, 5)


def books() -> Books:
    """A viewer who buys, sets a limit, gives, has one gift reversed, gives again and the next day more."""
    counter = Counter()
    counter.buy(1_000, 9_900)
    counter.grant(30)
    counter.allow(100)
    counter.unlock(2)
    counter.give("rose", 4)
    counter.undo(counter.give("popcorn").entry.seq)
    counter.give("popcorn")
    counter.allow(200)
    counter.now += DAY
    counter.give("ticket", 2)
    settle(counter.ledger, [counter.entry(seq) for seq in range(1, counter.head.seq + 1)])
    made = Books()
    made.items = {(row["account"]["S"], int(row["seq"]["N"])): row for row in counter.rows}
    return made


def found(made: Books, folder: Path) -> set[str]:
    at = max(made.document(*key)["at"] for key in made.items) + DAY
    return codes(audited(write_export(folder, made.items.values(), at)))


def test_books_with_gifts_reversals_and_limits_hold(tmp_path: Path) -> None:
    assert found(books(), tmp_path) == set()


def update(*path: str, **values: Any) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        part = document
        for name in path:
            part = part[name]
        part.update(values)

    return change


def bonus(document: Document) -> None:
    """Pays with bonus coins what bought ones paid."""
    document["postings"] = [["bonus", 20, ".", LANE]]
    document["spent"] = [["2", "bonus", 20, 0, "", document["state"]["lots"][1][3]]]


PLANTS: dict[str, tuple[Callable[[Document], Any], str]] = {
    "of more than its price": (update("terms", price=6), "terms_wrong"),
    "of a hundred at once": (update("terms", count=100, price=1), "terms_wrong"),
    "of no gift": (update("terms", gift=""), "terms_wrong"),
    "whose share is more than all": (update("terms", share=10_001), "terms_wrong"),
    "to the lane of unlocks": (update(postings=[["coin", 20, ".", LANE.replace("tips", "earned")]]), "postings_wrong"),
    "of bonus coins": (bonus, "spending_wrong"),
    "of who owes": (update("state", debt={"coin": 1}), "rule_broken"),
    "that opens something": (update("state", series=["the-last-train", 30]), "tally_wrong"),
    "beyond the viewer's own limit": (update("state", limits={"tips": 19}), "tally_wrong"),
    "that is not counted to the day": (update("state", day=[1, 1]), "tally_wrong"),
}


@pytest.mark.parametrize("gift", PLANTS)
def test_what_breaks_a_rule_of_gifts_is_found(tmp_path: Path, gift: str) -> None:
    change, code = PLANTS[gift]
    made = books()
    assert made.document(*GIFT)["terms"]["kind"] == "tip"
    made.change(GIFT, change)
    assert code in found(made, tmp_path)
