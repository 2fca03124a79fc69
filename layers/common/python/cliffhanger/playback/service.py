"""Use cases of playback: grant an episode to a viewer, and serve a playlist to the bearer of a grant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal, NamedTuple

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from cliffhanger.catalog.domain import SeriesPage
from cliffhanger.catalog.service import series_page, video_of
from cliffhanger.clock import Clock
from cliffhanger.errors import EpisodeLocked
from cliffhanger.playback import domain
from cliffhanger.playback.adapters import MediaBucket
from cliffhanger.playback.domain import Grant, Place, Signer
from cliffhanger.playback.playlists import rewrite

if TYPE_CHECKING:
    from cliffhanger.catalog.store import CatalogStore

Delivery = Literal["cookies", "query"]


class Entitlements(NamedTuple):
    """Who has unlocked what.

    ``entitled`` tells whether a person has unlocked an episode of a series; ``offer`` what the person would need to:
    ``priceCoins``, ``generation``, ``balanceCoins`` and ``missingCoins``.
    """

    entitled: Callable[[str, str, int], bool]
    offer: Callable[[str, SeriesPage, int], Mapping[str, object]]


class Playback(NamedTuple):
    """An episode that is granted. Times are seconds since the Unix epoch; ``address`` is absolute."""

    place: Place
    grant: Grant
    address: str
    expires_at: int
    renew_after: int
    delivery: Delivery


def start_playback(
    catalog: CatalogStore,
    entitlements: Entitlements,
    signer: Signer,
    *,
    origin: str,
    person: str,
    series: str,
    episode: int,
    delivery: Delivery,
    clock: Clock,
) -> Playback:
    """Grants a free or unlocked episode for two hours; asking again renews.

    Raises:
        NotFound: there is no such series or episode.
        EpisodeUnavailable: it is not published.
        EpisodeLocked: it must be unlocked first; carries what that takes.
        Unavailable: the signing key or a table cannot be read.
    """
    page = series_page(catalog, series)
    video = video_of(catalog, page, episode)
    if not page.is_free(episode) and not entitlements.entitled(person, series, episode):
        raise EpisodeLocked("Unlock the episode to play it.", **entitlements.offer(person, page, episode))
    place = Place(page.series, episode, video.version)
    now = clock() // 1000
    grant = signer.sign(domain.policy_of(place.resource(origin), now + domain.LIFETIME_S))
    if delivery == "cookies":
        address = f"{origin}{place.folder}{video.playlist}"
    else:
        address = f"{origin}{place.playlists}{video.playlist}?{domain.playlist_query_of(grant)}"
    return Playback(place, grant, address, now + domain.LIFETIME_S, now + domain.RENEW_AFTER_S, delivery)


def get_playlist(
    bucket: MediaBucket,
    keys: Mapping[str, RSAPublicKey],
    *,
    origin: str,
    place: Place,
    playlist: str,
    grant: Grant,
    clock: Clock,
) -> str:
    """A playlist of the place that a grant opens, with every address signed by that grant.

    Raises:
        GrantMissing, GrantForged, GrantForeign, GrantExpired: the grant does not open the place.
        NotFound: there is no such playlist.
        Unavailable: it cannot be read.
    """
    domain.verify(grant, place.resource(origin), keys, clock())
    return rewrite(bucket.read(place.folder.removeprefix("/") + playlist), place, grant)
