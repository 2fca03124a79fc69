"""Use cases of the edge: record what the provider tells, then let it be worked off.

The record comes first. If it is there and the queue is not, the provider is told to come again, and the sweep finds
what nobody came again for: a notice that is recorded is worked off, or waits where somebody sees it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from cliffhanger.clock import Clock, system_clock
from cliffhanger.payments.notices import HOUR_MS, Key, Notice, hours_before, key_of, notice_in, notice_of
from cliffhanger.payments.queue import Waiting
from cliffhanger.payments.reading import KINDS
from cliffhanger.payments.routing import ROUTED

if TYPE_CHECKING:
    from cliffhanger.payments.store import NoticesStore

LOST_MS = 10 * 60_000
"""A notice that has waited for so long may have no message any more. Where it has one that fails, one more does no
harm: both end among the parked."""

LATE_HOURS = 14 * 24
"""So long after it was made an event may be worked off: Stripe tries for three days, and the queue keeps what fails."""

SWEPT_HOURS = 4
"""Of the provider's making, the present one among them; what is older was found before, or waits among the parked."""

Outcome = Literal["recorded", "again", "done", "ignored"]
"""What came of a notice. ``again``: it was known, is not done, and has been let into the queue once more."""


class Office(NamedTuple):
    """What recording works with."""

    notices: NoticesStore
    queue: Waiting
    clock: Clock = system_clock


class Received(NamedTuple):
    """A notice, and what came of it."""

    notice: Notice
    outcome: Outcome


def receive(office: Office, body: bytes) -> Received:
    """Records a webhook whose signature has been verified, and lets it be worked off.

    Raises:
        MalformedJson, ValidationFailed: it is no event.
        Unavailable: the table or the queue does not answer; the provider has to come again.
    """
    notice = notice_of(body)
    if not is_read(notice.kind):
        return Received(notice, "ignored")
    outcome = record(office, notice)
    if outcome != "done":
        office.queue.send(message_of(notice.key))
    return Received(notice, outcome)


def is_read(kind: str) -> bool:
    """Whether notices of a kind are worked off: all others are not even recorded."""
    return kind in KINDS or kind in ROUTED


def record(office: Office, notice: Notice) -> Outcome:
    """Records a notice, and tells whether it was known, and done.

    Raises:
        Unavailable: it may or may not have been recorded.
    """
    if office.notices.record(notice, office.clock()):
        return "recorded"
    known = office.notices.find(notice.key)
    return "done" if known is not None and known.done_at is not None else "again"


def sweep(office: Office) -> int:
    """Lets into the queue once more what was recorded and never done, each notice once; how many there were.

    Raises:
        Unavailable: the table or the queue does not answer; the next sweep begins again.
    """
    now, found = office.clock(), 0
    for hour in hours_before(now, SWEPT_HOURS):
        for key in office.notices.waiting(hour, now - LOST_MS):
            office.queue.send(message_of(key))
            office.notices.sent_again(key, now)
            found += 1
    return found


def done_since(notices: NoticesStore, since: int, now: int) -> Iterator[Key]:
    """What was worked off at a time or later, oldest event first: what a ledger restored to that time has lost.

    Raises:
        Unavailable: the table does not answer.
    """
    for hour in hours_before(now, (now - since) // HOUR_MS + 2 + LATE_HOURS):
        yield from notices.done_since(hour, since)


SWEEP: Mapping[str, Any] = {"sweep": "notices"}
"""The message by which the clock asks for a sweep."""


def message_of(key: Key) -> str:
    """The message that lets a notice be worked off."""
    return json.dumps({"notice": str(key)})


class Message(NamedTuple):
    """What one message of the queue asks for: a notice by its key, one that is yet to be recorded, or a sweep."""

    key: Key | None = None
    notice: Notice | None = None


def message_in(body: str) -> Message:
    """What a message asks for. An event of a partner bus carries the notice as its ``detail``.

    Raises:
        ValidationFailed: it is none of ours.
        ValueError: it is not JSON.
    """
    document = json.loads(body)
    if document == SWEEP:
        return Message()
    if isinstance(document, dict) and "detail" in document:
        return Message(notice=notice_in(document["detail"]))
    key = document.get("notice") if isinstance(document, dict) else None
    return Message(key=key_of(key if isinstance(key, str) else ""))
