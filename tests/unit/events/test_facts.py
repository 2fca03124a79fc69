"""What is told of an entry: of every kind that there is, in both versions, and of nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from cliffhanger.events.envelope import Event, envelope_of, event_id
from cliffhanger.events.facts import NothingToTell, events_of
from cliffhanger.events.schemas import EVENT_SCHEMAS
from cliffhanger.ledger.budgets import reverse_grant_from, withhold
from cliffhanger.ledger.consequences import Reward, Undone, grant_reward, reverse_reward
from cliffhanger.ledger.entries import Entry, parse
from cliffhanger.ledger.lots import Lot
from cliffhanger.ledger.planning import Ask, Turn
from cliffhanger.ledger.settlement import plan_batch
from tests.unit.events.chains import (
    DAY,
    EARNED,
    NOW,
    PERSON,
    STORY,
    VIEWER,
    as_version_1,
    bought,
    frozen,
    grant_reversed,
    granted,
    limited,
    stranger,
    unlock_reversed,
    unlocked,
)
from tests.unit.ledger import chains as ledger_chains

GOLDEN = Path(__file__).parents[1] / "ledger" / "golden" / "entries-v1.json"
VERSION_1 = [parse(line["body"], bytes.fromhex(line["hash"])) for line in json.loads(GOLDEN.read_text())]


def told(entry: Entry) -> list[tuple[str, dict[str, Any]]]:
    """Type and data of each event of an entry, after everything that holds of every event has been seen to hold."""
    events = events_of(entry)
    for event in events:
        assert (event.subject, event.occurred_at, event.data["seq"]) == (entry.account, entry.at, entry.seq)
        Draft202012Validator(EVENT_SCHEMAS[event.type, event.version]).validate(event.data)
        json.dumps(envelope_of(event))
    assert len({event_id(event) for event in events}) == len(events)
    return [(event.type, event.data) for event in events]


def only(entry: Entry) -> tuple[str, dict[str, Any]]:
    (event,) = told(entry)
    return event


def test_an_unlock_tells_who_opened_what_for_which_coins_and_what_those_had_cost() -> None:
    entry = unlocked(granted(bought(), coins=5))
    assert only(entry) == (
        "EpisodeUnlocked",
        {
            "personId": PERSON,
            "seriesId": STORY,
            "episodes": [2],
            "coins": {"bonus": 5, "bought": 7},
            "cash": [{"currency": "USD", "amount": 69}],
            "reference": f"unlock:{STORY}:2-2.0",
            "seq": 3,
        },
    )


def test_an_unlock_of_a_range_tells_the_episodes_that_were_missing_of_it_and_no_others() -> None:
    entry = unlocked(bought(), 2, 9, coins=50, prices=[[2, 4, 10], [6, 6, 12], [9, 9, 14]])
    assert only(entry)[1]["episodes"] == [2, 3, 4, 6, 9]


def test_cash_is_told_by_currency_and_in_their_order() -> None:
    entry = unlocked(bought(bought(None, coins=4, cash=40), coins=4, cash=36, currency="EUR"), coins=8)
    assert only(entry)[1]["cash"] == [{"currency": "EUR", "amount": 36}, {"currency": "USD", "amount": 40}]


def test_an_unlock_with_granted_coins_alone_tells_no_cash() -> None:
    """What is free must not look like income."""
    assert only(unlocked(granted()))[1]["cash"] == []


def test_an_unlock_that_the_ceiling_made_free_is_told_as_well() -> None:
    name, data = only(unlocked(bought(), coins=0, prices=[[2, 2, 12]]))
    assert (name, data["coins"], data["cash"]) == ("EpisodeUnlocked", {"bonus": 0, "bought": 0}, [])


def test_a_reversed_unlock_tells_what_went_back_and_which_entry_it_undoes() -> None:
    before = granted(bought(), coins=5)
    original = unlocked(before)
    assert only(unlock_reversed(original, original, before)) == (
        "UnlockReversed",
        {
            "personId": PERSON,
            "seriesId": STORY,
            "firstEpisode": 2,
            "lastEpisode": 2,
            "coins": {"bonus": 5, "bought": 7},
            "cash": [{"currency": "USD", "amount": 69}],
            "reverses": 3,
            "reference": f"unlock:{STORY}:2-2.0:rev:case1",
            "seq": 4,
        },
    )


def test_a_reversal_is_told_whole_although_some_of_it_repaid_a_debt() -> None:
    grant = granted(bought(None, coins=2, cash=18), coins=10)
    spent = unlocked(grant, coins=12)
    owing = grant_reversed(spent, grant)
    assert owing.state.debt == {"bonus": 10}
    assert only(unlock_reversed(owing, spent, grant))[1]["coins"] == {"bonus": 10, "bought": 2}


def test_an_unlock_that_cost_nothing_can_be_reversed_and_told() -> None:
    before = bought()
    free = unlocked(before, coins=0)
    name, data = only(unlock_reversed(free, free, before))
    assert (name, data["coins"], data["cash"]) == ("UnlockReversed", {"bonus": 0, "bought": 0}, [])


def test_a_grant_tells_how_many_coins_and_not_who_of_support_gave_them_or_why() -> None:
    entry = granted(bought())
    data = {"personId": PERSON, "coins": {"bonus": 30}, "reference": entry.reference, "seq": 2}
    assert only(entry) == ("CoinsGranted", data)


def test_a_grant_that_is_taken_back_tells_all_of_it_although_some_is_owed() -> None:
    grant = granted()
    reversal = grant_reversed(unlocked(grant, coins=20), grant)
    assert reversal.state.debt == {"bonus": 20}
    name, data = only(reversal)
    assert (name, data["coins"], data["reverses"]) == ("GrantReversed", {"bonus": 30}, 1)


def test_a_grant_that_repays_a_debt_is_told_whole() -> None:
    grant = granted()
    owing = grant_reversed(unlocked(grant, coins=20), grant)
    assert only(granted(owing, coins=25)) == (
        "CoinsGranted",
        {"personId": PERSON, "coins": {"bonus": 25}, "reference": granted(owing).reference, "seq": 4},
    )


def test_a_purchase_tells_the_coins_and_what_was_paid() -> None:
    entry = bought()
    assert only(entry) == (
        "CoinsBought",
        {
            "personId": PERSON,
            "coins": {"bought": 100},
            "cash": [{"currency": "USD", "amount": 990}],
            "reference": entry.reference,
            "seq": 1,
        },
    )


def test_coins_that_stand_for_no_cash_are_bought_all_the_same() -> None:
    assert only(bought(None, cash=0))[1]["cash"] == []


@pytest.mark.parametrize(
    "notice",
    [
        lambda head, at: granted(head, coins=1, at=at),
        lambda head, at: unlocked(head, coins=0, at=at),
        lambda head, at: frozen(head, at=at),
    ],
    ids=["grant", "unlock", "freeze"],
)
def test_an_expiry_is_told_beside_whatever_noticed_it(notice: Any) -> None:
    entry = notice(granted(granted(bought(), coins=7), coins=5), NOW + 100 * DAY)
    first, second = told(entry)
    assert first[0] in {"CoinsGranted", "EpisodeUnlocked", "AccountFrozen"}
    assert second == ("CoinsExpired", {"personId": PERSON, "coins": {"bonus": 12}, "seq": 4})


def test_what_expired_is_no_part_of_what_is_taken_back() -> None:
    grant = granted(granted(coins=7, days=1), coins=30, days=60)
    first, second = told(grant_reversed(grant, grant, at=NOW + 20 * DAY))
    assert (first[0], first[1]["coins"]) == ("GrantReversed", {"bonus": 30})
    assert (second[0], second[1]["coins"]) == ("CoinsExpired", {"bonus": 7})


@pytest.mark.parametrize(("on", "name"), [(True, "AccountFrozen"), (False, "AccountThawed")])
@pytest.mark.parametrize("account", [VIEWER, "creator:cleo", "budget:spring:2026-11:3"])
def test_a_freeze_tells_the_account_and_neither_reason_nor_actor(on: bool, name: str, account: str) -> None:
    assert only(frozen(None, on=on, account=account)) == (name, {"account": account, "seq": 1})


def test_a_viewers_own_limits_are_nobody_elses_affair() -> None:
    assert told(limited(bought())) == []


def test_a_limit_that_notices_an_expiry_tells_the_expiry_only() -> None:
    assert [name for name, _ in told(limited(granted(), at=NOW + 100 * DAY))] == ["CoinsExpired"]


def test_a_batch_tells_nothing() -> None:
    """It settles what has been told; the series has earned nothing a second time."""
    assert told(plan_batch(EARNED, None, [unlocked(bought())], NOW).entry) == []


def test_entries_of_version_1_are_told_by_their_references_and_postings() -> None:
    assert [[name for name, _ in told(entry)] for entry in VERSION_1] == [
        ["CoinsBought"],
        ["CoinsGranted"],
        ["CoinsGranted"],
        ["EpisodeUnlocked"],
        ["EpisodeUnlocked"],
        ["CoinsBought"],
        [],
    ]


def test_an_entry_of_version_1_tells_the_same_events_as_its_like_of_version_2() -> None:
    """Its terms say nothing; with an expiry that it noticed."""
    lapsed = granted(bought(), coins=7)
    for entry in (lapsed, granted(lapsed, at=NOW + 100 * DAY), unlocked(lapsed, 2, 2, at=NOW + 100 * DAY)):
        assert told(as_version_1(entry)) == told(entry)


def test_a_reversal_that_says_no_terms_is_not_told_as_an_unlock() -> None:
    before = bought()
    original = unlocked(before)
    with pytest.raises(NothingToTell):
        events_of(as_version_1(unlock_reversed(original, original, before)))


def test_an_unlock_of_version_1_is_told_as_any_other() -> None:
    assert only(VERSION_1[3]) == (
        "EpisodeUnlocked",
        {
            "personId": PERSON,
            "seriesId": STORY,
            "episodes": [2],
            "coins": {"bonus": 12, "bought": 0},
            "cash": [],
            "reference": f"unlock:{STORY}:2-2.0",
            "seq": 4,
        },
    )


@pytest.mark.parametrize(
    "entry",
    [
        stranger(kind="tip"),
        stranger(kind="grant"),
        stranger(kind="purchase"),
        stranger(kind="unlock", prices=[]),
        stranger(kind="reversal"),
        stranger(kind="reversal", reverses=1),
        stranger(kind=7),
        stranger(kind=["unlock"]),
        stranger(),
        unlocked(bought(), prices=[]),
        unlocked(bought(), prices=[[2, 12]]),
        unlocked(bought(), prices=["2-2"]),
        unlocked(bought(), prices=[[1, 10_000, 12]]),
        unlocked(bought(), prices=[[1, 2**50, 12], [2**51, 1, 12]]),
    ],
    ids=lambda entry: json.dumps(entry.terms),
)
def test_an_entry_that_nothing_says_what_it_is_is_not_told_as_something_else(entry: Entry) -> None:
    with pytest.raises(NothingToTell):
        events_of(entry)


def test_the_same_fact_has_the_same_id_and_another_has_another() -> None:
    """Whoever has seen an id may forget the second telling; so an id must not be that of another fact."""

    def ids(entry: Entry) -> list[str]:
        return [event_id(event) for event in events_of(entry)]

    assert ids(unlocked(bought())) == ids(unlocked(bought()))
    assert ids(granted(bought()))[0] != ids(granted(granted(bought())))[0]
    assert ids(frozen()) != ids(frozen(account="creator:cleo"))


def test_what_takes_the_place_of_an_entry_that_a_restore_has_lost_is_another_fact() -> None:
    """Or whoever was told of the lost one would take the new one for it, and pass it over."""
    lost, new = granted(bought(), coins=5), granted(bought(), coins=6)
    assert (lost.account, lost.seq) == (new.account, new.seq)
    assert event_id(events_of(lost)[0]) != event_id(events_of(new)[0])


def test_ids_of_the_first_version_are_exactly_these() -> None:
    """Receivers keep them: a change of how they are made would tell everything twice."""
    (unlock,) = events_of(VERSION_1[3])
    _, expired = events_of(granted(granted(), at=NOW + 100 * DAY))
    assert event_id(unlock) == "evt-43n2y68mw28dn99z3p5z3pd94v"
    assert event_id(expired) == "evt-0qyskgrmxgd70j11rmwavvegnb"


def test_nothing_private_is_told() -> None:
    """Neither support's people and reasons, nor limits, debt, lots or balances."""
    grant = granted(limited(bought()))
    spent = unlocked(grant, coins=40, automatic=True)
    entries = [grant, spent, frozen(spent), grant_reversed(spent, grant), unlock_reversed(spent, spent, grant)]
    events: list[Event] = [event for entry in entries for event in events_of(entry)]
    text = json.dumps([envelope_of(event) for event in events])
    for private in ("op1", "op2", "goodwill", "share", "automatic", "limit", "debt", "lots", "balance"):
        assert private not in text


