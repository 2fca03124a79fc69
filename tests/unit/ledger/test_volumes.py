"""Volumes: an account goes on in the next as if nothing had happened, and nothing follows what is closed."""

from __future__ import annotations

import json

import pytest

from cliffhanger.errors import LedgerCorrupt, NameInvalid
from cliffhanger.ledger.entries import Entry, next_volume, parse, seal
from cliffhanger.ledger.names import (
    MAX_EARNED_LANES,
    account_kind,
    check_reference,
    earned,
    earned_lane,
    rolls,
    text_of_hash,
    volume,
    volume_of,
)
from cliffhanger.ledger.settlement import plan_batch
from cliffhanger.ledger.state import State
from cliffhanger.ledger.volumes import VOLUME_ENTRIES, entries_in_volume, fullest, is_full, opened_after, plan_roll
from tests.unit.ledger.chains import GOLDEN, NOW, STORY, bought, funded
from tests.unit.ledger.intakes import LANE, carried, income, intake_chain

FIRST, CLOSED, OPENED, SECOND, CARRY, BATCH = intake_chain()


def test_the_bytes_of_rolls_and_carries_are_the_golden_ones() -> None:
    stored = json.loads((GOLDEN / "intake-v3.json").read_text())
    assert [{"body": entry.body, "hash": entry.hash.hex()} for entry in intake_chain()] == stored
    assert [parse(line["body"], bytes.fromhex(line["hash"])) for line in stored] == intake_chain()


def test_a_roll_goes_on_with_number_hash_and_state() -> None:
    """So that a mark, which is a number, means one entry of the account in whatever volume."""
    assert (CLOSED.account, CLOSED.seq, next_volume(CLOSED)) == (LANE, 2, f"{LANE}.2")
    assert (OPENED.account, OPENED.seq, OPENED.prev) == (f"{LANE}.2", 3, text_of_hash(CLOSED.hash))
    assert FIRST.state == CLOSED.state == OPENED.state
    assert (SECOND.account, SECOND.seq) == (f"{LANE}.2", 4)


def test_the_first_entry_of_a_volume_follows_from_the_last_one_before_to_the_byte() -> None:
    """So that it can be written again where a restore has lost it."""
    assert opened_after(CLOSED) == OPENED


def test_nothing_is_sealed_after_a_closed_entry_but_where_it_points() -> None:
    for account in (LANE, f"{LANE}.3"):
        with pytest.raises(LedgerCorrupt):
            seal(account, CLOSED, NOW, postings=(), state=CLOSED.state)


def test_no_batch_is_made_after_a_closed_entry() -> None:
    with pytest.raises(LedgerCorrupt):
        plan_batch(LANE, CLOSED, [income(1)], NOW)


def test_no_volume_but_the_first_begins_by_itself() -> None:
    for head in (None, FIRST):
        with pytest.raises(LedgerCorrupt):
            seal(f"{LANE}.2", head, NOW, postings=(), state=State())


def test_what_is_closed_is_not_closed_again() -> None:
    with pytest.raises(LedgerCorrupt):
        plan_roll(CLOSED, NOW)
    with pytest.raises(LedgerCorrupt):
        opened_after(OPENED)


def canary() -> Entry:
    return seal("platform:canary", None, NOW, postings=(), state=State(), reference="canary:1", request=b"r" * 32)


@pytest.mark.parametrize("head", [bought(), funded(), CARRY, canary()])
def test_an_account_that_carries_references_never_rolls(head: Entry) -> None:
    """What a reference has answered must be found again in one look."""
    assert not is_full(head, 1)
    with pytest.raises(LedgerCorrupt):
        plan_roll(head, NOW)


def test_no_reference_belongs_on_an_account_that_rolls() -> None:
    for account in (LANE, f"{LANE}.2", "platform:issued-3", "external:web"):
        with pytest.raises(NameInvalid):
            check_reference("canary:1", account)


def test_a_batch_is_made_for_no_other_account_than_its_head_is_of() -> None:
    with pytest.raises(ValueError, match="viewer"):
        plan_batch(LANE, bought(), [income(1)], NOW)


@pytest.mark.parametrize("account", [LANE, "platform:issued-15", "external:web"])
def test_accounts_that_take_in_roll_and_their_volumes_are_no_accounts(account: str) -> None:
    """Nothing can be sent to a volume: who sends names the account."""
    assert rolls(account)
    assert volume_of(volume(account, 12)) == (account, 12)
    assert volume_of(volume(account, 1)) == (account, 1)
    with pytest.raises(NameInvalid):
        account_kind(volume(account, 2))


@pytest.mark.parametrize(
    "address",
    [f"{LANE}.1", f"{LANE}.02", f"{LANE}.", f"{LANE}.2.3", "viewer:a.2", "platform:canary.2", f"{LANE}.1000000", "a.2"],
)
def test_what_is_no_volume_is_refused(address: str) -> None:
    with pytest.raises(NameInvalid):
        volume_of(address)


def test_no_more_lanes_are_used_than_are_ever_looked_at() -> None:
    assert earned(STORY, "viewer:a", MAX_EARNED_LANES)
    for lanes in (0, -1, MAX_EARNED_LANES + 1):
        with pytest.raises(NameInvalid):
            earned(STORY, "viewer:a", lanes)
    for lane in (-1, MAX_EARNED_LANES):
        with pytest.raises(NameInvalid):
            earned_lane(STORY, lane)


def test_a_volume_is_full_at_so_many_entries_of_its_own() -> None:
    assert entries_in_volume(LANE, VOLUME_ENTRIES) == VOLUME_ENTRIES
    assert entries_in_volume(f"{LANE}.3", 2 * VOLUME_ENTRIES + 5) == 5
    assert is_full(FIRST._replace(seq=VOLUME_ENTRIES))
    assert not is_full(FIRST._replace(seq=VOLUME_ENTRIES - 1))
    assert not is_full(SECOND._replace(seq=2 * VOLUME_ENTRIES - 1))


def test_the_fullest_partition_is_told_by_numbers_alone() -> None:
    places = [("viewer:a", 7), (LANE, 5), (f"{LANE}.3", 2 * VOLUME_ENTRIES + 9), ("?", 10**9), ("viewer:a.2", 10**9)]
    assert (fullest(places), fullest([])) == (9, 0)


def test_a_carry_takes_what_the_lane_holds_and_leaves_nothing() -> None:
    assert (CARRY.state.balances, BATCH.state.balances) == ({"USD": 780}, {})
    assert carried(SECOND).marks == {"m0": 5}
