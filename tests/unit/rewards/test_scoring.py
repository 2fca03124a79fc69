"""A score adds up what its signals bring, whatever the order of the weights, and says which signals they were."""

from __future__ import annotations

from typing import Any, get_args

from hypothesis import given
from hypothesis import strategies as st

from cliffhanger.rewards.claims import Reason, Signals
from cliffhanger.rewards.rules import EVIDENCE, Scoring, Signal
from cliffhanger.rewards.scoring import REASONS, score
from tests.unit.rewards.sets import a_set

SIGNALS: tuple[str, ...] = get_args(Signal)
weights = st.lists(
    st.fixed_dictionaries(
        {
            "signal": st.sampled_from(SIGNALS),
            "points": st.integers(0, 100),
            "from": st.integers(0, 20),
            "upTo": st.integers(0, 40),
        }
    ),
    max_size=10,
)
signals = st.builds(Signals, *[st.integers(0, 30)] * 6)


def scoring(*weights: dict[str, Any], hold_at: int = 50, refuse_at: int = 80) -> Scoring:
    return a_set(scoring={"holdAt": hold_at, "refuseAt": refuse_at, "weights": list(weights)}).scoring


def test_of_one_signal_the_weight_with_the_most_points_counts_in_either_order():
    shared = [
        {"signal": "device_viewers_month", "from": 7, "points": 80},
        {"signal": "device_viewers_month", "from": 4, "points": 35},
    ]
    many = Signals(device_viewers_month=9)
    assert score(scoring(*shared), many, "server").points == 80
    assert score(scoring(*reversed(shared)), many, "server").points == 80
    assert score(scoring(*shared), Signals(device_viewers_month=6), "server").points == 35


def test_weak_evidence_is_a_signal_of_its_own():
    weak = scoring({"signal": "evidence", "from": 2, "points": 10})
    assert [score(weak, Signals(), evidence).points for evidence in EVIDENCE] == [0, 0, 10]


def test_every_signal_has_a_reason_that_decisions_know():
    assert set(REASONS) == set(SIGNALS)
    assert set(REASONS.values()) <= set(get_args(Reason))
    assert len(set(REASONS.values())) == len(REASONS)


@given(weights, signals, st.sampled_from(EVIDENCE), st.integers(1, 100), st.integers(0, 99))
def test_a_score_is_bounded_explained_and_follows_the_thresholds(made, seen, evidence, hold_at, more):
    found = score(scoring(*made, hold_at=hold_at, refuse_at=min(100, hold_at + more)), seen, evidence)
    assert 0 <= found.points <= 100
    assert bool(found.reasons) == (found.points > 0)
    verdicts = {"pay": found.points < hold_at, "hold": found.points >= hold_at, "refuse": found.points >= hold_at}
    assert verdicts[found.verdict]
    assert (found.verdict == "refuse") == (found.points >= min(100, hold_at + more))


@given(weights, signals, st.sampled_from(EVIDENCE))
def test_one_weight_more_never_lowers_a_score(made, seen, evidence):
    fewer, all_of_them = scoring(*made[:-1]), scoring(*made)
    assert score(fewer, seen, evidence).points <= score(all_of_them, seen, evidence).points
