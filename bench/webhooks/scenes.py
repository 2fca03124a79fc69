"""Endpoints of one receiver, processes that deliver to them and may be killed, and what stands in for AWS between."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from bench.webhooks.receiver import HANGING, Noted
from bench.webhooks.site import TOLD, Site, site, stores_over
from cliffhanger.clock import system_clock
from cliffhanger.events.envelope import envelope_of
from cliffhanger.events.examples import make_event
from cliffhanger.webhooks.domain import Endpoint
from tests.support.dynamodb import connect
from tests.support.receivers.certificates import Authority

PROCESSES = 4
FAST_COPIES, SLOW_COPIES, FANOUT_COPIES = 12, 2, 1
"""Of each process; ``infra/stacks/events.py`` allows 50 and 10 of the lanes in all."""
TYPES = (
    *("EpisodePublished", "EpisodeUnlocked", "UnlockReversed", "CoinsGranted", "GrantReversed"),
    *("CoinsBought", "PurchaseRefunded", "CoinsExpired", "AccountFrozen", "AccountThawed"),
)
"""Each endpoint wants one of them, and those that hang are spread over all."""
QUICK = "/quick/"
WARM_TYPE, WARMING = "WebhookEndpointTested", 40
"""What is delivered before anything is measured, and to how many endpoints of its own."""
HIDDEN_S = 180.0
"""How long a message that was handed out stays hidden: six times a function's time-out, as in the templates."""
PATIENCE_S = 240.0
LOOK_EVERY_S = 0.1
TWICE_EVERY = 10
"""Of the events, every tenth is told twice, as EventBridge may."""


class Late(Exception):
    """A run did not come to its end."""


class Told(NamedTuple):
    """An event that was told: its id, its type, and when."""

    identity: str
    type: str
    at: float


class Receiver:
    """The process of the receiver."""

    def __init__(self, authority: Authority) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.webhooks.receiver", str(authority.key_file_for("127.0.0.1"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.port = int(self._line())

    def noted(self) -> list[Noted]:
        """All that it was sent where it answers."""
        if self._process.stdin is not None:
            self._process.stdin.write("\n")
            self._process.stdin.flush()
        return [Noted(*each) for each in json.loads(self._line())]

    def stop(self) -> None:
        """Ends it."""
        self._process.kill()
        self._process.communicate()

    def _line(self) -> str:
        return self._process.stdout.readline() if self._process.stdout is not None else ""


class Workers:
    """Processes that deliver, and of which any may be killed and begun anew."""

    def __init__(self, address: str, authority: Authority) -> None:
        copies = (FAST_COPIES, SLOW_COPIES, FANOUT_COPIES)
        self._command = [sys.executable, "-m", "bench.webhooks.worker", address, str(authority.file), *map(str, copies)]
        self._running = [self._begun() for _ in range(PROCESSES)]

    def kill(self, place: int) -> None:
        """Kills one without a warning, and begins another in its place."""
        self._running[place].kill()
        self._running[place].wait()
        self._running[place] = self._begun()

    def stop(self) -> None:
        """Ends all."""
        for each in self._running:
            each.kill()
            each.wait()

    def _begun(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self._command, stdout=subprocess.DEVNULL)


class Scene(NamedTuple):
    """Endpoints, whoever delivers to them, and whoever receives."""

    site: Site
    workers: Workers
    receiver: Receiver
    endpoints: tuple[Endpoint, ...]

    def tell(self, number: int, kind: str = "") -> Told:
        """Tells one event, the next of the types unless one is named."""
        kind = kind or TYPES[number % len(TYPES)]
        envelope = envelope_of(make_event(kind, seed=str(number), now=system_clock()))
        told = Told(str(envelope["id"]), kind, time.monotonic())
        text = json.dumps({"detail": envelope})
        self.site.queues[TOLD].send([text] * (2 if number % TWICE_EVERY == 0 else 1))
        return told

    def wanted(self, told: Sequence[Told]) -> set[tuple[str, str]]:
        """What is to come of these events: a path that answers, and an event's id."""
        return {
            (path, event.identity)
            for endpoint in self.endpoints
            for event in told
            if endpoint.wants(event.type) and HANGING not in (path := path_of(endpoint))
        }

    def wait_for(self, wanted: set[tuple[str, str]]) -> list[Noted]:
        """All that was received, once everything that is to come has.

        Raises:
            Late: something has not come for minutes.
        """
        until = time.monotonic() + PATIENCE_S
        while True:
            noted = self.receiver.noted()
            missing = wanted - {(each.path, each.identity) for each in noted}
            if not missing:
                return noted
            if time.monotonic() > until:
                raise Late(f"{len(missing)} of {len(wanted)} deliveries have not come")
            time.sleep(LOOK_EVERY_S)


@contextlib.contextmanager
def scene(count: int, hanging: int, hidden_s: float = HIDDEN_S) -> Iterator[Scene]:
    """So many endpoints, of which some hang, with everything that delivers to them running."""
    with tempfile.TemporaryDirectory() as folder, site(hidden_s) as served, contextlib.ExitStack() as ending:
        authority = Authority(Path(folder))
        receiver = Receiver(authority)
        ending.callback(receiver.stop)
        endpoints, _ = stores_over(connect(served.model))
        made = tuple(
            endpoint_at(number, TYPES[number % len(TYPES)], HANGING if number < hanging else QUICK, receiver.port)
            for number in range(count)
        ) + tuple(endpoint_at(number, WARM_TYPE, QUICK, receiver.port) for number in range(count, count + WARMING))
        for endpoint in made:
            endpoints.add(endpoint)
        workers = Workers(served.address, authority)
        ending.callback(workers.stop)
        running = Scene(served, workers, receiver, made)
        _warm(running)
        yield running


def _warm(running: Scene) -> None:
    """Lets every process deliver to endpoints that have no other use, so that no figure is of how one begins."""
    copies = PROCESSES * FAST_COPIES
    while running.site.queues["fast"].waiting < copies:
        time.sleep(LOOK_EVERY_S)
    for number in range(WARMING):
        running.wait_for(running.wanted([running.tell(-number - 1, WARM_TYPE)]))


def endpoint_at(number: int, kind: str, path: str, port: int) -> Endpoint:
    """An endpoint of the receiver's that wants one type of events."""
    return Endpoint(
        partner=f"partner-{number % 25}",
        mode="live",
        endpoint=f"endpoint-{number:03d}",
        url=f"https://127.0.0.1:{port}{path}{number}",
        description="",
        types=(kind,),
        created_at=system_clock(),
        changed_at=system_clock(),
    )


def path_of(endpoint: Endpoint) -> str:
    """Where an endpoint is at its receiver."""
    return "/" + endpoint.url.split("/", 3)[3]
