"""Reversals and freezes: what was wrong is undone once, and what can no longer be taken back is owed."""

from __future__ import annotations

import pytest

from cliffhanger.errors import AccountFrozen, CaseClosed, NotFound, NotReversible
from cliffhanger.ledger.consequences import Reward, Undone
from cliffhanger.ledger.journal import Recorded
from cliffhanger.ledger.rewarding import Consequence, give_reward, undo_reward
from cliffhanger.support.explain import explain
from cliffhanger.support.service import approve, get_case
from cliffhanger.unlocks.standing import unlocks_in
from cliffhanger.wallet.service import set_own_limits
from tests.support.world import PAGE, PRICE, SERIES
from tests.unit.support.office import MIA, OLA, OTTO, Office

BOUGHT, BONUS = 1, 2
"""Seqs of what the office's viewer was given."""


CHECKIN = Consequence(MIA, "checkin", "2026-01-01")


def reward(office: Office, coins: int) -> Recorded:
    return give_reward(office.ledger, CHECKIN, Reward("bonus", coins, 14), retrying=office.pace)


def test_a_reversed_unlock_gives_the_coins_back_and_locks_the_episode_again(office: Office) -> None:
    before = office.head().state
    unlocked = office.unlock().entries[0]
    case = office.reverse(unlocked.seq, reason="viewer_request")
    entry = office.head()
    assert (case.status, case.seq, case.coins) == ("done", entry.seq, PRICE)
    assert entry.reference == f"{unlocked.reference}:rev:{case.case}"
    assert entry.terms == {"kind": "reversal", "reverses": unlocked.seq, "actor": OLA, "reason": "viewer_request"}
    assert (entry.state.balances, entry.state.lots) == (before.balances, before.lots)
    assert [unlock.reversed for unlock in unlocks_in(office.ledger, "mia", SERIES)] == [True]
    assert not office.unlock(generation=1).repeated


@pytest.mark.parametrize(("roses", "status"), [(99, "done"), (101, "awaiting")])
def test_gifts_of_many_coins_are_reversed_by_two(office: Office, roses: int, status: str) -> None:
    before = office.head().state
    given = office.give(roses)
    case = office.reverse(given.seq, reason="viewer_request")
    assert (case.status, case.coins) == (status, 5 * roses)
    if status == "awaiting":
        assert office.head() == given
        assert approve(office.work, case.case, OTTO).status == "done"
    assert office.head().reference == f"{given.reference}:rev:{case.case}"
    assert (office.head().state.balances, office.head().state.lots) == (before.balances, before.lots)


def test_a_late_retry_of_a_reversed_unlock_buys_nothing(office: Office) -> None:
    unlocked = office.unlock().entries[0]
    office.reverse(unlocked.seq)
    before = office.books()
    again = office.unlock()
    assert (again.entries, again.repeated) == ((unlocked,), True)
    assert office.books() == before


@pytest.mark.parametrize(("coins", "status"), [(500, "done"), (501, "awaiting")])
def test_an_unlock_of_many_coins_is_reversed_by_two(office: Office, coins: int, status: str) -> None:
    dear = tuple(line._replace(price_coins=coins) for line in PAGE.episodes)
    assert office.catalog.replace(PAGE._replace(episodes=dear, revision=PAGE.revision + 1))
    unlocked = office.unlock(price=coins).entries[0]
    case = office.reverse(unlocked.seq)
    assert (case.status, case.coins) == (status, coins)
    if status == "awaiting":
        assert office.head() == unlocked
        assert approve(office.work, case.case, OTTO).status == "done"
        assert office.head().terms["approver"] == OTTO


@pytest.mark.parametrize(("coins", "status"), [(500, "done"), (501, "awaiting")])
def test_a_grant_of_many_coins_is_reversed_by_two(office: Office, coins: int, status: str) -> None:
    granted = office.grant(coins)
    if granted.status == "awaiting":
        granted = approve(office.work, granted.case, OTTO)
    assert office.reverse(granted.seq, key="back").status == status


def test_a_reward_is_taken_back_once(office: Office) -> None:
    given = reward(office, 40)
    case = office.reverse(given.entry.seq, key="farm")
    assert (case.status, case.coins) == ("done", 40)
    entry = office.head()
    assert entry.reference == case.reference == f"reward:checkin:2026-01-01:rev:{case.case}"
    assert (entry.terms["actor"], entry.terms["undone"], entry.terms["reverses"]) == (OLA, [1, 1], given.entry.seq)
    assert get_case(office.work, case.case) == case
    before = office.books()
    with pytest.raises(NotReversible):
        office.reverse(given.entry.seq, key="again", operator=OTTO)
    assert office.books() == before


