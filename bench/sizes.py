"""Bytes of an entry with its marks, by DynamoDB's rules, over the mix of ``bench.mix``."""

from __future__ import annotations

import functools
import json
import re
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from bench.figures import Figure
from bench.fixtures import memory
from bench.mix import UNLOCKS, Sample, samples
from cliffhanger.ledger.canonical import canonical_json
from cliffhanger.ledger.packing import stored_text
from tests.support.dynamodb.capacity import WRITE_UNIT_BYTES, item_size, write_units

COUNT = 2_000
TOLD = 5
"""How many of the largest parts are told."""


@functools.cache
def measured() -> tuple[Sample, ...]:
    """The mix, made once a run."""
    return tuple(samples(memory(), COUNT))


def percentile(values: Iterable[int], part: float) -> int:
    """The value that this part of all does not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -int(-part * len(ordered) // 1) - 1)]


def parts_of(item: dict[str, dict[str, Any]]) -> Counter[str]:
    """The bytes of an entry's item before packing, by part: attributes, and the body's members one by one."""
    item = unpacked(item)
    parts: Counter[str] = Counter()
    for name, value in item.items():
        if name != "body":
            parts["marks" if is_mark(name) else f"attribute {name}"] += item_size({name: value})
    document = json.loads(item["body"]["S"])
    state = document.pop("state")
    for prefix, members in (("", document), ("state.", state)):
        for name, value in members.items():
            parts[f"{prefix}{name}"] += len(canonical_json({name: value}).encode()) - 1  # its braces are one comma
    parts["frame"] += item_size(item) - parts.total()
    return parts


def unpacked(item: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The item with its body as the text that is hashed."""
    return {**item, "body": {"S": stored_text(item)}}


def largest_parts(found: Sequence[Sample]) -> list[tuple[str, float]]:
    """The largest parts of the entries, in bytes on average."""
    total: Counter[str] = Counter()
    for sample in found:
        total += parts_of(sample.item)
    return [(name, size / len(found)) for name, size in total.most_common()]


def unlock_put_units() -> float:
    """Write units of the put of an unlock of the mix, its place in the index included, on average."""
    put = [
        {name: value for name, value in sample.item.items() if not is_mark(name)}
        for sample in measured()
        if sample.movement in UNLOCKS
    ]
    return statistics.mean(write_units(item_size(item)) + 1 for item in put)


def is_mark(name: str) -> bool:
    """Whether an attribute is one that settlement adds."""
    return re.fullmatch("m[0-9]+", name) is not None


def measure() -> list[Figure]:
    """The sizes, and what the largest entries consist of."""
    found = measured()
    sizes = [item_size(sample.item) for sample in found]
    p99 = percentile(sizes, 0.99)
    large = [sample for sample in found if item_size(sample.item) >= percentile(sizes, 0.95)]
    parts = ", ".join(f"{name} {size:.0f}" for name, size in largest_parts(large)[:TOLD])
    over = sum(size > WRITE_UNIT_BYTES for size in sizes) / len(sizes)
    return [
        Figure("ledger.entry_bytes_p50", percentile(sizes, 0.5), None, f"{COUNT} entries of the mix in bench/mix.py"),
        Figure(
            "ledger.entry_bytes_p99",
            p99,
            WRITE_UNIT_BYTES,
            f"before packing, the largest twentieth on average: {parts}",
        ),
        Figure("ledger.entry_bytes_max", max(sizes), None, f"{over:.1%} of the entries take two units and more"),
        Figure("unlock.write_units_mix", unlock_put_units(), None, "the unlocks of the mix, on average"),
    ]
