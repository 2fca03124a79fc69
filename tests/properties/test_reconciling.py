"""A clean day has no findings, whatever the order of its lines and entries; any day's totals add up."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from cliffhanger.reconciling.domain import FINDINGS
from cliffhanger.reconciling.report import Opening, document_of, opening_of
from tests.unit.reconciling.messes import DAY, Shop


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10_000), st.data())
def test_a_clean_day_has_no_findings_whatever_the_order_of_its_lines(seed: int, data: st.DataObject) -> None:
    shop = Shop(seed)
    shop.trade(data.draw(st.integers(0, 12)))
    before = document_of(shop.reconciled())
    shop.lines = data.draw(st.permutations(shop.lines))
    shop.entries = data.draw(st.permutations(shop.entries))
    day = shop.reconciled()
    assert (day.findings, day.open) == ((), ())
    assert document_of(day) == before


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10_000), st.lists(st.sampled_from(sorted(FINDINGS)), max_size=8), st.data())
def test_a_mess_is_told_alike_in_any_order_and_its_totals_add_up(
    seed: int, codes: list[str], data: st.DataObject
) -> None:
    shop = Shop(seed)
    shop.trade(4)
    for code in codes:
        shop.plant(code)
    before = shop.reconciled(Opening(first=False))
    shop.lines = data.draw(st.permutations(shop.lines))
    shop.entries = data.draw(st.permutations(shop.entries))
    day = shop.reconciled(Opening(first=False))
    assert document_of(day) == document_of(before)
    assert all(sums.unexplained == 0 for sums in day.sums.values())
    quiet = Shop(seed).reconciled(opening_of(document_of(day)), "2026-11-28")
    assert all(sums.unexplained == 0 and sums.opening == day.sums[name].closing for name, sums in quiet.sums.items())
    assert day.day == DAY
