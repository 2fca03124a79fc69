"""What offline grants are asked with and what they answer."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from cliffhanger.clock import rfc3339
from cliffhanger.offline.domain import OfflineGrant
from cliffhanger.offline.service import Keeping, State
from cliffhanger.web.fields import Device, EpisodeNumber, SeriesId, whole

GrantId = Annotated[
    str, Meta(pattern=whole("[a-z2-7]{16}"), description="An offline grant", examples=["mfrggzdfmztwq2lk"])
]


class EpisodePath(Struct, rename="camel"):
    """The path of one episode's offline grant."""

    series_id: SeriesId
    episode: EpisodeNumber


class GrantPath(Struct, rename="camel"):
    """The path of one offline grant."""

    grant_id: GrantId


class OfflineBody(Struct, rename="camel", forbid_unknown_fields=True):
    """Which device is to keep the episode."""

    device: Device


class OfflineQuery(Struct, rename="camel"):
    """Whose grants are listed: one device's, or without one all of the viewer's."""

    device: Device | None = None


class OfflineAnswer(Struct, rename="camel"):
    """Where to fetch the episode, until ``downloadBy``; the device plays it until ``keepUntil`` and then deletes it."""

    grant_id: str
    device: str
    version: str
    playlist_url: str
    download_by: str
    keep_until: str


class OfflineItem(Struct, rename="camel"):
    """An episode that a device keeps. What is ``revoked`` is deleted at once; what is ``expired`` may be asked for."""

    grant_id: str
    series_id: str
    episode: int
    device: str
    version: str
    keep_until: str
    state: State


class OfflineList(Struct, rename="camel"):
    """What the viewer's devices keep, newest first; at most 50."""

    items: list[OfflineItem]


def offline_answer(keeping: Keeping) -> OfflineAnswer:
    """A grant as it leaves the API."""
    grant = keeping.grant
    return OfflineAnswer(
        grant_id=grant.id,
        device=grant.device,
        version=grant.version,
        playlist_url=keeping.address,
        download_by=rfc3339(keeping.download_by * 1000),
        keep_until=rfc3339(grant.keep_until),
    )


def offline_item(grant: OfflineGrant, state: State) -> OfflineItem:
    """A grant in the list."""
    return OfflineItem(
        grant.id, grant.series, grant.episode, grant.device, grant.version, rfc3339(grant.keep_until), state
    )
