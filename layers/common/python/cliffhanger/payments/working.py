"""The use case behind the queue: work a notice off, once it is recorded.

Whatever breaks off between the books and the record's end is done again from the start: the fact's own reference makes
it one fact in the books, and the record only notes that it need not be looked at any more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from cliffhanger.errors import CliffhangerError, FactRefused, NoticeMissing
from cliffhanger.payments.facts import Fact
from cliffhanger.payments.notices import Key, Notice, made_at_ms
from cliffhanger.payments.reading import Lookup, Nothing, read, subject_of
from cliffhanger.payments.recording import Office, is_read, message_in, record, sweep
from cliffhanger.payments.routing import ROUTED, Listener, Listening, Subject

FIRST_PAUSE_S, LONGEST_PAUSE_S = 5, 600


class Told(Protocol):
    """What came of a fact: in a word; whether the books refused it; evidence, where a dispute can be contested."""

    @property
    def word(self) -> str:
        """What the record notes."""

    @property
    def refused(self) -> bool:
        """Whether nothing was written and somebody has to look at it."""

    @property
    def evidence(self) -> Mapping[str, str] | None:
        """By the provider's names; None where there is nothing to contest."""

    @property
    def borne(self) -> int:
        """How much of the money that went back the house bears, for nobody has it any more; in its smallest unit."""


Apply = Callable[[Fact], Told]
"""Writes a fact into the books; exactly once, however often it is called."""


class Contestable(Lookup, Protocol):
    """Shows objects of the provider's, and takes evidence."""

    def contest(self, dispute: str, evidence: Mapping[str, str], *, submit: bool) -> None:
        """As :meth:`cliffhanger.payments.ports.Provider.contest`."""


class Desk(NamedTuple):
    """What working off needs: the office that records, the provider, the books, and whose payments are ours.

    ``listeners`` are told of what is of no order, each by its name in ``routing``.
    """

    office: Office
    provider: Callable[[], Contestable]
    apply: Apply
    stage: str
    listeners: Mapping[Listener, Listening] = MappingProxyType({})


class Worked(NamedTuple):
    """What was worked off: a notice's key and kind with its outcome in a word, or a sweep and how many it found.

    ``contested``: evidence was put to a dispute, and waits for somebody to hand it in. ``borne``: what the house bears.
    """

    about: str
    kind: str
    outcome: str
    swept: int = 0
    contested: bool = False
    borne: int = 0


def work(desk: Desk, body: str) -> Worked:
    """Works off one message of the queue.

    Raises:
        ValueError, ValidationFailed: the message is none of ours.
        NoticeMissing: there is no record of the notice.
        NoticeUnreadable: the notice does not tell what it must.
        FactRefused: the books do not believe it.
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
    if not is_read(notice.kind):
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
    if found.kind in ROUTED:
        word = desk.listeners[ROUTED[found.kind]](about_object(found.kind, found.event))
        desk.office.notices.finish(key, word, desk.office.clock())
        return Worked(str(key), found.kind, word)
    fact = read(found.event, found.kind, desk.stage, desk.provider)
    if isinstance(fact, Nothing):
        desk.office.notices.finish(key, fact.reason, desk.office.clock())
        return Worked(str(key), found.kind, fact.reason)
    told = desk.apply(fact)
    if told.refused:
        raise FactRefused(f"{found.kind} of order {fact.order}: {told.word}")
    if told.evidence:
        # A person reads it before it is handed in: afterwards nothing can be added.
        desk.provider().contest(subject_of(found.event), told.evidence, submit=False)
    desk.office.notices.finish(key, told.word, desk.office.clock())
    return Worked(str(key), found.kind, told.word, contested=bool(told.evidence), borne=told.borne)


def about_object(kind: str, event: Mapping[str, Any]) -> Subject:
    """Which object of the provider's a notice of a kind is about.

    Raises:
        NoticeUnreadable: it does not tell.
    """
    account = event.get("account") or event.get("context") or ""
    return Subject(kind, subject_of(event), str(account), made_at_ms(event))


def about(body: str) -> str:
    """Which notice a message is about, for a log: its key, and nothing of what it tells."""
    try:
        message = message_in(body)
    except (ValueError, CliffhangerError):
        return "unreadable"
    key = message.key if message.notice is None else message.notice.key
    return "sweep" if key is None else str(key)


def pause_s(attempt: int) -> int:
    """How long a message waits after an attempt in vain, counted from 1: twice as long each time, up to a bound."""
    return int(min(FIRST_PAUSE_S * 2 ** min(attempt - 1, 20), LONGEST_PAUSE_S))
