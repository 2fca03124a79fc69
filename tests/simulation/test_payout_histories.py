"""No history of payouts pays anybody twice, or loses a cent on its way."""

from __future__ import annotations

import collections
import functools
import json
import os
from collections.abc import Mapping
from typing import NamedTuple

import pytest

from tests.simulation.payouts import run
from tests.simulation.running import Failed
from tests.support.machine import MACHINES, ways_of

DOWN, SLOW, DONE = "does not answer", "arrives when nobody waits", "has done it, and the answer is lost"
HITS = ("canceled", "disputed", "frozen", "verification_refused")
SEEDS = int(os.environ.get("SEEDS") or "100")
FOR = (
    # The provider is down, slow, or has done it and its answer is lost; our balance there is short.
    *(f"{call}: {how}" for call in ("transfer", "pay_out", "reverse") for how in (DOWN, SLOW, DONE)),
    *(f"waits for {what}" for what in ("provider", "platform_balance", "destination_balance", "rejected")),
    "waits for switched_off",
    # What is told comes twice or late; what was paid is sent back.
    *(f"a notice is {what}" for what in ("answered", "done_before", "late", "returned", "noted")),
    *("payouts paid", "payouts failed", "payouts returned"),
    # What hits a payout before its money is set aside, before it is sent, and after.
    *(f"had been asked for: {rule}" for rule in (*HITS, "over_payable", "over_day_limit")),
    *(f"had been set aside: {rule}" for rule in (*HITS, "debt")),
    *(f"had been transferred: {rule}" for rule in (*HITS[1:], "bank_refused", "provider_refused")),
    # Two race for one balance; who carries out a step is killed; an execution is stopped, or its time is over.
    "two executions at once",
    *(f"killed in {step}" for step in ("admit", "send", "pay", "close", "bring_back")),
    *("stopped in Pay", "given up in Pay"),
    # What was unlocked and paid out is taken back.
    *("not taken: disputed", "a share set apart", "a dispute that was won"),
    *("recovered after a month", "recovered from who has it no more", "debt repaid by income"),
    # And nobody stays unpaid for ever.
    "what is left is paid out",
)
"""What histories are for: each comes about in a hundred of them."""


class Lived(NamedTuple):
    """What a history has met, which ways its executions went, and how it failed."""

    met: Mapping[str, int]
    went: Mapping[tuple[str, str], int]
    failed: Failed | None


@functools.cache
def lived(seed: int) -> Lived:
    history, failed = run(seed)
    return Lived(dict(history.met()), dict(history.machine.went), failed)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_no_history_pays_twice_or_loses_a_cent_on_its_way(seed: int) -> None:
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
    ways = set(ways_of(json.loads((MACHINES / "payout.json").read_text())))
    assert set(went) == ways
