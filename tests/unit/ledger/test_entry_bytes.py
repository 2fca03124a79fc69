"""The bytes are forever: what a version wrote must read, and hash, the same in every later one."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json

import pytest
import rfc8785

from cliffhanger.errors import LedgerCorrupt
from cliffhanger.ledger.entries import VERSION, Entry, parse
from cliffhanger.ledger.lots import Lot, Portion
from cliffhanger.ledger.settlement import plan_batch
from cliffhanger.ledger.state import Known
from cliffhanger.unlocks.domain import prefix_for, series_prefix, unlocks_of
from cliffhanger.unlocks.receipts import receipt_of
from tests.unit.ledger.chains import (
    DAY,
    GOLDEN,
    NOW,
    SERIES,
    STORY,
    TODAY,
    VIEWER,
    bought,
    frozen,
    funded,
    golden,
    granted,
    granted_from_budget,
    held_cash,
    held_coins,
    lapsed,
    limited,
    posted,
    sent,
    taken_back,
    undone,
    unlocked,
    voided,
)

RUNS = [[3, 3, 8], [4, 6, 10], [7, 9, 12]]
BODY = '{"account":"viewer:a","at":1,"postings":[],"prev":"","seq":1,"state":{},"v":%s}'


def chain_of_every_kind() -> list[Entry]:
    """One viewer's chain with an entry of every kind that version 3 writes, and what of others' settles with it."""
    first = bought()
    second = granted(first, reason="goodwill", actor="0p3rat0r")
    third = bought(second, coins=10, cash=1_501, currency="JPY", channel="app")
    fourth = limited(third, auto=1, day=60, series=100)
    one = unlocked(fourth, 2, at=NOW + DAY, automatic=True)
    several = unlocked(one, 3, 9, price=40, prices=RUNS, at=NOW + DAY)
    free = unlocked(several, 10, price=0, prices=[[10, 10, 12]], at=NOW + DAY)
    owing = taken_back(free, second, first, at=NOW + DAY)
    back = undone(owing, several, one, at=NOW + DAY)
    stopped = frozen(back, at=NOW + DAY)
    thawed = frozen(stopped, on=False, at=NOW + 2 * DAY)
    repaid = granted(thawed, coins=20, at=NOW + 2 * DAY)
    held = held_coins(repaid, 20, at=NOW + 3 * DAY)
    part = posted(held, 15, at=NOW + 4 * DAY)
    cash = sent(part, at=NOW + 4 * DAY)
    aside = held_cash(cash, 400, hold="h2", at=NOW + 5 * DAY)
    again = held_coins(aside, 5, hold="h3", at=NOW + 5 * DAY)
    void = voided(again, hold="h3", at=NOW + 6 * DAY)
    lapse = lapsed(void, hold="h2", at=NOW + 13 * DAY)
    funding = funded(at=NOW)
    grant = granted_from_budget(funding, at=NOW + 13 * DAY)
    won = plan_batch(VIEWER, lapse, [grant], NOW + 14 * DAY).entry
    expiring = bought(won, coins=10, cash=7, at=NOW + 100 * DAY)
    batch = plan_batch(SERIES, None, [one, several, back], NOW + 3 * DAY).entry
    chain = [first, second, third, fourth, one, several, free, owing, back, stopped, thawed, repaid, held, part, cash]
    return [*chain, aside, again, void, lapse, won, expiring, funding, grant, batch]


def test_version_3_writes_exactly_the_golden_bytes() -> None:
    stored = json.loads((GOLDEN / "entries-v3.json").read_text())
    assert [{"body": entry.body, "hash": entry.hash.hex()} for entry in chain_of_every_kind()] == stored


def test_golden_bytes_of_version_3_read_back_as_the_entries_that_wrote_them() -> None:
    assert golden(3) == chain_of_every_kind()


def test_golden_bytes_of_version_2_mean_what_they_meant() -> None:
    """Version 3 adds: but for the version and the links, what both can say they say alike."""
    old, new = golden(2), [entry for entry in chain_of_every_kind() if entry.account == VIEWER]
    for before, after in zip(old[:12], new[:12], strict=True):
        assert before._replace(body="", hash=b"", prev="") == after._replace(body="", hash=b"", prev="")
    assert (old[-1].sources, old[-1].state.balances) == (chain_of_every_kind()[-1].sources, {"bonus": 12})


@pytest.mark.parametrize("version", [1, 2, 3])
def test_golden_bytes_are_canonical_by_an_independent_implementation(version: int) -> None:
    """So that a receipt can be made and verified anywhere."""
    for line in json.loads((GOLDEN / f"entries-v{version}.json").read_text()):
        assert rfc8785.dumps(json.loads(line["body"])).decode() == line["body"]
        assert hashlib.sha256(line["body"].encode()).hexdigest() == line["hash"]


def test_golden_bytes_of_version_1_mean_what_they_meant() -> None:
    first, second, third, fourth, fifth, sixth, batch = golden(1)
    assert (first.state.balances, first.state.lots) == (
        {"coin": 100, "USD.deferred": 990},
        (Lot("1", "coin", 100, 0, 990, "USD", "web"),),
    )
    assert second.state.lots[1] == Lot("2", "bonus", 30, 20_430)
    assert third.at == NOW + DAY
    assert fourth.spent == (Portion("2", "bonus", 12, 0, ""),)
    assert [(portion.unit, portion.coins, portion.cash) for portion in fifth.spent] == [
        ("bonus", 18, 0),
        ("bonus", 5, 0),
        ("coin", 17, 168),
    ]
    assert sixth.state.balances == {"coin": 93, "USD.deferred": 829}
    assert [(source.account, source.seq, source.amounts) for source in batch.sources] == [
        (VIEWER, 4, (0, 12, 0)),
        (VIEWER, 5, (168, 23, 17)),
    ]


def test_an_entry_of_version_1_lacks_what_came_later() -> None:
    for entry in golden(1):
        state = entry.state
        assert (state.limits, state.day, state.series, state.debt, entry.terms) == ({}, (0, 0), ("", 0), {}, {})


def test_a_receipt_of_version_1_tells_the_episode_and_what_it_cost() -> None:
    receipt = receipt_of(golden(1)[3])
    assert [(each.episode, each.coins) for each in receipt.episodes] == [(2, 12)]
    assert (receipt.price_coins, receipt.creator_gets, receipt.spent[0].expires_at) == (12, [], None)


def test_a_chain_of_version_1_goes_on_with_version_3() -> None:
    head = golden(1)[5]
    entry = unlocked(head, 4, price=5, at=NOW + 101 * DAY, spent_before=52)
    assert json.loads(entry.body)["v"] == VERSION == 3
    assert base64.urlsafe_b64decode(entry.prev + "=") == head.hash
    assert entry.state.series == (STORY, 57)
    assert entry.state.day == (TODAY + 101, 5)
    assert unlocked(entry, 5, price=6, at=NOW + 101 * DAY).state.series == (STORY, 63)


def test_on_a_chain_of_version_1_all_of_the_series_is_read_because_no_entry_tells_its_sum() -> None:
    assert prefix_for(golden(1)[5], STORY, 4, 4) == series_prefix(STORY)


def test_an_unlock_of_version_1_still_opens_its_episode() -> None:
    known = [Known(entry.reference or "", entry.seq) for entry in golden(1)]
    assert [(unlock.first, unlock.last, unlock.seq) for unlock in unlocks_of(known)] == [(2, 2, 4), (3, 3, 5)]


def test_the_hash_is_plain_sha256_of_the_stored_text() -> None:
    entry = unlocked(bought())
    assert entry.hash == hashlib.sha256(entry.body.encode()).digest()


def test_each_entry_names_the_hash_of_the_one_before() -> None:
    chain = [entry for entry in chain_of_every_kind() if entry.account == VIEWER]
    for before, after in itertools.pairwise(chain):
        assert base64.urlsafe_b64decode(after.prev + "=") == before.hash
    assert chain[0].prev == ""


@pytest.mark.parametrize("old", ['"seq":2', '["bonus",30,', '"at":1763710000000', '"kind":"grant"'])
def test_a_changed_byte_is_found(old: str) -> None:
    entry = granted(bought())
    assert entry.body.count(old) == 1
    place = entry.body.index(old) + len(old) - 2
    body = entry.body[:place] + ("1" if entry.body[place] != "1" else "2") + entry.body[place + 1 :]
    with pytest.raises(LedgerCorrupt):
        parse(body, entry.hash)


@pytest.mark.parametrize("version", ["0", "4", '"2"', "2.5", "null", "[2]", "{}"])
def test_an_entry_of_a_version_that_is_not_known_is_refused(version: str) -> None:
    """A later version may mean anything: who cannot read it must not guess."""
    body = BODY % version
    with pytest.raises(LedgerCorrupt):
        parse(body, hashlib.sha256(body.encode()).digest())
    known = BODY % "2"
    assert parse(known, hashlib.sha256(known.encode()).digest()).account == "viewer:a"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{}",
        "[]",
        "null",
        '{"v":2}',
        '{"v":1}',
        "not json",
        (BODY % 2).replace('"postings":[]', '"postings":[["coin",1]]'),
        (BODY % 2).replace('"postings":[]', '"postings":7'),
        (BODY % 2).replace('"state":{}', '"state":[]'),
        (BODY % 2).replace('"state":{}', '"state":{"lots":[["1"]]}'),
        (BODY % 2).replace('"state":{}', '"state":{"day":7}'),
        (BODY % 3).replace('"state":{}', '"state":{"holds":[["h1",5]]}'),
        (BODY % 3).replace('"state":{}', '"state":{"holds":[["h1",5,7]]}'),
        (BODY % 3).replace('"state":{}', '"lots":[["viewer:a","game"]],"state":{}'),
    ],
)
def test_bytes_that_are_no_entry_are_refused_even_with_their_right_hash(body: str) -> None:
    with pytest.raises(LedgerCorrupt):
        parse(body, hashlib.sha256(body.encode()).digest())


def test_time_never_runs_backwards_on_a_chain() -> None:
    """LEDGER rule 6: a slow clock takes the head's time."""
    head = bought(at=NOW)
    assert granted(head, at=NOW - 5 * 60_000).at == NOW


def test_a_state_has_one_form_however_it_came_about() -> None:
    """What is empty or zero is left out, so that the same state never hashes in two ways."""
    fresh = granted(bought(), coins=12)
    spent = unlocked(fresh, at=NOW)
    assert "bonus" not in json.loads(spent.body)["state"]["balances"]
    owing = taken_back(spent, fresh, None)
    even = granted(owing, coins=12)
    assert "debt" in json.loads(owing.body)["state"]
    assert "debt" not in json.loads(even.body)["state"]


def test_an_entry_of_an_ordinary_unlock_stays_small() -> None:
    """LEDGER rule 7: with its marks within 1,024 bytes, one write unit."""
    head = limited(granted(granted(bought(), coins=5), coins=30, days=30), auto=1, day=60, series=100)
    assert len(unlocked(head).body) < 900
