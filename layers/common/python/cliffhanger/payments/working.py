"""The use case behind the queue: work a notice off, once it is recorded.

Whatever breaks off between the books and the record's end is done again from the start: the fact's own reference makes
it one fact in the books, and the record only notes that it need not be looked at any more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from cliffhanger.errors import NoticeMissing
from cliffhanger.payments.facts import Fact
from cliffhanger.payments.notices import Key, Notice
from cliffhanger.payments.reading import KINDS, Lookup, Nothing, read
from cliffhanger.payments.recording import Office, message_in, record, sweep

Apply = Callable[[Fact], str]
"""Writes a fact into the books, and says in a word what came of it; exactly once, however often it is called."""


class Desk(NamedTuple):
    """What working off needs: the office that records, what looks up, the books, and whose payments are ours."""

    office: Office
    lookup: Callable[[], Lookup]
    apply: Apply
    stage: str


class Worked(NamedTuple):
    """What was worked off: a notice's key and kind with its outcome in a word, or a sweep and how many it found."""

    about: str
    kind: str
    outcome: str
    swept: int = 0


def work(desk: Desk, body: str) -> Worked:
    """Works off one message of the queue.

    Raises:
        ValueError, ValidationFailed: the message is none of ours.
        NoticeMissing: there is no record of the notice.
        NoticeUnreadable: the notice does not tell what it must.
        CliffhangerError: the books or the provider do not take it now; again later.
    """
    message = message_in(body)
    if message.notice is not None:
        return _come_by_bus(desk, message.notice)
    if message.key is not None:
        return work_off(desk, message.key)
    return Worked("sweep", "sweep", "swept", sweep(desk.office))


def _come_by_bus(desk: Desk, notice: Notice) -> Worked:
    """A notice that nobody has recorded yet, because it came past the webhook."""
    if notice.kind not in KINDS:
        return Worked(str(notice.key), notice.kind, "ignored")
    record(desk.office, notice)
    return work_off(desk, notice.key)


def work_off(desk: Desk, key: Key) -> Worked:
    """Tells the books the fact of a notice, and ends its record. One that is done is left alone.

    Raises: as :func:`work`.
    """
    found = desk.office.notices.find(key)
    if found is None:
        raise NoticeMissing(f"There is no notice {key}.")
    if found.done_at is not None:
        return Worked(str(key), found.kind, "done before")
    told = read(found.event, found.kind, desk.stage, desk.lookup)
    outcome = told.reason if isinstance(told, Nothing) else desk.apply(told)
    desk.office.notices.finish(key, outcome, desk.office.clock())
    return Worked(str(key), found.kind, outcome)
