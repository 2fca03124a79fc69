"""An account explains itself, and nobody's change to it stays unseen."""

from __future__ import annotations

from typing import Any

import pytest

from cliffhanger.errors import NotFound
from cliffhanger.ledger.budgeting import BudgetGrant, fund_budget, grant_from_budget, open_budget, reverse_budget_grant
from cliffhanger.ledger.budgets import Budget
from cliffhanger.ledger.canonical import digest
from cliffhanger.ledger.lots import DAY_MS
from cliffhanger.ledger.packing import stored_text
from cliffhanger.ledger.settling import settle
from cliffhanger.support.explain import Checks, Explained, explain
from cliffhanger.wallet.service import set_own_limits
from tests.support.tables import LEDGER
from tests.unit.ledger import intakes
from tests.unit.ledger.chains import NOW
from tests.unit.ledger.intakes import LANE
from tests.unit.support.office import MIA, Office

GOOD = Checks(hash=True, link=True, arithmetic=True)


def ask(office: Office, account: str = MIA, limit: int = 20, before: int | None = None) -> Explained:
    return explain(office.ledger, account, limit, before, lambda: office.now)


def forge(office: Office, seq: int, change: Any, *, account: str = MIA, rehash: bool = False) -> None:
    """Writes other bytes over an entry, behind everybody's back."""
    items = office.model.items(LEDGER["TableName"])
    for item in items:
        if (item["account"]["S"], item["seq"]["N"]) == (account, str(seq)):
            body = change(stored_text(item))
            assert body != stored_text(item)
            item["body"] = {"S": body}
            if rehash:
                item["hash"] = {"B": digest(body)}
    office.model.load(LEDGER["TableName"], items)


def checks(explained: Explained) -> dict[int, Checks]:
    return {line.seq: line.checks for line in explained.lines}


def test_an_account_is_told_in_words_and_numbers(office: Office) -> None:
    office.unlock()
    set_own_limits(office.ledger, MIA, {"day": 50, "auto": 1}, reference=f"key:{'0' * 26}", retrying=office.pace)
    office.freeze()
    explained = ask(office)
    assert explained.words == (
        "5 entries, the last at 2026-01-01T00:01:00.000Z.",
        "618 coins can be spent: 600 bought, 18 granted.",
        "18 of them expire first, on 2026-02-02.",
        "Frozen: nothing can be spent; coins still come in.",
        "Own limit: 50 coins a day.",
        "Clients may unlock by themselves.",
        "12 coins spent today (UTC).",
    )
    assert explained.last == office.head()
    assert explained.as_of == 5
    assert [line.seq for line in explained.lines] == [5, 4, 3, 2, 1]
    assert set(checks(explained).values()) == {GOOD}


def test_coins_that_have_expired_are_not_told_as_spendable(office: Office) -> None:
    office.now = office.head().state.lots[-1].expires_day * DAY_MS
    words = ask(office).words
    assert "600 coins can be spent: 600 bought, 0 granted." in words
    assert "30 more have expired; the next entry will record it." in words


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_together_are_the_chain_and_what_comes_in_meanwhile_moves_none_of_them(
    office: Office, limit: int
) -> None:
    for key in "abcde":
        office.grant(1, key=key)
    page = ask(office, limit=limit)
    seen = [line.seq for line in page.lines]
    while page.before is not None:
        assert {*checks(page).values()} == {GOOD}
        office.grant(1, key=f"meanwhile-{page.before}")
        page = ask(office, limit=limit, before=page.before)
        assert page.as_of == office.head().seq
        seen += [line.seq for line in page.lines]
    assert seen == [7, 6, 5, 4, 3, 2, 1]


def test_bytes_that_contradict_their_hash_are_shown_as_such_and_hide_nothing(office: Office) -> None:
    for key in "abc":
        office.grant(1, key=key)
    forge(office, 3, lambda body: body.replace('"bonus",1,', '"bonus",9,'))
    explained = ask(office)
    unsaid = Checks(hash=True, link=None, arithmetic=None)
    assert checks(explained) == {
        5: GOOD,
        4: unsaid,
        3: Checks(hash=False, link=None, arithmetic=None),
        2: GOOD,
        1: GOOD,
    }
    (forged,) = [line for line in explained.lines if line.seq == 3]
    assert (forged.entry, forged.settled) == (None, {})
    assert "hash" in forged.fault
    assert explained.words[0] == "Not as they were written, or not where they belong: entries 3."


def test_an_entry_that_was_written_anew_with_its_hash_breaks_the_chain_and_the_sums(office: Office) -> None:
    for key in "abc":
        office.grant(1, key=key)
    forge(office, 4, lambda body: body.replace('"bonus":32', '"bonus":99'), rehash=True)
    wrong = {seq: found for seq, found in checks(ask(office)).items() if found != GOOD}
    assert wrong == {
        5: Checks(hash=True, link=False, arithmetic=False),
        4: Checks(hash=True, link=True, arithmetic=False),
    }


