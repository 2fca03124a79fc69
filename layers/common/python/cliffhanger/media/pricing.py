"""What a job will cost, from a dated table. Pure; integers of a millionth of a US dollar, rounded up.

The price is reserved before the job, so it should not be less than the bill. Where the price page leaves something
open, the dearer reading counts:

- An output is classed by its lines as the page does it (SD below 720, HD up to 1,080, 4K above), and the lines of an
  upright picture are its height.
- What has no picture has no class there: it is charged as SD, and the loudness correction of sound on top.
- A frame capture is charged as a video of its size, for the whole length.
- Volume discounts are left out.

Sources, read in stored copies on 2026-11-28: https://aws.amazon.com/mediaconvert/pricing/ (tiers, normalized minutes,
billing in seconds with ten at least, the first tier's rate); a table of all AVC rates of the Basic tier by resolution
and frame rate, with the rate of audio normalization, that quotes the page for ap-northeast-2 (the factors between
them are the same in every region). AVC with QVBR in a single pass is in the Basic tier: "speed-optimized or balanced
single-pass encoding". None of them says whether thumbnails for scrubbing, or the conversion of colours, move an output
to the Professional tier; the Basic one is assumed, and ``since`` is the month from which there are tiers. So hold a
stage's first bill against what was reserved (operations guide, "What transcoding may cost").
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple

from cliffhanger.media.domain import Price, PriceLine
from cliffhanger.media.job import BilledOutput

MIN_BILLED_S = 10
"""Each output is billed for ten seconds at least, and then by the second."""

_MINUTE_S = 60
_PERCENT = 100


class Rates(NamedTuple):
    """What is charged from a date on, in micro-USD for a minute, and factors in percent.

    ``lines``: upper bounds of classes with their factors; ``frame_rates``: likewise, in frames per second.
    """

    since: str
    minute_micro_usd: int
    lines: tuple[tuple[int, int], ...]
    frame_rates: tuple[tuple[int, int], ...]
    loudness_micro_usd: int


RATES: tuple[Rates, ...] = (
    Rates(
        since="2024-09-01",
        minute_micro_usd=7_500,
        lines=((719, 100), (1_080, 200), (2_160, 400)),
        frame_rates=((30, 100), (60, 125), (120, 150)),
        loudness_micro_usd=2_000,
    ),
)
"""us-east-1, on demand, Basic tier, oldest first. A price that changes is a row more: what was reserved under an older
one stays as it was."""


def price_of(outputs: Sequence[BilledOutput], date: str, table: Sequence[Rates] = RATES) -> Price:
    """The price of a job with these outputs on a date (ISO 8601).

    Raises:
        ValueError: no table is in force on that date.
    """
    in_force = [rates for rates in table if rates.since <= date]
    if not in_force:
        raise ValueError(f"no table of transcoding prices is in force on {date}")
    rates = max(in_force, key=lambda each: each.since)
    lines = tuple(_line(output, rates) for output in outputs)
    return Price(sum(line.micro_usd for line in lines), rates.since, lines)


def _line(output: BilledOutput, rates: Rates) -> PriceLine:
    seconds = max(MIN_BILLED_S, math.ceil(output.seconds))
    percents = _factor(output.height, rates.lines) * _factor(output.frame_rate, rates.frame_rates)
    cost = _up(rates.minute_micro_usd * percents * seconds, _PERCENT * _PERCENT * _MINUTE_S)
    if output.kind == "audio":
        cost += _up(rates.loudness_micro_usd * seconds, _MINUTE_S)
    return PriceLine(output.kind, output.width, output.height, seconds, cost)


def _factor(value: int | Fraction, classes: Iterable[tuple[int, int]]) -> int:
    """The factor of the first class that holds the value; beyond the last class, the last one's."""
    bounds = list(classes)
    return next((factor for most, factor in bounds if value <= most), bounds[-1][1])


def _up(amount: int, divisor: int) -> int:
    return -(-amount // divisor)
