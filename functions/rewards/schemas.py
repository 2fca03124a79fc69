"""What earning is asked and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from msgspec import Meta, Struct

from cliffhanger.clock import rfc3339
from cliffhanger.rewards.ads import Placement
from cliffhanger.rewards.ads_offering import Offered
from cliffhanger.rewards.days import DEFAULT_ZONE
from cliffhanger.rewards.earning import Earned
from cliffhanger.rewards.overview import Overview, Task
from cliffhanger.rewards.pending import Status
from cliffhanger.rewards.sealing import MAX_TOKEN_CHARS
from cliffhanger.rewards.viewing import Watched
from cliffhanger.rewards.watching import BEAT_EVERY_MS
from cliffhanger.web.fields import ID, Device, EpisodeNumber, SeriesId, whole
from functions.rewards.fields import EarnedItem, Zone, earned_item, vests_at
from functions.rewards.streaks import CheckinState, checkin_state

MAX_POSITION_MS = 86_400_000

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
Placed = Annotated[
    str,
    Meta(pattern=whole(ID), description="Where in which app the ad is shown", examples=["web"]),
]


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


class AdBody(Struct, rename="camel", forbid_unknown_fields=True):
    """Where the viewer wants to see an ad."""

    device: Device
    placement: Placed
    zone: Zone = DEFAULT_ZONE


class AdViewPath(Struct, rename="camel"):
    """The path of an ad view."""

    view_id: Annotated[
        str,
        Meta(pattern=whole(ID), description="An ad view", examples=["4h7d9k2m8q1r5t0v"]),
    ]


class RewardsQuery(Struct, rename="camel"):
    """Where the viewer is."""

    zone: Zone = DEFAULT_ZONE


class WatchAnswer(Struct, rename="camel"):
    """The session to send with the next beat, and what this one has brought.

    ``counted``: the episode has brought all that it can; no more beats are needed.
    """

    session: str
    beat_every_ms: int
    counted: bool
    earned: list[EarnedItem]


class AdOfferAnswer(Struct, rename="camel"):
    """One ad that may be seen until ``endsAt``, for so many coins by the rules of now.

    Give ``customData`` to the network's SDK, as the custom data of its server-side verification. ``playerUrl`` is a
    page that plays the ad in a browser, where there is one; the ad unit and the custom data go into its query, as
    ``ad_unit`` and ``custom_data``.
    """

    view_id: str
    custom_data: str
    ad_unit: str
    player_url: str | None
    coins: int
    ends_at: str


class AdViewAnswer(Struct, rename="camel"):
    """What an ad has earned; null as long as there is nothing."""

    earned: EarnedItem | None


class TaskItem(Struct, rename="camel"):
    """What can be earned today: so many coins each time, or after every so many seconds; those had, and the most."""

    kind: str
    coins: int
    every_seconds: int | None
    had_coins: int
    most_coins: int


class AllowanceItem(Struct, rename="camel"):
    """Coins that are left for checking in, streaks and watching, and how many more an ad and a purchase of coins bring.

    A purchase counts once a coin of it is used, or it can be given back no more.
    """

    left_coins: int
    per_ad_coins: int
    per_purchase_coins: int


class PendingItem(Struct, rename="camel"):
    """Coins that wait: until ``vestsAt``, or, where that is null, for somebody to look at them."""

    kind: str
    coins: int
    status: Status
    since: str
    vests_at: str | None


class RewardsAnswer(Struct, rename="camel"):
    """What the viewer can earn today, and what waits. Coins are bonus coins.

    ``adPlacements`` are where ads may be asked for; the task ``ad`` says what one brings. ``allowance`` is null where
    the rules bound what a viewer earns by the day alone.
    """

    checkin: CheckinState
    tasks: list[TaskItem]
    had_coins: int
    most_coins: int
    pending: list[PendingItem]
    ad_placements: list[str]
    allowance: AllowanceItem | None


def watch_answer(watched: Watched) -> WatchAnswer:
    """A session as it leaves the API."""
    return WatchAnswer(
        watched.token, BEAT_EVERY_MS, watched.session.counted, [earned_item(one) for one in watched.earned]
    )


def ad_offer_answer(offered: Offered) -> AdOfferAnswer:
    """An ad that may be seen."""
    view, place = offered.view, offered.placement
    return AdOfferAnswer(view.view, offered.sealed, place.unit, place.player, offered.coins, rfc3339(view.ends_at))


def ad_view_answer(earned: Earned | None) -> AdViewAnswer:
    """What has come of an ad."""
    return AdViewAnswer(None if earned is None else earned_item(earned))


def rewards_answer(seen: Overview, placements: Mapping[str, Placement]) -> RewardsAnswer:
    """What a viewer is shown of rewards."""
    return RewardsAnswer(
        checkin_state(seen.checkin),
        [_task(task) for task in seen.tasks],
        seen.had_coins,
        seen.most_coins,
        [PendingItem(one.kind, one.coins, one.status, rfc3339(one.at), vests_at(one)) for one in seen.pending],
        sorted(placements),
        None if seen.allowance is None else AllowanceItem(*seen.allowance),
    )


def _task(task: Task) -> TaskItem:
    return TaskItem(task.kind, task.coins, task.every_s, task.had_coins, task.most_coins)
