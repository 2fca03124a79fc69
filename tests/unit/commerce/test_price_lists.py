"""What coins cost in money, in each currency."""

from __future__ import annotations

import itertools

import pytest

from cliffhanger.clock import ms_of
from cliffhanger.commerce.domain import Money, edition_at, price_list, smallest_pack, tax_included
from cliffhanger.commerce.price_lists import AMOUNTS, EDITIONS, LEAST_CHARGES, PACKS
from cliffhanger.errors import ValidationFailed

ISO_4217_DIGITS = {"JPY": 0, "KRW": 0}


@pytest.mark.parametrize("currency", AMOUNTS)
def test_packs_are_sold_smallest_first_and_a_larger_one_costs_more_but_less_a_coin(currency: str) -> None:
    packs = price_list(currency).packs
    assert [pack.pack for pack in packs] == list(PACKS)
    for smaller, larger in itertools.pairwise(packs):
        assert smaller.coins < larger.coins
        assert smaller.price.amount < larger.price.amount
        assert larger.price.amount * smaller.coins < smaller.price.amount * larger.coins


@pytest.mark.parametrize("currency", AMOUNTS)
def test_an_amount_says_how_many_digits_stand_behind_its_point(currency: str) -> None:
    """ISO 4217: yen and won have none."""
    prices = price_list(currency)
    assert {pack.price.digits for pack in prices.packs} == {ISO_4217_DIGITS.get(currency, 2)}
    assert {pack.price.currency for pack in prices.packs} == {prices.currency} == {currency}


@pytest.mark.parametrize(
    ("currency", "coins", "amount"),
    [
        ("EUR", 0, 0),
        ("EUR", 1, 1),  # 0.99 cents
        ("EUR", 12, 12),  # 11.88 cents
        ("EUR", 100, 99),
        ("EUR", 101, 100),  # 99.99 cents
        ("EUR", 6_200, 6_138),
        ("JPY", 1, 2),  # 1.5 yen
        ("JPY", 12, 18),
        ("KRW", 3, 39),
        ("INR", 1, 79),
    ],
)
def test_coins_are_worth_what_the_smallest_pack_asks_for_them_rounded_up(
    currency: str, coins: int, amount: int
) -> None:
    """What is shown is never less than what it costs."""
    worth = price_list(currency).worth(coins)
    assert worth == Money(amount, currency, ISO_4217_DIGITS.get(currency, 2))


@pytest.mark.parametrize("currency", AMOUNTS)
def test_a_pack_is_never_worth_less_than_it_costs(currency: str) -> None:
    prices = price_list(currency)
    assert all(prices.worth(pack.coins).amount >= pack.price.amount for pack in prices.packs)
    assert prices.worth(prices.packs[0].coins) == prices.packs[0].price


@pytest.mark.parametrize(
    ("missing", "pack"),
    [
        (-5, None),
        (0, None),
        (1, "taste"),
        (100, "taste"),
        (101, "evening"),
        (320, "evening"),
        (321, "weekend"),
        (575, "weekend"),
        (576, "season"),
        (7_200, "library"),
        (7_201, None),
    ],
)
def test_the_smallest_pack_that_covers_what_is_missing_is_named(missing: int, pack: str | None) -> None:
    found = price_list("USD").smallest_for(missing)
    assert (None if found is None else found.pack) == pack
    if missing > 0:
        assert smallest_pack(missing, EDITIONS[0]) == pack


@pytest.mark.parametrize("currency", ["CHF", "usd", "", "US", "EURO"])
def test_a_currency_that_coins_are_not_sold_in_is_refused_with_those_they_are(currency: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        price_list(currency)
    assert refused.value.members == {"where": "currency", "currencies": sorted(AMOUNTS)}


def test_every_currency_has_a_price_for_every_pack() -> None:
    with pytest.raises(ValueError, match="zip"):
        price_list("EUR", EDITIONS[0]._replace(amounts={"EUR": (2, (99, 299))}))


@pytest.mark.parametrize("currency", AMOUNTS)
def test_the_fewest_coins_that_are_sold_exactly_cost_what_a_payment_must(currency: str) -> None:
    prices = price_list(currency)
    least, most = prices.exact_bounds()
    assert prices.exact(least).price.amount >= LEAST_CHARGES[currency] > prices.worth(least - 1).amount
    assert prices.exact(most).coins == most


def test_the_edition_of_the_day_is_in_force_and_none_of_tomorrow() -> None:
    old, new = EDITIONS[0], EDITIONS[0]._replace(since="2026-12-24")
    assert edition_at(ms_of("2026-12-23T23:59:59.999Z"), (old, new)) == old
    assert edition_at(ms_of("2026-12-24T00:00:00Z"), (old, new)) == new
    assert edition_at(0, (old, new)) == old


@pytest.mark.parametrize(
    ("currency", "country", "included"),
    [("USD", None, False), ("EUR", None, True), ("USD", "DE", True), ("EUR", "US", False), ("JPY", "JP", True)],
)
def test_tax_is_included_by_the_country_where_it_is_known_else_by_the_currency(
    currency: str, country: str | None, included: bool
) -> None:
    assert tax_included(currency, country) == included
