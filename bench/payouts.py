"""What an instant payout takes where all goes well: states of its workflow, units of the tables, and what they cost.

The shipped steps run over the in-memory DynamoDB, which counts by its published rules, and by the shipped definition.
A step of Lambda's is billed for :data:`STEP_MS`, nearly all of it waiting for the provider. What the provider takes for
itself is not counted: the fee that a creator is shown is there for that.
"""

from __future__ import annotations

from bench.costs import Invocation, lambda_usd, read_prices
from bench.figures import Figure
from cliffhanger.functions import spec_of
from tests.support.payouts import House

MOST_TRANSITIONS = 14
STEP_MS = 800.0
"""Two calls to a provider that takes 300 ms each, and reads and writes."""
LOG_BYTES = 400.0
NOTICES = 4
"""That the provider tells of one payout, two of which are worked off: each is recorded and queued."""
REQUESTS = 3
"""Of the API: a quote, the request, and a look at what became of it."""


def measure() -> list[Figure]:
    """State transitions, and the cost by count."""
    house = House()
    house.earn(50_000)
    before = house.model.meter.units()
    waiting = house.ask(20_000, speed="instant")
    house.bank.end(waiting.sent, "paid")
    house.hear()
    house.go_on()
    units = house.model.meter.units().since(before)
    entered = house.machine.executions["one"].entered
    tasks = sum(house.machine.definition["States"][state]["Type"] == "Task" for state in entered)
    each = read_prices().each
    step = Invocation(spec_of("disburse").memory_mb, STEP_MS, LOG_BYTES)
    usd = (
        len(entered) * each["workflow.transition"]
        + (tasks + NOTICES + REQUESTS) * lambda_usd(step, read_prices())
        + units.write * each["dynamodb.write_unit"]
        + units.read * each["dynamodb.read_unit"]
        + REQUESTS * each["api.request"]
        + len(house.events) * each["events.custom_event"]
    )
    how = f"{tasks} steps, {units.write:g} write and {units.read:g} read units, by list prices"
    return [
        Figure("payout.state_transitions", len(entered), MOST_TRANSITIONS, "an instant payout from request to paid"),
        Figure("payout.usd", usd, None, how),
    ]
