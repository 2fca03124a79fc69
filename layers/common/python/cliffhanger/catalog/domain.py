"""Series and episodes as the product sees them. Pure."""

from __future__ import annotations

from typing import Literal, NamedTuple

from cliffhanger.errors import NotFound

MAX_EPISODES = 200
UNKNOWN_AGE_SEES = 12
"""Whoever has told no age sees what is rated up to here."""
HOUR_MS = 3_600_000
NO_CEILING = 0


POSTERS = "/posters"
"""The path below which posters are served, to anybody."""


def poster_url(series: str, poster: str) -> str | None:
    """The address of a poster on the site; ``poster`` is its name among the series', empty for none."""
    return f"{POSTERS}/{series}/{poster}" if poster else None


class SeriesRow(NamedTuple):
    """A series in a list; ``poster`` as on its page."""

    series: str
    title: str
    synopsis: str
    episodes: int
    free_episodes: int
    poster: str = ""


Published = Literal["published", "superseded", "no_episode"]
"""What became of a video: it is the episode's; a later upload is already; the series has no such episode."""


class Video(NamedTuple):
    """An episode's video: its version, the name of its master playlist, how long it plays, when it was uploaded.

    ``poster`` is its poster's name among the episode's, empty when there is none.
    """

    version: str
    playlist: str
    duration_ms: int
    uploaded_at: int
    poster: str = ""


class Pricing(NamedTuple):
    """How prices rise within a series, in coins.

    The first paid episode costs ``start``; after every ``every`` paid episodes it rises by ``rise``, up to ``most``.
    """

    start: int
    rise: int = 0
    every: int = 1
    most: int = 1_000

    def price(self, paid: int) -> int:
        """The price of the n-th paid episode, counted from 1."""
        return min(self.most, self.start + self.rise * ((paid - 1) // self.every))


class EpisodeLine(NamedTuple):
    """One episode of a series page.

    ``price_coins`` None follows the series' pricing. ``duration_ms`` is that of its published video, 0 while there is
    none. ``cliffhanger_ms`` is the moment in the video after which the story hangs, 0 where none is marked.
    ``release_at`` is when it may be watched, in milliseconds since the Unix epoch, 0 for as soon as there is a video.
    """

    number: int
    title: str
    price_coins: int | None
    duration_ms: int = 0
    cliffhanger_ms: int = 0
    release_at: int = 0

    @property
    def published(self) -> bool:
        """Whether there is a video to play."""
        return self.duration_ms > 0


class CreatorShare(NamedTuple):
    """The creator's part of what a series earns by its own split, from a day (``YYYY-MM-DD``, UTC) on: basis points."""

    since: str
    unlocks_bp: int
    tips_bp: int


class SeriesPage(NamedTuple):
    """A series with its price table: one item of at most 4 KB, read in half a read unit.

    ``revision`` counts the changes. ``ceiling_coins``: a viewer never pays more than that for the series, 0 for no
    ceiling. ``rest_discount_percent`` is taken off when a viewer buys all that is left. ``creator_share_bp``: the
    creator's part of the cash behind spent coins, in basis points; ``shares`` what it is by the series' own split, the
    earliest day first. ``early_hours``: members see an episode that much
    before its release. ``refundable_episodes``: who has unlocked no more of them may have the coins again, once.
    ``languages`` are those of subtitles and dubs besides the original ``language`` (BCP 47).
    ``poster`` is the name of its first published episode's among the series' posters, such as ``1/{version}….jpg``.
    """

    series: str
    title: str
    synopsis: str
    language: str
    owner: str
    free_episodes: int
    listed_at: int
    episodes: tuple[EpisodeLine, ...]
    pricing: Pricing = Pricing(start=10)
    ceiling_coins: int = NO_CEILING
    rest_discount_percent: int = 0
    creator_share_bp: int = 5_000
    early_hours: int = 0
    refundable_episodes: int = 0
    age_rating: int = 0
    languages: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    listed: bool = True
    revision: int = 1
    poster: str = ""
    shares: tuple[CreatorShare, ...] = ()

    def share_on(self, day: str) -> CreatorShare | None:
        """The creator's part on a day (``YYYY-MM-DD``, UTC) by the series' own split; None where it has none then."""
        return next((share for share in reversed(self.shares) if share.since <= day), None)

    def unlocks_bp(self, day: str) -> int:
        """The creator's part of unlocks on a day, in basis points."""
        own = self.share_on(day)
        return self.creator_share_bp if own is None else own.unlocks_bp

    def episode(self, number: int) -> EpisodeLine:
        """The episode of that number, counted from 1; numbers have no gaps.

        Raises:
            NotFound: the series has no such episode.
        """
        if not 1 <= number <= len(self.episodes):
            raise NotFound(f"The series has no episode {number}.")
        return self.episodes[number - 1]

    def price_of(self, number: int) -> int:
        """The list price of an episode, in coins: 0 for a free one, its own where it has one, else by the pricing.

        Raises:
            NotFound: the series has no such episode.
        """
        line = self.episode(number)
        if number <= self.free_episodes:
            return 0
        return self.pricing.price(number - self.free_episodes) if line.price_coins is None else line.price_coins

    def is_free(self, number: int) -> bool:
        """Whether the episode plays without an unlock: one of the first, or one that costs nothing.

        Raises:
            NotFound: the series has no such episode.
        """
        return self.price_of(number) == 0

    def released_at(self, number: int, *, member: bool) -> int:
        """When the episode may be watched, in milliseconds; members see it earlier where the series says so.

        Raises:
            NotFound: the series has no such episode.
        """
        at = self.episode(number).release_at
        return max(0, at - self.early_hours * HOUR_MS) if member else at

    def watchable(self, number: int, now: int, *, member: bool = False) -> bool:
        """Whether the episode has a video and has been released.

        Raises:
            NotFound: the series has no such episode.
        """
        return self.episode(number).published and now >= self.released_at(number, member=member)

    def suits(self, age: int | None) -> bool:
        """Whether somebody of that age may watch; None for an age that is not known."""
        return self.age_rating <= (UNKNOWN_AGE_SEES if age is None else age)