def test_a_reward_that_was_undone_in_part_is_taken_back_for_the_rest(office: Office) -> None:
    given = reward(office, 40)
    undo_reward(office.ledger, CHECKIN, "part", Undone(1, 4), retrying=office.pace)
    office.reverse(given.entry.seq)
    assert [line.amount for line in office.head().postings] == [30]


def test_a_reversal_is_not_reversed(office: Office) -> None:
    """Another unlock, or another grant, is what puts it right again."""
    for number, seq in enumerate((office.unlock().entries[0].seq, BONUS)):
        reversal = office.reverse(seq, key=f"first-{number}")
        before = office.model.fingerprint()
        with pytest.raises(NotReversible):
            office.reverse(reversal.seq, key=f"second-{number}")
        assert office.model.fingerprint() == before


@pytest.mark.parametrize("what", ["unlock", "grant"])
def test_what_was_reversed_is_not_reversed_again(office: Office, what: str) -> None:
    seq = office.unlock().entries[0].seq if what == "unlock" else BONUS
    office.reverse(seq, key="first")
    before = office.books()
    for _ in range(2):
        with pytest.raises(NotReversible):
            office.reverse(seq, key="second", operator=OTTO)
    failed = get_case(office.work, office.request("reversal", key="second", operator=OTTO, seq=seq).case)
    assert (failed.status, failed.code, failed.seq) == ("failed", "not_reversible", 0)
    assert office.books() == before


def test_an_approval_of_what_has_been_reversed_meanwhile_fails_for_good(office: Office) -> None:
    granted = approve(office.work, office.grant(501).case, OTTO)
    one, two = (office.reverse(granted.seq, key=key) for key in ("one", "two"))
    approve(office.work, one.case, OTTO)
    before = office.books()
    for _ in range(2):
        with pytest.raises(NotReversible):
            approve(office.work, two.case, OTTO)
    with pytest.raises(CaseClosed) as closed:
        approve(office.work, two.case, "olga")
    assert closed.value.members == {"caseStatus": "failed"}
    assert office.books() == before


def test_what_is_neither_an_unlock_nor_a_grant_is_not_reversed_here(office: Office) -> None:
    """Money that was paid comes back by the way it came: through the provider."""
    set_own_limits(office.ledger, MIA, {"day": 50}, reference=f"key:{'0' * 26}", retrying=office.pace)
    frozen = office.freeze(key="frozen")
    before = office.model.fingerprint()
    for seq in (BOUGHT, BONUS + 1, frozen.seq):
        with pytest.raises(NotReversible):
            office.reverse(seq)
    assert office.model.fingerprint() == before


def test_an_entry_that_does_not_exist_is_not_found(office: Office) -> None:
    before = office.model.fingerprint()
    for account, seq in ((MIA, 99), ("viewer:noa", 1)):
        with pytest.raises(NotFound):
            office.reverse(seq, account=account)
    assert office.model.fingerprint() == before


def test_a_spent_grant_that_is_taken_back_is_owed_and_shown_and_repaid_first(office: Office) -> None:
    office.unlock()
    case = office.reverse(BONUS, reason="fraud")
    assert (case.status, office.head().state.debt) == ("done", {"bonus": PRICE})
    explained = explain(office.ledger, MIA, 20, clock=lambda: office.now)
    assert f"Owes {PRICE} bonus, which the next such coins repay first." in explained.words
    assert dict(explained.wallet.debt) == {"bonus": PRICE}
    assert all(line.checks.hold for line in explained.lines)
    office.grant(20, key="after")
    state = office.head().state
    assert (state.debt, state.balances["bonus"]) == ({}, 20 - PRICE)
    assert not any("Owes" in word for word in explain(office.ledger, MIA, 20).words)


def test_a_frozen_account_spends_nothing_and_still_takes_what_it_is_given(office: Office) -> None:
    unlocked = office.unlock().entries[0]
    office.freeze(key="stop")
    before = office.books()
    with pytest.raises(AccountFrozen):
        office.unlock(3)
    assert office.books() == before
    assert office.unlock().entries == (unlocked,)
    assert office.grant(10, key="given").status == "done"
    assert office.reverse(unlocked.seq, key="back").status == "done"
    assert office.head().state.frozen
    office.freeze(frozen=False, key="go on")
    assert not office.unlock(generation=1).repeated
