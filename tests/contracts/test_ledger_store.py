"""What the ledger's store promises, over the in-memory model, moto (single-threaded) and MiniStack."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from cliffhanger.errors import LedgerCorrupt
from cliffhanger.ledger.entries import Entry, foreign_legs, seal
from cliffhanger.ledger.settlement import plan_batch
from cliffhanger.ledger.settling import settle, settle_inline
from cliffhanger.ledger.state import Known, Posting, State
from cliffhanger.ledger.store import LedgerStore, Stored
from tests.contracts.stand_ins import ALL, tables_of
from tests.support.tables import LEDGER
from tests.support.world import give
from tests.unit.ledger.chains import (
    DAY,
    EXPIRED,
    ISSUED,
    NOW,
    REQUEST,
    STORY,
    VIEWER,
    bought,
    golden,
    granted,
    limited,
    undone,
    unlocked,
)
from tests.unit.ledger.chains import SERIES as EARNED

CLEO = "creator:cleo"


@pytest.fixture(params=ALL)
def store(request: pytest.FixtureRequest) -> Iterator[LedgerStore]:
    with tables_of(request, LEDGER) as connect:
        yield LedgerStore(connect(), LEDGER["TableName"])


def written(store: LedgerStore, *chain: Entry) -> None:
    for entry in chain:
        assert store.append(entry)


def put(store: LedgerStore, entry: Entry, **attributes: Any) -> None:
    """Writes an entry as no append would."""
    usual: dict[str, Any] = {"hash": {"B": entry.hash}}
    if entry.reference is not None:
        usual["reference"] = {"S": entry.reference}
    store._connection.put_item(LEDGER["TableName"], entry.account, str(entry.seq), attributes=usual | attributes)


def head_of(store: LedgerStore, account: str) -> Entry:
    head = store.head(account)
    assert head is not None
    return head


def several(count: int) -> list[Entry]:
    """A chain of a purchase and so many unlocks, one by one, of episodes from 2 on."""
    chain = [bought(coins=10_000, cash=99_000)]
    for episode in range(2, 2 + count):
        chain.append(unlocked(chain[-1], episode))
    return chain


# --- chains ----------------------------------------------------------------------------------------------------------


def test_an_empty_chain_has_no_head_and_no_references(store: LedgerStore) -> None:
    assert store.head(VIEWER) is None
    assert store.references(VIEWER, "unlock:") == ()
    assert store.references_between(VIEWER, "unlock:", "unlock;", 5) == ()
    assert store.newest(VIEWER, 5) == ()


def test_the_head_is_the_last_entry_and_reads_back_whole(store: LedgerStore) -> None:
    chain = golden(2)[:-1]
    written(store, *chain)
    assert store.head(VIEWER) == chain[-1]
    assert [store.entry(VIEWER, entry.seq) for entry in chain] == chain


def test_a_chain_of_version_1_is_read_and_goes_on(store: LedgerStore) -> None:
    old = golden(1)[:6]
    written(store, *old)
    after = unlocked(head_of(store, VIEWER), 4, price=5, at=NOW + 101 * DAY, spent_before=52)
    written(store, after)
    assert store.newest(VIEWER, 10) == (after, *reversed(old))


def test_the_tenth_entry_comes_after_the_ninth(store: LedgerStore) -> None:
    chain = several(10)
    written(store, *chain)
    assert head_of(store, VIEWER).seq == 11
    assert [entry.seq for entry in store.newest(VIEWER, 3)] == [11, 10, 9]


def test_a_place_on_the_chain_is_taken_once(store: LedgerStore) -> None:
    written(store, bought())
    assert not store.append(bought(coins=5, name="rival"))
    assert not store.append(bought())  # not even by the same again: whoever lost the reply reads
    assert head_of(store, VIEWER).state.balances["coin"] == 100


def test_an_entry_that_moves_nothing_is_an_entry(store: LedgerStore) -> None:
    first = limited(None, day=5)
    free = unlocked(first, 2, price=0)
    written(store, first, free)
    assert store.head(VIEWER) == free
    assert store.references(VIEWER, "unlock:") == (Known(f"unlock:{STORY}:2-2.0", 2),)


def test_the_newest_entries_come_newest_first_and_page_by_page(store: LedgerStore) -> None:
    chain = several(6)
    written(store, *chain)
    pages = [store.newest(VIEWER, 3), store.newest(VIEWER, 3, before=5), store.newest(VIEWER, 3, before=2)]
    assert [[entry.seq for entry in page] for page in pages] == [[7, 6, 5], [4, 3, 2], [1]]
    assert store.newest(VIEWER, 3, before=1) == ()
    assert store.newest(VIEWER, 3, before=99)[0] == chain[-1]


def test_what_stands_is_told_with_where_it_has_been_settled(store: LedgerStore) -> None:
    chain = several(2)
    written(store, *chain)
    settle(store, [chain[1]])
    assert store.stored(VIEWER, 2) == (Stored(3, chain[2], "", {}), Stored(2, chain[1], "", {EARNED: 1}))
    assert [one.seq for one in store.stored(VIEWER, 5, before=3)] == [2, 1]
    assert store.stored("viewer:noa", 5) == ()


def test_an_entry_that_cannot_be_read_is_named_and_hides_no_other(store: LedgerStore) -> None:
    chain = several(2)
    written(store, chain[0])
    put(store, chain[1], body={"S": chain[1].body.replace("12", "13")})
    written(store, chain[2])
    newest, broken, oldest = store.stored(VIEWER, 5)
    assert (newest.entry, oldest.entry) == (chain[2], chain[0])
    assert (broken.seq, broken.entry, bool(broken.fault), broken.settled) == (2, None, True, {})
    with pytest.raises(LedgerCorrupt):
        store.newest(VIEWER, 5)


def test_an_entry_that_was_stored_as_text_is_read_and_settled_and_its_chain_goes_on(store: LedgerStore) -> None:
    """As everything was, before bodies were packed."""
    first, second = several(1)
    put(store, first, body={"S": first.body})
    assert store.head(VIEWER) == store.entry(VIEWER, 1) == first
    written(store, second)
    assert store.newest(VIEWER, 5) == (second, first)
    assert settle(store, [first, second]).legs == 2
    assert store.settlements(first) == {"external:stripe": 1}


def test_an_entry_that_is_not_there_is_said_to_be_missing(store: LedgerStore) -> None:
    written(store, bought())
    for account, seq in ((VIEWER, 2), ("viewer:noa", 1)):
        with pytest.raises(LedgerCorrupt):
            store.entry(account, seq)


# --- references ------------------------------------------------------------------------------------------------------


def test_references_are_found_by_prefix_in_order(store: LedgerStore) -> None:
    chain = [bought(coins=1_000, cash=1)]
    for episode in (2, 10, 1):
        chain.append(unlocked(chain[-1], episode))
    chain.append(undone(chain[-1], chain[1], chain[0], spent_before=36))
    written(store, *chain)
    assert [known.seq for known in store.references(VIEWER, f"unlock:{STORY}:1-")] == [4]
    assert [known.seq for known in store.references(VIEWER, f"unlock:{STORY}:")] == [4, 3, 2, 5]
    assert store.references("viewer:noa", "unlock:") == ()


def test_references_between_two_texts_are_found_in_order_and_so_many_at_most(store: LedgerStore) -> None:
    chain = [bought(coins=1_000, cash=1)]
    for series in ("b", "a", "a-b", "c", "a1"):
        chain.append(unlocked(chain[-1], 2, series=series, spent_before=0))
    written(store, *chain)
    every = store.references_between(VIEWER, "unlock:", "unlock;", 500)
    assert [known.reference for known in every] == [f"unlock:{series}:2-2.0" for series in ("a-b", "a1", "a", "b", "c")]
    assert store.references_between(VIEWER, "unlock:", "unlock;", 2) == every[:2]
    assert store.references_between(VIEWER, "unlock:a;", "unlock;", 500) == every[3:]
    assert store.references_between(VIEWER, every[1].reference, every[3].reference, 500) == every[1:4]


def test_hundreds_of_references_are_found_whole(store: LedgerStore) -> None:
    chain = several(120)
    written(store, *chain)
    assert len(store.references(VIEWER, "unlock:")) == 120
    assert len(store.references_between(VIEWER, "unlock:", "unlock;", 110)) == 110


# --- settlement ------------------------------------------------------------------------------------------------------


def test_a_batch_and_its_marks_are_written_together_or_not_at_all(store: LedgerStore) -> None:
    first = bought()
    second = unlocked(first)
    written(store, first, second)
    batch = plan_batch(EARNED, None, [second], NOW)
    assert store.settlements(second) == {}
    assert store.settle(batch).written
    assert store.settlements(second) == {EARNED: 1}
    again = plan_batch(EARNED, store.head(EARNED), [second], NOW)
    outcome = store.settle(again)
    assert (outcome.written, outcome.head_moved, outcome.settled, outcome.broken) == (False, False, again.claims, ())
    assert store.head(EARNED) == batch.entry


def test_where_an_entry_is_settled_is_told_for_each_account(store: LedgerStore) -> None:
    head = bought(granted(days=14))
    entry = unlocked(head, at=NOW + 30 * DAY)
    written(store, granted(days=14), head, entry)
    assert list(foreign_legs(entry)) == [EXPIRED, EARNED]
    assert store.settle(plan_batch(EARNED, None, [entry], NOW)).written
    assert store.settlements(entry) == {EARNED: 1}
    assert settle(store, [entry]) == (1, ())
    assert store.settlements(entry) == {EARNED: 1, EXPIRED: 1}


def test_settlements_of_an_entry_that_is_not_there_are_not_told(store: LedgerStore) -> None:
    with pytest.raises(LedgerCorrupt):
        store.settlements(bought())


def test_a_mark_changes_nothing_of_an_entry(store: LedgerStore) -> None:
    """LEDGER rule 10: the hash does not cover it."""
    entry = bought()
    written(store, entry)
    settle(store, [entry])
    assert store.head(VIEWER) == entry


def test_a_batch_planned_on_an_old_head_is_not_written(store: LedgerStore) -> None:
    first, second, third = several(2)
    written(store, first, second, third)
    assert store.settle(plan_batch(EARNED, None, [second], NOW)).written
    outcome = store.settle(plan_batch(EARNED, None, [third], NOW))
    assert (outcome.written, outcome.head_moved) == (False, True)
    assert store.settlements(third) == {}


def test_a_claim_on_another_entry_of_the_same_number_does_not_hold(store: LedgerStore) -> None:
    """LEDGER rule 10: as after a restore, when what is replayed is not what stands there."""
    first = bought()
    written(store, first, unlocked(first, 2))
    replayed = plan_batch(EARNED, None, [unlocked(first, 3)], NOW)
    outcome = store.settle(replayed)
    assert (outcome.written, outcome.broken) == (False, replayed.claims)
    assert store.head(EARNED) is None


def test_one_claim_that_does_not_hold_leaves_all_unwritten_and_is_named(store: LedgerStore) -> None:
    chain = several(4)
    written(store, *chain)
    settle(store, [chain[2]])
    strange = unlocked(chain[3], 99)
    batch = plan_batch(EARNED, store.head(EARNED), [chain[1], chain[2], chain[3], strange], NOW)
    outcome = store.settle(batch)
    assert (outcome.written, outcome.head_moved) == (False, False)
    assert ([claim.seq for claim in outcome.settled], [claim.seq for claim in outcome.broken]) == ([3], [5])
    assert store.settlements(chain[1]) == {}


def test_a_hundred_viewers_are_settled_in_two_batches(store: LedgerStore) -> None:
    entries = []
    for number in range(100):
        give(store, f"v{number}", bought=20, bonus=0)
        entries.append(head_of(store, f"viewer:v{number}"))
    assert settle(store, entries) == (100, ())
    head = head_of(store, "external:seed")
    assert (head.seq, head.state.balances) == (2, {"coin": -2_000, "USD": -18_000})


def test_a_reversal_settles_as_the_debit_of_what_its_unlock_had_credited(store: LedgerStore) -> None:
    first, paid = several(1)
    back = undone(paid, paid, first)
    written(store, first, paid, back)
    assert settle(store, [first, paid, back]).legs == 3
    assert head_of(store, EARNED).state.balances == {}


# --- inline ----------------------------------------------------------------------------------------------------------


def gift(store: LedgerStore, **to: int) -> Entry:
    """A viewer's cash, sent to creators and to the house: what sends money between people looks like."""
    total = sum(to.values())
    came = seal(
        VIEWER,
        None,
        NOW,
        postings=[Posting("USD", total, "external:stripe", ".")],
        state=State({"USD": total}),
        reference="support:came",
        request=REQUEST,
    )
    sent = seal(
        VIEWER,
        came,
        NOW,
        postings=[Posting("USD", amount, ".", account.replace("_", ":")) for account, amount in to.items()],
        state=State(),
        reference="support:sent",
        request=REQUEST,
    )
    written(store, came, sent)
    return sent


