"""A failing history is shrunk to what makes it fail, and replays."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, cast

import pytest

from tests.simulation import shrinking
from tests.simulation.families import FAMILIES, Family
from tests.simulation.histories import History
from tests.simulation.payouts import PayoutHistory
from tests.simulation.running import Failed, Tell, untold
from tests.simulation.shrinking import listed, shrink, unlisted

MAIN = FAMILIES["main"]


def failing(what: str | None, name: str = "main") -> Family:
    """Histories that fail when steps 5 and 17 happen, and there is trouble around step 17."""

    def run(
        _seed: int, steps: Iterable[int] = range(70), calm: Collection[int] = (), _tell: Tell = untold
    ) -> tuple[Any, Failed | None]:
        culprit = what is not None and {5, 17} <= set(steps) and 17 not in calm
        return None, Failed(17, AssertionError(what)) if culprit else None

    return Family(name, run, 70, 1)


def test_only_the_steps_that_make_it_fail_are_left() -> None:
    shrunk = shrink(failing("3 coins are gone"), 7, Failed(40, AssertionError("4 coins are gone")))
    assert (shrunk.steps, shrunk.calm) == ((5, 17), frozenset({5}))
    assert shrunk.command == "make simulate SEED=7 STEPS=5,17 CALM=5"


def test_a_history_is_replayed_in_its_family() -> None:
    """A seed says nothing of it: there is one of that number in each."""
    shrunk = shrink(failing("it was sent twice", "payouts"), 7, Failed(40, AssertionError("it was sent twice")))
    assert shrunk.command == "make simulate FAMILY=payouts SEED=7 STEPS=5,17 CALM=5"


def test_another_failure_is_not_taken_for_the_same() -> None:
    shrunk = shrink(failing("a posting is doubled"), 7, Failed(20, AssertionError("4 coins are gone")))
    assert shrunk.steps == tuple(range(21))


def test_shrinking_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shrinking, "MOST_RUNS", 10)
    assert shrink(failing(None), 7, Failed(None, AssertionError("the books do not add up"))).runs == 10


@pytest.mark.parametrize(("numbers", "words"), [((0, 1, 2, 7), "0-2,7"), ((4,), "4"), ((1, 3, 4), "1,3-4")])
def test_steps_are_listed_as_they_are_read(numbers: tuple[int, ...], words: str) -> None:
    assert listed(numbers) == words
    assert unlisted(words) == numbers


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
def test_a_seed_replays_to_the_byte(family: Family) -> None:
    first, second = (cast("History | PayoutHistory", family.run(3)[0]) for _ in range(2))
    assert first.model.fingerprint() == second.model.fingerprint()
    assert first.struck == second.struck


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
def test_a_step_does_the_same_when_others_are_left_out(family: Family) -> None:
    told: dict[str, list[str]] = {"all": [], "some": []}
    family.run(3, range(family.steps), (), told["all"].append)
    family.run(3, range(0, family.steps, 2), (), told["some"].append)
    steps = [line for line in told["some"] if line.startswith("step")]
    assert steps == [line for line in told["all"] if line.startswith("step")][::2]


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
def test_a_calm_step_meets_no_trouble(family: Family) -> None:
    history, failed = family.run(3, range(family.steps), range(family.steps))
    assert failed is None
    met = history.met()
    assert (met["crashes"], met["rivals between two calls"]) == (0, 0)
    assert not [name for name in met if name.startswith("fault")]
