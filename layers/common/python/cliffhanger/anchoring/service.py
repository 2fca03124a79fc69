"""The use case of anchoring: day after day in order, each anchor naming the one before."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from cliffhanger.anchoring.domain import (
    DAY_MS,
    Anchored,
    anchor_key,
    anchored,
    day_of,
    day_of_summary,
    heads_key,
    newest,
    next_day,
)

if TYPE_CHECKING:
    from cliffhanger.anchoring.adapters import AnchorBucket, LedgerExports


class Anchoring(NamedTuple):
    """What anchoring works with."""

    exports: LedgerExports
    bucket: AnchorBucket


def begin(anchoring: Anchoring, now: int, tell_unseen: Callable[[str], None]) -> str | None:
    """Asks for the changes of the first day that is over and has no anchor; which, or None where none is due.

    Days are anchored one after another: what was missed is caught up, a day at each anchor, because each names the one
    before it. A day from before DynamoDB can tell (a restored table begins anew, a gap was too long) gets an anchor
    that says so and has no heads, so that the days after it go on; ``tell_unseen`` is told it before, so twice rather
    than never. ``now`` is in milliseconds. The first day ever is yesterday.

    Raises:
        Unavailable: AWS does not answer; asking again is safe.
    """
    yesterday = day_of(now - DAY_MS)
    last = anchoring.bucket.last_day()
    due = yesterday if last is None else next_day(last)
    while due <= yesterday:
        if anchoring.exports.start(due, next_day(due)):
            return due
        tell_unseen(due)
        _keep(anchoring, anchored(due, {}, _before(anchoring, last), seen=False))
        last, due = due, next_day(due)
    return None


def finish(anchoring: Anchoring, summary_key: str) -> tuple[str, int] | None:
    """Anchors the day whose export is complete: the day, and how many heads.

    None where the object is no export's summary, or it is not this day's turn.

    Raises:
        Unavailable: AWS does not answer; nothing is half done that doing it again does not mend.
        InternalError: the export is damaged, or another anchor of the day is kept already.
    """
    day, last = day_of_summary(summary_key), anchoring.bucket.last_day()
    if day is None or (last is not None and day != next_day(last)):
        return None
    kept = anchored(day, newest(anchoring.exports.heads(summary_key)), _before(anchoring, last))
    _keep(anchoring, kept)
    return day, kept.accounts


def _before(anchoring: Anchoring, last: str | None) -> bytes | None:
    return None if last is None else anchoring.bucket.anchor(last)


def _keep(anchoring: Anchoring, kept: Anchored) -> None:
    """The heads come first: an anchor without them would prove nothing to anybody."""
    anchoring.bucket.put(heads_key(kept.day), kept.heads)
    anchoring.bucket.put(anchor_key(kept.day), kept.anchor)
