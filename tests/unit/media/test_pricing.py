"""What a job costs: never less than the bill, in whole millionths."""

from __future__ import annotations

from fractions import Fraction

import pytest

from cliffhanger.errors import TranscodeRefused
from cliffhanger.media.domain import Price
from cliffhanger.media.failures import sentence
from cliffhanger.media.job import BilledOutput, Track, billed_outputs
from cliffhanger.media.policy import POLICIES, approve, month_of, usd
from cliffhanger.media.pricing import RATES, price_of
from cliffhanger.media.probe import Probed
from tests.support.media_samples import order

DAY = "2026-11-28"


def output(kind="video", height=640, rate=30, seconds=60.0):
    return BilledOutput(kind, "AVC", height * 9 // 16, height, Fraction(rate), seconds)


def micro_usd(*outputs, date=DAY):
    return price_of(outputs, date).micro_usd


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (output(), 7_500),
        (output(height=719), 7_500),
        (output(height=720), 15_000),
        (output(height=1_080), 15_000),
        (output(height=1_081), 30_000),
        (output(rate=31), 9_375),
        (output(rate=60), 9_375),
        (output(rate=61), 11_250),
        (output("audio", 0, 0), 9_500),
        (output("captions", 0, 0), 7_500),
        (output("images", 960, 0), 15_000),
        (output(seconds=45.0), 5_625),
        (output(seconds=44.01), 5_625),
        (output(seconds=1.0), 1_250),
        (output(seconds=9.9), 1_250),
        (output(seconds=11.0), 1_375),
        (output("audio", 0, 0, 11.0), 1_375 + 367),
    ],
)
def test_an_output_costs_what_the_table_says_rounded_up(made, expected):
    assert micro_usd(made) == expected


def test_a_price_is_the_sum_of_its_lines_and_names_its_table():
    price = price_of([output(), output(height=960)], DAY)
    assert price == Price(22_500, RATES[-1].since, price.lines)
    assert [line.micro_usd for line in price.lines] == [7_500, 15_000]


def test_the_table_of_the_day_counts_whatever_comes_later():
    later = RATES[0]._replace(since="2027-01-01", minute_micro_usd=8_000)
    table = (*RATES, later)
    assert price_of([output()], "2026-12-31", table).micro_usd == 7_500
    assert price_of([output()], "2027-01-01", table).micro_usd == 8_000
    with pytest.raises(ValueError, match="no table"):
        price_of([output()], "2020-01-01", table)


def test_the_dearest_episode_there_can_be_is_approved():
    """A policy that refused it would refuse what the ladder itself is made for."""
    dubs = tuple(Track(name, "s3://x/y") for name in ("de", "es", "fr", "it"))
    subtitles = tuple(Track(name, "s3://x/y.vtt") for name in ["de", "en", "es", "fr", "it", "ja", "ko", "pt"])
    asked = order(frame_rate=Fraction(60), dubs=dubs, subtitles=subtitles)
    price = price_of(billed_outputs(asked, Probed(1080, 1920, 180_900, True)), DAY)
    assert 700_000 < price.micro_usd < 1_000_000
    assert approve(price).name == "within-budget"


def test_a_single_job_over_the_top_is_refused_by_the_policy_with_its_name():
    with pytest.raises(TranscodeRefused) as refused:
        approve(Price(POLICIES[0].most_micro_usd + 1, DAY, ()))
    assert refused.value.members["reason"] == "within-budget"
    assert "within-budget" in refused.value.detail


def test_a_month_is_utcs():
    assert month_of(1_767_225_599_999) == "2025-12"
    assert month_of(1_767_225_600_000) == "2026-01"


@pytest.mark.parametrize(("amount", "text"), [(0, "0.0000 USD"), (1, "0.0001 USD"), (50_000_000, "50.0000 USD")])
def test_amounts_are_told_rounded_up(amount, text):
    assert usd(amount) == text


OF_FILES = ["1010", "1020", "1030", "1040", "1075", "1076", "1092", "canceled", "lost", "stuck"]


@pytest.mark.parametrize("number", OF_FILES)
def test_what_is_wrong_with_a_file_is_said_in_words(number):
    assert sentence(number).startswith("The video was not transcoded. ")
    assert number not in sentence(number)


@pytest.mark.parametrize("number", ["1401", "1404", "1432", "1999", "unknown"])
def test_what_is_our_own_fault_is_called_so_with_its_number(number):
    assert "ours" in sentence(number)
    assert number in sentence(number)
