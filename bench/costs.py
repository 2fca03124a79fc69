"""What a million unlocks cost, line by line: measured units, time and bytes, times the list prices of ``bench/prices``.

**Busy** is what the target is about: series that many watch at once. Settlement and publisher are handed full
deliveries of the mix of ``bench.mix``, and an instance answers an unlock a second. **Quiet** is the other end: each
entry is delivered and settled alone, each request looks at the switches, each is traced.

What cannot be measured here is assumed, and said: how long a call to AWS takes (:data:`CALL_MS` and its siblings), how
many invocations are cold (:data:`COLD`), and what Lambda and API Gateway write into the logs by themselves
(``bench.logs``). CPU time is that of the machine the bench runs on, with one vCPU for 1,769 MB as in Lambda.

Not counted, because it does not follow from unlocks or is not priced by them: storage and backups, the distribution and
its firewall, data transfer, sign-in, alarms and dashboards. Free tiers and discounts are left out.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any, NamedTuple

from bench import cpu, imports, logs, sizes, streams, units
from bench.figures import Figure
from bench.fixtures import memory
from cliffhanger.functions import spec_of

PRICES = Path(__file__).resolve().parent / "prices" / "2026-11.json"
TARGET_USD = 4.5
LINES = ("dynamodb", "lambda", "api", "logs", "settlement")
"""What the target is the sum of."""
MILLION = 1_000_000
BYTES_A_GB = 1_000_000_000
"""The dearer reading: GB of 2^30 bytes would make logs 7 % cheaper."""
VCPU_MB = 1_769
"""Source: AWS Lambda Developer Guide, "Configure Lambda function memory"."""
CALL_MS, TRANSACTION_MS, PUT_EVENTS_MS = 4.0, 20.0, 15.0
"""How long a function waits for a read or put of DynamoDB, for a transaction of 100 items, for ten events. DynamoDB
promises of the first an average of single-digit milliseconds."""
COLD = 0.01
"""Cold invocations, at most: "typically under 1 %" (AWS Lambda Operator Guide, "Execution environments").
Initialisation is billed since August 2025."""
INIT_ROUNDS = 3
EVENTS_AT_ONCE = 10
TRACED_BUSY, TRACED_QUIET = 0.05, 1.0
"""X-Ray records the first request of each second and 5 % of the others."""


class Prices(NamedTuple):
    """List prices in USD, each for one of its unit."""

    date: str
    region: str
    each: dict[str, float]


class Invocation(NamedTuple):
    """One invocation of a function: its memory, milliseconds billed, and the bytes that it leaves in the logs."""

    memory_mb: int
    milliseconds: float
    log_bytes: float


class Traffic(NamedTuple):
    """What differs between busy and quiet: read units of an unlock, unlocks in a delivery, the part that is traced."""

    read_units: float
    delivered: int
    traced: float


def read_prices(path: Path = PRICES) -> Prices:
    """The prices of a file."""
    document: dict[str, Any] = json.loads(path.read_text())
    each = {name: price["price"] / price["per"] for name, price in document["prices"].items()}
    return Prices(document["date"], document["region"], each)


def billed_ms(memory_mb: int, cpu_s: float, waiting_ms: float) -> float:
    """Milliseconds billed: CPU time at the memory's share of a vCPU, and waits; begun ones count whole."""
    share = min(1.0, memory_mb / VCPU_MB)
    return float(-int(-(cpu_s * 1_000 / share + waiting_ms) // 1))


def lambda_usd(invocation: Invocation, prices: Prices) -> float:
    """What an invocation costs without its logs."""
    gb_s = invocation.memory_mb / 1_024 * invocation.milliseconds / 1_000
    return prices.each["lambda.request"] + gb_s * prices.each["lambda.gb_second"]


def logs_usd(log_bytes: float, prices: Prices, line: str = "logs.gigabyte") -> float:
    """What CloudWatch takes for so many bytes in a log of the class that has that price line."""
    return log_bytes / BYTES_A_GB * prices.each[line]


@functools.cache
def unlock_invocation() -> Invocation:
    """An unlock as its function serves it, with its part of a cold start."""
    cost, memory_mb = cpu.unlock_cost(), spec_of("unlock").memory_mb
    warm = billed_ms(memory_mb, cost.handler_s, cost.calls * CALL_MS)
    init_s = min(imports.run(imports.UNLOCK)[0] for _ in range(INIT_ROUNDS)) / 1_000
    own = logs.bytes_of_invocation("unlock", len(cost.log_line.encode()))
    return Invocation(memory_mb, warm + COLD * billed_ms(memory_mb, init_s, 0), own)


def settling(unlocks: int) -> Invocation:
    """Settlement of so many unlocks at once."""
    done, memory_mb = streams.settlement(unlocks), spec_of("settlement").memory_mb
    waiting = done.queries * CALL_MS + done.transactions * (TRANSACTION_MS if unlocks > 1 else 2 * CALL_MS)
    ms = billed_ms(memory_mb, done.cpu_s, waiting)
    return Invocation(memory_mb, ms, logs.bytes_of_invocation("settlement", done.log_bytes))


def publishing(unlocks: int) -> Invocation:
    """The publisher, handed so many unlocks at once."""
    told, memory_mb = streams.telling(unlocks), spec_of("publisher").memory_mb
    ms = billed_ms(memory_mb, told.cpu_s, -(-told.events // EVENTS_AT_ONCE) * PUT_EVENTS_MS)
    return Invocation(memory_mb, ms, logs.bytes_of_invocation("publisher", told.log_bytes))


def lines_of(traffic: Traffic) -> dict[str, float]:
    """USD for a million unlocks by line: those of :data:`LINES`, then what stands beside them."""
    prices, own, consumed = read_prices(), unlock_invocation(), streams.settlement(traffic.delivered)
    price = prices.each
    write, read = price["dynamodb.write_unit"], price["dynamodb.read_unit"]
    delivery = consumed.write_units * write + consumed.read_units * read
    settled, told = (
        (lambda_usd(invocation, prices) + logs_usd(invocation.log_bytes, prices)) / traffic.delivered
        for invocation in (settling(traffic.delivered), publishing(traffic.delivered))
    )
    each = {
        "dynamodb": sizes.unlock_put_units() * write + traffic.read_units * read,
        "lambda": lambda_usd(own, prices),
        "api": price["api.request"],
        "logs": logs_usd(own.log_bytes, prices) + logs_usd(logs.access_bytes(), prices, logs.access_class()),
        "settlement": delivery / traffic.delivered + settled + price["dynamodb.stream_read_by_lambda"],
        "events": streams.events_per_unlock() * price["events.custom_event"] + told,
        "tracing": traffic.traced * price["tracing.trace"],
    }
    return {name: usd * MILLION for name, usd in each.items()}


def measure() -> list[Figure]:
    """The sum that the target bounds, its lines, and what an unlock costs beside it."""
    prices, own = read_prices(), unlock_invocation()
    one = units.unlock_units(memory())
    spread = (one.stale.read - one.warm.read) / units.UNLOCKS_BETWEEN_SWITCH_READS
    busy = Traffic(one.warm.read + spread, streams.FULL_DELIVERY, TRACED_BUSY)
    quiet = Traffic(one.stale.read, streams.ALONE, TRACED_QUIET)
    usd, alone = lines_of(busy), lines_of(quiet)
    how = {
        "dynamodb": f"{sizes.unlock_put_units():.3f} write units of the mix; {busy.read_units:g} read units, one "
        "by one in one series",
        "lambda": f"{own.milliseconds:.1f} ms of {own.memory_mb} MB: CPU as here, "
        f"{cpu.unlock_cost().calls} calls of {CALL_MS:g} ms one after another, {COLD:.0%} cold",
        "api": "one request",
        "logs": f"{own.log_bytes:.0f} bytes of the function, of which {len(cpu.unlock_cost().log_line)} are our line, "
        f"and {logs.access_bytes():.0f} of the gateway",
        "settlement": f"deliveries of {busy.delivered} unlocks of the mix; each alone: {alone['settlement']:.2f}",
        "events": f"beside the target: EventBridge and the publisher; each alone: {alone['events']:.2f}",
        "tracing": f"beside the target: X-Ray of {busy.traced:.0%}; of all, when there is one a second: "
        f"{alone['tracing']:.2f}",
    }
    total, quiet_total = (sum(lines[name] for name in LINES) for lines in (usd, alone))
    told = f"{' + '.join(LINES)}, when busy; list prices of {prices.date} in {prices.region}, storage not included"
    return [
        Figure("unlock.usd_per_million", total, TARGET_USD, told),
        *(Figure(f"unlock.usd_per_million_{name}", usd[name], None, how[name]) for name in usd),
        Figure("unlock.usd_per_million_quiet", quiet_total, None, "the same sum, when every unlock comes alone"),
    ]
