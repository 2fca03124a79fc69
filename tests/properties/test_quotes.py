"""Quotes over random pages and wallets: whatever is offered is what an unlock then charges, or refuses for."""

from __future__ import annotations

import contextlib

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cliffhanger.catalog.domain import EpisodeLine, Pricing, SeriesPage
from cliffhanger.commerce.domain import price_list
from cliffhanger.commerce.price_lists import AMOUNTS
from cliffhanger.errors import CliffhangerError, InsufficientCoins, SpendLimitReached
from cliffhanger.unlocks.pricing import shares
from cliffhanger.unlocks.quotes import Option, Quote
from tests.support.world import PAGE
from tests.unit.unlocks.desk import DAY, NOW, Desk

LINES = st.tuples(
    st.one_of(st.none(), st.none(), st.integers(0, 40)),  # its own price
    st.sampled_from([0, 0, 0, 0, NOW - 1, NOW + DAY, -1]),  # its release; -1: there is no video yet
)


@st.composite
def story_pages(draw: st.DrawFn) -> SeriesPage:
    lines = draw(st.lists(LINES, min_size=2, max_size=12))
    return PAGE._replace(
        episodes=tuple(
            EpisodeLine(number, f"No {number}", price, 0 if release < 0 else 8_000, 0, max(0, release))
            for number, (price, release) in enumerate(lines, start=1)
        ),
        free_episodes=draw(st.integers(0, 2)),
        pricing=Pricing(draw(st.integers(1, 20)), draw(st.integers(0, 5)), draw(st.integers(1, 3)), 30),
        ceiling_coins=draw(st.sampled_from([0, 0, 30, 100])),
        rest_discount_percent=draw(st.sampled_from([0, 0, 10, 33, 90])),
    )


class Wall:
    """A viewer at an episode's wall, after some unlocks and refunds; made again, it is the same one."""

    def __init__(self, page: SeriesPage, wallet: tuple[int, int], limits: dict[str, int], before: list[int]) -> None:
        self.desk = Desk(page)
        for number in before:
            self.desk.buy(10)
            with contextlib.suppress(InsufficientCoins):
                self.take(number % len(page.episodes) + 1, number)
        bought, bonus = wallet
        self.desk.buy(bought)
        if bonus:
            self.desk.grant(bonus)
        self.desk.limit(**limits, auto=0)

    def take(self, episode: int, number: int) -> None:
        """Buys something there, and every third time is refunded."""
        options = self.desk.quote(episode).options
        if options:
            made = self.desk.take(options[number % len(options)])
            if number % 3 == 0:
                self.desk.reverse(made.entries[0].seq)

    def quote(self, episode: int, following: int) -> Quote:
        return self.desk.quote(episode, following)


LIMITS = st.fixed_dictionaries({}, optional={"day": st.integers(0, 90), "series": st.integers(0, 90)})


def outcome(wall: Wall, option: Option) -> int | CliffhangerError:
    """What was charged, or why not."""
    try:
        (entry,) = wall.desk.take(option).entries
    except CliffhangerError as refusal:
        return refusal
    return sum(portion.coins for portion in entry.spent)


@given(
    story_pages(),
    st.tuples(st.integers(1, 60), st.integers(0, 30)),
    LIMITS,
    st.lists(st.integers(0, 200), max_size=4),
    st.integers(0, 40),
    st.integers(2, 12),
)
@settings(max_examples=120)
def test_every_option_costs_what_it_says_or_is_refused_for_what_it_says(
    page: SeriesPage,
    wallet: tuple[int, int],
    limits: dict[str, int],
    before: list[int],
    place: int,
    following: int,
) -> None:
    episode = place % len(page.episodes) + 1
    quoted = Wall(page, wallet, limits, before).quote(episode, following)
    assume(quoted.options)
    for number in range(len(quoted.options)):
        wall = Wall(page, wallet, limits, before)
        fresh = wall.quote(episode, following)
        assert fresh == quoted
        option, price = fresh.options[number], fresh.options[number].price.coins
        told = outcome(wall, option)
        left = [room for room in (quoted.day_left, quoted.series_left) if room is not None]
        if price and any(price > room for room in left):
            assert isinstance(told, SpendLimitReached)
        elif option.missing_coins:
            assert isinstance(told, InsufficientCoins)
            assert told.members["missingCoins"] == option.missing_coins
        else:
            assert told == price
            assert wall.desk.quote(episode).status == "unlocked"


@given(story_pages(), st.lists(st.integers(0, 200), max_size=4), st.integers(0, 40), st.integers(2, 12))
@settings(max_examples=120)
def test_an_option_is_consistent_in_itself(page: SeriesPage, before: list[int], place: int, following: int) -> None:
    episode = place % len(page.episodes) + 1
    desk = Wall(page, (20, 10), {}, before).desk
    quoted = desk.quote(episode, following)
    assert bool(quoted.options) == (quoted.status == "locked")
    assert len({option.episodes for option in quoted.options}) == len(quoted.options)
    for option in quoted.options:
        price = option.price
        assert (option.first, option.last) == (option.episodes[0], option.episodes[-1])
        assert option.bonus_coins + option.bought_coins + option.missing_coins == price.coins
        assert 0 <= price.coins == price.list_coins - price.discount_coins - price.capped_coins <= price.list_coins
        assert sum(part for _, part in shares(price.runs, price.coins)) == price.coins
        assert [number for number, _ in shares(price.runs, price.coins)] == list(option.episodes)
        assert (option.pack is None) == (not option.missing_coins or option.missing_coins > 6_200)
        if quoted.ceiling is not None:
            assert price.coins <= quoted.ceiling.left <= quoted.ceiling.coins
        if price.discount_coins:
            assert len(option.episodes) > 1


@given(st.sampled_from(sorted(AMOUNTS)), st.integers(0, 1_000_000))
def test_money_is_rounded_up_by_less_than_its_smallest_unit(currency: str, coins: int) -> None:
    prices = price_list(currency)
    first = prices.packs[0]
    worth = prices.worth(coins).amount * first.coins
    assert 0 <= worth - coins * first.price.amount < first.coins


@given(st.integers(1, 10_000))
def test_no_smaller_pack_would_have_covered_what_is_missing(missing: int) -> None:
    prices = price_list("EUR")
    found = prices.smallest_for(missing)
    for pack in prices.packs:
        covers = pack.coins + pack.bonus >= missing
        assert not covers or (found is not None and found.coins <= pack.coins)
