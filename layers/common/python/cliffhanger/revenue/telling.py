"""Statements as use cases: one for each creator and day on which something moved, made once, and never changed.

A statement begins where the one before it ended, whenever it is made: so the statements of a creator tell of every
entry of the chain once, and nothing between two of them can be left out unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from cliffhanger.clock import Clock, system_clock
from cliffhanger.dynamo import Unclear
from cliffhanger.errors import NotFound, Unavailable
from cliffhanger.events.envelope import Event
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.revenue.statements import MOST_ENTRIES, Before, Statement, make_statement, series_of

_PAGE = 200


class Kept(NamedTuple):
    """A statement that is kept: its day, how many bytes, and when it was made, in milliseconds since the Unix epoch.

    ``drawn``: whether its PDF is there; only who looks for one day's is told.
    """

    day: str
    size: int
    at: int
    drawn: bool = True


class Link(NamedTuple):
    """Where a file can be fetched from until a time, in milliseconds since the Unix epoch, by whoever has the link."""

    url: str
    expires_at: int


class Cabinet(Protocol):
    """Where statements are kept. Every method raises ``Unavailable`` where it does not answer."""

    def newest(self, person: str, limit: int, before: str | None = None) -> Sequence[Kept]:
        """At most so many of a creator's statements, newest first, of days before one."""

    def find(self, person: str, day: str) -> Kept | None:
        """A creator's statement of a day; None where there is none."""

    def before(self, person: str, day: str) -> Before | None:
        """What the next statement has to name of the newest one of earlier days; None where there is none."""

    def read(self, person: str, day: str) -> Statement:
        """A statement that is kept."""

    def put(self, statement: Statement) -> bool:
        """Keeps a statement, the first of its day; False where there is one already, which stands."""

    def add(self, statement: Statement, pdf: bytes) -> None:
        """Keeps the PDF of a statement that is kept; one that is there already stands."""

    def link(self, person: str, day: str, kind: str) -> Link:
        """A link to a statement's file, `json` or `pdf`; calls nobody."""


class Desk(NamedTuple):
    """What statements are made with.

    ``title_of`` says what a series is called, ``draw`` makes a statement's PDF, ``publish`` puts events on the bus.
    """

    ledger: LedgerStore
    cabinet: Cabinet
    title_of: Callable[[str], str | None]
    draw: Callable[[Statement], bytes]
    publish: Callable[[Sequence[Event]], None]
    clock: Clock = system_clock


class Page(NamedTuple):
    """Some of a creator's statements, newest first, and the day before which the others are; None where none are."""

    statements: tuple[Kept, ...]
    before: str | None


def tell(desk: Desk, person: str, day: str) -> bool:
    """Makes a creator's statement of a day, once, and announces it; whether it was made now.

    Where nothing moved there is none. Of a day before the newest statement there is none either: all that moved until
    then has been told. Of one that is there the PDF is drawn where it is missing, and it is announced again by the
    same event: whoever made it may have got no further.

    Raises:
        Unavailable: the ledger, the catalog or the cabinet does not answer; nothing was kept, or only not announced.
        EventsRefused: the bus does not take the event; the statement is kept.
        LedgerCorrupt, NotCanonical: the chain is damaged; nothing was kept.
    """
    made = not any(kept.day >= day for kept in desk.cabinet.newest(person, 1)) and _make(desk, person, day)
    kept = desk.cabinet.find(person, day)
    if kept is not None and not kept.drawn:
        stands = desk.cabinet.read(person, day)
        desk.cabinet.add(stands, desk.draw(stands))
    if kept is not None:
        desk.publish([ready_event(person, kept)])
    return made


def ready_event(person: str, kept: Kept) -> Event:
    """A creator's statement can be fetched; its id follows from person and day."""
    return Event(
        "StatementReady", 1, f"creator:{person}", kept.at, {"personId": person, "day": kept.day}, (person, kept.day)
    )


def _make(desk: Desk, person: str, day: str) -> bool:
    """Makes and keeps a statement of what moved since the one before it; False where nothing did."""
    before = desk.cabinet.before(person, day)
    last = 0 if before is None else before.last
    try:
        head_before, entries = _since(desk.ledger, f"creator:{person}", last)
    except Unclear as error:
        raise Unavailable("The ledger does not answer.") from error
    if not entries:
        return False
    titles = {series: title for series in series_of(entries) if (title := desk.title_of(series)) is not None}
    made = make_statement(entries, day=day, made_at=desk.clock(), head_before=head_before, before=before, titles=titles)
    return desk.cabinet.put(made)


def statements_of(cabinet: Cabinet, person: str, limit: int, before: str | None = None) -> Page:
    """A creator's statements, newest first.

    Raises:
        Unavailable: the cabinet does not answer.
    """
    found = cabinet.newest(person, limit + 1, before)
    shown = tuple(found[:limit])
    return Page(shown, shown[-1].day if len(found) > limit else None)


def statement_of(cabinet: Cabinet, person: str, day: str) -> tuple[Kept, Link, Link]:
    """A creator's statement of a day, with links to its JSON and its PDF.

    Raises:
        NotFound: there is none.
        Unavailable: the cabinet does not answer, or its PDF is being drawn.
    """
    kept = cabinet.find(person, day)
    if kept is None:
        raise NotFound("There is no statement of that day.")
    if not kept.drawn:
        raise Unavailable("The statement is being made.")
    return kept, cabinet.link(person, day, "json"), cabinet.link(person, day, "pdf")


def _since(ledger: LedgerStore, account: str, last: int) -> tuple[Entry | None, list[Entry]]:
    """The entry of that number, and those after it, oldest first; of more than a statement holds, the first."""
    head = ledger.head(account)
    if head is None or head.seq <= last:
        return None, []
    found: list[Entry] = []
    end = min(head.seq, last + MOST_ENTRIES)
    before = end + 1
    while before > max(1, last):
        page = ledger.newest(account, min(_PAGE, before - max(1, last)), before)
        found += page
        before = page[-1].seq
        if before <= max(1, last):
            break
    found.reverse()
    return (found[0], found[1:]) if last else (None, found)
