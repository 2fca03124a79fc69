"""Use cases of reconciling: a day, and the days that are due, in order, each from what the one before handed on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import NamedTuple, Protocol

from cliffhanger.clock import ms_of
from cliffhanger.errors import InternalError
from cliffhanger.ledger.entries import Entry
from cliffhanger.payments.ports import BalanceLine
from cliffhanger.reconciling.domain import DAY_MS, KINDS, SKEW_MS, Finding, Movement
from cliffhanger.reconciling.entries import movement_of
from cliffhanger.reconciling.lines import read_line
from cliffhanger.reconciling.matching import Window, match, signed
from cliffhanger.reconciling.report import MAX_KEPT, Day, Opening, Totals, document_of, opening_of, text_of

MAX_OPEN = 100_000
"""More than this is no day with differences, but one side that was not read."""


class Shelving(Protocol):
    """Where movements wait until all of their order are there, without filling the memory."""

    def put(self, movement: Movement) -> None:
        """Keeps one."""

    def orders(self) -> Iterator[list[Movement]]:
        """All that was kept, in parts; an order's movements are in one part."""


class Provider(Protocol):
    """The payment provider, as far as it is asked here."""

    def balance_lines(self, since_ms: int, until_ms: int) -> Iterator[BalanceLine]:
        """Every movement of our balance that was made from one time to before another."""


class Entries(Protocol):
    """The ledger, as far as it is asked here."""

    def ready(self, day: str) -> bool:
        """Whether the day's entries can be read."""

    def purchases(self, day: str) -> Iterator[Entry]:
        """The entries about purchases that were written on a day, once each; others may be among them."""


class Reports(Protocol):
    """Where reports are kept."""

    def last_day(self) -> str | None:
        """The newest day that has one."""

    def report(self, day: str) -> bytes | None:
        """A day's report, or None."""

    def put(self, day: str, document: str, text: str) -> None:
        """Keeps a day's report; the first one stands."""


class Desk(NamedTuple):
    """What reconciling works with."""

    provider: Provider
    entries: Entries
    reports: Reports
    shelves: Callable[[], AbstractContextManager[Shelving]]


def reconcile_next(desk: Desk, now_ms: int) -> Day | None:
    """Reconciles the first day that is over and has no report, and keeps its report; None where none can be yet.

    The first day ever is yesterday. Asking again is safe: a report is kept once, and days follow one another.

    Raises:
        Unavailable, ProviderUnavailable: one side does not answer; nothing was kept.
        InternalError: one side is damaged, or more is open than can be.
    """
    yesterday, last = day_at(now_ms - DAY_MS), desk.reports.last_day()
    due = yesterday if last is None else following(last)
    if due > yesterday or not desk.entries.ready(due):
        return None
    day = reconcile_day(desk, due, now_ms)
    desk.reports.put(due, document_of(day), text_of(day))
    return day


def reconcile_day(desk: Desk, day: str, now_ms: int) -> Day:
    """Reconciles a day from what the one before it handed on, or from nothing; keeps nothing.

    Raises:
        As :func:`reconcile_next`.
    """
    kept = desk.reports.report(following(day, -1))
    opening = Opening() if kept is None else opening_of(kept)
    begin = start_of(day)
    window = Window(begin, min(begin + DAY_MS, now_ms), opening.first)
    with desk.shelves() as shelves:
        reading = _Reading(shelves, opening, window)
        reading.lines(desk.provider.balance_lines(begin, window.end_ms))
        reading.entries(desk.entries.purchases(day))
        return reading.end(day)


class _Reading:
    """A day while its two sides are read, in any order."""

    def __init__(self, shelves: Shelving, opening: Opening, window: Window) -> None:
        self._shelves, self._opening, self._window = shelves, opening, window
        self._totals = Totals(opening)
        self._findings: list[Finding] = []
        self._found: Counter[str] = Counter()
        self._counts: Counter[str] = Counter(lines=0, entries=0, pairs=0)
        self._recent: list[str] = []
        self._differences: list[tuple[str, int]] = []
        for movement in opening.open:
            shelves.put(movement)

    def lines(self, lines: Iterable[BalanceLine]) -> None:
        for line in lines:
            read = read_line(line)
            self._counts["lines"] += 1
            self._totals.line(line, read.summed)
            self._find(read.findings)
            told = 0
            if read.movement is not None:
                self._shelves.put(read.movement)
                told = signed(read.movement)
            if read.summed in KINDS and told != line.amount:  # of no order of ours, or the wrong way round
                self._differences.append((line.currency, line.amount - told))

    def entries(self, entries: Iterable[Entry]) -> None:
        """An entry that was written around midnight may be told of on both days: it counts on the first of them."""
        begin, end = self._window.begin_ms, self._window.begin_ms + DAY_MS
        earliest = begin if self._opening.first else begin - SKEW_MS
        for entry in entries:
            movement = movement_of(entry)
            if movement is None or movement.at_ms < earliest or movement.where in self._opening.recent:
                continue
            self._counts["entries"] += 1
            self._totals.entry(movement)
            self._shelves.put(movement)
            if movement.at_ms >= end - SKEW_MS:
                self._recent.append(movement.where)

    def end(self, day: str) -> Day:
        still: list[Movement] = []
        for movements in self._shelves.orders():
            matched = match(movements, self._window)
            self._counts["pairs"] += matched.pairs
            self._find(matched.findings)
            still += matched.open
            self._differences += matched.differences
            if len(still) > MAX_OPEN:
                raise InternalError(f"More than {MAX_OPEN} movements of {day} have no counterpart.")
        self._counts["in flight"] = sum(map(self._window.in_flight, still))
        sums = self._totals.end(still, self._differences)
        return Day(
            day=day,
            first=self._opening.first,
            counts=dict(self._counts),
            sums=sums,
            findings=tuple(sorted(self._findings)),
            found=dict(sorted(self._found.items())),
            open=tuple(sorted(still, key=lambda movement: (movement.at_ms, movement.where))),
            recent=tuple(sorted(self._recent)),
        )

    def _find(self, findings: Iterable[Finding]) -> None:
        for finding in findings:
            self._found[finding.code] += 1
            if len(self._findings) < MAX_KEPT:
                self._findings.append(finding)


def day_at(at_ms: int) -> str:
    """The day (UTC) of a time."""
    return (date(1970, 1, 1) + timedelta(days=at_ms // DAY_MS)).isoformat()


def following(day: str, days: int = 1) -> str:
    """The day so many days after another."""
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def start_of(day: str) -> int:
    """When a day begins.

    Raises:
        ValueError: it is no day.
    """
    return ms_of(f"{day}T00:00:00Z")
