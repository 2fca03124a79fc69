"""Use cases of watching to earn: begin a session, go on with it beat by beat, and pay what a checkpoint brings.

A beat costs a signature and writes nothing, until there is enough for a checkpoint: one item, conditional on the
checkpoint before it. Rewards are owed by that item before they are given, so that a failure between the two loses none,
and the ledger's references give each once, however often it is tried.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from cliffhanger.catalog.domain import SeriesPage
from cliffhanger.catalog.service import series_page, video_of
from cliffhanger.errors import Busy, RewardRefused, Unavailable, Undecided, WatchEnded
from cliffhanger.ledger.names import new_id
from cliffhanger.rewards.amounts import Metered
from cliffhanger.rewards.claims import Claim
from cliffhanger.rewards.days import day_at
from cliffhanger.rewards.earning import Desk, Earned, Earner, Fact, earn
from cliffhanger.rewards.planner import rule_for
from cliffhanger.rewards.sealing import seal, unseal
from cliffhanger.rewards.watches import Owed, Record, Watcher, opened, saved
from cliffhanger.rewards.watching import SAVED_APART_MS, Episode, Session, beaten, moved_on

if TYPE_CHECKING:
    from cliffhanger.catalog.store import CatalogStore
    from cliffhanger.rewards.watches_store import WatchesStore

ATTEMPTS = 3
MOST_UNTOLD = 4
"""Episodes that go on from checkpoint to checkpoint until campaigns can be told of them; one more has to wait."""
_FOLLOWED = "A newer session has followed this one."
_SILENT = "Nothing was heard of the session for too long."


class Room(NamedTuple):
    """What watching works with. ``admit`` lets who may play an episode of a page pass, at a time in milliseconds.

    ``key`` is what sessions are sealed with; asked for at the first one.
    """

    desk: Desk
    watches: WatchesStore
    catalog: CatalogStore
    key: Callable[[], bytes]
    admit: Callable[[SeriesPage, Earner, int, int], None]
    sponsored: Callable[[Earner, str, int], object] = lambda _earner, _series, _episode: None
    """Told of an episode that counts as watched, by series and number: what campaigns give for it is theirs to say.

    Where they cannot be told, they are told of it again: it may be told of more than once.
    """


class Watched(NamedTuple):
    """A session after a beat, sealed, and what the beat has brought that nothing had before."""

    token: str
    session: Session
    earned: tuple[Earned, ...] = ()


class _Asked(NamedTuple):
    """What a viewer wants to watch, from where on, and when that was asked."""

    page: SeriesPage
    episode: Episode
    position_ms: int
    now: int


def begin_watching(
    room: Room, earner: Earner, *, series: str, episode: int, position_ms: int, token: str | None
) -> Watched:
    """Begins to watch an episode. With the token of the viewer's last session it goes on as the same one.

    A new session ends the one before, on whichever device that is; nothing is earned twice by it.

    Raises:
        NotFound, EpisodeUnavailable, AgeRestricted, TokenMissing, EpisodeLocked: the viewer may not play the episode.
        WatchForged: the token is not of a session of this viewer.
        SwitchedOff: operators have stopped rewards.
        Busy, Unavailable: try again; nothing changed.
    """
    room.desk.check_open()
    now = room.desk.clock()
    page = series_page(room.catalog, series)
    room.admit(page, earner, episode, now)
    video = video_of(room.catalog, page, episode)
    watched = Episode(page.series, episode, video.version, video.duration_ms)
    asked = _Asked(page, watched, position_ms, now)
    earned: tuple[Earned, ...] = ()
    if token is not None:
        last = unseal(token, earner.person, room.key())
        if last.device == earner.device and not last.over(now):
            try:
                going, earned = _saved(room, earner, last) if last.unsaved_ms >= SAVED_APART_MS else (last, ())
                return _watched(room, earner, _going_on(room, earner, going, asked), earned)
            except WatchEnded:  # somewhere else the viewer has begun anew: so does this
                pass
    return _watched(room, earner, _opened(room, earner, asked), earned)


def beat(room: Room, earner: Earner, *, token: str, position_ms: int) -> Watched:
    """Notes where a viewer is. What was credited is saved, and paid, when there is enough of it.

    Raises:
        WatchForged: the token is not of a session of this viewer.
        WatchEnded: a newer session has followed, or nothing was heard of this one for too long; begin anew.
        SwitchedOff: operators have stopped rewards.
        Busy, Unavailable: try again with the same token; nothing is lost or credited twice.
    """
    room.desk.check_open()
    session = unseal(token, earner.person, room.key())
    now = room.desk.clock()
    if session.over(now):
        raise WatchEnded(_SILENT, because="silent")
    session = beaten(session, position_ms, now)
    earner = earner._replace(device=session.device, zone=session.zone)
    earned: tuple[Earned, ...] = ()
    if session.due:
        session, earned = _saved(room, earner, session)
    elif session.owing:
        watcher = room.watches.find(earner.person)
        session, earned, _ = _settled(room, earner, session, () if watcher is None else watcher.owed)
    return _watched(room, earner, session, earned)


def _watched(room: Room, earner: Earner, session: Session, earned: tuple[Earned, ...]) -> Watched:
    return Watched(seal(session, earner.person, room.key()), session, earned)


def _opened(room: Room, earner: Earner, asked: _Asked) -> Session:
    """A new session, which the viewer's item names from now on."""
    name, now, series = new_id(), asked.now, asked.episode.series
    for _ in range(ATTEMPTS):
        watcher = room.watches.find(earner.person)
        day = day_at(now, earner.zone, None if watcher is None else watcher.day)
        after = opened(watcher, name, day, series, now)
        if room.watches.put(earner.person, after):
            session = Session(name, earner.device, earner.zone, now, after.revision, asked.episode, now)
            session = session._replace(owing=bool(after.owed))
            return _in(session, _record(room, earner, after, series), earner, asked)
    raise Busy("Begin again in a moment.")


