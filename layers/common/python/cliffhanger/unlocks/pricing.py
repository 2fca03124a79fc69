"""What episodes cost a viewer: list prices, the discount for the rest, the ceiling. Pure.

Nothing here is remembered: an entry keeps the list prices and the coins paid, and from those two the price of each
episode follows by :func:`shares`, for the receipt and for anyone who verifies it.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

from cliffhanger.catalog.domain import NO_CEILING, SeriesPage
from cliffhanger.errors import EpisodeUnavailable
from cliffhanger.unlocks.domain import Unlock, covering

FEWEST_FOR_DISCOUNT = 2


class Run(NamedTuple):
    """Neighbouring episodes of one list price, in coins each; both ends included."""

    first: int
    last: int
    list_coins: int


class Price(NamedTuple):
    """What opening some episodes costs, in coins: the list prices, and what the discount and the ceiling take off.

    ``coins`` is what is charged: ``list_coins - discount_coins - capped_coins``.
    """

    runs: tuple[Run, ...]
    list_coins: int
    discount_coins: int
    capped_coins: int

    @property
    def coins(self) -> int:
        """What is charged."""
        return self.list_coins - self.discount_coins - self.capped_coins


class Situation(NamedTuple):
    """A series as one viewer finds it now: what stands unlocked, what it has had, and what a membership shows."""

    page: SeriesPage
    unlocks: tuple[Unlock, ...]
    spent_before: int
    now: int
    member: bool = False

    def missing(self, first: int, last: int) -> tuple[int, ...]:
        """The paid episodes of a range that the viewer has not unlocked.

        Raises:
            NotFound: the series has no such episodes.
        """
        self.page.episode(first)
        self.page.episode(last)
        return tuple(
            number
            for number in range(first, last + 1)
            if not self.page.is_free(number) and covering(self.unlocks, number) is None
        )

    def watchable(self, number: int) -> bool:
        """Whether the viewer could watch the episode now, once it is unlocked."""
        return self.page.watchable(number, self.now, member=self.member)

    @property
    def rest(self) -> tuple[int, ...]:
        """All the paid episodes that can be watched now and are not unlocked."""
        every = range(1, len(self.page.episodes) + 1)
        return tuple(number for number in every if number in self.missing(number, number) and self.watchable(number))


def price_of(situation: Situation, missing: Sequence[int]) -> Price:
    """What opening those episodes costs; the rest of a series, if it is at least two episodes, is discounted.

    The discount is rounded up, in the viewer's favour; then the ceiling caps what the series takes in all.

    Raises:
        EpisodeUnavailable: one of them cannot be watched yet; ``episode`` says which.
    """
    page = situation.page
    for number in missing:
        if not situation.watchable(number):
            raise EpisodeUnavailable("It cannot be bought before it can be watched.", episode=number)
    listed = sum(page.price_of(number) for number in missing)
    discount = 0
    if len(missing) >= FEWEST_FOR_DISCOUNT and page.rest_discount_percent and set(situation.rest) == set(missing):
        discount = -(-listed * page.rest_discount_percent // 100)
    left = listed if page.ceiling_coins == NO_CEILING else max(0, page.ceiling_coins - situation.spent_before)
    return Price(runs_of(page, missing), listed, discount, max(0, listed - discount - left))


def runs_of(page: SeriesPage, episodes: Sequence[int]) -> tuple[Run, ...]:
    """Episodes in order, as runs of neighbours that cost the same: short, because an entry keeps them."""
    runs: list[Run] = []
    for number in episodes:
        price = page.price_of(number)
        if runs and (runs[-1].last + 1, runs[-1].list_coins) == (number, price):
            runs[-1] = runs[-1]._replace(last=number)
        else:
            runs.append(Run(number, number, price))
    return tuple(runs)


def shares(runs: Sequence[Run], coins: int) -> tuple[tuple[int, int], ...]:
    """Each episode's part of what was paid: in proportion to its list price, by the floor of the running sum."""
    listed = [(number, run.list_coins) for run in runs for number in range(run.first, run.last + 1)]
    total = sum(price for _, price in listed)
    sums = [0, *itertools.accumulate(price for _, price in listed)]
    floors = [coins * part // total if total else 0 for part in sums]
    parts = (after - before for before, after in itertools.pairwise(floors))
    return tuple((number, part) for (number, _), part in zip(listed, parts, strict=True))
