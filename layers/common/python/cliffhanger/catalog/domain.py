"""Series and episodes as the product sees them. Pure."""

from __future__ import annotations

from typing import Literal, NamedTuple

from cliffhanger.errors import NotFound


class SeriesRow(NamedTuple):
    """A series in a list."""

    series: str
    title: str
    synopsis: str
    episodes: int
    free_episodes: int


Published = Literal["published", "superseded", "no_episode"]
"""What became of a video: it is the episode's; a later upload is already; the series has no such episode."""


class Video(NamedTuple):
    """An episode's video: its version, the name of its master playlist, how long it plays, when it was uploaded."""

    version: str
    playlist: str
    duration_ms: int
    uploaded_at: int


class EpisodeLine(NamedTuple):
    """One episode of a series page. ``duration_ms`` is that of its published video, 0 while there is none."""

    number: int
    title: str
    price_coins: int
    duration_ms: int = 0

    @property
    def published(self) -> bool:
        """Whether there is a video to play."""
        return self.duration_ms > 0


class SeriesPage(NamedTuple):
    """A series with its price table: one item, read in half a read unit."""

    series: str
    title: str
    synopsis: str
    language: str
    owner: str
    free_episodes: int
    listed_at: int
    episodes: tuple[EpisodeLine, ...]

    def episode(self, number: int) -> EpisodeLine:
        """The episode of that number, counted from 1.

        Raises:
            NotFound: the series has no such episode.
        """
        for line in self.episodes:
            if line.number == number:
                return line
        raise NotFound(f"The series has no episode {number}.")

    def is_free(self, number: int) -> bool:
        """Whether the episode plays without an unlock: one of the first, or one that costs nothing."""
        return number <= self.free_episodes or self.episode(number).price_coins == 0
