"""The books that the auditor is measured on are genuine: every chain is one that the product itself would have made."""

from __future__ import annotations

from itertools import groupby, islice
from typing import Any

from bench.books import items
from cliffhanger.ledger.settlement import MAX_SOURCES
from cliffhanger.ledger.store import Stored, entry_of_image
from cliffhanger.support.explain import checks_of


def chains(count: int, **how: Any) -> list[list[Stored]]:
    found = sorted(
        (Stored(entry.seq, entry, "", {}) for entry in map(entry_of_image, items(count, **how))),
        key=lambda stored: (stored.entry.account if stored.entry else "", stored.seq),
    )
    return [list(chain) for _, chain in groupby(found, key=lambda stored: stored.entry and stored.entry.account)]


def test_every_entry_passes_the_product_s_own_checks():
    """Namesakes of the first lives included: 40 viewers of 3 lives."""
    whole = chains(1_400, models=3, block_of=20)
    assert len(whole) > 40
    for chain in whole:
        for before, stored in zip([None, *chain], chain, strict=False):
            assert all(checks_of(stored, before))


def test_batches_are_full_where_they_can_be():
    sources = [len(stored.entry.sources) for chain in chains(1_400, models=3) for stored in chain if stored.entry]
    assert max(sources) == MAX_SOURCES


def test_the_books_are_the_same_each_time():
    assert list(islice(items(200, models=2), 50)) == list(islice(items(200, models=2), 50))
