"""What measures is itself held: counts, the stand-in for the wire, targets and the file of results."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import botocore.session
import pytest

from bench.figures import Figure, save, show
from bench.fixtures import Counter, memory, page, stores
from bench.units import progress_units, unlock_units
from bench.wire import Told, answered
from cliffhanger.catalog.packing import item_of


def test_units_are_counted_by_table_and_operation():
    connection = memory()
    counter = Counter(connection)
    _, catalog = stores(connection)
    catalog.create(page())
    assert counter.write > 0
    counter.reset()
    catalog.page("the-last-train")
    assert (counter.write, counter.read, dict(counter.calls)) == (0, 0.5, {"GetItem": 1})
    assert set(counter.reads) == {"test-catalog"}


def test_an_unlock_is_measured_on_a_warm_instance_and_what_else_it_may_cost_beside_it():
    """Two write units and two and a half read units; the switch every ten seconds; who asks often is counted."""
    warm, stale, counted = unlock_units(memory())
    assert (warm.write, warm.read) == (2, 2.5)
    assert (stale.write, stale.read) == (2, 3)
    assert (counted.write, counted.read) == (3, 2.5)


def test_a_save_of_progress_is_one_write_unit_and_one_that_comes_too_early_is_none():
    saving = progress_units(memory())
    assert (saving.save.write, saving.save.read) == (1, 1)
    assert (saving.early.write, saving.early.read) == (0, 1)
    assert saving.listed.write == 0


def test_the_series_that_is_read_is_as_long_as_real_ones_are():
    assert len(page().episodes) >= 100
    item_of(page())  # fits


def test_the_wire_answers_in_order_and_nothing_else():
    client: Any = botocore.session.get_session().create_client(
        "dynamodb", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    first = Told("GetItem", {}, b'{"Item": {"series": {"S": "first"}}}')
    again = Told("GetItem", {}, b'{"Item": {"series": {"S": "again"}}}')
    with answered([first], [again]):
        key = {"TableName": "t", "Key": {"series": {"S": "s"}}}
        found = [client.get_item(**key)["Item"]["series"]["S"] for _ in range(3)]
        with pytest.raises(LookupError):
            client.list_tables()
    assert found == ["first", "again", "again"]


@pytest.mark.parametrize(
    ("value", "target", "met"), [(2, 2, True), (2.01, 2, False), (9, None, True), (0, 0, True), (0.1, 0, False)]
)
def test_a_figure_beyond_its_target_fails_the_run(value: float, target: float | None, met: bool):
    assert show([Figure("a", 1, 1, ""), Figure("b", value, target, "")]) is met


def test_figures_that_are_not_measured_this_time_stay(tmp_path: Path):
    results = tmp_path / "results.json"
    results.write_text(json.dumps({"old": 1, "changed": 2}))
    save([Figure("changed", 3, None, ""), Figure("new", 4, None, "")], results)
    assert json.loads(results.read_text()) == {"old": 1, "changed": 3, "new": 4}


@pytest.mark.parametrize(("value", "met"), [(1_000, True), (999, False)])
def test_a_figure_below_its_least_is_a_miss(value: float, met: bool):
    assert show([Figure("a", value, None, "", least=1_000)]) is met