def test_a_guarded_account_has_its_money_in_the_answer(store: LedgerStore) -> None:
    """LEDGER rule 14: who is paid sees it at once; the stream is the backstop."""
    sent = gift(store, creator_cleo=7, creator_ben=3)
    assert settle_inline(store, sent)
    assert [head_of(store, account).state.balances for account in (CLEO, "creator:ben")] == [{"USD": 7}, {"USD": 3}]
    assert store.settlements(sent) == {"creator:ben": 1, CLEO: 1}


def test_what_is_settled_inline_is_not_settled_again_by_the_stream_nor_the_other_way_round(store: LedgerStore) -> None:
    sent = gift(store, creator_cleo=7)
    assert settle_inline(store, sent)
    assert settle_inline(store, sent)
    assert settle(store, [sent]) == (0, ())
    assert head_of(store, CLEO).state.balances == {"USD": 7}
    assert head_of(store, CLEO).seq == 1


def test_accounts_that_are_not_guarded_wait_for_their_batch(store: LedgerStore) -> None:
    sent = gift(store, creator_cleo=7, platform_fees=1)
    assert settle_inline(store, sent)
    assert store.settlements(sent) == {CLEO: 1}
    assert store.head("platform:fees") is None
    assert settle(store, [sent]) == (1, ())
    assert store.settlements(sent) == {CLEO: 1, "platform:fees": 1}


def test_an_unlock_settles_nothing_inline(store: LedgerStore) -> None:
    first, paid = several(1)
    written(store, first, paid)
    assert settle_inline(store, paid)
    assert store.settlements(paid) == {}


def test_inline_settlement_says_when_it_could_not_and_changes_nothing(store: LedgerStore) -> None:
    sent = gift(store, creator_cleo=7)
    other: Any = seal(VIEWER, store.entry(VIEWER, 1), NOW + 1, postings=sent.postings, state=State())
    assert not settle_inline(store, other)
    assert store.head(CLEO) is None
    budget = "budget:winter:1:0"
    overdrawing = seal("external:stripe", None, NOW, postings=[Posting("USD", 9, budget, ".")], state=State({"USD": 9}))
    written(store, overdrawing)
    assert not settle_inline(store, overdrawing)
    assert store.head(budget) is None


def test_a_chain_that_issues_is_told_apart_by_its_lane(store: LedgerStore) -> None:
    entry = granted()
    written(store, entry)
    settle(store, [entry])
    assert head_of(store, ISSUED).state.balances == {"bonus": -30}
