"""Use cases of offline grants: keep an episode on a device, list what is kept and what must go, give one up."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Literal, NamedTuple

from cliffhanger.catalog.domain import SeriesPage
from cliffhanger.catalog.service import series_page
from cliffhanger.clock import Clock
from cliffhanger.errors import (
    AgeRestricted,
    Busy,
    EpisodeLocked,
    EpisodeUnavailable,
    NotFound,
)
from cliffhanger.offline import domain
from cliffhanger.offline.domain import Kept, OfflineGrant
from cliffhanger.offline.store import OfflineStore
from cliffhanger.playback.service import Grantor, admit, start_playback
from cliffhanger.unlocks.domain import Viewer

State = Literal["valid", "expired", "revoked"]
"""Plays; is over, and may be asked for anew; must be deleted, for the viewer may not play the episode any more."""

ATTEMPTS = 3
NOT_ADMITTED = (AgeRestricted, EpisodeLocked, EpisodeUnavailable, NotFound)
"""Why an episode that is kept must go. That a table does not answer is no reason."""


class Keeping(NamedTuple):
    """A grant with the address to fetch the episode at, until ``download_by``, in seconds since the Unix epoch."""

    grant: OfflineGrant
    address: str
    download_by: int
    repeated: bool


def keep_episode(
    offline: OfflineStore, grantor: Grantor, *, viewer: Viewer, device: str, series: str, episode: int, clock: Clock
) -> Keeping:
    """Grants a device an episode for two days; asked again it answers the same, and from half of that on it renews.

    Raises:
        OfflineLimitReached: too many devices or episodes; nothing changed.
        Busy: others changed what is kept each time; nothing changed.
        Unavailable: a table does not answer; it may have been granted, and asking again answers so.
        As ``cliffhanger.playback.service.start_playback``, for what the viewer may not play.
    """
    playback = start_playback(
        grantor._replace(resume=_anew), viewer=viewer, series=series, episode=episode, delivery="query", clock=clock
    )
    now = clock()
    place = playback.place
    asked = OfflineGrant(device, place.series, episode, place.version, now + domain.KEPT_MS)
    before, after = _change(offline, viewer.person, lambda kept: domain.keep(kept, asked, now), now)
    standing = before.find(asked.id)
    return Keeping(
        after.find(asked.id) or asked,
        playback.address,
        playback.expires_at,
        repeated=standing is not None and standing.holds(now),
    )


def give_up(offline: OfflineStore, person: str, grant_id: str, clock: Clock) -> None:
    """Ends a grant, as often as is asked: one that is not there is none.

    Raises:
        Busy: others changed what is kept each time; nothing changed.
        Unavailable: the table does not answer; it may have ended, and asking again is harmless.
    """
    now = clock()
    _change(offline, person, lambda kept: domain.drop(kept, grant_id), now)


def list_kept(
    offline: OfflineStore, grantor: Grantor, viewer: Viewer, device: str | None, clock: Clock
) -> list[tuple[OfflineGrant, State]]:
    """What a viewer's devices keep, or one device, newest first, each with its state.

    Each series is read once, and what is unlocked in it: at most one page and one list of references for each of fifty.

    Raises:
        Busy, Unavailable: a table does not answer; nothing is called revoked that could not be looked up.
    """
    now = clock()
    kept = [grant for grant in offline.find(viewer.person).grants if device in (None, grant.device)]
    admitted = _admission(grantor, viewer, now)
    return [(grant, _state(grant, admitted, now)) for grant in reversed(kept)]


def _change(offline: OfflineStore, person: str, change: Callable[[Kept], Kept], now: int) -> tuple[Kept, Kept]:
    """Applies a change to what a viewer keeps; what it was before, and what it is now."""
    for _ in range(ATTEMPTS):
        before = offline.find(person)
        after = change(before)
        if after == before or offline.put(person, after, now):
            return before, after
    raise Busy("Try again in a moment.")


def _state(grant: OfflineGrant, admitted: Callable[[str, int], bool], now: int) -> State:
    if not grant.holds(now):
        return "expired"
    return "valid" if admitted(grant.series, grant.episode) else "revoked"


def _admission(grantor: Grantor, viewer: Viewer, now: int) -> Callable[[str, int], bool]:
    """Tells whether the viewer may play an episode, with one look at each series."""
    opened = functools.cache(grantor.entitlements.entitled_in)
    entitlements = grantor.entitlements._replace(
        entitled=lambda person, series, episode: opened(person, series)(episode), offer=lambda *_: {}
    )

    @functools.cache
    def page_of(series: str) -> SeriesPage | None:
        try:
            return series_page(grantor.catalog, series)
        except NotFound:
            return None

    def admitted(series: str, episode: int) -> bool:
        page = page_of(series)
        if page is None:
            return False
        try:
            admit(page, entitlements, viewer, episode, now)
        except NOT_ADMITTED:
            return False
        return True

    return admitted


def _anew(*_: object) -> None:
    """Where an episode that is kept goes on is for the device to know."""
