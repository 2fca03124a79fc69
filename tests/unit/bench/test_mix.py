"""The mix is what its module says, and its sizes are those of the items as they stand in the table."""

from __future__ import annotations

import base64
from collections import Counter
from typing import Any

import pytest

from bench.fixtures import memory
from bench.mix import LOTS, MOVEMENTS, Sample, samples, unlocks_of_one_series
from bench.sizes import is_mark, parts_of, percentile, unpacked
from cliffhanger.ledger.entries import foreign_legs
from cliffhanger.ledger.store import entry_of_image
from cliffhanger.wallet.statement import kind_of
from tests.support.dynamodb.capacity import item_size

COUNT = 500


@pytest.fixture(scope="module")
def mix() -> list[Sample]:
    return list(samples(memory(), COUNT))


def test_the_shares_of_the_movements_add_up():
    assert sum(MOVEMENTS.values()) == 100


def test_every_movement_occurs(mix: list[Sample]):
    assert {sample.movement for sample in mix} == set(MOVEMENTS)


def test_wallets_hold_from_one_lot_to_twelve(mix: list[Sample]):
    assert {sample.lots for sample in mix} == set(LOTS)


def test_the_same_seed_gives_the_same_mix(mix: list[Sample]):
    assert [sample.item for sample in samples(memory(), COUNT)] == [sample.item for sample in mix]


def test_every_item_is_an_entry_of_the_ledger_settled_with_every_counterparty(mix: list[Sample]):
    for sample in mix:
        image = {**sample.item, "hash": {"B": base64.b64encode(sample.entry.hash).decode()}}
        assert entry_of_image(image) == sample.entry
        assert sum(map(is_mark, sample.item)) == len(foreign_legs(sample.entry))


def test_an_entry_is_of_the_kind_that_its_movement_says(mix: list[Sample]):
    others = {"check-in": "grant", "win": "settlement"}
    for sample in mix:
        kind = "unlock" if sample.movement.startswith("unlock") else sample.movement
        assert kind_of(sample.entry) == others.get(kind, kind)


def test_unlocks_of_one_series_are_nothing_else():
    entries = unlocks_of_one_series(memory(), 20)
    series = {str(entry.reference).split(":")[1] for entry in entries}
    assert (len(entries), len({entry.account for entry in entries}), len(series)) == (20, 20, 1)
    assert {entry.terms["kind"] for entry in entries} == {"unlock"}


def test_the_parts_of_an_entry_add_up_to_its_size_before_packing(mix: list[Sample]):
    for sample in mix:
        parts: Counter[str] = parts_of(sample.item)
        assert parts.total() == item_size(unpacked(sample.item))
        assert min(parts.values()) > 0


@pytest.mark.parametrize(("part", "value"), [(0.5, 50), (0.99, 99), (0.995, 100), (1, 100), (0.01, 1)])
def test_a_percentile_is_the_value_that_so_many_do_not_exceed(part: float, value: int):
    assert percentile(range(100, 0, -1), part) == value


@pytest.mark.parametrize(("name", "mark"), [("m0", True), ("m12", True), ("merged", False), ("m", False)])
def test_marks_are_told_from_other_attributes(name: str, mark: Any):
    assert is_mark(name) is mark
