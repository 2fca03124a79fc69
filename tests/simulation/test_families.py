"""Each family of histories has its share of what is run, and says by itself what was found in it."""

from __future__ import annotations

import collections
import itertools
from collections.abc import Collection, Iterable
from typing import Any

import pytest
from rich.console import Console

from tests.simulation import __main__ as command
from tests.simulation.families import FAMILIES, Family, parted
from tests.simulation.living import Told
from tests.simulation.running import Failed, Tell, untold


def test_of_a_hundred_histories_each_family_has_its_share() -> None:
    assert sum(family.share for family in FAMILIES.values()) == 100
    counted = collections.Counter(name for name, _ in parted(300))
    assert counted == {name: 3 * family.share for name, family in FAMILIES.items()}


def test_few_histories_are_parted_as_many_are() -> None:
    assert {name for name, _ in parted(20)} == set(FAMILIES)


def test_a_family_s_seeds_follow_each_other() -> None:
    """So that a run of each family alone, and one of all of them, are of the same histories."""
    seeds = [seed for name, seed in parted(300, 7) if name == "payouts"]
    assert seeds == list(range(7, 7 + 3 * FAMILIES["payouts"].share))
    assert list(parted(3, 5, "gifts")) == [("gifts", 5), ("gifts", 6), ("gifts", 7)]


def test_what_fails_in_a_family_is_shrunk_and_replayed_there(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(
        _seed: int, steps: Iterable[int] = range(9), _calm: Collection[int] = (), _tell: Tell = untold
    ) -> tuple[Any, Failed | None]:
        return None, Failed(4, AssertionError("it was sent twice")) if 4 in steps else None

    broken = Family("payouts", run, 9, 10)
    monkeypatch.setattr(command, "FAMILIES", {**FAMILIES, "payouts": broken})
    found = Told("payouts", 3, 5, {"calls": 100}, "AssertionError: it was sent twice")
    fine = Told("main", 3, 70, {"calls": 700}, None)
    monkeypatch.setattr(command, "_watched", lambda *_: iter((fine, found)))
    console = Console(record=True, width=120)
    assert command.many(console, [("main", 3), ("payouts", 3)], workers=1) == 1
    told = console.export_text()
    assert "make simulate FAMILY=payouts SEED=3 STEPS=4" in told
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in told.splitlines() if "│" in line]
    assert ["failures", "0", "1"] in rows
    assert list(itertools.chain(*(row for row in rows if row[0] == "calls"))) == ["calls", "700", "100"]
