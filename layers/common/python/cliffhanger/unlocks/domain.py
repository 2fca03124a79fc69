"""What unlocks what. Pure: LEDGER rule 5.

The unlocks of a viewer are the references under ``unlock:{series}:`` minus their reversals. After a refund the next
purchase is the next generation, so that a late retry of the refunded one finds its old receipt and buys nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from cliffhanger.ledger.entries import Known
from cliffhanger.ledger.names import unlock_reference

_UNLOCK = re.compile(r"unlock:([^:]+):(\d+)-(\d+)\.(\d+)(:rev:.+)?")


class Standing(NamedTuple):
    """Where a viewer stands with one episode: the entry that covers it, if any, and the next generation to buy."""

    covered_by: int | None
    next_generation: int


def prefix_of(series: str, episode: int) -> str:
    """The prefix of all references that unlock one episode by itself; ``1-`` is no prefix of ``10-``."""
    return f"unlock:{series}:{episode}-"


def standing(known: Iterable[Known], series: str, episode: int) -> Standing:
    """Where the viewer stands with an episode, from the references that stand on the viewer's chain."""
    bought: dict[str, int] = {}
    reversed_: set[str] = set()
    generations = [-1]
    for reference, seq in known:
        match = _UNLOCK.fullmatch(reference)
        if match is None or match[1] != series or not int(match[2]) <= episode <= int(match[3]):
            continue
        if match[5]:
            reversed_.add(reference.removesuffix(match[5]))
        else:
            bought[reference] = seq
            if match[2] == match[3]:
                generations.append(int(match[4]))
    live = [seq for reference, seq in bought.items() if reference not in reversed_]
    return Standing(covered_by=min(live) if live else None, next_generation=max(generations) + 1)


def answered_by(known: tuple[Known, ...], series: str, episode: int, generation: int) -> int | None:
    """The entry that already answers a request: its own generation's, even if reversed since, or a covering one."""
    own = unlock_reference(series, episode, episode, generation)
    for reference, seq in known:
        if reference == own:
            return seq
    return standing(known, series, episode).covered_by
