"""The bytes are forever: what version 1 wrote must read, and hash, the same in every later version."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
from pathlib import Path

import pytest

from cliffhanger.errors import LedgerCorrupt
from cliffhanger.ledger.entries import MAX_LOTS, Entry, Posting, Source, State, parse, seal
from cliffhanger.ledger.lots import Lot
from cliffhanger.ledger.settlement import plan_batch
from tests.unit.ledger.chains import DAY, NOW, SERIES, VIEWER, bought, granted, unlocked

GOLDEN = Path(__file__).parent / "golden" / "entries-v1.json"


def chain_of_every_kind() -> list[Entry]:
    first = bought()
    second = granted(first)
    third = granted(second, coins=5, days=30, at=NOW + DAY)
    fourth = unlocked(third, 2, at=NOW + 2 * DAY)
    fifth = unlocked(fourth, 3, price=40, at=NOW + 2 * DAY)
    expiring = bought(fifth, coins=10, cash=7, at=NOW + 100 * DAY)
    batch = plan_batch(SERIES, None, [fourth, fifth], NOW + 3 * DAY).entry
    return [first, second, third, fourth, fifth, expiring, batch]


def test_version_1_writes_exactly_the_golden_bytes() -> None:
    golden = json.loads(GOLDEN.read_text())
    assert [{"body": e.body, "hash": e.hash.hex()} for e in chain_of_every_kind()] == golden


def test_golden_bytes_read_back_as_the_entries_that_wrote_them() -> None:
    for line, entry in zip(json.loads(GOLDEN.read_text()), chain_of_every_kind(), strict=True):
        assert parse(line["body"], bytes.fromhex(line["hash"])) == entry


def test_the_hash_is_plain_sha256_of_the_stored_text() -> None:
    """So that a receipt can be verified with any standard library."""
    entry = unlocked(bought())
    assert entry.hash == hashlib.sha256(entry.body.encode()).digest()


def test_each_entry_names_the_hash_of_the_one_before() -> None:
    chain = chain_of_every_kind()[:6]
    for before, after in itertools.pairwise(chain):
        assert base64.urlsafe_b64decode(after.prev + "=") == before.hash
    assert chain[0].prev == ""


@pytest.mark.parametrize("change", ['"seq":2', '"coin",100', '"at":1763710000000'])
def test_a_changed_byte_is_found(change: str) -> None:
    entry = granted(bought())
    body = entry.body.replace(change, change[:-1] + "9", 1)
    if body == entry.body:
        body = entry.body.replace("bonus", "bonuz", 1)
    with pytest.raises(LedgerCorrupt):
        parse(body, entry.hash)


@pytest.mark.parametrize("body", ["", "{}", "[]", "null", '{"v":2}', '{"v":1}', "not json"])
def test_bytes_that_are_no_entry_are_refused_even_with_their_right_hash(body: str) -> None:
    with pytest.raises(LedgerCorrupt):
        parse(body, hashlib.sha256(body.encode()).digest())


def test_time_never_runs_backwards_on_a_chain() -> None:
    """LEDGER rule 6: a slow clock takes the head's time."""
    head = bought(at=NOW)
    assert granted(head, at=NOW - 5 * 60_000).at == NOW


def test_a_guarded_account_cannot_be_sealed_overdrawn() -> None:
    with pytest.raises(LedgerCorrupt):
        seal(VIEWER, None, NOW, postings=[Posting("USD", 1, ".", SERIES)], state=State({"USD": -1}))


def test_the_world_outside_may_go_negative() -> None:
    out = Posting("USD", 1, ".", VIEWER)
    assert seal("external:stripe", None, NOW, postings=[out], state=State({"USD": -1})).state.balances == {"USD": -1}


def test_a_state_that_does_not_follow_from_its_postings_cannot_be_sealed() -> None:
    with pytest.raises(LedgerCorrupt):
        seal("creator:a", None, NOW, postings=[Posting("USD", 5, SERIES, ".")], state=State({"USD": 500}))


def test_a_batch_that_is_not_the_sum_of_its_sources_cannot_be_sealed() -> None:
    with pytest.raises(LedgerCorrupt):
        seal(
            "creator:a",
            None,
            NOW,
            postings=[Posting("USD", 5, "*", ".")],
            state=State({"USD": 5}),
            sources=(Source(VIEWER, 1, (4,)),),
            units=("USD",),
        )


def test_coins_for_a_viewer_cannot_be_sealed_on_another_s_chain() -> None:
    """A settlement could not say which lot they are; it would be parked for ever."""
    with pytest.raises(LedgerCorrupt):
        seal("creator:a", None, NOW, postings=[Posting("bonus", 5, ".", VIEWER)], state=State({"bonus": -5}))


@pytest.mark.parametrize(
    "posting",
    [
        Posting("coin", 0, ".", SERIES),
        Posting("coin", -1, ".", SERIES),
        Posting("coin", True, ".", SERIES),
        Posting("coin", 1, ".", "."),
    ],
)
def test_a_posting_moves_a_positive_whole_amount_between_two_accounts(posting: Posting) -> None:
    with pytest.raises(LedgerCorrupt):
        seal(VIEWER, None, NOW, postings=[posting], state=State())


def test_lots_that_do_not_add_up_to_the_balance_cannot_be_sealed() -> None:
    two = [Posting("coin", 2, "external:stripe", ".")]
    with pytest.raises(LedgerCorrupt):
        seal(VIEWER, None, NOW, postings=two, state=State({"coin": 2}, (Lot("1", "coin", 1),)))


def test_lots_that_do_not_add_up_to_the_deferred_cash_cannot_be_sealed() -> None:
    lots = (Lot("1", "coin", 1, 0, 10, "USD", "web"),)
    paid = [Posting("coin", 1, "external:stripe", "."), Posting("USD", 9, "external:stripe", ".deferred")]
    with pytest.raises(LedgerCorrupt):
        seal(VIEWER, None, NOW, postings=paid, state=State({"coin": 1, "USD.deferred": 9}, lots))


def test_the_number_of_lots_is_bounded() -> None:
    lots = tuple(Lot(str(i + 1), "bonus", 1, 99_999) for i in range(MAX_LOTS + 1))
    with pytest.raises(LedgerCorrupt):
        seal(VIEWER, None, NOW, postings=[], state=State({"bonus": len(lots)}, lots))
