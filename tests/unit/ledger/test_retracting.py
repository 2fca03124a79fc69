"""A restore may keep one half of a transaction: where the entry was lost, what it had settled is retracted as well."""

from __future__ import annotations

from typing import Any

import pytest

from cliffhanger.ledger.carrying import Carriage, carry_lane
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.repairing import Repair, Repaired, repair
from cliffhanger.ledger.rolling import tail
from cliffhanger.ledger.scan import LedgerScan
from cliffhanger.ledger.settling import settle
from cliffhanger.ledger.splits import Part
from tests.support.tables import LEDGER
from tests.unit.ledger.chains import STORY
from tests.unit.ledger.intakes import CLEO, DORA, LANE, PACE, Books

NAME = LEDGER["TableName"]
PARTS = (Part(CLEO, 6_000), Part(DORA, 4_000))
CARRIAGE = Carriage(STORY, CLEO, "2026-11", parts=PARTS)


class Torn(Books):
    """Books with a carry of 700 to two creators, of which the restore has lost the entry."""

    def __init__(self) -> None:
        super().__init__(volume_entries=100)
        settle(self.store, [self.earn(700)], PACE)
        self.before = self.model.fingerprint()
        self.carry = carry_lane(self.store, CARRIAGE, 0, retrying=PACE).entry
        self.drop(self.carry)

    def drop(self, entry: Entry) -> None:
        key = {"account": {"S": entry.account}, "seq": {"N": str(entry.seq)}}
        self.model.call("DeleteItem", {"TableName": NAME, "Key": key})

    def held(self, account: str) -> dict[str, int]:
        end = tail(self.store, account)
        return {} if end is None else dict(end.state.balances)

    def repaired(self, **how: Any) -> Repaired:
        scan = LedgerScan(self.store._connection, NAME)
        return repair(Repair(self.store, scan, retrying=PACE, **{"restored": True, **how}), scan, 2)


@pytest.fixture
def torn() -> Torn:
    return Torn()


def test_a_carry_that_was_lost_takes_its_batches_along_and_is_carried_anew(torn: Torn) -> None:
    assert (torn.held(LANE), torn.held(CLEO), torn.held(DORA)) == ({}, {}, {"USD": 280})
    done = torn.repaired()
    assert (done.retracted, done.whole) == (2, True)
    assert torn.model.fingerprint() == torn.before, "as before the carry, byte by byte"
    carry_lane(torn.store, CARRIAGE, 0, retrying=PACE)
    assert (torn.held(LANE), torn.held(CLEO), torn.held(DORA)) == ({}, {"USD": 420}, {"USD": 280})


def test_mending_twice_changes_nothing(torn: Torn) -> None:
    torn.repaired()
    stands = torn.model.fingerprint()
    assert torn.repaired().retracted == 0
    assert torn.model.fingerprint() == stands


def test_a_dry_run_tells_it_and_changes_nothing(torn: Torn) -> None:
    stands = torn.model.fingerprint()
    done = torn.repaired(dry=True)
    assert (done.retracted, done.torn) == (2, ())
    assert torn.model.fingerprint() == stands


def test_where_others_write_it_is_left_to_a_person(torn: Torn) -> None:
    stands = torn.model.fingerprint()
    done = torn.repaired(restored=False)
    assert {one.reason for one in done.torn} == {"batch_of_nothing"}
    assert torn.model.fingerprint() == stands


def test_several_at_the_end_of_a_chain_are_retracted_from_the_newest_on(torn: Torn) -> None:
    torn.repaired()
    first = carry_lane(torn.store, CARRIAGE, 0, retrying=PACE).entry
    settle(torn.store, [lost := torn.earn(30)], PACE)
    torn.drop(first)
    torn.drop(lost)
    assert torn.repaired().retracted == 3
    assert torn.model.fingerprint() == torn.before


def test_a_batch_with_something_after_it_stays_and_is_named(torn: Torn) -> None:
    """The chain would break: another restore point has the whole transaction, or nothing of it."""
    settle(torn.store, [torn.earn(30)], PACE)
    done = torn.repaired()
    assert [(one.account, one.counterparty, one.reason) for one in done.torn] == [(CLEO, LANE, "batch_of_nothing")]
    assert torn.held(LANE) == {"USD": 30}


def test_what_else_a_retracted_batch_had_settled_is_settled_again(torn: Torn) -> None:
    torn.repaired()
    stays, lost = torn.earn(30), torn.earn(5)
    settle(torn.store, [stays, lost], PACE)
    torn.drop(lost)
    for dry in (True, False):
        done = torn.repaired(dry=dry)
        assert (done.retracted, done.freed, done.legs, done.whole) == (1, 1, 1, True)
    assert torn.held(LANE) == {"USD": 730}


def test_a_carry_that_was_lost_after_another_that_was_not_is_told_apart_from_it(torn: Torn) -> None:
    torn.repaired()
    carry_lane(torn.store, CARRIAGE, 0, retrying=PACE)
    settle(torn.store, [torn.earn(100)], PACE)
    before = torn.model.fingerprint()
    torn.drop(carry_lane(torn.store, CARRIAGE._replace(period="2026-12"), 0, retrying=PACE).entry)
    assert torn.repaired().retracted == 2
    assert torn.model.fingerprint() == before
