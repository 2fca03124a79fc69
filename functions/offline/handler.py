"""Serves offline grants."""

from __future__ import annotations

from cliffhanger import bootstrap
from cliffhanger.clock import system_clock
from cliffhanger.errors import (
    AgeRestricted,
    Busy,
    EpisodeLocked,
    EpisodeUnavailable,
    NotFound,
    OfflineLimitReached,
    SwitchedOff,
    Unavailable,
)
from cliffhanger.offline import service
from cliffhanger.unlocks.domain import Viewer
from cliffhanger.web.api import Answer, Call, Operation, build_api
from functions.offline.schemas import (
    EpisodePath,
    GrantPath,
    OfflineAnswer,
    OfflineBody,
    OfflineList,
    OfflineQuery,
    offline_answer,
    offline_item,
)


def keep_episode(call: Call) -> Answer:
    """Grants a device an episode to keep for two days: 201 at first, 200 when asked again; from half of that on renews.

    Fetch everything that ``playlistUrl`` leads to before ``downloadBy``, or ask again and go on.
    """
    keeping = service.keep_episode(
        bootstrap.offline_store(),
        bootstrap.grantor(),
        viewer=_viewer(call),
        device=call.body.device,
        series=call.path.series_id,
        episode=call.path.episode,
        clock=system_clock,
    )
    return Answer(200 if keeping.repeated else 201, offline_answer(keeping))


def list_offline(call: Call) -> Answer:
    """What the viewer's devices keep, and what of it must be deleted. Ask whenever the device is online."""
    kept = service.list_kept(
        bootstrap.offline_store(), bootstrap.grantor(), _viewer(call), call.query.device, system_clock
    )
    return Answer(200, OfflineList([offline_item(grant, state) for grant, state in kept]))


def delete_offline(call: Call) -> Answer:
    """Ends a grant, once the device has deleted the episode; also one that has ended already."""
    service.give_up(bootstrap.offline_store(), call.person, call.path.grant_id, system_clock)
    return Answer(204, None)


def _viewer(call: Call) -> Viewer:
    caller = call.caller
    return Viewer(call.person, None if caller is None else caller.age, caller is not None and caller.member)


handler = build_api(
    "offline",
    {
        "keepEpisode": Operation(
            keep_episode,
            path=EpisodePath,
            body=OfflineBody,
            answers={201: OfflineAnswer, 200: OfflineAnswer},
            problems=(
                NotFound,
                EpisodeUnavailable,
                EpisodeLocked,
                AgeRestricted,
                OfflineLimitReached,
                SwitchedOff,
                Busy,
                Unavailable,
            ),
        ),
        "listOffline": Operation(
            list_offline, query=OfflineQuery, answers={200: OfflineList}, problems=(Busy, Unavailable)
        ),
        "deleteOffline": Operation(delete_offline, path=GrantPath, answers={204: None}, problems=(Busy, Unavailable)),
    },
    bootstrap.rate_limiter,
)
