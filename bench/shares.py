"""What dividing a day's income costs and how fast it is: the waterfall over the in-memory model."""

from __future__ import annotations

import time
from collections.abc import Sequence

from bench.figures import Figure
from bench.fixtures import Counter, memory, stores
from cliffhanger.ledger.entries import seal
from cliffhanger.ledger.names import Income, earned_lane
from cliffhanger.ledger.settling import settle
from cliffhanger.ledger.splits import Part
from cliffhanger.ledger.state import Posting, State
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.revenue.domain import Shares, Split, shipped
from cliffhanger.revenue.waterfall import share_out

MOST_WRITE_UNITS = 8
SERIES = 200
STORY, CREATOR, HOUSE = "7q2m9k4d8r1t5v0x", "4h7d9k2m8q1r5t0v", "0a9k2m8q1r5t0v7z"
"""As long as the product's own ids."""
BOTH: tuple[Income, ...] = ("earned", "tips")


def measure() -> list[Figure]:
    """Write units of a creator's day, and entries a second of one process."""
    split = shipped(STORY, CREATOR)
    units, reads = days_units(split)
    with_tips, _ = days_units(split, BOTH)
    parts = (Part("platform", 5_000), Part(f"creator:{CREATOR}", 3_000), Part(f"house:{HOUSE}", 2_000))
    with_house, _ = days_units(split._replace(shares=Shares(parts, parts)))
    ledger, _ = stores(memory())
    for number in range(SERIES):
        _earn(ledger, f"s{number}")
    began = time.perf_counter()
    entries = sum(len(share_out(ledger, shipped(f"s{number}", f"c{number}"), "2026-11-28")) for number in range(SERIES))
    rate = entries / (time.perf_counter() - began)
    return [
        Figure(
            "waterfall.write_units_per_creator_day",
            units,
            MOST_WRITE_UNITS,
            "one series, one lane with income: carry, lane and platform, in one transaction",
        ),
        Figure(
            "waterfall.write_units_with_tips", with_tips, None, "the same, and tips: a lane and a carry of their own"
        ),
        Figure("waterfall.write_units_with_house", with_house, None, "the same, without tips, and a house has a part"),
        Figure("waterfall.read_units_per_series_day", reads, None, "the same, of 32 lanes that are looked at"),
        Figure("waterfall.entries_per_s", rate, None, f"one process, {SERIES} series, in memory"),
    ]


def days_units(split: Split, incomes: Sequence[Income] = ("earned",)) -> tuple[float, float]:
    """Write and read units of dividing the second day of a series, whose accounts have all begun."""
    connection = memory()
    ledger, _ = stores(connection)
    counter = Counter(connection)
    for day in ("2026-11-27", "2026-11-28"):
        for income in incomes:
            _earn(ledger, split.series, f"{day}-{income}", income)
        counter.reset()
        if len(share_out(ledger, split, day)) != len(incomes):
            raise RuntimeError("a day's income of one lane is one carry")
    return counter.write, counter.read


def _earn(ledger: LedgerStore, series: str, payer: str = "p", income: Income = "earned") -> None:
    lane = earned_lane(series, 0, income)
    posting, state = Posting("USD", 1_001, ".", lane), State({"USD": -1_001})
    entry = seal(f"external:{payer}-{series[:8]}", None, 1_700_000_000_000, postings=[posting], state=state)
    if not ledger.append(entry):
        raise RuntimeError("the payer has paid before")
    settle(ledger, [entry])
