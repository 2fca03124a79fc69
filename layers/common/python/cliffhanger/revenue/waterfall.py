"""The waterfall: once for a day, what every series has on its lanes is carried to who earned it.

It goes through all series page by page, notes after each page how far it has come, and stops in time; the next call
goes on from there. Carries have natural references, so that it may begin anew anywhere, by anybody, as often as need
be: what was carried for the day is not carried again, and what no day has carried yet the next one does.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, Protocol

from cliffhanger.clock import ms_of
from cliffhanger.dynamo import Unclear
from cliffhanger.errors import Busy, CliffhangerError, NothingToCarry, ValidationFailed
from cliffhanger.ledger.carries import cash_of
from cliffhanger.ledger.carrying import Carriage, carry_lane
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.journal import Retrying
from cliffhanger.ledger.names import MAX_EARNED_LANES, Income, earned_lane
from cliffhanger.ledger.recovering import recover_lane
from cliffhanger.ledger.rolling import tail
from cliffhanger.ledger.splits import CREATOR, person_of
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.revenue.domain import DAY_MS, Due, Split, day_of
from cliffhanger.revenue.runs import SHARING, Run, Runs

INCOMES: tuple[Income, ...] = ("earned", "tips")
PAGE = 25
"""Series between two notes of how far a run has come."""
SETTLED_MS = 15 * 60_000
"""A day is over so much after its end: by then the stream has settled what was unlocked on it."""


class Owned(NamedTuple):
    """A series and who owns it."""

    series: str
    owner: str


class SeriesPage(NamedTuple):
    """Some of all series, and where the others begin; None where there are no others."""

    series: tuple[Owned, ...]
    after: str | None


class Splitting(Protocol):
    """Says by which splits a series' day is divided."""

    def due(self, series: str, owner: str, day: str) -> Iterable[Due]:
        """The splits, the earliest first. Raises ``Unavailable``."""

    def persons(self, series: str, owner: str) -> Iterable[str]:
        """Everybody who has, or has ever had, a part in a series. Raises ``Unavailable``."""


class Waterfall(NamedTuple):
    """What a run works with: ``every`` series after a place, so many; ``tell`` makes a person's statement of a day."""

    ledger: LedgerStore
    splits: Splitting
    runs: Runs
    every: Callable[[int, str | None], SeriesPage]
    tell: Callable[[str, str], bool]
    retrying: Retrying = Retrying()
    page: int = PAGE


class Flown(NamedTuple):
    """What came of one series or of one person: entries written, and whether a statement was; or the error."""

    about: str
    entries: int = 0
    told: bool = False
    error: CliffhangerError | None = None


def day_due(now: int) -> str:
    """The last day that is over, at a time in milliseconds since the Unix epoch."""
    return day_of(now - SETTLED_MS - DAY_MS)


def again(runs: Runs, day: str, now: int) -> str:
    """Lets a day that is over be gone through once more from its beginning; the day.

    Raises:
        ValidationFailed: it is no day that is over.
        Unavailable: the table of runs does not answer.
    """
    try:
        over = day_of(ms_of(f"{day}T00:00:00Z")) <= day_due(now)
    except ValueError:
        over = False
    if not over:
        raise ValidationFailed("It is no day that is over.", where="day")
    run = runs.find(day)
    if run is not None and run.done:
        runs.note(Run(day, step=run.step + 1))
    return day


def fall(waterfall: Waterfall, day: str, until: int) -> Iterator[Flown]:
    """Goes on with a day's run until it is done, or until a time in milliseconds: all series, then all statements.

    What fails of one series holds up no other; the run is noted as done all the same, with how many were left: their
    lanes hold what they held, for the next day or for a replay.

    Raises:
        Unavailable: the tables of runs or of series do not answer; what was carried stays so.
    """
    run = waterfall.runs.find(day) or Run(day)
    while not run.done:
        if waterfall.retrying.clock() >= until:
            return
        page = waterfall.every(waterfall.page, run.after or None)
        flown = list(_shared(waterfall, page, day) if run.stage == SHARING else _told(waterfall, page, day))
        yield from flown
        left = run.left + sum(one.error is not None for one in flown)
        run = waterfall.runs.note(run.next(page.after, left))


def _shared(waterfall: Waterfall, page: SeriesPage, day: str) -> Iterator[Flown]:
    for series, owner in page.series:
        try:
            due = waterfall.splits.due(series, owner, day)
            yield Flown(series, sum(len(share_out(waterfall.ledger, *one, waterfall.retrying)) for one in due))
        except CliffhangerError as error:
            yield Flown(series, error=error)


def _told(waterfall: Waterfall, page: SeriesPage, day: str) -> Iterator[Flown]:
    persons: dict[str, None] = {}
    for series, owner in page.series:
        try:
            persons |= dict.fromkeys(waterfall.splits.persons(series, owner))
        except CliffhangerError as error:
            yield Flown(series, error=error)
    for person in persons:
        try:
            yield Flown(person, told=waterfall.tell(person, day))
        except CliffhangerError as error:
            yield Flown(person, error=error)


def share_out(
    ledger: LedgerStore, split: Split, day: str, before: int | None = None, retrying: Retrying | None = None
) -> tuple[Entry, ...]:
    """Carries what a series' lanes hold to the parties of its split, for a day; the entries that were written now.

    Of a split that has ended, it is what reached them ``before`` that, in milliseconds. Where it goes on, a lane that
    has long been short is made up for by those who had shared in it (docs/adr/0038).

    Raises:
        Busy, Undecided, Unavailable: try again; what was carried stays carried.
        LedgerCorrupt: stored bytes contradict their hash.
    """
    pace = retrying or Retrying()
    written: list[Entry] = []
    for income in INCOMES:
        carriage = _carriage(split, income, day)._replace(before=before)
        for lane in range(MAX_EARNED_LANES):
            written += _share_lane(ledger, carriage, lane, split.version, pace)
    return tuple(written)


def _share_lane(ledger: LedgerStore, carriage: Carriage, lane: int, version: int, pace: Retrying) -> Iterator[Entry]:
    """What was written of one lane: a carry, or a recovery, or both in two currencies. An empty lane costs one read."""
    series, day, income, before = carriage.series, carriage.period, carriage.income, carriage.before
    try:
        end = tail(ledger, earned_lane(series, lane, income))
    except Unclear as error:
        raise Busy("Try again in a moment.") from error
    if cash_of(end):
        terms = {"income": income, "series": series, "day": day, "split": version}
        with contextlib.suppress(NothingToCarry):  # somebody else has come first, or all of it is another split's
            carried = carry_lane(ledger, carriage, lane, terms=terms, retrying=pace)
            yield from () if carried.repeated else (carried.entry,)
    if end is not None and before is None and min(end.state.balances.values(), default=0) < 0:
        recovered = recover_lane(ledger, series, lane, day, income=income, retrying=pace)
        yield from () if recovered is None or recovered.repeated else (recovered.entry,)


def _carriage(split: Split, income: Income, day: str) -> Carriage:
    parts = split.shares.of(income)
    (creator,) = [person_of(part.party) for part in parts if part.party.startswith(f"{CREATOR}:")]
    return Carriage(split.series, f"creator:{creator}", day, income, parts)
