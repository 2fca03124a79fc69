"""Histories in which what somebody does depends on how things stand: a part of one does what the whole has done.

Without that a step would do something else as soon as another was left out, and what failed could not be shrunk.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Protocol, TypeVar

from tests.simulation.running import Failed, Life, Tell, run_through, untold


class ScriptedLife(Life, Protocol):
    """One seeded run: by their numbers, the acts that were ``drawn`` so far, and those that are to be done instead."""

    drawn: dict[int, str]
    script: Mapping[int, str]


AnyScripted = TypeVar("AnyScripted", bound=ScriptedLife)


def run_scripted(
    kind: Callable[..., AnyScripted], seed: int, whole: range, steps: Iterable[int], calm: Collection[int], tell: Tell
) -> tuple[AnyScripted, Failed | None]:
    """The history of a seed, that ``kind`` begins, to its end.

    A part of it, or a calmer one, does at each step what the whole has done there.
    """
    life = kind(seed, calm=calm, tell=tell)
    if calm or steps != whole:
        life.script = _script(kind, seed, whole)
    return run_through(life, steps)


@functools.lru_cache(maxsize=4)
def _script(kind: Callable[..., ScriptedLife], seed: int, whole: range) -> Mapping[int, str]:
    """What the whole history of a seed does at each step, as far as it comes."""
    life, _ = run_through(kind(seed, calm=(), tell=untold), whole)
    return life.drawn
