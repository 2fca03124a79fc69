"""What playback is asked and what it answers."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from cliffhanger.clock import rfc3339
from cliffhanger.playback.domain import MAX_POLICY_CHARS, MAX_SIGNATURE_CHARS
from cliffhanger.playback.playlists import PLAYLIST_NAME
from cliffhanger.playback.service import Delivery, Playback
from cliffhanger.web.fields import EpisodeNumber, SeriesId, Version, whole

PlaylistName = Annotated[
    str, Meta(pattern=whole(PLAYLIST_NAME), description="A playlist of the version", examples=["master.m3u8"])
]


class EpisodePath(Struct, rename="camel"):
    """The path of one episode's playback."""

    series_id: SeriesId
    episode: EpisodeNumber


class PlaybackBody(Struct, rename="camel", forbid_unknown_fields=True):
    """How the grant is to travel: as cookies of this site, or in the addresses, for players that keep no cookies."""

    delivery: Delivery = "cookies"


class PlaybackAnswer(Struct, rename="camel"):
    """Where to play and how long; ask again from ``renewAfter`` on. ``playlistUrl`` is opaque.

    A renewal may name another ``version``, that of a new upload, which lies at another address. ``resumeMs`` is where
    the viewer stopped; null for a guest, and where there is nothing to go on from.
    """

    playlist_url: str
    expires_at: str
    renew_after: str
    delivery: Delivery
    version: str
    duration_ms: int
    resume_ms: int | None


class PlaylistPath(Struct, rename="camel"):
    """The path of one playlist."""

    series_id: SeriesId
    episode: EpisodeNumber
    version: Version
    playlist: PlaylistName


class PlaylistQuery(Struct, rename="camel"):
    """The grant, as ``playlistUrl`` carries it. A player may add parameters of its own."""

    grant_policy: Annotated[str, Meta(max_length=MAX_POLICY_CHARS)] = ""
    grant_signature: Annotated[str, Meta(max_length=MAX_SIGNATURE_CHARS)] = ""
    grant_key: Annotated[str, Meta(max_length=128)] = ""


def playback_answer(playback: Playback) -> PlaybackAnswer:
    """A grant as it leaves the API."""
    return PlaybackAnswer(
        playlist_url=playback.address,
        expires_at=rfc3339(playback.expires_at * 1000),
        renew_after=rfc3339(playback.renew_after * 1000),
        delivery=playback.delivery,
        version=playback.place.version,
        duration_ms=playback.duration_ms,
        resume_ms=playback.resume_ms,
    )
