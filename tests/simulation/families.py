"""The families of histories: who acts in them, how long they are, and how many of a hundred are of which."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from tests.simulation import gifts, histories, payouts, repairs, verifications
from tests.simulation.running import Run


class Family(NamedTuple):
    """Histories of one kind. ``share``: so many of a hundred are of it, where none is chosen."""

    name: str
    run: Run
    steps: int
    share: int


MAIN = "main"
FAMILIES: Mapping[str, Family] = {
    family.name: family
    for family in (
        Family(MAIN, histories.run, histories.STEPS, 76),
        Family("gifts", gifts.run, histories.STEPS, 8),
        Family("repairs", repairs.run, histories.STEPS, 4),
        Family("payouts", payouts.run, payouts.STEPS, 8),
        Family("verifications", verifications.run, verifications.STEPS, 4),
    )
}


def parted(count: int, first: int = 0, only: str | None = None) -> Iterator[tuple[str, int]]:
    """So many histories as families and seeds, each family's from ``first`` on: by their shares, or of one family only.

    Families take turns, so that few histories are parted as many are.
    """
    chosen = [family for family in FAMILIES.values() if only in (None, family.name)]
    turns = sorted((turn / family.share, family.name) for family in chosen for turn in range(family.share))
    begun = dict.fromkeys(FAMILIES, first)
    for _, name in itertools.islice(itertools.cycle(turns), count):
        yield name, begun[name]
        begun[name] += 1
