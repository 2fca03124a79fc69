"""CPU of one unlock through its handler, against the bare botocore calls that it makes; the wire is stubbed.

Everything but the wire is real on both sides. The two are run in turn in one process.
"""

from __future__ import annotations

import functools
import gc
import statistics
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import botocore.session

from bench.figures import Figure
from bench.fixtures import EARLIER_UNLOCKS, busy_viewer, memory, one_episode, page, served
from bench.wire import Recorder, Told, answered
from cliffhanger import bootstrap
from cliffhanger.rates.domain import Bucket, Memory, Seen
from tests.support.http import SETTINGS

ROUNDS = 25
CALLS = 25
EPISODE = EARLIER_UNLOCKS + 2


class Cost(NamedTuple):
    """CPU of an unlock: seconds of the handler and of the bare calls, their ratio, how many calls, and the log line."""

    handler_s: float
    bare_s: float
    ratio: float
    calls: int
    log_line: str


class _Forgetful(Memory):
    """Knows nobody, so that nobody is counted."""

    def keep(self, bucket: Bucket, seen: Seen) -> None:
        """Does not."""


def recorded_calls() -> tuple[list[Told], list[Told]]:
    """Calls with their answers, from the in-memory model: those that make an instance warm, and those of one unlock."""
    connection, series = memory(), page()
    busy_viewer(connection, series)
    recorder = Recorder(connection)
    with served(connection) as service:
        before = len(recorder.told)
        service.ask(one_episode(EPISODE, series.price_of(EPISODE)))
    return recorder.told[:before], recorder.told[before:]


@functools.cache
def unlock_cost() -> Cost:
    """Pair by pair, so that a machine whose speed drifts compares like with like; measured once a run."""
    warming, mine = recorded_calls()
    request = one_episode(EPISODE, page().price_of(EPISODE))
    client: Any = botocore.session.get_session().create_client(
        "dynamodb",
        region_name=SETTINGS["AWS_REGION"],
        aws_access_key_id="bench",
        aws_secret_access_key="bench",  # noqa: S106
    )
    methods = {"Query": client.query, "GetItem": client.get_item, "PutItem": client.put_item}

    def bare() -> None:
        for operation, parameters, _ in mine:
            methods[operation](**parameters)

    with answered(warming, mine), served() as service:
        handler = service.handler_of(request)

        def unlock() -> None:
            answer = handler()
            if answer["statusCode"] != 201:
                raise RuntimeError(answer["body"])

        bootstrap.rate_limiter()._memory = _Forgetful()  # noqa: SLF001 - every call is the first of an ordinary caller
        unlock()
        bare()
        line = service.log.getvalue().splitlines()[-1]
        pairs = [(cpu_of(unlock, CALLS), cpu_of(bare, CALLS)) for _ in range(ROUNDS)]
    ours, theirs = (statistics.median(pair[side] for pair in pairs) for side in (0, 1))
    return Cost(ours, theirs, statistics.median(one / other for one, other in pairs), len(mine), line)


def cpu_of(work: Callable[[], object], calls: int) -> float:
    """CPU seconds of one call, over so many."""
    gc.collect()
    started = time.process_time()
    for _ in range(calls):
        work()
    return (time.process_time() - started) / calls


def measure() -> list[Figure]:
    """The ratio of the two."""
    cost = unlock_cost()
    how = (
        f"median of {ROUNDS} pairs; {cost.handler_s * 1000:.2f} ms, and {cost.bare_s * 1000:.2f} ms for its "
        f"{cost.calls} calls alone"
    )
    return [Figure("unlock.handler_cpu_ratio", cost.ratio, 1.4, how)]
