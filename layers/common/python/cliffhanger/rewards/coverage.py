"""Which parts of a video have been watched: spans of it in milliseconds, in order, none touching another. Pure."""

from __future__ import annotations

from collections.abc import Iterable

Span = tuple[int, int]
"""From one position to another, in milliseconds from the start."""

MOST_SPANS = 6
"""Of one episode. Who leaps about more than that has credit only for going on from where they have been."""


def length_of(spans: Iterable[Span]) -> int:
    """How much is covered, in milliseconds."""
    return sum(end - start for start, end in spans)


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans of any order as those that cover the same."""
    done: list[Span] = []
    for start, end in sorted(spans):
        if done and start <= done[-1][1]:
            done[-1] = (done[-1][0], max(done[-1][1], end))
        else:
            done.append((start, end))
    return tuple(done)


def covering(spans: tuple[Span, ...], more: Iterable[Span]) -> tuple[Span, ...]:
    """The spans with others; as they were where that would be too many to keep."""
    every = joined((*spans, *more))
    return every if len(every) <= MOST_SPANS else spans