def test_coins_from_a_budget_are_told_as_the_viewer_s() -> None:
    entry = ledger_chains.granted_from_budget(ledger_chains.funded(), 30)
    assert only(entry) == (
        "CoinsGranted",
        {
            "account": ledger_chains.SLICE,
            "personId": PERSON,
            "coins": {"game": 30},
            "reference": f"grant:{PERSON}:d1",
            "seq": 2,
        },
    )


def test_coins_that_go_back_to_their_budget_are_told_with_what_they_undo() -> None:
    grant = ledger_chains.granted_from_budget(ledger_chains.funded(), 30)
    asked = Ask(f"grant:{PERSON}:d1:rev:c1", bytes(32), {"kind": "reversal", "reverses": 2})
    name, data = only(
        reverse_grant_from(Turn(ledger_chains.SLICE, grant, NOW, asked), grant=grant, lapsed=lambda _sent, _at: ("", 0))
    )
    assert (name, data["personId"], data["coins"], data["reverses"]) == ("GrantReversed", PERSON, {"game": 30}, 2)


@pytest.mark.parametrize(
    "terms", [{"kind": "opening", "slices": 4}, {"kind": "transfer"}, {"kind": "grant"}, {"kind": "reversal"}]
)
def test_of_a_budget_s_own_affairs_and_of_grants_that_never_came_nothing_is_told(terms: dict[str, Any]) -> None:
    assert told(withhold(Turn(ledger_chains.SLICE, None, NOW, Ask("transfer:t1", bytes(32), terms)))) == []


