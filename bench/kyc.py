"""What verifying one creator takes where nobody has to look: states, units, cost; and how fast names are held.

The shipped steps run over the in-memory DynamoDB, which counts by its published rules, and by the shipped definition.
A step of Lambda's is billed for :data:`STEP_MS`, nearly all of it waiting for the provider. What the provider takes for
a session is not counted: it is the price of the service, and by far the dearest part.
"""

from __future__ import annotations

import json
import random
import time

from bench.costs import Invocation, lambda_usd, read_prices
from bench.figures import Figure
from cliffhanger.functions import spec_of
from cliffhanger.kyc.lists import SanctionsList, read_list
from cliffhanger.kyc.screening import screen
from cliffhanger.kyc.service import begin
from tests.unit.kyc.scene import Scene

MOST_TRANSITIONS = 8
STEP_MS = 500.0
"""One call to a provider that takes 300 ms, and reads and writes."""
LOG_BYTES = 400.0
NOTICES = 3
"""That the provider tells of one session (made, processing, verified): each is recorded and queued."""
REQUESTS = 3
"""Of the API: how the creator stands, the beginning, and a look at what became of it."""
STEPS = 4
"""Open, wait, screen, settle."""
ENTRIES, NAMES = 20_000, 60
SYLLABLES = ("ba", "do", "ri", "mal", "ten", "sho", "vik", "ar", "lun", "zen", "ka", "mor", "est", "il", "un", "ge")


def measure() -> list[Figure]:
    """The workflow by count, and the names that one process holds against lists in a second."""
    return [*verifying(), _screening()]


def verifying() -> list[Figure]:
    """What one creator takes whom no list names."""
    scene = Scene()
    before = scene.model.meter.units()
    begin(scene.desk, "mia", 1)
    scene.machine.run()
    scene.tell("verified")
    scene.machine.run()
    if scene.standing().tier != 1:
        raise RuntimeError("a creator whom no list names is verified")
    units, entered = scene.model.meter.units().since(before), scene.execution().transitions
    each, step = read_prices().each, Invocation(spec_of("verify").memory_mb, STEP_MS, LOG_BYTES)
    usd = (
        entered * each["workflow.transition"]
        + (STEPS + NOTICES + REQUESTS) * lambda_usd(step, read_prices())
        + units.write * each["dynamodb.write_unit"]
        + units.read * each["dynamodb.read_unit"]
        + REQUESTS * each["api.request"]
        + len(scene.bus.told) * each["events.custom_event"]
    )
    how = f"{STEPS} steps, {units.write:g} write and {units.read:g} read units, by list prices, without the session"
    return [
        Figure("kyc.state_transitions", entered, MOST_TRANSITIONS, "from the request to verified, nobody looks"),
        Figure("kyc.write_units", units.write, None, "the same, with the indexes' entries"),
        Figure("kyc.usd", usd, None, how),
    ]


def _screening() -> Figure:
    drawn = random.Random(9)
    sanctions = _list_of(drawn)
    asked = [(_name(drawn), f"19{drawn.randrange(40, 99)}-05-17") for _ in range(NAMES)]
    began = time.perf_counter()
    for name, birth in asked:
        screen(name, birth, "DE", (sanctions,))
    rate = NAMES / (time.perf_counter() - began)
    return Figure("kyc.names_per_s", rate, None, f"one process, a list of {ENTRIES:,} entries")


def _list_of(drawn: random.Random) -> SanctionsList:
    entries = [
        {"id": f"B-{number}", "names": [{"name": _name(drawn)}, {"name": _name(drawn), "weak": True}],
         "births": [f"19{drawn.randrange(40, 99)}-03-01"], "countries": ["RU"]}
        for number in range(ENTRIES)
    ]  # fmt: skip
    document = {"list": "bench", "published": "2026-11-01", "entries": entries}
    return read_list(json.dumps(document).encode())


def _name(drawn: random.Random) -> str:
    words = ("".join(drawn.choices(SYLLABLES, k=drawn.randrange(2, 5))) for _ in range(drawn.randrange(2, 4)))
    return " ".join(word.capitalize() for word in words)
