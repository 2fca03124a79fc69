"""Deliveries over real sockets, by processes that may be killed: how many, how fast, and whether each came, once."""

from __future__ import annotations

import contextlib
import random
import statistics
import time
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from bench.figures import Figure
from bench.webhooks.receiver import Noted
from bench.webhooks.scenes import (
    FAST_COPIES,
    LOOK_EVERY_S,
    PATIENCE_S,
    PROCESSES,
    SLOW_COPIES,
    TYPES,
    Late,
    Scene,
    path_of,
    scene,
)
from bench.webhooks.site import Site, stores_over
from cliffhanger.webhooks.items import Wanted
from tests.support.dynamodb import connect

COUNT, HANGING = 100, 10
TARGET_ISOLATION = 1.2
BURST_EVENTS = 100
STEADY_EVENTS, STEADY_EVERY_S = 80, 0.2
"""For longer than an attempt may take, so that what it is like when some begin to hang counts too."""
ROUNDS = 3
KILLED_COUNT, KILLED_EVENTS, KILLED_EVERY_S = 40, 300, 0.05
KILL_EVERY_EVENTS = 12
HIDDEN_BRIEFLY_S = 4.0
"""So short that a killed worker's messages come back while a run lasts."""
SEED = 7


def per_second() -> float:
    """Deliveries a second to the endpoints that answer, of events that are told all at once, while others hang."""
    with scene(COUNT, HANGING) as running:
        told = [running.tell(number) for number in range(BURST_EVENTS)]
        wanted = running.wanted(told)
        last = max(each.at for each in running.wait_for(wanted))
        return len(wanted) / (last - told[0].at)


def delays(hanging: int) -> list[float]:
    """Seconds from each event to each of its deliveries, to the endpoints that answer whether or not others hang."""
    with scene(COUNT, hanging) as running:
        begun = time.monotonic()
        told = []
        for number in range(STEADY_EVENTS):
            time.sleep(max(0.0, begun + number * STEADY_EVERY_S - time.monotonic()))
            told.append(running.tell(number))
        at = {event.identity: event.at for event in told}
        first: dict[tuple[str, str], float] = {}
        for each in running.wait_for(running.wanted(told)):
            first.setdefault((each.path, each.identity), each.at)
        always = {path_of(endpoint) for endpoint in running.endpoints[HANGING:COUNT]}
        return [came - at[identity] for (path, identity), came in first.items() if path in always and identity in at]


class Kept(NamedTuple):
    """What came of deliveries whose workers were killed."""

    killed: int
    wanted: int
    lost: int
    duplicated: int
    repeated: int


def killed() -> Kept:
    """Kills one worker after another while events are told, and counts what has come in the end."""
    draw = random.Random(SEED)
    with scene(KILLED_COUNT, 0, HIDDEN_BRIEFLY_S) as running:
        told, kills = [], 0
        for number in range(KILLED_EVENTS):
            told.append(running.tell(number))
            time.sleep(KILLED_EVERY_S)
            if number % KILL_EVERY_EVENTS == KILL_EVERY_EVENTS - 1:
                running.workers.kill(draw.randrange(PROCESSES))
                kills += 1
        wanted = running.wanted(told)
        with contextlib.suppress(Late):
            running.wait_for(wanted)
        _wait_until_empty(running.site)
        return kept(kills, wanted, running.receiver.noted(), _delivered(running))


def kept(kills: int, wanted: set[tuple[str, str]], noted: Sequence[Noted], recorded: set[tuple[str, str]]) -> Kept:
    """Lost is what did not come, or is not known to have; duplicated an id with two bodies, or a fact with two ids."""
    came = {(each.path, each.identity) for each in noted}
    bodies, ids = defaultdict(set), defaultdict(set)
    for each in noted:
        bodies[each.identity].add(each.body)
        ids[each.fact].add(each.identity)
    duplicated = sum(len(found) - 1 for found in (*bodies.values(), *ids.values()))
    return Kept(kills, len(wanted), len(wanted - (came & recorded)), duplicated, len(noted) - len(came))


def _delivered(running: Scene) -> set[tuple[str, str]]:
    """What the delivery log says was delivered."""
    _, log = stores_over(connect(running.site.model))
    found = set()
    for endpoint in running.endpoints:
        page = log.between(endpoint.endpoint, Wanted(states=("delivered",)), KILLED_EVENTS, None, newest_first=False)
        found |= {(path_of(endpoint), delivery.event) for delivery in page.deliveries}
    return found


def _wait_until_empty(served: Site) -> None:
    """Waits until every message was worked off."""
    until = time.monotonic() + PATIENCE_S
    while any(map(len, served.queues.values())) and time.monotonic() < until:
        time.sleep(LOOK_EVERY_S)


def p95(values: Sequence[float]) -> float:
    """95 of 100 values are less."""
    return statistics.quantiles(values, n=20)[-1]


def measure() -> list[Figure]:
    """How many deliveries there are in a second, what hangs does to the others, and what is lost with a worker."""
    rate = per_second()
    turns = [(p95(delays(0)), p95(delays(HANGING))) for _ in range(ROUNDS)]
    # The least of each, as for imports: what else the machine does only ever adds.
    without, beside = (min(turn[side] for turn in turns) for side in (0, 1))
    found = killed()
    copies = f"{PROCESSES} processes with {PROCESSES * FAST_COPIES} and {PROCESSES * SLOW_COPIES} copies of the lanes"
    steady = f"{STEADY_EVENTS} events {STEADY_EVERY_S * 1_000:g} ms apart, each for {COUNT // len(TYPES)} endpoints"
    return [
        Figure(
            "webhook.deliveries_per_s",
            rate,
            None,
            f"{BURST_EVENTS} events at once to {COUNT} endpoints, of which {HANGING} begin to hang; {copies}, and the "
            "receiver, on this machine",
        ),
        Figure(
            "webhook.isolation",
            beside / without,
            TARGET_ISOLATION,
            f"95 % of deliveries to {COUNT - HANGING} endpoints in {beside * 1_000:.0f} ms while {HANGING} others "
            f"hang, in {without * 1_000:.0f} ms while those answer; {steady}; least of {ROUNDS}",
        ),
        Figure(
            "webhook.lost",
            found.lost,
            0,
            f"of {found.wanted} deliveries, {found.killed} times a worker was killed while they were made",
        ),
        Figure("webhook.duplicated_ids", found.duplicated, 0, "an id with two bodies, or an event under two ids"),
        Figure("webhook.repeated", found.repeated, None, "the same id and body once more, which receivers must bear"),
    ]
