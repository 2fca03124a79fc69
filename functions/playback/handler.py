"""Serves playback."""

from __future__ import annotations

from cliffhanger import bootstrap
from cliffhanger.clock import system_clock
from cliffhanger.errors import (
    AgeRestricted,
    Busy,
    EpisodeLocked,
    EpisodeUnavailable,
    GrantExpired,
    GrantForeign,
    GrantForged,
    GrantMissing,
    NotFound,
    SwitchedOff,
    Unavailable,
)
from cliffhanger.playback import service
from cliffhanger.playback.domain import Grant, Place, cookies_of
from cliffhanger.settings import read
from cliffhanger.unlocks.domain import Viewer
from cliffhanger.web.api import Answer, Call, Operation, build_api
from functions.playback.schemas import (
    EpisodePath,
    PlaybackAnswer,
    PlaybackBody,
    PlaylistPath,
    PlaylistQuery,
    playback_answer,
)

PLAYLIST_TYPE = "application/vnd.apple.mpegurl"


def start_playback(call: Call) -> Answer:
    """Grants an episode that is free or unlocked, to a guest what is free; asked again, renews.

    Members play every episode that is released to them, and a series' owner all of it.
    """
    caller = call.caller
    playback = service.start_playback(
        bootstrap.grantor(),
        viewer=None if caller is None else Viewer(caller.person, caller.age, caller.member),
        series=call.path.series_id,
        episode=call.path.episode,
        delivery=call.body.delivery,
        clock=system_clock,
    )
    cookies = cookies_of(playback.grant, playback.place.folder) if playback.delivery == "cookies" else ()
    return Answer(200, playback_answer(playback), cookies=cookies)


def get_playlist(call: Call) -> Answer:
    """A playlist whose every address carries the caller's grant."""
    playlist = service.get_playlist(
        bootstrap.media_bucket(),
        bootstrap.playback_keys(),
        origin=read("PUBLIC_ORIGIN"),
        place=Place(call.path.series_id, call.path.episode, call.path.version),
        playlist=call.path.playlist,
        grant=Grant(call.query.grant_policy, call.query.grant_signature, call.query.grant_key),
        clock=system_clock,
    )
    return Answer(200, playlist, headers={"content-type": PLAYLIST_TYPE})


handler = build_api(
    "playback",
    {
        "startPlayback": Operation(
            start_playback,
            path=EpisodePath,
            body=PlaybackBody,
            answers={200: PlaybackAnswer},
            problems=(NotFound, EpisodeUnavailable, EpisodeLocked, AgeRestricted, SwitchedOff, Busy, Unavailable),
        ),
        "getPlaylist": Operation(
            get_playlist,
            path=PlaylistPath,
            query=PlaylistQuery,
            answers={200: str},
            problems=(GrantMissing, GrantForged, GrantForeign, GrantExpired, NotFound, Unavailable),
        ),
    },
    bootstrap.rate_limiter,
)
