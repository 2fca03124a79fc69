"""Shares: the auditor divides every carry and recovery anew, and names what was divided otherwise than it says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cliffhanger.ledger.carrying import Carriage, carry_lane
from cliffhanger.ledger.names import earned_lane
from cliffhanger.ledger.recoveries import PATIENCE_MS
from cliffhanger.ledger.recovering import recover_lane
from cliffhanger.ledger.settling import settle
from cliffhanger.ledger.splits import Part, account_of
from tests.support.tables import LEDGER
from tests.unit.auditing.forging import Books, codes
from tests.unit.ledger import intakes
from tests.unit.ledger.chains import NOW, STORY, bought, unlocked
from tests.unit.ledger.intakes import CLEO, DORA, PACE

PARTS = (Part("platform", 5_000), Part("creator:cleo", 3_333), Part("house:dora", 1_667))
PLATFORM = account_of("platform", STORY)
TERMS = {"income": "earned", "series": STORY, "day": "2026-11-28", "split": 4}
Document = dict[str, Any]


class Divided(Books):
    """Unlocks that were paid for, carried and divided by the product; ``short``: what the lane lacks was recovered."""

    def __init__(self, *, short: bool = False) -> None:
        made, head = intakes.Books(volume_entries=100), bought(coins=100, cash=1_001)
        assert made.store.append(head)
        settle(made.store, [head], PACE)
        for episode in range(2, 6):
            head = unlocked(head, episode, price=20)
            assert made.store.append(head)
            settle(made.store, [head], PACE)
        carriage = Carriage(STORY, CLEO, "2026-11-28", parts=PARTS)
        carry_lane(made.store, carriage, 0, terms=TERMS, retrying=PACE)
        if short:
            taken = made.earn(-100)
            settle(made.store, [taken], PACE)
            late = PACE._replace(clock=lambda: NOW + 2 * PATIENCE_MS)
            assert recover_lane(made.store, STORY, 0, "2027-01-01", retrying=late) is not None
        items = made.model.peek(LEDGER["TableName"])
        self.items = {
            (item["account"]["S"], int(item["seq"]["N"])): dict(item)
            for item in items
            if not item["account"]["S"].startswith("external:p")
        }


def test_what_was_divided_and_recovered_by_us_holds(tmp_path: Path) -> None:
    assert codes(Divided().audited(tmp_path)) == set()


def test_a_recovery_is_divided_anew_as_well(tmp_path: Path) -> None:
    assert "carry_wrong" not in codes(Divided(short=True).audited(tmp_path))


def posting_of(document: Document, account: str) -> list[Any]:
    return next(posting for posting in document["postings"] if account in posting)


def a_share_is_another(document: Document) -> None:
    posting_of(document, PLATFORM)[1] += 1
    document["state"]["balances"]["USD"] -= 1


def a_party_is_left_out(document: Document) -> None:
    document["postings"].remove(posting_of(document, DORA))


def parts_do_not_make_up_the_whole(document: Document) -> None:
    document["terms"]["parties"][0][1] -= 1


def the_account_has_no_part(document: Document) -> None:
    document["terms"]["parties"][1][0] = "creator:emma"


def it_is_of_another_series(document: Document) -> None:
    document["terms"]["series"] = "other"


def it_is_from_another_lane(document: Document) -> None:
    posting_of(document, earned_lane(STORY, 0))[2] = earned_lane(STORY, 3)


@pytest.mark.parametrize(
    "plant",
    [
        a_share_is_another,
        a_party_is_left_out,
        parts_do_not_make_up_the_whole,
        the_account_has_no_part,
        it_is_of_another_series,
        it_is_from_another_lane,
    ],
    ids=lambda plant: plant.__name__,
)
def test_what_is_divided_otherwise_than_it_says_is_found_where_it_is(
    plant: Callable[[Document], None], tmp_path: Path
) -> None:
    books = Divided()
    books.change((CLEO, 1), plant)
    found = books.audited(tmp_path)
    assert (CLEO, 1) in {(each.account, each.seq) for each in found.tally.findings.kept if each.code == "carry_wrong"}


def test_a_share_that_is_said_to_be_of_more_is_found(tmp_path: Path) -> None:
    books = Divided()
    books.change((DORA, 1), lambda document: document["terms"]["of"].update(USD=5_000))
    found = books.audited(tmp_path)
    assert (DORA, 1) in {(each.account, each.seq) for each in found.tally.findings.kept if each.code == "carry_wrong"}
