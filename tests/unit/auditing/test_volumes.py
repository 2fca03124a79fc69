"""Volumes and carries: the auditor follows a chain over its volumes, and names what does not follow."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cliffhanger.ledger.carrying import Carriage, carry_lane
from cliffhanger.ledger.settling import settle
from tests.support.tables import LEDGER
from tests.unit.auditing.forging import AS_OF, Books, codes
from tests.unit.ledger import intakes
from tests.unit.ledger.chains import STORY, VIEWER, bought, unlocked
from tests.unit.ledger.intakes import CLEO, LANE, PACE

SECOND, THIRD = f"{LANE}.2", f"{LANE}.3"
Where = tuple[str, int]


class Rolled(Books):
    """Books of one lane in several volumes, from which has been carried twice, made by the product."""

    def __init__(self) -> None:
        made, head = intakes.Books(volume_entries=4), bought(coins=100, cash=1_000)
        assert made.store.append(head)
        settle(made.store, [head], PACE)
        for episode in range(2, 9):
            head = unlocked(head, episode, price=10)
            assert made.store.append(head)
            settle(made.store, [head], PACE)
            if episode in (5, 8):
                carry_lane(made.store, Carriage(STORY, CLEO, f"p{episode}"), 0, retrying=PACE)
        items = made.model.peek(LEDGER["TableName"])
        self.items = {(item["account"]["S"], int(item["seq"]["N"])): dict(item) for item in items}

    def closed(self, address: str = LANE) -> Where:
        """The last entry of a volume."""
        return address, max(seq for account, seq in self.items if account == address)

    def cut_after(self, address: str, kept: int = 0) -> None:
        """Takes away all of the lane that comes after a volume, but for so many entries."""
        _, last = self.closed(address)
        for where in [where for where in self.items if where[0].startswith(LANE) and where[1] > last + kept]:
            del self.items[where]


def test_a_chain_over_several_volumes_holds(tmp_path: Path) -> None:
    books = Rolled()
    assert {SECOND, THIRD} <= set(books.accounts("series"))
    found = books.audited(tmp_path)
    assert codes(found) == set()
    assert found.tally.counts["settled"] == found.tally.counts["legs"] > 0
    assert found.tally.counts["accounts"] == len({account.partition(".")[0] for account, _ in books.items})
    assert not any(found.tally.worth.values())


def entry_after_closed(books: Rolled) -> Where:
    """Somebody has appended to the old volume what the new one has."""
    address, seq = books.closed()
    document = books.document(SECOND, seq + 2)
    document.update(account=address, seq=seq + 1)
    books.put(document)
    return address, seq + 1


def volume_unannounced(books: Rolled) -> Where:
    """The closed entry is another one, that closes nothing."""
    address, seq = books.closed()
    books.change((address, seq), lambda document: document.pop("terms"), linked=False)
    return SECOND, seq + 1


def volume_missing(books: Rolled) -> Where:
    address, seq = books.closed(SECOND)
    books.cut_after(address)
    return address, seq


def volume_wrong(books: Rolled) -> Where:
    """A volume points to one that is not the next."""
    where = books.closed()
    books.change(where, lambda document: document["terms"].update(next=THIRD), linked=False)
    return where


def carry_wrong(books: Rolled) -> Where:
    """It names another lane than it is from."""
    books.change((CLEO, 1), lambda document: document.update(reference=f"carry:{STORY}:5:p5"))
    return CLEO, 1


PLANTS: dict[str, Callable[[Rolled], Where]] = {
    plant.__name__: plant
    for plant in (entry_after_closed, volume_unannounced, volume_missing, volume_wrong, carry_wrong)
}


@pytest.mark.parametrize("code", PLANTS)
def test_what_is_planted_is_found_where_it_is(code: str, tmp_path: Path) -> None:
    books = Rolled()
    where = PLANTS[code](books)
    found = books.audited(tmp_path)
    assert where in {(each.account, each.seq) for each in found.tally.findings.kept if each.code == code}


def test_a_carry_of_more_than_the_lane_held_is_found(tmp_path: Path) -> None:
    """Though it is settled as it says, and everything adds up."""
    books = Rolled()
    lane = next(where for where in sorted(books.items) if "creator" in books.document(*where).get("sources", {}))
    books.change((CLEO, 1), lambda document: document["postings"][0].__setitem__(1, 999), linked=False)

    def more(document: dict[str, object]) -> None:
        document.update(postings=[["USD", 999, ".", "*"]], sources={"creator": [["cleo", 1, -999]]})
        document["state"] = {"balances": {"USD": -599, "coin": 40}}

    books.change(lane, more, linked=False)
    assert "carry_wrong" in codes(books.audited(tmp_path))


def test_a_gap_within_a_chain_of_volumes_is_found(tmp_path: Path) -> None:
    books = Rolled()
    _, seq = books.closed()
    del books.items[SECOND, seq + 1]
    assert {"chain_gap", "volume_unannounced"} <= codes(books.audited(tmp_path))


def test_a_mark_of_another_volume_is_found(tmp_path: Path) -> None:
    """Numbers go on, so that a mark cannot be mistaken."""
    books = Rolled()
    books.items[VIEWER, 2]["m0"] = {"N": str(books.closed(SECOND)[1] - 1)}
    assert "mark_elsewhere" in codes(books.audited(tmp_path))


@pytest.mark.parametrize("lost", ["closed", "opened"])
def test_half_of_a_young_roll_is_in_flight_and_of_an_old_one_a_finding(lost: str, tmp_path: Path) -> None:
    """An export reads its partitions at slightly different moments."""
    books = Rolled()
    address, seq = books.closed(SECOND)
    books.cut_after(SECOND, 1)
    del books.items[(address, seq) if lost == "closed" else (THIRD, seq + 1)]
    found = books.audited(tmp_path / "old")
    assert codes(found) & {"chain_gap", "volume_missing"}
    young = books.audited(tmp_path / "young", in_flight_ms=AS_OF)
    assert not codes(young) & {"chain_gap", "volume_missing", "volume_unannounced"}
