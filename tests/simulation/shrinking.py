"""A failing history, made as short as it goes: first its steps, then the trouble around them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from tests.simulation.families import MAIN, Family
from tests.simulation.running import Failed

MOST_RUNS = 600
"""After so many tries the shortest failure so far is good enough."""


class Shrunk(NamedTuple):
    """The shortest history found that still fails in the same way, and how."""

    family: str
    seed: int
    steps: tuple[int, ...]
    calm: frozenset[int]
    failed: Failed
    runs: int

    @property
    def command(self) -> str:
        """What replays it."""
        family = [] if self.family == MAIN else [f"FAMILY={self.family}"]
        words = ["make simulate", *family, f"SEED={self.seed}", f"STEPS={listed(self.steps)}"]
        return " ".join([*words, f"CALM={listed(sorted(self.calm))}"] if self.calm else words)


class _Budget:
    """Runs histories and says whether they fail as the first one did, until there were enough."""

    def __init__(self, family: Family, seed: int, wanted: Failed) -> None:
        self.family = family
        self.seed = seed
        self.wanted = wanted
        self.failed = wanted
        self.runs = 0

    def fails(self, steps: Sequence[int], calm: frozenset[int]) -> bool:
        if self.runs >= MOST_RUNS:
            return False
        self.runs += 1
        _, failed = self.family.run(self.seed, steps, calm)
        if failed is None or failed.kind != self.wanted.kind:
            return False
        self.failed = failed
        return True


def shrink(family: Family, seed: int, failed: Failed) -> Shrunk:
    """The shortest history of a seed that fails as ``failed`` says the whole one does."""
    budget = _Budget(family, seed, failed)
    steps: tuple[int, ...] = tuple(range(family.steps if failed.step is None else failed.step + 1))
    steps = _fewer(steps, lambda some: budget.fails(some, frozenset()))
    loud = _fewer(steps, lambda some: budget.fails(steps, frozenset(steps) - frozenset(some)))
    calm = frozenset(steps) - frozenset(loud)
    # Without the trouble, more steps may be needless.
    steps = _fewer(steps, lambda some: budget.fails(some, calm & frozenset(some)))
    return Shrunk(family.name, seed, steps, calm & frozenset(steps), budget.failed, budget.runs)


def _fewer(items: tuple[int, ...], still: Callable[[tuple[int, ...]], bool]) -> tuple[int, ...]:
    """As few of the items as keep the property: pieces are left out, large ones first (delta debugging)."""
    piece = len(items)
    while piece >= 1:
        place = 0
        while place < len(items):
            rest = items[:place] + items[place + piece :]
            if still(rest):
                items = rest
            else:
                place += piece
        piece //= 2
    return items


def listed(numbers: Sequence[int]) -> str:
    """Numbers in the words of the command line: ``0-3,7``."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in spans)


def unlisted(words: str) -> tuple[int, ...]:
    """What ``listed`` listed.

    Raises:
        ValueError: it lists nothing of the kind.
    """
    numbers: list[int] = []
    for span in words.split(","):
        first, _, last = span.partition("-")
        numbers += range(int(first), int(last or first) + 1)
    return tuple(numbers)