@pytest.mark.parametrize("chain", [["held_coins"], ["held_coins", "voided"]])
def test_of_holds_nothing_is_told_but_what_expires_with_them(chain: list[str]) -> None:
    """Who placed a hold tells what it was for."""
    entry = ledger_chains.bought()
    for name in chain:
        entry = getattr(ledger_chains, name)(entry)
    assert told(entry) == []
    late = ledger_chains.held_coins(ledger_chains.granted(coins=30, days=7), 10, days=20)
    assert only(ledger_chains.voided(late, at=NOW + 40 * DAY))[1]["coins"] == {"bonus": 30}


def reward(coins: int, undone: list[int] | None = None) -> Entry:
    terms: dict[str, Any] = {"kind": "reward", "unit": "bonus", "coins": coins}
    asked = ledger_chains.turn(None, "reward:cashback:o1:grant", **terms)
    before = [ledger_chains.bought()._replace(terms={"undone": undone})] if undone else []
    return grant_reward(asked, Reward("bonus", coins, 14), before)


def test_a_reward_is_told_as_a_grant_of_what_remains_of_it() -> None:
    assert only(reward(30, [1, 3]))[1]["coins"] == {"bonus": 20}
    assert told(reward(30, [3, 3])) == []


def test_a_reward_that_is_taken_back_is_told_unless_nothing_was() -> None:
    grant = reward(30)
    reference = "reward:cashback:o1:rev:r1"
    asked = ledger_chains.turn(grant, reference, kind="reversal", undone=[1, 2], reverses=1)

    def none(_lot: Lot, _at: int) -> int:
        return 0

    back = reverse_reward(asked, Undone(1, 2), grant=grant, before=None, reversals=[], lapsed=none)
    assert only(back)[1]["coins"] == {"bonus": 15}
    nothing = reverse_reward(asked, Undone(1, 2), grant=grant, before=None, reversals=[back], lapsed=none)
    assert told(nothing) == []