def test_an_entry_that_claims_to_be_older_than_the_one_before_it_is_found_out(office: Office) -> None:
    office.grant(1)
    at = office.head().at
    forge(office, 3, lambda body: body.replace(f'"at":{at}', f'"at":{at - 120_000}'), rehash=True)
    assert checks(ask(office))[3] == Checks(hash=True, link=False, arithmetic=True)


def test_an_entry_that_was_taken_away_is_missed_by_the_one_after_it(office: Office) -> None:
    for key in "abc":
        office.grant(1, key=key)
    kept = [item for item in office.model.items(LEDGER["TableName"]) if item["seq"]["N"] != "4"]
    office.model.load(LEDGER["TableName"], kept)
    wrong = {seq: found for seq, found in checks(ask(office)).items() if found != GOOD}
    assert wrong == {5: Checks(hash=True, link=False, arithmetic=False)}


def test_a_chain_whose_beginning_is_gone_does_not_pass_for_whole(office: Office) -> None:
    kept = [item for item in office.model.items(LEDGER["TableName"]) if item["seq"]["N"] != "1"]
    office.model.load(LEDGER["TableName"], kept)
    assert checks(ask(office)) == {2: Checks(hash=True, link=False, arithmetic=False)}


def test_of_an_account_whose_last_entry_cannot_be_read_nothing_is_claimed(office: Office) -> None:
    office.grant(1)
    forge(office, 3, lambda body: body[:-1] + " }")
    explained = ask(office)
    assert (explained.last, explained.as_of, explained.wallet.total) == (None, 3, 0)
    assert explained.words[1:] == ("Its last entry cannot be read, so that nothing can be said of what it holds.",)
    assert checks(explained)[2] == GOOD


def test_every_leg_is_told_with_the_batch_that_settled_it_or_as_open(office: Office) -> None:
    entry = office.unlock().entries[0]
    destination = entry.postings[0].destination
    assert ask(office).lines[0].settled == {destination: None}
    settle(office.ledger, [entry], office.pace)
    assert ask(office).lines[0].settled == {destination: 1}


def test_an_account_that_only_settles_is_explained_too(office: Office) -> None:
    entry = office.unlock().entries[0]
    settle(office.ledger, [entry], office.pace)
    destination = entry.postings[0].destination
    explained = ask(office, destination)
    assert checks(explained) == {1: GOOD}
    assert explained.words[-1] == "Holds 12 bonus."
    (line,) = explained.lines
    assert line.entry is not None
    assert [(source.account, source.seq) for source in line.entry.sources] == [(MIA, entry.seq)]


def test_a_budget_whose_coins_went_to_viewers_and_came_back_is_as_it_was_written(office: Office) -> None:
    """What is sent says which lots it becomes, and that is looked at as well."""
    budget = Budget("spring", "2026-01")
    slices = open_budget(office.ledger, budget, 1, office.pace)
    fund_budget(
        office.ledger, budget, funding="f1", unit="bonus", coins=90, source="external:brand", retrying=office.pace
    )
    grant = BudgetGrant("mia", "d1", "bonus", 10, 30)
    grant_from_budget(office.ledger, budget, grant, slices=slices, retrying=office.pace)
    reverse_budget_grant(office.ledger, budget, grant, "r1", slices=slices, retrying=office.pace)
    explained = ask(office, budget.slice(0))
    assert set(checks(explained).values()) == {GOOD}
    assert explained.words[-1] == "Holds 90 bonus."


def test_a_lane_whose_last_entry_cannot_be_read_is_shown_all_the_same(office: Office) -> None:
    entry = office.unlock().entries[0]
    settle(office.ledger, [entry], office.pace)
    lane = entry.postings[0].destination
    forge(office, 1, lambda body: body.replace("12", "13"), account=lane)
    assert checks(ask(office, lane)) == {1: Checks(hash=False, link=None, arithmetic=None)}


@pytest.mark.parametrize("account", ["viewer:noa", "series:never:earned:0", "abc:def", "viewer:a:b"])
def test_an_account_without_entries_is_not_found(office: Office, account: str) -> None:
    with pytest.raises(NotFound):
        ask(office, account)


@pytest.mark.parametrize("asked", [LANE, f"{LANE}.2"])
def test_an_account_in_volumes_is_one_story(asked: str) -> None:
    books = intakes.Books(volume_entries=3)
    for amount in range(1, 6):
        settle(books.store, [books.earn(amount)], intakes.PACE)
    explained = explain(books.store, asked, 99, clock=lambda: NOW)
    assert [line.seq for line in explained.lines] == list(range(explained.as_of, 0, -1))
    assert all(line.checks.hold for line in explained.lines)
    assert (explained.account, explained.before) == (LANE, None)
    assert any(" volumes, the last of which is " in sentence for sentence in explained.words)
    page = explain(books.store, asked, 3, before=6, clock=lambda: NOW)
    assert [line.seq for line in page.lines] == [5, 4, 3]
