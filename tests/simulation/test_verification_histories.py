"""No history of verification lets anybody be paid whom a list names, or who is not verified, or stay so for ever."""

from __future__ import annotations

import collections
import functools
import json
import os
from collections.abc import Mapping
from typing import NamedTuple

import pytest

from tests.simulation.running import Failed
from tests.simulation.verifications import run
from tests.support.machine import MACHINES, ways_of

DOWN, DONE = "does not answer", "has done it, and the answer is lost"
SEEDS = int(os.environ.get("SEEDS") or "100")
FOR = (
    # What the provider tells comes twice, late, of others; it is down, or has done it and its answer is lost.
    *(f"a session's notice is {what}" for what in ("verified", "noted", "late", "foreign")),
    *(f"{call}: {how}" for call in ("open", "show", "identity") for how in (DOWN, DONE)),
    # Whoever carries out a step is killed; an execution is stopped, or fails.
    *(f"killed in {step}" for step in ("open", "await_identity", "look", "screen", "await_review", "settle")),
    "stopped in AwaitReview",
    *("swept: gone_on", "swept: erased", "a check's execution has failed"),
    # A list names who is verified, while a payout is under way, and before its money is sent, or after.
    *("swept: named", "swept: cleared", "swept: gone", "named while a payout is under way"),
    *(f"had been {how}: verification_pending" for how in ("asked for", "set aside", "transferred")),
    # Reviewers: two at once, on themselves, and each of what they may decide.
    *("decided by somebody else meanwhile", "a reviewer was to decide on herself"),
    *(f"decided: {what} by {by}" for what in ("approved", "refused", "again") for by in ("rita", "otto")),
    *("decided: approved by policy", "decided: canceled by policy", "decided: gone by policy"),
    # And nobody stays unverified, or unpaid, for ever.
    "what is left is paid out",
)
"""What histories are for: each comes about in a hundred of them."""


class Lived(NamedTuple):
    """What a history has met, which ways executions of checks went, and how it failed."""

    met: Mapping[str, int]
    went: Mapping[tuple[str, str], int]
    failed: Failed | None


@functools.cache
def lived(seed: int) -> Lived:
    history, failed = run(seed)
    return Lived(dict(history.met()), dict(history.checks.went), failed)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_no_history_lets_be_paid_who_may_not_be(seed: int) -> None:
    failed = lived(seed).failed
    if failed is not None:
        raise failed.error


def test_histories_come_to_all_that_they_are_for() -> None:
    met: collections.Counter[str] = collections.Counter()
    for seed in range(100):
        met.update(lived(seed).met)
    assert not [what for what in FOR if not met[what]]


def test_executions_go_every_way_that_the_workflow_knows() -> None:
    """Every state, every answer of its choices, and what is caught: none is there that no history comes to."""
    went: collections.Counter[tuple[str, str]] = collections.Counter()
    for seed in range(100):
        went.update(lived(seed).went)
    assert set(went) == set(ways_of(json.loads((MACHINES / "kyc.json").read_text())))
