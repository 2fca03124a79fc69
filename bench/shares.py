"""What dividing a day's income costs and how fast it is: the waterfall over the in-memory model."""

from __future__ import annotations

import time

from bench.figures import Figure
from bench.fixtures import Counter, memory, stores
from cliffhanger.ledger.entries import seal
from cliffhanger.ledger.names import earned_lane
from cliffhanger.ledger.settling import settle
from cliffhanger.ledger.state import Posting, State
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.revenue.domain import shipped
from cliffhanger.revenue.waterfall import share_out

MOST_WRITE_UNITS = 8
SERIES = 200


def measure() -> list[Figure]:
    """Write units of a creator's day, and entries a second of one process."""
    connection = memory()
    ledger, _ = stores(connection)
    _earn(ledger, "story")
    share_out(ledger, shipped("story", "cleo"), "2026-11-27")
    _earn(ledger, "story", 2)
    counter = Counter(connection)
    written = share_out(ledger, shipped("story", "cleo"), "2026-11-28")
    if len(written) != 1:
        raise RuntimeError("a day's income of one lane is one carry")
    units, reads = counter.write, counter.read
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
        Figure("waterfall.read_units_per_series_day", reads, None, "the same, of 32 lanes that are looked at"),
        Figure("waterfall.entries_per_s", rate, None, f"one process, {SERIES} series, in memory"),
    ]


def _earn(ledger: LedgerStore, series: str, payer: int = 1) -> None:
    lane = earned_lane(series, 0)
    posting, state = Posting("USD", 1_001, ".", lane), State({"USD": -1_001})
    entry = seal(f"external:{series}-{payer}", None, 1_700_000_000_000, postings=[posting], state=state)
    if not ledger.append(entry):
        raise RuntimeError("the payer has paid before")
    settle(ledger, [entry])
