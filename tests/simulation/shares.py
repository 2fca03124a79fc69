"""By what splits the histories' carries are divided. Follows from the seed alone, and draws nothing from a history."""

from __future__ import annotations

import random

from cliffhanger.ledger.carrying import Carriage
from cliffhanger.ledger.splits import CREATOR, PLATFORM, Part
from cliffhanger.revenue.domain import Shares, Split

OTHERS = ("house:dora", "affiliate:emma")
UNDIVIDED = 0.3
"""How often a carry is not divided."""


def divided(carriage: Carriage, seed: str) -> Carriage:
    """The carriage with parts, or without: now and then it is all the account's."""
    chance = random.Random(f"{seed}/{carriage.series}/{carriage.period}")
    person = carriage.destination.partition(":")[2]
    return carriage if chance.random() < UNDIVIDED else carriage._replace(parts=parts_of(person, chance))


def parts_of(person: str, chance: random.Random) -> tuple[Part, ...]:
    """Parts of the platform, of a person, and of up to two others, that make up the whole."""
    parties = [PLATFORM, f"{CREATOR}:{person}"]
    parties += [other for other in OTHERS if other.partition(":")[2] != person and chance.random() < 0.5]
    chance.shuffle(parties)
    cuts = sorted(chance.sample(range(1, 10_000), len(parties) - 1))
    return tuple(Part(party, high - low) for party, low, high in zip(parties, [0, *cuts], [*cuts, 10_000], strict=True))


def split_of(series: str, person: str, seed: str) -> Split:
    """The split of a series whose creator is that person."""
    chance = random.Random(f"{seed}/{series}")
    return Split(
        series, 1, Shares(parts_of(person, chance), parts_of(person, chance)), "1970-01-01", "ola", 1, "otto", 1
    )
