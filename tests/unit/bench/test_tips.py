"""What a gift costs, by count."""

from __future__ import annotations

from bench.tips import giving_units


def test_a_gift_writes_one_item_of_one_write_unit_and_its_index_and_reads_no_more_than_an_unlock() -> None:
    giving = giving_units()
    assert (giving.write, giving.read) == (2, 2.5)
    assert giving.near_limit_read > giving.read
    assert giving.entry_bytes <= 1_024
