"""Repair: what settlement missed is settled once, marks and batches are reconciled both ways, doubt is left alone."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest

from cliffhanger.dynamo import Unclear
from cliffhanger.errors import Busy
from cliffhanger.ledger.entries import Entry, seal
from cliffhanger.ledger.journal import Retrying
from cliffhanger.ledger.repairing import GRACE_MS, Repair, Repaired, Torn, repair
from cliffhanger.ledger.scan import LedgerScan
from cliffhanger.ledger.settlement import plan_batch
from cliffhanger.ledger.settling import settle
from cliffhanger.ledger.state import Posting, State
from tests.support.dynamodb import Fault, ScriptedFaults
from tests.unit.ledger.chains import NOW, SERIES, VIEWER, bought, funded, granted, granted_from_budget, unlocked
from tests.unit.ledger.intakes import income
from tests.unit.ledger.test_settling import TABLE, Books, forged

LATER = NOW + GRACE_MS
PACE = Retrying(clock=lambda: LATER, sleep=lambda _: None, jitter=lambda: 1.0, timer=lambda: 0.0)
STRIPE = "external:stripe"


class Table(Books):
    """Books in memory that can be torn, as a restore tears them."""

    def __init__(self) -> None:
        super().__init__()
        self.scan = LedgerScan(self.store._connection, TABLE)

    def repaired(self, *, segments: int = 1, **how: Any) -> Repaired:
        run = Repair(self.store, self.scan, **{"retrying": PACE, **how})
        return repair(run, self.scan, segments)

    def unmark(self, entry: Entry, mark: str = "m0") -> None:
        key = {"account": {"S": entry.account}, "seq": {"N": str(entry.seq)}}
        self.model.call("UpdateItem", {"TableName": TABLE, "Key": key, "UpdateExpression": f"REMOVE {mark}"})

    def drop(self, account: str, seq: int) -> None:
        key = {"account": {"S": account}, "seq": {"N": str(seq)}}
        self.model.call("DeleteItem", {"TableName": TABLE, "Key": key})

    def items(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.model.call("Scan", {"TableName": TABLE})["Items"]
        return sorted(found, key=repr)


@pytest.fixture
def table() -> Table:
    return Table()


def lived(table: Table) -> tuple[Entry, Entry]:
    """A purchase and an unlock, neither settled."""
    first = bought()
    second = unlocked(first)
    table.write(first, second)
    return first, second


def test_what_settlement_has_missed_is_found_and_settled_once(table: Table) -> None:
    first, second = lived(table)
    done = table.repaired()
    assert (done.entries, done.legs, done.marked, done.oldest_at, done.whole) == (2, 2, 0, NOW, True)
    assert (table.balance(STRIPE), table.balance(SERIES)["coin"]) == ({"coin": -100, "USD": -990}, 12)
    again = table.repaired()
    assert (again.legs, again.marked, again.oldest_at, again.whole) == (0, 0, 0, True)
    assert settle(table.store, [first, second], PACE) == (0, ())


def test_a_leg_that_is_settled_beside_one_that_is_not_is_left_as_it_is(table: Table) -> None:
    first = bought(granted(days=1))
    both = unlocked(first, at=NOW + 30 * 86_400_000)
    table.write(granted(days=1), first, both)
    settle(table.store, [granted(days=1), first], PACE)
    table.store.settle(plan_batch(SERIES, None, [both], NOW))
    late = Retrying(clock=lambda: both.at + GRACE_MS, sleep=lambda _: None, timer=lambda: 0.0)
    assert table.repaired(retrying=late).legs == 1
    assert table.balance(SERIES)["coin"] == 12


def test_what_is_young_is_left_to_the_stream(table: Table) -> None:
    lived(table)
    early = Retrying(clock=lambda: LATER - 1)
    done = table.repaired(retrying=early)
    assert (done.legs, done.waiting, table.balance(SERIES)) == (0, 2, {})


@pytest.mark.parametrize("segments", [1, 2, 7])
def test_a_table_is_repaired_in_however_many_segments_it_is_read(table: Table, segments: int) -> None:
    for number in range(40):
        account = f"creator:c{number}"
        table.write(seal(account, None, NOW, postings=[Posting("USD", 5, STRIPE, ".")], state=State({"USD": 5})))
    assert table.repaired(segments=segments).legs == 40
    assert table.balance(STRIPE) == {"USD": -200}


def test_coins_from_a_budget_that_never_arrived_arrive(table: Table) -> None:
    table.write(funded(), granted_from_budget(funded(), 30))
    assert table.repaired().legs == 2
    assert table.balance(VIEWER) == {"game": 30}


# --- what a restore tears --------------------------------------------------------------------------------------------


def test_a_source_that_lost_its_mark_gets_it_back_and_is_not_settled_twice(table: Table) -> None:
    """LEDGER rule 16: the batch is there. To settle what has no mark would credit it a second time."""
    first, second = lived(table)
    settle(table.store, [first, second], PACE)
    before = table.items()
    table.unmark(second)
    done = table.repaired()
    assert (done.marked, done.legs, done.whole) == (1, 0, True)
    assert table.items() == before


def test_a_mark_without_its_batch_is_named_and_left_to_a_person(table: Table) -> None:
    first, second = lived(table)
    settle(table.store, [first, second], PACE)
    table.drop(SERIES, 1)
    before = table.items()
    done = table.repaired()
    assert done.torn == (Torn(VIEWER, 2, SERIES, "mark_without_batch"),)
    assert (done.whole, table.items()) == (False, before)


def test_in_a_restored_table_a_mark_without_its_batch_is_taken_away_and_its_leg_settled(table: Table) -> None:
    """LEDGER rule 16: the batch was lost, so the other account lacks what the mark says that it has."""
    first, second = lived(table)
    settle(table.store, [first, second], PACE)
    table.drop(SERIES, 1)
    done = table.repaired(restored=True)
    assert (done.freed, done.marked, done.legs, done.whole) == (1, 0, 1, True)
    assert (table.balance(SERIES)["coin"], table.balance(STRIPE)) == (12, {"coin": -100, "USD": -990})
    again = table.repaired(restored=True)
    assert (again.freed, again.marked, again.legs, again.whole) == (0, 0, 0, True)


def test_both_halves_of_torn_settlements_are_completed_in_one_run_and_nothing_is_settled_twice(table: Table) -> None:
    first, second = lived(table)
    settle(table.store, [first, second], PACE)
    before = {account: table.balance(account) for account in (SERIES, STRIPE)}
    table.unmark(first)
    table.drop(SERIES, 1)
    dry = table.repaired(restored=True, dry=True)
    assert (dry.marked, dry.freed, dry.legs, dry.whole) == (1, 1, 1, True)
    done = table.repaired(restored=True)
    assert done == dry._replace(oldest_at=done.oldest_at)
    assert {account: table.balance(account) for account in (SERIES, STRIPE)} == before


def test_in_a_restored_table_nothing_is_too_young_to_be_settled(table: Table) -> None:
    """Its stream tells of nothing that came before it."""
    lived(table)
    assert table.repaired(restored=True, retrying=PACE._replace(clock=lambda: NOW)).legs == 2


def test_what_two_batches_name_keeps_its_mark_even_in_a_restored_table(table: Table) -> None:
    first = bought()
    second = unlocked(first, 2)
    third = unlocked(second, 3)
    table.write(first, second, third)
    for entry in (first, second, third):
        settle(table.store, [entry], PACE)
    table.unmark(second)
    assert table.scan.mark(second, "m0", 2)
    before = table.items()
    done = table.repaired(restored=True)
    assert (done.freed, done.whole) == (0, False)
    assert table.items() == before


def test_a_mark_that_names_another_batch_is_named(table: Table) -> None:
    first = bought()
    second = unlocked(first, 2)
    third = unlocked(second, 3)
    table.write(first, second, third)
    for entry in (first, second, third):
        settle(table.store, [entry], PACE)
    table.unmark(second)
    assert table.scan.mark(second, "m0", 2)
    done = table.repaired()
    assert set(done.torn) == {
        Torn(VIEWER, 2, SERIES, "marked_elsewhere"),
        Torn(VIEWER, 2, SERIES, "mark_without_batch"),
    }


def test_a_batch_of_what_is_not_there_or_is_another_is_named_and_nothing_of_it_is_settled(table: Table) -> None:
    first = bought()
    settled, stands = unlocked(first, 2), unlocked(first, 3, price=13)
    table.write(first, settled)
    settle(table.store, [first, settled], PACE)
    table.drop(VIEWER, 2)
    assert table.repaired().torn == (Torn(VIEWER, 2, SERIES, "batch_of_nothing"),)
    table.write(stands)
    done = table.repaired()
    assert done.torn == (Torn(VIEWER, 2, SERIES, "settled_otherwise"),)
    assert (done.legs, table.balance(SERIES)["coin"]) == (0, 12)


def test_bytes_that_are_no_entry_are_named_and_hide_no_other(table: Table) -> None:
    lived(table)
    other = granted()._replace(account="viewer:noa", hash=b"x" * 32)
    table.write(other)
    done = table.repaired()
    assert done.torn == (Torn("viewer:noa", 1, "", "unreadable"),)
    assert done.legs == 2


def test_what_can_never_be_settled_is_named_and_all_others_are(table: Table) -> None:
    lived(table)
    table.write(forged(account="viewer:z", seq=1, postings=[["doubloon", 12, ".", "creator:b"]]))
    done = table.repaired()
    assert [(one.account, one.reason) for one in done.poison] == [("viewer:z", "not_plannable")]
    assert (done.legs, done.whole) == (2, False)


# --- trying it, and being stopped ------------------------------------------------------------------------------------


def test_a_dry_run_says_what_it_would_do_and_changes_not_one_byte(table: Table) -> None:
    first, _ = lived(table)
    settle(table.store, [first], PACE)
    table.unmark(first)
    before = table.items()
    done = table.repaired(dry=True)
    assert (done.marked, done.legs, done.oldest_at) == (1, 1, NOW)
    assert table.items() == before


def test_a_repair_that_is_stopped_anywhere_is_finished_by_the_next(table: Table) -> None:
    first, _ = lived(table)
    settle(table.store, [first], PACE)
    table.unmark(first)
    begun = table.model.calls
    clean = Table()
    lived(clean)
    clean.repaired()
    for call in range(1, 20):
        table.model.faults = ScriptedFaults({begun + call: Fault.LOST_REPLY, begun + call + 1: Fault.LOST_REQUEST})
        with contextlib.suppress(Busy, Unclear):
            table.repaired()
        begun = table.model.calls
    assert table.repaired().whole
    assert table.balance(STRIPE) == clean.balance(STRIPE)
    assert table.balance(SERIES) == clean.balance(SERIES)


def test_a_repair_beside_a_consumer_settles_nothing_twice(table: Table) -> None:
    first, second = lived(table)
    consumer = iter([first, second])

    def meanwhile(_: float) -> None:
        settle(table.store, [next(consumer)], PACE)

    images = list(table.scan.images())
    run = Repair(table.store, table.scan, retrying=PACE)
    meanwhile(0)
    assert run.settle_missed(images).legs == 1
    assert settle(table.store, [first, second], PACE) == (0, ())
    assert table.balance(STRIPE) == {"coin": -100, "USD": -990}


def test_an_account_that_is_too_busy_stops_the_repair(table: Table) -> None:
    lived(table)
    images = list(table.scan.images())
    table.model.faults = ScriptedFaults(dict.fromkeys(range(table.model.calls + 4, 400), Fault.CONFLICT))
    with pytest.raises(Busy):
        Repair(table.store, table.scan, retrying=PACE).settle_missed(images)


def rolled(table: Table) -> list[Entry]:
    """Income that has filled volumes of a lane, settled."""
    table.store.volume_entries = 2
    paid = [income(number, payer=f"p{number}") for number in range(1, 6)]
    table.write(*paid)
    for entry in paid:
        settle(table.store, [entry], PACE)
    return paid


def test_marks_are_held_against_the_volume_that_the_batch_stands_in(table: Table) -> None:
    paid = rolled(table)
    for entry in paid:
        table.unmark(entry)
    assert table.repaired(dry=True).marked == len(paid)
    assert (table.repaired().marked, table.repaired().marked) == (len(paid), 0)
    assert table.repaired().whole


@pytest.mark.parametrize("half", ["closed", "opened"])
def test_half_of_a_roll_is_completed_to_the_byte(table: Table, half: str) -> None:
    rolled(table)
    before = table.items()
    for address, seq in ((SERIES, 3), (f"{SERIES}.2", 4)):
        if table.store.entry(address, seq).terms["kind"] == half:
            table.drop(address, seq)
    table.store.volumes.clear()
    assert table.repaired(dry=True).rolls == 1
    done = table.repaired()
    assert (done.rolls, done.whole, table.repaired().rolls) == (1, True, 0)
    assert table.items() == before


def test_two_volumes_that_are_of_two_chains_are_named_and_left_alone(table: Table) -> None:
    rolled(table)
    for seq in (2, 3):
        table.drop(SERIES, seq)
    head = table.store.head(SERIES)
    assert table.store.append(plan_batch(SERIES, head, [income(77, payer="q")], NOW).entry)
    assert Torn(f"{SERIES}.2", 4, "", "rolled_otherwise") in table.repaired().torn
