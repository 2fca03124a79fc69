"""The series of the histories: one with a ceiling, a discount and an episode still to come, and a plain one."""

from __future__ import annotations

import random

from cliffhanger.catalog.domain import EpisodeLine, SeriesPage
from tests.simulation.replay import DAY_MS, Story
from tests.support.world import PAGE, SERIES

START = 1_767_225_600_000
OTHER = "the-first-bus"


def stories(chance: random.Random) -> dict[str, Story]:
    """Prices differ from seed to seed; the first episode is free, and one in the middle may be."""
    middle = chance.choice((0, 7))
    return {
        SERIES: Story(
            [0, 12, 12, middle, 20, 9, 11],
            ceiling=chance.choice((0, 22, 40)),
            discount=chance.choice((0, 15, 33)),
            releases={7: START + 2 * DAY_MS},
        ),
        OTHER: Story([0, 10, 10, 15], ceiling=0, discount=0, releases={}),
    }


def page_of(name: str, story: Story) -> SeriesPage:
    """The page of a series as its story stands."""
    lines = tuple(
        EpisodeLine(number, f"No {number}", price, 8_000, 0, story.releases.get(number, 0))
        for number, price in story.now.items()
    )
    return PAGE._replace(
        series=name,
        free_episodes=1,
        episodes=lines,
        ceiling_coins=story.ceiling,
        rest_discount_percent=story.discount,
    )
