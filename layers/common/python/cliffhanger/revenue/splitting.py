"""Use cases of splits: propose one for a series, approve another's, find the one of a day.

Two people stand behind what is paid, and it begins on a day that is yet to come: what was earned until then is divided
as was agreed when it was earned.
"""

from __future__ import annotations

from collections.abc import Callable

from cliffhanger.catalog.domain import CreatorShare
from cliffhanger.clock import Clock
from cliffhanger.errors import FourEyesRequired, KeyReused, NotFound, NotOwner, SplitChanged, ValidationFailed
from cliffhanger.revenue.domain import (
    DAY_MS,
    MAX_VERSIONS,
    Due,
    Shares,
    Split,
    check_shares,
    creator_shares,
    day_of,
    due_on,
    persons_of,
    shipped,
    split_on,
)
from cliffhanger.revenue.splits_store import SplitsStore

OwnerOf = Callable[[str], str | None]
"""Says who owns a series; None where there is no such series. Raises ``Unavailable``."""

Knows = Callable[[str], bool]
"""Says whether a person id is somebody's. Raises ``Unavailable``."""

Show = Callable[[str, tuple[CreatorShare, ...]], None]
"""Writes what a series' creator gets onto its page, which receipts are made from."""

MAX_AHEAD_DAYS = 366
MAX_TO_COME = 4
"""So many splits of a series may wait for their day: a page has little room."""


class Splits:
    """The splits of all series.

    Args:
        store: where they are kept.
        owner_of: who owns a series.
        knows: whether somebody is behind a person id.
        show: tells a series' page what its creator gets.
        clock: the present.
    """

    def __init__(self, store: SplitsStore, owner_of: OwnerOf, knows: Knows, show: Show, clock: Clock) -> None:
        self._store = store
        self._show = show
        self._owner_of = owner_of
        self._knows = knows
        self._clock = clock

    def of(self, series: str) -> tuple[Split, ...]:
        """What ships, and every version since, oldest first.

        Raises:
            NotFound: there is no such series.
            Unavailable: a table does not answer.
        """
        return (shipped(series, self._owner(series)), *self._store.of(series))

    def on(self, series: str, owner: str, day: str) -> Split:
        """The split that divides the income of a day.

        Raises:
            Unavailable: the table does not answer.
        """
        return split_on(self._store.of(series), day, shipped=shipped(series, owner))

    def due(self, series: str, owner: str, day: str) -> tuple[Due, ...]:
        """By which splits a day's run divides what a series holds, the earliest first.

        Raises:
            Unavailable: the table does not answer.
        """
        today = day_of(self._clock())
        return due_on(self._store.of(series), day, today, shipped=shipped(series, owner))

    def persons(self, series: str, owner: str) -> tuple[str, ...]:
        """Everybody who has, or has ever had, a part in a series, its owner first.

        Raises:
            Unavailable: the table does not answer.
        """
        agreed = (person for split in self._store.of(series) if split.approved_at for person in split.persons)
        return tuple(dict.fromkeys((owner, *agreed)))

    def seen_by(self, series: str, person: str) -> tuple[Split, ...]:
        """The versions that a creator may see: all of the owner's, and of others those that give them a part.

        What nobody has approved yet is between operators.

        Raises:
            NotFound: there is no such series.
            NotOwner: the person has no part in it.
            Unavailable: a table does not answer.
        """
        owner = self._owner(series)
        splits = [split for split in self.of(series) if split.approved_at or not split.version]
        seen = tuple(split for split in splits if person == owner or person in split.persons)
        if not seen:
            raise NotOwner("You have no part in this series.")
        return seen

    def propose(self, series: str, version: int, shares: Shares, since: str, by: str) -> tuple[Split, bool]:
        """Keeps the next version of a series' split, and whether it is new; the same once more is answered again.

        Raises:
            NotFound: there is no such series.
            ValidationFailed: the shares cannot be paid, a party is nobody, or it begins too soon or too late.
            KeyReused: that version is another one, or another's.
            SplitChanged: it is not the next version; names the ``latest``.
            Unavailable: a table does not answer; it may have been written, and may be sent again.
        """
        check_shares(shares, self._owner(series))
        kept = {split.version: split for split in self._store.of(series)}
        known = kept.get(version)
        if known is not None:
            return _same(known, shares, since, by), False
        self._check_known(shares, series)
        self._check_begins(since)
        latest = max(kept, default=0)
        if version != latest + 1 or version > MAX_VERSIONS:
            raise SplitChanged("It is not the next version; look at the latest first.", latest=latest)
        split = Split(series, version, shares, since, by, self._clock())
        if self._store.propose(split):
            return split, True
        return _same(self._found(series, version), shares, since, by), False

    def approve(self, series: str, version: int, by: str) -> Split:
        """Approves another operator's version; what is approved already is answered as it stands.

        Whoever was cut off between the approval and the series' page asks again: the page is told each time.

        Raises:
            NotFound: there is no such version.
            ValidationFailed: the owner is another by now, a party is nobody any more, or its first day has come.
            SplitChanged: another version has been proposed since; names the ``latest``.
            FourEyesRequired: the operator has proposed it.
            PageTooLarge: the page has no room for it.
            Unavailable, Undecided: a table does not answer; it may have been approved, and may be asked again.
        """
        split = self._found(series, version)
        if split.approved_at:
            self._tell(series)
            return split
        if split.by == by:
            raise FourEyesRequired("You have proposed it; ask another operator.", rule="own_split")
        known = self._store.of(series)
        latest = known[-1].version
        if latest != version:
            raise SplitChanged("Another version has been proposed since; look at it first.", latest=latest)
        check_shares(split.shares, self._owner(series))
        self._check_known(split.shares, series)
        self._check_begins(split.since)
        today = day_of(self._clock())
        if sum(one.approved_at > 0 and one.since > today for one in known) >= MAX_TO_COME:
            raise ValidationFailed(f"{MAX_TO_COME} splits wait for their day already.", where="path")
        self._store.approve(series, version, by, self._clock())
        self._tell(series)
        return self._found(series, version)

    def _tell(self, series: str) -> None:
        self._show(series, creator_shares(self._store.of(series), day_of(self._clock())))

    def _check_begins(self, since: str) -> None:
        """What a day has earned is never divided by what was decided after it had begun."""
        today = self._clock()
        if not day_of(today) < since <= day_of(today + MAX_AHEAD_DAYS * DAY_MS):
            raise ValidationFailed("It begins tomorrow (UTC) at the earliest, and within a year.", where="body")

    def _check_known(self, shares: Shares, series: str) -> None:
        """Lets parties pass who are somebody: what went to an id that nobody has, nobody could move or be paid."""
        owner = self._owner(series)
        for person in persons_of(shares):
            if person != owner and not self._knows(person):
                raise ValidationFailed(f"Nobody is {person}.", where="body")

    def _owner(self, series: str) -> str:
        owner = self._owner_of(series)
        if owner is None:
            raise NotFound("There is no such series.")
        return owner

    def _found(self, series: str, version: int) -> Split:
        for split in self._store.of(series):
            if split.version == version:
                return split
        raise NotFound("There is no such split.")


def _same(known: Split, shares: Shares, since: str, by: str) -> Split:
    if (known.shares, known.since, known.by) != (shares, since, by):
        raise KeyReused("There is another split of that version; a version never changes.")
    return known
