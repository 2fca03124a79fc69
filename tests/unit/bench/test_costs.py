"""Money figures: the prices are dated and sourced, and each sum can be worked out by hand."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import pytest

from bench import costs, logs, streams
from bench.costs import PRICES, Invocation, Prices, billed_ms, lambda_usd, logs_usd, read_prices
from tests.unit.house.tree import ROOT

HAND = Prices("2026-11-01", "us-east-1", {"lambda.request": 0.2e-6, "lambda.gb_second": 1e-5, "logs.gigabyte": 0.5})


def test_every_price_says_what_it_is_for_and_where_it_stands():
    document = json.loads(PRICES.read_text())
    assert dt.date.fromisoformat(document["date"]).isoformat().startswith(PRICES.stem)
    for name, price in document["prices"].items():
        assert price["price"] >= 0, name
        assert price["per"] >= 1, name
        assert price["unit"], name
        assert re.fullmatch(r"https://(docs\.)?aws\.amazon\.com/\S+", price["source"]), name
        assert re.fullmatch(r"https://\S+", price["checked"]), name


def test_a_price_is_that_of_one_unit():
    assert read_prices().each["dynamodb.write_unit"] == pytest.approx(0.625 / 1_000_000)


def test_a_function_of_less_than_a_vcpu_waits_for_its_share():
    """1,769 MB are one vCPU, so half of that takes twice as long for what is CPU, and as long for what is waiting."""
    assert billed_ms(885, cpu_s=0.010, waiting_ms=16) == 36  # 10 ms * 1769 / 885 + 16 = 35.99, begun ones whole
    assert billed_ms(3_538, cpu_s=0.010, waiting_ms=16) == 26  # one thread has one vCPU


def test_an_invocation_costs_its_request_and_its_memory_over_time():
    assert lambda_usd(Invocation(512, 100, 0), HAND) == pytest.approx(0.2e-6 + 0.5 * 0.1 * 1e-5)


def test_logs_cost_by_the_gigabyte():
    assert logs_usd(2_000_000_000, HAND) == 1


def test_the_access_log_is_priced_as_the_api_writes_it():
    """Every field of the format has a usual value here; the class of the log is the one that its group is made with."""
    assert {"requestId", "routeKey", "status"} <= set(logs.access_format())
    assert 100 < logs.access_bytes() < 200
    assert logs.access_class() == "logs.infrequent_gigabyte"


def test_a_log_that_is_often_read_is_priced_as_one(tmp_path: Path):
    (tmp_path / "api.py").write_text("log = log_group()\n")
    assert logs.access_class(tmp_path / "api.py") == "logs.gigabyte"


def test_a_format_that_is_not_there_is_no_free_log(tmp_path: Path):
    (tmp_path / "api.py").write_text("OTHER = {}\n")
    with pytest.raises(LookupError):
        logs.access_format(tmp_path / "api.py")


@pytest.mark.parametrize(("source", "lines"), [("logging_format=JSON", 2), ("system=SystemLogLevel.WARN", 0)])
def test_what_lambda_writes_by_itself_follows_the_level_that_functions_are_made_with(
    source: str, lines: int, tmp_path: Path
):
    (tmp_path / "function.py").write_text(source)
    assert len(logs.lambda_lines("unlock", tmp_path / "function.py")) == lines


def test_a_full_delivery_is_what_the_stream_hands_over():
    source = (ROOT / "infra/constructs/consumers.py").read_text()
    assert f"BATCH_RECORDS = {streams.FULL_DELIVERY}\n" in source


def test_the_target_is_the_sum_of_the_lines_that_the_issue_names():
    assert costs.LINES == ("dynamodb", "lambda", "api", "logs", "settlement")
    assert costs.TARGET_USD == 4.5
