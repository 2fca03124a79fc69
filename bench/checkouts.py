"""What a thousand purchases of coins cost, line by line: measured units and time, times the list prices.

A purchase is the way of the web: the packs are asked for, an order is made and its hosted page begun at the provider,
the provider's notice is recorded and worked off, the order is asked for twice, and a receipt is mailed. Units are
counted on the in-memory model, CPU is that of the use cases over it on this machine. How long the provider lets wait is
assumed (:data:`PROVIDER_MS`). What the provider takes stands beside the sum: it is a hundred times all the rest, and no
engineering changes it.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from typing import NamedTuple

from bench import streams
from bench.costs import CALL_MS, Invocation, Prices, billed_ms, lambda_usd, publishing, read_prices, settling
from bench.cpu import cpu_of
from bench.figures import Figure
from bench.logs import access_bytes, access_class, bytes_of_invocation
from cliffhanger.commerce.orders import order_id
from cliffhanger.commerce.service import offers
from cliffhanger.functions import spec_of
from cliffhanger.payments.recording import receive
from cliffhanger.payments.working import work
from tests.support.stripe_events import STAGE, body_of, charge, event
from tests.unit.commerce.counter import BUYER, PERSON, SECRET, WEEKEND
from tests.unit.payments.test_purchase import Till

THOUSAND = 1_000
PROVIDER_MS = 900.0
"""To make a Checkout session, and the first time a customer before it. Stripe publishes no figure; calls of some
hundred milliseconds are usual."""
REQUESTS = 5
"""Of the API: packs, order, notice, and the order asked for twice."""
QUEUE_REQUESTS = 3
"""Sent, received, deleted."""
MAIL_S = 0.005
"""CPU of a receipt, assumed: a template, and three calls."""
LINE_BYTES = 300
"""Of our own line in the log, a request."""
FEE_BASIS_POINTS, FEE_CENTS = 290, 30
"""Stripe, "Pricing" for the United States: 2.9 % and 30 cents of a successful charge with a domestic card."""
PRICE_CENTS = 499
ROUNDS = 20


class Purchase(NamedTuple):
    """One purchase: units of the tables, and CPU seconds by function."""

    write_units: float
    read_units: float
    cpu_s: dict[str, float]


def one_purchase() -> Purchase:
    """A purchase counted on the in-memory model, its CPU the median of several."""
    till = Till()
    units = till.counter.model.meter.units
    before = units()
    _buy(till, "counted")
    after = units()
    turns = [_buy(till, f"turn{turn}") for turn in range(ROUNDS)]
    cpu_s = {function: statistics.median(spent[function] for spent in turns) for function in turns[0]}
    return Purchase(after.write - before.write, after.read - before.read, cpu_s)


def _buy(till: Till, name: str) -> dict[str, float]:
    """One purchase from its packs to its second look at the order: CPU seconds by function."""
    counter, spent = till.counter, dict[str, float]()
    order = order_id(PERSON, name, SECRET)
    paid = charge(
        metadata={"order": order, "person": PERSON, "stage": STAGE}, amount=PRICE_CENTS, amount_captured=PRICE_CENTS
    )
    body = body_of(event("charge.succeeded", paid, name=f"evt_{name}"))
    steps: list[tuple[str, Callable[[], object]]] = [
        ("checkout", lambda: offers(counter.selling, PERSON, BUYER, WEEKEND.currency)),
        ("checkout", lambda: counter.ordered(WEEKEND, name)),
        ("stripe", lambda: receive(till.desk.office, body)),
        ("payments", lambda: work(till.desk, till.line.sent.pop())),
        ("checkout", lambda: counter.stands(order)),
        ("checkout", lambda: counter.stands(order)),
    ]
    for function, step in steps:
        spent[function] = spent.get(function, 0.0) + cpu_of(step, 1)
    if counter.stands(order).status != "paid":
        raise RuntimeError("the order was not paid")
    return spent


def lines_of(purchase: Purchase, prices: Prices) -> dict[str, float]:
    """USD for a thousand purchases by line, the provider's fee last."""
    price = prices.each
    invocations = {
        # Four requests with three calls to tables each, and one wait for the provider.
        "checkout": (purchase.cpu_s["checkout"], 12 * CALL_MS + PROVIDER_MS, 4),
        "stripe": (purchase.cpu_s["stripe"], 2 * CALL_MS, 1),
        "payments": (purchase.cpu_s["payments"], 6 * CALL_MS, 1),
        "mail": (MAIL_S, 10 * CALL_MS, 1),
    }
    functions = logs = 0.0
    for name, (cpu_s, waiting, count) in invocations.items():
        memory_mb = spec_of(name).memory_mb
        left = bytes_of_invocation(name, LINE_BYTES)
        functions += lambda_usd(Invocation(memory_mb, billed_ms(memory_mb, cpu_s, waiting), left), prices)
        functions += (count - 1) * price["lambda.request"]
        logs += count * left * price["logs.gigabyte"] / 1e9
    settled = streams.settlement(streams.FULL_DELIVERY)
    delivery = settled.write_units * price["dynamodb.write_unit"] + settled.read_units * price["dynamodb.read_unit"]
    each = {
        "dynamodb": purchase.write_units * price["dynamodb.write_unit"]
        + purchase.read_units * price["dynamodb.read_unit"],
        "lambda": functions,
        "api": REQUESTS * price["api.request"],
        "queue": QUEUE_REQUESTS * price["sqs.request"],
        "logs": logs + REQUESTS * access_bytes() * price[access_class()] / 1e9,
        "settlement": (delivery + lambda_usd(settling(streams.FULL_DELIVERY), prices)) / streams.FULL_DELIVERY,
        "events": 2 * price["events.custom_event"]
        + lambda_usd(publishing(streams.FULL_DELIVERY), prices) / streams.FULL_DELIVERY,
        "mail": price["ses.mail"],
        "provider": (PRICE_CENTS * FEE_BASIS_POINTS / 10_000 + FEE_CENTS) / 100,
    }
    return {name: usd * THOUSAND for name, usd in each.items()}


def measure() -> list[Figure]:
    """The sum of what is ours, and its lines."""
    prices, purchase = read_prices(), one_purchase()
    usd = lines_of(purchase, prices)
    how = {
        "dynamodb": f"{purchase.write_units:g} write units, {purchase.read_units:g} read units",
        "lambda": f"checkout four times, stripe, payments, mail; {PROVIDER_MS:g} ms of waiting for the provider",
        "api": f"{REQUESTS} requests",
        "queue": f"{QUEUE_REQUESTS} requests",
        "logs": f"{LINE_BYTES} bytes a line of ours, and what Lambda and the gateway write",
        "settlement": f"deliveries of {streams.FULL_DELIVERY}, taken as an unlock's",
        "events": "two events, and the publisher's share",
        "mail": "one receipt",
        "provider": f"beside the sum: {FEE_BASIS_POINTS / 100:g} % and {FEE_CENTS} cents of {PRICE_CENTS}",
    }
    ours = sum(value for name, value in usd.items() if name != "provider")
    told = f"all but the provider's fee; list prices of {prices.date} in {prices.region}"
    return [
        Figure("checkout.usd_per_thousand", ours, None, told),
        *(Figure(f"checkout.usd_per_thousand_{name}", usd[name], None, how[name]) for name in usd),
    ]