def _going_on(room: Room, earner: Earner, session: Session, asked: _Asked) -> Session:
    """The same session with another episode: nothing is written.

    Raises:
        WatchEnded: a newer one has followed it.
    """
    watcher = _current(room, earner, session)
    moved = moved_on(session, asked.episode, asked.now)
    return _in(moved, _record(room, earner, watcher, asked.episode.series), earner, asked)


def _in(session: Session, record: Record, earner: Earner, asked: _Asked) -> Session:
    """A session in an episode, of which so much was watched before. Nobody earns by their own series."""
    number = session.episode.number
    counted = record.counted(number) or asked.page.owner == earner.person
    position = min(asked.position_ms, session.episode.duration_ms)
    return session._replace(position_ms=position, spans=record.spans_of(number), counted=counted)


def _current(room: Room, earner: Earner, session: Session) -> Watcher:
    watcher = room.watches.find(earner.person)
    if watcher is None or watcher.session != session.session:
        raise WatchEnded(_FOLLOWED, because="followed")
    return watcher


def _record(room: Room, earner: Earner, watcher: Watcher, series: str) -> Record:
    return watcher.record if watcher.record.series == series else room.watches.record(earner.person, series)


def _saved(room: Room, earner: Earner, session: Session) -> tuple[Session, tuple[Earned, ...]]:
    """A checkpoint, and what it brings.

    A token whose checkpoint another has followed (a reply was lost, or it was kept and sent again) saves nothing: it
    goes on from what stands.

    Raises:
        WatchEnded: a newer session has followed it.
        Busy, Unavailable: try again; what was owed before is not on the ledger yet, or others were faster each time.
    """
    for _ in range(ATTEMPTS):
        watcher = _current(room, earner, session)
        record = _record(room, earner, watcher, session.episode.series)
        if watcher.revision != session.revision:
            number = session.episode.number
            session = session._replace(
                revision=watcher.revision,
                spare_ms=0,
                unsaved_ms=0,
                spans=record.spans_of(number),
                counted=record.counted(number),
                owing=bool(watcher.owed),
            )
            session, earned, _ = _settled(room, earner, session, watcher.owed)
            return session, earned
        before: tuple[Earned, ...] = ()
        left: tuple[Owed, ...] = ()
        if session.owing:
            session, before, left = _settled(room, earner, session, watcher.owed)
            if len(left) > MOST_UNTOLD or any(not one.decided for one in left):
                raise Busy("What was earned before comes first.")
        if record is not watcher.record:
            room.watches.put_aside(earner.person, watcher.record, watcher)
        after = saved(
            watcher,
            session,
            record,
            day_at(session.at, session.zone, watcher.day),
            every_s=_minutes_every_s(room, earner, session),
            episodes=functools.partial(_episodes, room, session.episode.series),
        )
        after = after._replace(owed=(*left, *after.owed))
        if room.watches.put(earner.person, after):
            session = session._replace(
                revision=after.revision,
                unsaved_ms=0,
                counted=after.record.counted(session.episode.number),
                owing=bool(after.owed),
            )
            session, brought, _ = _settled(room, earner, session, after.owed)
            return session, before + brought
    raise Busy("Send the beat again in a moment.")


def _episodes(room: Room, series: str) -> int:
    return len(series_page(room.catalog, series).episodes)


def _minutes_every_s(room: Room, earner: Earner, session: Session) -> int | None:
    """After how many credited seconds of a day this viewer has a reward due."""
    claim = Claim("watch.minutes", earner.person, "", session.at, "", country=earner.country)
    rule = rule_for(room.desk.rules(), claim)
    return rule.amount.every_s if rule is not None and isinstance(rule.amount, Metered) else None


def _settled(
    room: Room, earner: Earner, session: Session, owed: tuple[Owed, ...]
) -> tuple[Session, tuple[Earned, ...], tuple[Owed, ...]]:
    """Gives what a checkpoint has brought, and tells campaigns of it; and what is left, tried again with the next beat.

    The house comes first: it waits for no campaign.
    """
    earned: list[Earned] = []
    for one in owed:
        if one.decided:
            continue
        where = {"series": one.series} if one.series else {"day": one.date}
        terms = {**where, **({"episode": one.number} if one.kind == "watch.episode" else {})}
        try:
            came = earn(room.desk, earner, Fact(one.kind, one.fact, one.amount, terms))
        except RewardRefused:
            continue
        except (Busy, Undecided, Unavailable):
            return session._replace(owing=True), tuple(earned), owed
        if not came.repeated:
            earned.append(came)
    left = _untold(room, earner, tuple(one.as_decided() for one in owed if one.kind == "watch.episode"))
    return session._replace(owing=bool(left)), tuple(earned), left


def _untold(room: Room, earner: Earner, episodes: tuple[Owed, ...]) -> tuple[Owed, ...]:
    """Tells campaigns of episodes; those that they were not told of, the one that failed behind the others."""
    for number, one in enumerate(episodes):
        try:
            room.sponsored(earner, one.series, one.number)
        except (Busy, Undecided, Unavailable):
            return (*episodes[number + 1 :], one)
    return ()
