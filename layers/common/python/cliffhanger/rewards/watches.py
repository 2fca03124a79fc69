"""What stands of a viewer's watching: checkpoints, each made from the one before. Pure.

All that guards a viewer's credit is one item: which session goes on, up to when time was credited, what of the day and
of the series was. A session that another has followed cannot save any more, and of two tokens that go on from one
checkpoint only the first saves. What is credited between two checkpoints is never more than the time between them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from cliffhanger.rewards.coverage import Span
from cliffhanger.rewards.days import Day
from cliffhanger.rewards.facts import episode_fact, minutes_fact, series_fact

if TYPE_CHECKING:
    from cliffhanger.rewards.rules import Kind
    from cliffhanger.rewards.watching import Episode, Session

MOST_PARTS = 6
"""Episodes of one series that are begun and not finished. Of one more, the oldest counts no more."""

KEPT_FOR_S = 400 * 86_400
"""How long a series is remembered that nobody goes on with. The ledger remembers its rewards for good."""


class Part(NamedTuple):
    """What was covered of an episode that is not finished."""

    number: int
    spans: tuple[Span, ...]


class Record(NamedTuple):
    """What a viewer has watched of a series: episodes that are finished, and those begun, the newest first.

    ``finished`` and ``dropped`` have a bit for each episode, the first one's the lowest. What was dropped was begun
    long ago: what had been credited of it is not known any more, so that nothing more is.
    """

    series: str
    finished: int = 0
    dropped: int = 0
    parts: tuple[Part, ...] = ()

    def counted(self, number: int) -> bool:
        """Whether there is nothing more to credit for an episode."""
        return bool((self.finished | self.dropped) & _bit(number))

    def spans_of(self, number: int) -> tuple[Span, ...]:
        """What was covered of an episode."""
        return next((part.spans for part in self.parts if part.number == number), ())

    def has_finished(self, numbers: int) -> bool:
        """Whether all of so many episodes are finished, from the first on."""
        every = (1 << numbers) - 1
        return self.finished & every == every

    def after(self, episode: Episode, spans: tuple[Span, ...]) -> Record:
        """The record once so much of an episode is covered."""
        if self.counted(episode.number):
            return self
        others = tuple(part for part in self.parts if part.number != episode.number)
        if episode.finished_by(spans):
            return self._replace(finished=self.finished | _bit(episode.number), parts=others)
        parts = (Part(episode.number, spans), *others)
        dropped = self.dropped
        for part in parts[MOST_PARTS:]:
            dropped |= _bit(part.number)
        return self._replace(dropped=dropped, parts=parts[:MOST_PARTS])


class Owed(NamedTuple):
    """A reward that a checkpoint has brought, to be decided and written to the ledger: what for, and on which day.

    ``number`` is an episode's, or how many seconds of the day the reward is up to; ``amount`` as in a claim, and 0 once
    the house has decided on an episode of which campaigns have still to be told.
    """

    kind: Kind
    date: str
    series: str = ""
    number: int = 0
    amount: int = 1

    @property
    def fact(self) -> str:
        """Its name as an id."""
        if self.kind == "watch.minutes":
            return minutes_fact(self.date, self.number)
        return episode_fact(self.series, self.number) if self.kind == "watch.episode" else series_fact(self.series)

    @property
    def decided(self) -> bool:
        """Whether the house has decided on it."""
        return not self.amount

    def as_decided(self) -> Owed:
        """The same once the house has decided on it."""
        return self._replace(amount=0)


class Watcher(NamedTuple):
    """What stands of a viewer: ``revision`` counts the checkpoints, ``through`` is when the last one was made.

    ``credited_ms`` is of the day, ``claimed_s`` how much of it has been claimed. ``record`` is of the series that was
    watched last; those of others have items of their own. ``owed`` may be on the ledger already, or refused: it is
    asked about again at most until the next checkpoint.
    """

    session: str
    revision: int
    through: int
    day: Day
    record: Record
    credited_ms: int = 0
    claimed_s: int = 0
    owed: tuple[Owed, ...] = ()

    def on(self, day: Day) -> Watcher:
        """The same on a day; another day begins with nothing."""
        return self if day.date == self.day.date else self._replace(day=day, credited_ms=0, claimed_s=0)


def opened(watcher: Watcher | None, session: str, day: Day, series: str, now: int) -> Watcher:
    """What stands once a session begins: it follows whichever there was, which saves nothing more."""
    if watcher is None:
        return Watcher(session, 1, now, day, Record(series))
    moved = watcher.on(day)
    return moved._replace(session=session, revision=watcher.revision + 1, through=max(now, watcher.through))


def saved(
    watcher: Watcher,
    session: Session,
    record: Record,
    day: Day,
    *,
    every_s: int | None,
    episodes: Callable[[], int],
) -> Watcher:
    """The checkpoint of a session, and what it brings.

    ``record`` is the series' as it stands; ``every_s`` is after how many seconds of a day a reward is due, None for
    none; ``episodes`` tells how many the series has, and is asked when one is finished. What was owed before must be
    on the ledger.
    """
    moved = watcher.on(day)
    now = max(session.at, watcher.through)
    credited = moved.credited_ms + min(session.unsaved_ms, now - watcher.through)
    after = record.after(session.episode, session.spans)
    owed: list[Owed] = []
    if after.finished != record.finished:
        owed.append(Owed("watch.episode", day.date, after.series, session.episode.number))
        if after.has_finished(episodes()):
            owed.append(Owed("watch.series", day.date, after.series))
    claimed = moved.claimed_s
    if every_s is not None and (due := (credited // 1000 - claimed) // every_s * every_s):
        claimed += due
        owed.append(Owed("watch.minutes", day.date, "", claimed, due))
    return moved._replace(
        revision=watcher.revision + 1,
        through=now,
        record=after,
        credited_ms=credited,
        claimed_s=claimed,
        owed=tuple(owed),
    )


def _bit(number: int) -> int:
    return 1 << (number - 1)
