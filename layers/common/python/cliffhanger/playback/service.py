"""Use cases of playback: grant an episode to a viewer or a guest, and serve a playlist to the bearer of a grant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal, NamedTuple

from cliffhanger.catalog.domain import SeriesPage, Video
from cliffhanger.catalog.service import series_page, video_of
from cliffhanger.clock import Clock
from cliffhanger.errors import AgeRestricted, EpisodeLocked, EpisodeUnavailable, NotFound, TokenMissing
from cliffhanger.playback import domain
from cliffhanger.playback.domain import Grant, Place, Signer
from cliffhanger.playback.playlists import rewrite
from cliffhanger.switches.service import Switches
from cliffhanger.unlocks.domain import Viewer

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    from cliffhanger.catalog.store import CatalogStore
    from cliffhanger.playback.adapters import MediaBucket

Delivery = Literal["cookies", "query"]


class Entitlements(NamedTuple):
    """Who has unlocked what.

    ``entitled`` tells whether a person has unlocked an episode of a series; ``entitled_in`` looks a series up once, to
    be asked of many episodes; ``offer`` tells what the person would need to: ``priceCoins``, ``generation``,
    ``balanceCoins`` and ``missingCoins``.
    """

    entitled: Callable[[str, str, int], bool]
    entitled_in: Callable[[str, str], Callable[[int], bool]]
    offer: Callable[[str, SeriesPage, int], Mapping[str, object]]


class Grantor(NamedTuple):
    """What grants are made with.

    ``resume`` tells where a person goes on with a video of an episode, in milliseconds, or None; it raises nothing.
    """

    catalog: CatalogStore
    entitlements: Entitlements
    signer: Signer
    switches: Switches
    resume: Callable[[str, str, int, Video], int | None]
    origin: str


class Playback(NamedTuple):
    """An episode that is granted. Times are seconds since the Unix epoch; ``address`` is absolute.

    ``duration_ms``: how long the version plays; ``resume_ms``: where the viewer stopped, None to begin anew.
    """

    place: Place
    grant: Grant
    address: str
    expires_at: int
    renew_after: int
    delivery: Delivery
    duration_ms: int
    resume_ms: int | None


def start_playback(
    grantor: Grantor, *, viewer: Viewer | None, series: str, episode: int, delivery: Delivery, clock: Clock
) -> Playback:
    """Grants an episode for a quarter of an hour; asking again renews, and is asked everything anew.

    So it is here that a refund, the end of a membership, a withdrawal and a new upload reach whoever is watching.

    Everybody plays what is free, guests (``viewer`` None) too; members every episode that is released to them; others
    what they have unlocked. The owner of a series plays all of it, before anybody else does.

    Raises:
        SwitchedOff: operators have stopped playback.
        NotFound: there is no such series or episode, or it is unlisted and the viewer has not unlocked the episode.
        EpisodeUnavailable: it is not published, or not released to this viewer yet.
        AgeRestricted: it is not for the viewer's age, or the age is not known.
        TokenMissing: a guest must sign in to play this one.
        EpisodeLocked: it must be unlocked first; carries what that takes.
        Unavailable: the signing key or a table cannot be read.
    """
    grantor.switches.check("playback")
    page = series_page(grantor.catalog, series)
    admit(page, grantor.entitlements, viewer, episode, clock())
    video = video_of(grantor.catalog, page, episode)
    place = Place(page.series, episode, video.version)
    now = clock() // 1000
    grant = grantor.signer.sign(domain.policy_of(place.resource(grantor.origin), now + domain.LIFETIME_S))
    if delivery == "cookies":
        address = f"{grantor.origin}{place.folder}{video.playlist}"
    else:
        address = f"{grantor.origin}{place.playlists}{video.playlist}?{domain.playlist_query_of(grant)}"
    return Playback(
        place=place,
        grant=grant,
        address=address,
        expires_at=now + domain.LIFETIME_S,
        renew_after=now + domain.RENEW_AFTER_S,
        delivery=delivery,
        duration_ms=video.duration_ms,
        resume_ms=None if viewer is None else grantor.resume(viewer.person, page.series, episode, video),
    )


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


def admit(page: SeriesPage, entitlements: Entitlements, viewer: Viewer | None, episode: int, now: int) -> None:
    """Sees that a viewer, or a guest, may play an episode; see ``start_playback`` for who may, and for the refusals.

    Raises:
        NotFound, EpisodeUnavailable, AgeRestricted, TokenMissing, EpisodeLocked: as there.
        Busy: the ledger does not answer now.
    """
    if viewer is None or viewer.person != page.owner:
        _admit_stranger(page, entitlements, viewer, episode, now)


def _admit_stranger(
    page: SeriesPage, entitlements: Entitlements, viewer: Viewer | None, episode: int, now: int
) -> None:
    """The same for who did not make the series."""
    listed, age = page.listed, None if viewer is None else viewer.age
    member = viewer is not None and viewer.member
    if not listed and (viewer is None or not entitlements.entitled(viewer.person, page.series, episode)):
        raise NotFound("There is no such series.")
    if not page.watchable(episode, now, member=member):
        raise EpisodeUnavailable("The episode is not released yet.")
    if not page.suits(age):
        if viewer is None:
            raise TokenMissing("Sign in: the series is not for every age.", ageRating=page.age_rating)
        known = f"It is for people of at least {page.age_rating}."
        raise AgeRestricted(known if age is not None else f"{known} Tell your birth date.", ageRating=page.age_rating)
    if not listed or member or page.is_free(episode):
        return
    if viewer is None:
        raise TokenMissing("Sign in to unlock the episode.")
    if not entitlements.entitled(viewer.person, page.series, episode):
        raise EpisodeLocked("Unlock the episode to play it.", **entitlements.offer(viewer.person, page, episode))
