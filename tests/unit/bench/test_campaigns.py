"""The figure of overspending is 0; that says something only if it could be another."""

from __future__ import annotations

import pytest

from bench.campaigns import CLAIMS, COINS, Race, RuledRace
from cliffhanger.campaigns import deciding
from cliffhanger.ledger import cashing, invariants
from cliffhanger.ledger.cashback import Pledge, Standing
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.names import platform
from cliffhanger.ledger.planning import Turn, living, next_entry
from cliffhanger.ledger.state import Posting


@pytest.mark.parametrize("slices", [1, 3])
def test_a_budget_is_given_to_its_end_and_not_beyond(slices: int):
    outcome = Race(claimants=16, slices=slices).run()
    assert outcome.overspent == 0
    assert outcome.claimed + outcome.left == outcome.funded
    assert outcome.given + outcome.refused == 16 * CLAIMS
    assert outcome.given == outcome.claimed // COINS > 0
    assert outcome.refused > 0


@pytest.mark.parametrize("slices", [1, 3])
def test_by_the_rules_too_a_budget_is_given_to_its_end_and_what_is_given_is_listed(slices: int):
    race = RuledRace(claimants=16, slices=slices)
    outcome = race.run()
    assert outcome.overspent == 0
    assert outcome.claimed + outcome.left == outcome.funded
    assert outcome.given + outcome.refused == 16 * CLAIMS
    assert outcome.refused > 0
    assert sum(row.coins for row in race.rows() if row.status == "waiting") == outcome.claimed > 0


def test_caps_that_are_not_kept_are_found(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(deciding.Had, "of", lambda _last: deciding.Had())
    assert RuledRace(claimants=8).run().overspent > 0


def test_a_race_is_the_same_each_time():
    assert Race(claimants=8).run() == Race(claimants=8).run()


def test_a_budget_that_is_not_guarded_is_found_to_be_overspent(monkeypatch: pytest.MonkeyPatch):
    """A claim that looks at no balance, in a ledger that forbids no overdraft: then the figure says so."""

    def unguarded(turn: Turn, pledge: Pledge, _standing: Standing) -> Entry:
        line = Posting("bonus", pledge.coins, ".", platform("pending", turn.account))
        return next_entry(turn, living(turn), postings=[line], state=living(turn).state)

    monkeypatch.setattr(cashing, "claim", unguarded)
    monkeypatch.setattr(invariants, "GUARDED_KINDS", frozenset())
    assert Race(claimants=8).run().overspent == 8 * CLAIMS * COINS // 2
