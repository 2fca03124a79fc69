"""A failing history is shrunk to what makes it fail, and replays."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import pytest

from tests.simulation import shrinking
from tests.simulation.histories import STEPS, Failed, run
from tests.simulation.shrinking import listed, shrink, unlisted


def failing(steps: Sequence[int], calm: Collection[int], what: str) -> tuple[Any, Failed | None]:
    """Fails when steps 5 and 17 happen, and there is trouble around step 17."""
    culprit = {5, 17} <= set(steps) and 17 not in calm
    return None, Failed(17, AssertionError(what)) if culprit else None


def test_only_the_steps_that_make_it_fail_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shrinking, "run", lambda _seed, steps, calm: failing(steps, calm, "3 coins are gone"))
    shrunk = shrink(7, Failed(40, AssertionError("4 coins are gone")))
    assert (shrunk.steps, shrunk.calm) == ((5, 17), frozenset({5}))
    assert shrunk.command == "make simulate SEED=7 STEPS=5,17 CALM=5"


def test_another_failure_is_not_taken_for_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shrinking, "run", lambda _seed, steps, calm: failing(steps, calm, "a posting is doubled"))
    shrunk = shrink(7, Failed(20, AssertionError("4 coins are gone")))
    assert shrunk.steps == tuple(range(21))


def test_shrinking_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shrinking, "MOST_RUNS", 10)
    monkeypatch.setattr(shrinking, "run", lambda *_: (None, None))
    assert shrink(7, Failed(None, AssertionError("the books do not add up"))).runs == 10


@pytest.mark.parametrize(("numbers", "words"), [((0, 1, 2, 7), "0-2,7"), ((4,), "4"), ((1, 3, 4), "1,3-4")])
def test_steps_are_listed_as_they_are_read(numbers: tuple[int, ...], words: str) -> None:
    assert listed(numbers) == words
    assert unlisted(words) == numbers


def test_a_seed_replays_to_the_byte() -> None:
    first, second = (run(3)[0] for _ in range(2))
    assert first.model.fingerprint() == second.model.fingerprint()
    assert first.struck == second.struck


def test_a_step_does_the_same_when_others_are_left_out() -> None:
    told: dict[str, list[str]] = {"all": [], "some": []}
    run(3, range(STEPS), tell=told["all"].append)
    run(3, range(0, STEPS, 2), tell=told["some"].append)
    steps = [line for line in told["some"] if line.startswith("step")]
    assert steps == [line for line in told["all"] if line.startswith("step")][::2]


def test_a_calm_step_meets_no_trouble() -> None:
    history, failed = run(3, calm=range(STEPS))
    assert failed is None
    assert (history.crashes, history.answers.rivals, dict(history.struck)) == (0, 0, {})
