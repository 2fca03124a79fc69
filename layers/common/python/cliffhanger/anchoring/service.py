"""The use case of anchoring: day after day in order, each anchor naming the one before."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cliffhanger.anchoring.domain import (
    DAY_MS,
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


def begin(anchoring: Anchoring, now: int) -> str | None:
    """Asks for the changes of the first day that is over and has no anchor; which, or None where none is due.

    Days are anchored one after another: what was missed is caught up, a day at each anchor, because each names the one
    before it. ``now`` is in milliseconds. The first day ever is yesterday.

    Raises:
        Unavailable: AWS does not answer; asking again is safe.
    """
    yesterday = day_of(now - DAY_MS)
    last = anchoring.bucket.last_day()
    due = yesterday if last is None else next_day(last)
    if due > yesterday:
        return None
    anchoring.exports.start(due, next_day(due))
    return due


def finish(anchoring: Anchoring, summary_key: str, now: int) -> tuple[str, int] | None:
    """Anchors the day whose export is complete, and asks for the next one that is due: the day, and how many heads.

    None where the object is no export's summary, or it is not this day's turn. The heads come first: an anchor
    without them would prove nothing to anybody.

    Raises:
        Unavailable: AWS does not answer; nothing is half done that doing it again does not mend.
        InternalError: the export is damaged, or another anchor of the day is kept already.
    """
    day, last = day_of_summary(summary_key), anchoring.bucket.last_day()
    if day is None or (last is not None and day != next_day(last)):
        return None
    before = None if last is None else anchoring.bucket.anchor(last)
    kept = anchored(day, newest(anchoring.exports.heads(summary_key)), before)
    anchoring.bucket.put(heads_key(day), kept.heads)
    anchoring.bucket.put(anchor_key(day), kept.anchor)
    begin(anchoring, now)
    return day, kept.accounts
