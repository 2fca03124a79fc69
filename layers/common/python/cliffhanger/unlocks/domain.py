"""What unlocks what. Pure: LEDGER rule 5.

The unlocks of a viewer are the references under ``unlock:{series}:`` minus their reversals; one may open a range of
episodes. A generation counts the refunds that a range has seen: after a refund the next purchase is of the next
generation, so that a late retry of anything from before it finds its old receipt, or is refused, and buys nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.names import unlock_reference
from cliffhanger.ledger.state import RANGES, Known

EVERY_UNLOCK = "unlock:"
_UNLOCK = re.compile(r"unlock:([^:]+):(\d+)-(\d+)\.(\d+)(:rev:.+)?")


class Viewer(NamedTuple):
    """Who asks: the person id, the age in years where it is known, whether a membership runs."""

    person: str
    age: int | None = None
    member: bool = False


class Unlock(NamedTuple):
    """An unlock that stands on a chain: the episodes it spans, both ends included, and whether it was reversed.

    ``apart``: those of them that other unlocks had opened when it was bought. It charged nothing for them and does not
    open them, so that they are locked again when those others are reversed.
    """

    reference: str
    seq: int
    series: str
    first: int
    last: int
    reversed: bool
    apart: frozenset[int] = frozenset()

    def spans(self, first: int, last: int) -> bool:
        """Whether it touches any of those episodes."""
        return self.first <= last and first <= self.last

    def opens(self, episode: int) -> bool:
        """Whether the episode is one that it was bought for."""
        return self.first <= episode <= self.last and episode not in self.apart


def series_prefix(series: str) -> str:
    """The prefix of all references that unlock anything of a series."""
    return f"{EVERY_UNLOCK}{series}:"


def prefix_for(head: Entry | None, series: str, first: int, last: int) -> str:
    """The references to read before these episodes are unlocked, from the head that was read before.

    Whoever only ever unlocked one by one, and this series last, need read no more than the references of the one
    episode: no range can cover it, and the head tells what the series has had. Everyone else reads the whole series.
    """
    if first == last and head is not None and head.state.series[0] == series and RANGES not in head.state.flags:
        return f"{series_prefix(series)}{first}-"  # "1-" is no prefix of "10-"
    return series_prefix(series)


def unlocks_of(known: Iterable[Known]) -> tuple[Unlock, ...]:
    """The unlocks among references, each with what has become of it, in the order of their entries."""
    found: dict[str, Unlock] = {}
    opener: dict[tuple[str, int], str] = {}
    for reference, seq in sorted(known, key=lambda one: one.seq):
        match = _UNLOCK.fullmatch(reference)
        if match is not None and match[5]:
            undone = reference.removesuffix(match[5])
            opener = {place: by for place, by in opener.items() if by != undone}
            if undone in found:
                found[undone] = found[undone]._replace(reversed=True)
        elif match is not None:
            series, first, last = match[1], int(match[2]), int(match[3])
            apart = frozenset(number for number in range(first, last + 1) if (series, number) in opener)
            found[reference] = Unlock(reference, seq, series, first, last, reversed=False, apart=apart)
            opener |= {(series, number): reference for number in range(first, last + 1) if number not in apart}
    return tuple(found.values())


def covering(unlocks: Iterable[Unlock], episode: int) -> Unlock | None:
    """The earliest unlock that stands and opens the episode."""
    return next((unlock for unlock in unlocks if not unlock.reversed and unlock.opens(episode)), None)


def next_generation(unlocks: Iterable[Unlock], first: int, last: int) -> int:
    """The generation to buy a range with: how many reversed unlocks touch it."""
    return sum(unlock.reversed and unlock.spans(first, last) for unlock in unlocks)


def answered_by(unlocks: Sequence[Unlock], series: str, first: int, last: int, generation: int) -> tuple[int, ...]:
    """The entries that already answer a request; none where something is left to buy, or may be free.

    That of its own reference, even if reversed since; or those that open every episode of the range.
    """
    own = unlock_reference(series, first, last, generation)
    for unlock in unlocks:
        if unlock.reference == own:
            return (unlock.seq,)
    return covered_by(unlocks, range(first, last + 1)) or ()


def covered_by(unlocks: Sequence[Unlock], episodes: Iterable[int]) -> tuple[int, ...] | None:
    """The entries that open all those episodes, each once, in the order of the episodes; None where one is not open."""
    seqs: dict[int, None] = {}
    for episode in episodes:
        unlock = covering(unlocks, episode)
        if unlock is None:
            return None
        seqs[unlock.seq] = None
    return tuple(seqs)


def open_spans(unlocks: Sequence[Unlock]) -> list[tuple[int, int, int]]:
    """Of each unlock that stands, the runs of its episodes that are open: the first, the last, and its entry's seq."""
    standing = [unlock for unlock in unlocks if not unlock.reversed]
    opened = {number for unlock in standing for number in range(unlock.first, unlock.last + 1) if unlock.opens(number)}
    spans: list[tuple[int, int, int]] = []
    for unlock in standing:
        first = unlock.first
        for number in range(unlock.first, unlock.last + 2):
            if number <= unlock.last and number in opened:
                continue
            if first < number:
                spans.append((first, number - 1, unlock.seq))
            first = number + 1
    return spans
