"""What a million deliveries cost, line by line: counted units, measured time and bytes, times the list prices.

A delivery is one event for one endpoint that takes it at the first attempt. The shipped handlers work on full batches,
over the in-memory model and real connections to a receiver on this machine. How many endpoints an event is for, and how
long the slowest receiver of a batch takes, are assumed, and said.
"""

from __future__ import annotations

import contextlib
import functools
import io
import json
import statistics
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

from bench.costs import BYTES_A_GB, CALL_MS, MILLION, Invocation, Prices, billed_ms, lambda_usd, logs_usd, read_prices
from bench.cpu import cpu_of
from bench.figures import Figure
from bench.logs import bytes_of_invocation
from bench.webhooks.scenes import QUICK, TYPES, Receiver, endpoint_at
from bench.webhooks.worker import ARN, BATCH, KEY, Everything
from cliffhanger import bootstrap
from cliffhanger.clock import system_clock
from cliffhanger.events.envelope import envelope_of
from cliffhanger.events.examples import make_event
from cliffhanger.functions import spec_of
from cliffhanger.webhooks.addresses import networks_of
from cliffhanger.webhooks.delivering import Sends, Station
from cliffhanger.webhooks.fanout import Directory, Exchange
from cliffhanger.webhooks.queues import text_of
from cliffhanger.webhooks.sending import Answered, Post, Sender, Unanswered
from functions.deliver.handler import handler as deliver
from functions.fanout.handler import handler as fan_out
from tests.support.receivers.certificates import Authority
from tests.unit.webhooks.scene import Scene

TARGET_UNITS = 4
FOR_ENDPOINTS = 5
"""Endpoints that an event is for, assumed."""
RECEIVER_MS = 400.0
"""The slowest of a batch's receivers, with its handshake, assumed."""
HANDSHAKE_BYTES = 1_000
"""What we send for a connection beside the request: our part of the handshake of TLS 1.3, and of TCP."""
ROUNDS = 7
SETTINGS = {"STAGE": "bench", "SLOW_DELIVERIES_QUEUE_URL": "memory://queues/slow"}


class Working(NamedTuple):
    """One delivery, on average: units, CPU seconds and bytes in the log by function, and bytes that leave us."""

    write_units: float
    read_units: float
    cpu_s: Mapping[str, float]
    log_bytes: Mapping[str, float]
    sent_bytes: float


class Failing:
    """A sender to whom nobody answers."""

    def send(self, _post: Post) -> Answered | Unanswered:
        """No answer."""
        return Unanswered("connect_failed", 3, "127.0.0.1")


class Weighing:
    """A sender that notes the bytes of what it sends."""

    def __init__(self, sender: Sends) -> None:
        self._sender = sender
        self.bytes: list[int] = []

    def send(self, post: Post) -> Answered | Unanswered:
        """As the sender does.

        Raises:
            RuntimeError: it was not taken, so that there is nothing to measure.
        """
        head = sum(len(name) + len(value) + 4 for name, value in post.headers.items()) + len(post.url)
        self.bytes.append(head + len(post.body) + HANDSHAKE_BYTES)
        answer = self._sender.send(post)
        if isinstance(answer, Unanswered):
            raise RuntimeError(answer.code)  # noqa: TRY004 - an outcome, not a wrong type
        return answer


class Office:
    """The handlers over tables in memory, for endpoints that each want every event."""

    def __init__(self, port: int, sender: Sends) -> None:
        self.scene = Scene()
        for number in range(FOR_ENDPOINTS):
            self.scene.add(endpoint_at(number, "*", QUICK, port))
        scene, everything = self.scene, Everything()
        directory = Directory(scene.endpoints, "live", system_clock)
        kept = (scene.endpoints, scene.log, scene.queues)
        self._exchange = Exchange(directory, *kept, lambda _: everything)
        self._station = Station(*kept, sender, lambda: KEY, lambda _: everything)
        self._told = 0

    def tell(self, most: int) -> dict[str, Any]:
        """A batch of events."""
        self._told += most
        made = [
            make_event(TYPES[number % len(TYPES)], seed=str(number), now=system_clock())
            for number in range(self._told - most, self._told)
        ]
        return _batch("told", [json.dumps({"detail": envelope_of(event)}) for event in made])

    def due(self, most: int) -> dict[str, Any]:
        """A batch of messages that wait."""
        waiting, self.scene.queues.waiting = self.scene.queues.waiting[:most], self.scene.queues.waiting[most:]
        return _batch("fast", [text_of(each.message) for each in waiting])

    @contextlib.contextmanager
    def open(self) -> Iterator[io.StringIO]:
        """Handlers work with it meanwhile; gives what they write to their log."""
        with (
            mock.patch.object(bootstrap, "webhook_exchange", return_value=self._exchange),
            mock.patch.object(bootstrap, "webhook_station", return_value=self._station),
            mock.patch.dict("os.environ", SETTINGS),
            contextlib.redirect_stdout(io.StringIO()) as log,
        ):
            yield log


