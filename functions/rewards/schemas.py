"""What earning is asked and what it answers."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from cliffhanger.clock import rfc3339
from cliffhanger.rewards.checking import CheckinStanding
from cliffhanger.rewards.days import DEFAULT_ZONE
from cliffhanger.rewards.earning import Earned
from cliffhanger.rewards.overview import Overview, Task
from cliffhanger.rewards.pending import Pending
from cliffhanger.rewards.sealing import MAX_TOKEN_CHARS
from cliffhanger.rewards.viewing import Watched
from cliffhanger.rewards.watching import BEAT_EVERY_MS
from cliffhanger.web.fields import Device, EpisodeNumber, SeriesId, whole

MAX_POSITION_MS = 86_400_000

Zone = Annotated[
    str,
    Meta(
        pattern=whole("[A-Z][A-Za-z0-9_+-]{0,31}(/[A-Za-z0-9_+-]{1,31}){0,2}"),
        description="The IANA name of the viewer's time zone. A change takes effect with the viewer's next day",
        examples=["Europe/Lisbon"],
    ),
]
Position = Annotated[
    int,
    Meta(
        ge=0, le=MAX_POSITION_MS, description="Where the viewer is, in milliseconds from the start", examples=[41_500]
    ),
]
WatchToken = Annotated[
    str,
    Meta(
        pattern=whole("[A-Za-z0-9_-]+"),
        max_length=MAX_TOKEN_CHARS,
        description="The watch session as it was answered last; opaque, and good for its viewer only",
    ),
]
Status = Literal["paid", "waiting", "held", "refused"]


class EpisodePath(Struct, rename="camel"):
    """The path of watching one episode."""

    series_id: SeriesId
    episode: EpisodeNumber


class WatchBody(Struct, rename="camel", forbid_unknown_fields=True):
    """Who begins to watch, and where. ``session`` is that of the episode before, if there is one, and goes on."""

    device: Device
    zone: Zone = DEFAULT_ZONE
    position_ms: Position = 0
    session: WatchToken | None = None


class BeatBody(Struct, rename="camel", forbid_unknown_fields=True):
    """Where the viewer is now."""

    session: WatchToken
    position_ms: Position


class CheckinBody(Struct, rename="camel", forbid_unknown_fields=True):
    """Where the viewer checks in."""

    device: Device
    zone: Zone = DEFAULT_ZONE


class RewardsQuery(Struct, rename="camel"):
    """Where the viewer is."""

    zone: Zone = DEFAULT_ZONE


class EarnedItem(Struct, rename="camel"):
    """What was earned: paid with the entry ``seq``, or waiting until ``vestsAt``, or held for somebody to look at."""

    kind: str
    coins: int
    status: Status
    seq: int | None
    vests_at: str | None
    rule: str
    version: str


class WatchAnswer(Struct, rename="camel"):
    """The session to send with the next beat, and what this one has brought.

    ``counted``: the episode has brought all that it can; no more beats are needed.
    """

    session: str
    beat_every_ms: int
    counted: bool
    earned: list[EarnedItem]


class CheckinState(Struct, rename="camel"):
    """How the viewer stands: whether today is done, and the run with today.

    ``ladder`` are the coins of each rung, and ``rung`` the run's, counted from 0. The next day begins at ``nextAt``.
    """

    date: str
    zone: str
    done: bool
    run: int
    rung: int
    ladder: list[int]
    next_at: str


class CheckinAnswer(Struct, rename="camel"):
    """The check-in of today, and what it brought: coins of the ladder, and of a run's milestone."""

    checkin: CheckinState
    earned: list[EarnedItem]


class TaskItem(Struct, rename="camel"):
    """What can be earned today: so many coins each time, or after every so many seconds; those had, and the most."""

    kind: str
    coins: int
    every_seconds: int | None
    had_coins: int
    most_coins: int


class PendingItem(Struct, rename="camel"):
    """Coins that wait: until ``vestsAt``, or, where that is null, for somebody to look at them."""

    kind: str
    coins: int
    status: Status
    since: str
    vests_at: str | None


class RewardsAnswer(Struct, rename="camel"):
    """What the viewer can earn today, and what waits. Coins are bonus coins."""

    checkin: CheckinState
    tasks: list[TaskItem]
    had_coins: int
    most_coins: int
    pending: list[PendingItem]


def watch_answer(watched: Watched) -> WatchAnswer:
    """A session as it leaves the API."""
    return WatchAnswer(
        watched.token, BEAT_EVERY_MS, watched.session.counted, [earned_item(one) for one in watched.earned]
    )


def earned_item(earned: Earned) -> EarnedItem:
    """What was earned."""
    if earned.entry is not None:
        terms = earned.entry.terms
        return EarnedItem(
            earned.fact.kind, earned.coins, "paid", earned.entry.seq, None, terms["rule"], terms["version"]
        )
    pending = earned.pending
    if pending is None:
        raise TypeError("nothing was earned")
    return EarnedItem(
        earned.fact.kind, pending.coins, pending.status, None, _vests_at(pending), pending.rule, pending.version
    )


def checkin_answer(standing: CheckinStanding, earned: tuple[Earned, ...]) -> CheckinAnswer:
    """A check-in."""
    return CheckinAnswer(checkin_state(standing), [earned_item(one) for one in earned])


def checkin_state(standing: CheckinStanding) -> CheckinState:
    """How a viewer stands."""
    return CheckinState(
        standing.day.date,
        standing.day.zone,
        standing.done,
        standing.run,
        standing.rung,
        list(standing.ladder),
        rfc3339(standing.next_at),
    )


def rewards_answer(seen: Overview) -> RewardsAnswer:
    """What a viewer is shown of rewards."""
    return RewardsAnswer(
        checkin_state(seen.checkin),
        [_task(task) for task in seen.tasks],
        seen.had_coins,
        seen.most_coins,
        [PendingItem(one.kind, one.coins, one.status, rfc3339(one.at), _vests_at(one)) for one in seen.pending],
    )


def _task(task: Task) -> TaskItem:
    return TaskItem(task.kind, task.coins, task.every_s, task.had_coins, task.most_coins)


def _vests_at(pending: Pending) -> str | None:
    return rfc3339(pending.due_at) if pending.status == "waiting" else None
