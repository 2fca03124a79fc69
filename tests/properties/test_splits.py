"""Dividing an amount: the shares make up the amount, nobody's is negative, and none is further off than it must be."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cliffhanger.ledger.splits import MAX_PARTS, ROLES, WHOLE_BP, Part, divide

Parts = tuple[Part, ...]
AMOUNTS = st.integers(0, 2**53 - 1)


@st.composite
def splits(draw: st.DrawFn) -> Parts:
    """Parts of at least one basis point that make up the whole."""
    count = draw(st.integers(1, MAX_PARTS))
    cuts = sorted(draw(st.sets(st.integers(1, WHOLE_BP - 1), min_size=count - 1, max_size=count - 1)))
    edges = [0, *cuts, WHOLE_BP]
    parties = [f"{draw(st.sampled_from(ROLES[1:]))}:p{place}" for place in range(count)]
    return tuple(Part(party, high - low) for party, low, high in zip(parties, edges, edges[1:], strict=False))


@given(AMOUNTS, splits())
def test_shares_make_up_the_amount_and_nobodys_is_negative(amount: int, parts: Parts) -> None:
    shares = divide(amount, parts)
    assert sum(shares) == amount
    assert min(shares) >= 0


@given(AMOUNTS, splits())
def test_nobody_is_a_whole_unit_away_from_the_exact_share(amount: int, parts: Parts) -> None:
    for share, part in zip(divide(amount, parts), parts, strict=True):
        assert abs(share - Fraction(amount * part.bp, WHOLE_BP)) < 1


@given(AMOUNTS, splits())
def test_who_has_more_basis_points_never_gets_less(amount: int, parts: Parts) -> None:
    ranked = sorted(zip(parts, divide(amount, parts), strict=True), key=lambda pair: pair[0].bp)
    for (less, smaller), (more, larger) in itertools.pairwise(ranked):
        assert smaller <= larger or less.bp == more.bp


@given(AMOUNTS, splits())
def test_with_two_parties_nobody_gets_less_of_more(amount: int, parts: Parts) -> None:
    pair = (parts[0], Part("platform", WHOLE_BP - parts[0].bp))
    if pair[1].bp:
        assert all(now <= then for now, then in zip(divide(amount, pair), divide(amount + 1, pair), strict=True))


@given(AMOUNTS, splits())
def test_the_same_amount_is_always_divided_alike(amount: int, parts: Parts) -> None:
    assert divide(amount, parts) == divide(amount, list(parts))


@pytest.mark.parametrize(
    ("amount", "bps", "shares"),
    [
        (1, (5_000, 5_000), (1, 0)),
        (3, (5_000, 5_000), (2, 1)),
        (100, (3_334, 3_333, 3_333), (34, 33, 33)),
        (2, (3_333, 3_334, 3_333), (1, 1, 0)),
        (0, (9_999, 1), (0, 0)),
        (1, (9_999, 1), (1, 0)),
    ],
)
def test_what_is_left_goes_to_the_largest_remainders_and_of_equals_to_the_first(
    amount: int, bps: tuple[int, ...], shares: tuple[int, ...]
) -> None:
    assert divide(amount, [Part(f"creator:p{place}", bp) for place, bp in enumerate(bps)]) == shares