def write_units(sender: Sends, port: int) -> tuple[float, float]:
    """Write and read units of a delivery, from its event to the record of its first attempt."""
    office = Office(port, sender)
    events = len(TYPES)
    with office.open():
        before = office.scene.model.meter.units()
        fan_out(office.tell(events), None)
        for _ in range(events * FOR_ENDPOINTS // BATCH):
            deliver(office.due(BATCH), None)
        after = office.scene.model.meter.units()
    count = events * FOR_ENDPOINTS
    return (after.write - before.write) / count, (after.read - before.read) / count


def failing_units(port: int) -> float:
    """Write units of an attempt that nobody answers, the first of its endpoint's."""
    office = Office(port, Failing())
    with office.open():
        fan_out(office.tell(1), None)
        before = office.scene.model.meter.units().write
        deliver(office.due(1), None)
        return office.scene.model.meter.units().write - before


def working(sender: Weighing, port: int) -> Working:
    """A delivery, from its event to its record."""
    write, read = write_units(sender, port)
    office = Office(port, sender)
    cpu_s: dict[str, list[float]] = {"fanout": [], "deliver": []}
    with office.open() as log:
        fan_out(office.tell(BATCH), None)
        told_bytes = len(log.getvalue().encode())
        deliver(office.due(BATCH), None)
        sent_bytes = len(log.getvalue().encode()) - told_bytes
        for _ in range(ROUNDS):
            cpu_s["fanout"].append(cpu_of(functools.partial(fan_out, office.tell(BATCH), None), 1))
            cpu_s["deliver"].append(cpu_of(functools.partial(deliver, office.due(BATCH), None), 1))
    return Working(
        write,
        read,
        {name: statistics.median(spent) for name, spent in cpu_s.items()},
        {
            "fanout": bytes_of_invocation("fanout", told_bytes),
            "deliver": bytes_of_invocation("deliver", sent_bytes),
        },
        statistics.mean(sender.bytes),
    )


def lines_of(each: Working, prices: Prices) -> dict[str, float]:
    """USD for a million deliveries by line."""
    price = prices.each
    share = {"fanout": 1 / (BATCH * FOR_ENDPOINTS), "deliver": 1 / BATCH}
    # An event's deliveries are put one after another; a batch's attempts are made at once, each with three calls.
    waiting = {"fanout": BATCH * (FOR_ENDPOINTS + 1) * CALL_MS, "deliver": 3 * CALL_MS + RECEIVER_MS}
    functions = logs = 0.0
    for name, part in share.items():
        memory_mb = spec_of(name).memory_mb
        ms = billed_ms(memory_mb, each.cpu_s[name], waiting[name])
        functions += part * lambda_usd(Invocation(memory_mb, ms, each.log_bytes[name]), prices)
        logs += part * logs_usd(each.log_bytes[name], prices)
    # Sent, and of a batch received and deleted: the event for all its deliveries, and the delivery itself.
    told = (1 + 2 / BATCH) / FOR_ENDPOINTS
    sent = 1 / min(FOR_ENDPOINTS, BATCH) + 2 / BATCH
    usd = {
        "dynamodb": each.write_units * price["dynamodb.write_unit"] + each.read_units * price["dynamodb.read_unit"],
        "lambda": functions,
        "queue": (told + sent) * price["sqs.request"],
        "logs": logs,
        "transfer": each.sent_bytes / BYTES_A_GB * price["transfer.gigabyte_out"],
    }
    return {name: value * MILLION for name, value in usd.items()}


def measure() -> list[Figure]:
    """Units of a delivery, the sum of its costs, and their lines."""
    prices = read_prices()
    with tempfile.TemporaryDirectory() as folder:
        authority = Authority(Path(folder))
        receiver = Receiver(authority)
        try:
            sender = Weighing(Sender(networks_of("127.0.0.0/8"), str(authority.file)))
            each = working(sender, receiver.port)
            failed = failing_units(receiver.port)
        finally:
            receiver.stop()
    usd = lines_of(each, prices)
    how = {
        "dynamodb": f"{each.write_units:g} write units, {each.read_units:g} read units",
        "lambda": f"batches of {BATCH}: {each.cpu_s['fanout'] * 1e3:.1f} ms of CPU for so many events with "
        f"{FOR_ENDPOINTS} endpoints each, {each.cpu_s['deliver'] * 1e3:.1f} ms for so many deliveries, and "
        f"{RECEIVER_MS:g} ms of waiting",
        "queue": "events and deliveries: sent, received, deleted, in batches",
        "logs": f"{each.log_bytes['deliver'] / BATCH:.0f} bytes of a delivery, {each.log_bytes['fanout'] / BATCH:.0f} "
        "of an event",
        "transfer": f"{each.sent_bytes:.0f} bytes to the Internet, {HANDSHAKE_BYTES} of them taken for the handshake",
    }
    told = f"at the first attempt, {FOR_ENDPOINTS} endpoints an event; list prices of {prices.date} in {prices.region}"
    return [
        Figure(
            "webhook.write_units_per_delivery",
            each.write_units,
            TARGET_UNITS,
            "its put and the record of its attempt, over ten types of events",
        ),
        Figure(
            "webhook.write_units_per_failed_attempt",
            failed,
            None,
            "beside the put: the record, the index of what is due, and, of the first ones, the endpoint's health",
        ),
        Figure("webhook.usd_per_million", sum(usd.values()), None, told),
        *(Figure(f"webhook.usd_per_million_{name}", usd[name], None, how[name]) for name in usd),
    ]


def _batch(queue: str, texts: list[str]) -> dict[str, Any]:
    return {
        "Records": [
            {"messageId": str(number), "body": text, "eventSourceARN": ARN + queue} for number, text in enumerate(texts)
        ]
    }
