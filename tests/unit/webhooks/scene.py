"""Endpoints and deliveries in memory, with queues, receivers and a clock that do as they are told."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from cliffhanger.clock import rfc3339
from cliffhanger.errors import Unavailable
from cliffhanger.events.publisher import EventPublisher
from cliffhanger.webhooks.delivering import Station, Worked, deliver
from cliffhanger.webhooks.dispatching import Desk, Dispatched, dispatch
from cliffhanger.webhooks.domain import Delivery, Endpoint
from cliffhanger.webhooks.fanout import Directory, Exchange, FannedOut, fan_out
from cliffhanger.webhooks.items import Wanted
from cliffhanger.webhooks.queues import Message
from cliffhanger.webhooks.replaying import Again
from cliffhanger.webhooks.sending import Answered, Post, Unanswered
from cliffhanger.webhooks.store import DeliveryLog, EndpointsStore
from tests.support.dynamodb import MemoryDynamoDB, connect
from tests.support.tables import DELIVERIES, ENDPOINTS
from tests.unit.parking.desk import Bus
from tests.unit.webhooks.made import MINUTE, NOW

KEY = b"k" * 32
OK = Answered(204, None, b"", 40, "203.0.113.9")


def status(code: int, retry_after_s: int | None = None, body: bytes = b"") -> Answered:
    return Answered(code, retry_after_s, body, 40, "203.0.113.9")


TIMED_OUT = Unanswered("timed_out", 10_000, "203.0.113.9")


class Killed(BaseException):
    """A worker's end, which nothing catches."""


class Waiting(NamedTuple):
    """A message in a queue, and from when on it is handed out."""

    at: int
    message: Message


class QueuesInMemory:
    """Keeps messages; loses or refuses them when told."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self.clock = clock
        self.waiting: list[Waiting] = []
        self.refuses = 0
        self.loses = 0

    def send(self, messages: Sequence[Message], delay_s: int = 0) -> None:
        assert 0 <= delay_s <= 900
        if messages and self.refuses:
            self.refuses -= 1
            raise Unavailable("no queue")
        for message in messages:
            if self.loses:
                self.loses -= 1
            else:
                self.waiting.append(Waiting(self.clock() + delay_s * 1_000, message))

    def take(self) -> Message | None:
        """The first message whose time has come."""
        for waiting in sorted(self.waiting, key=lambda each: each.at):
            if waiting.at <= self.clock():
                self.waiting.remove(waiting)
                return waiting.message
        return None


class Reached(NamedTuple):
    """The reach of a partner: all, or some series, and its own."""

    partner: str
    series: frozenset[str] | None = None

    def sees(self, event: Mapping[str, Any]) -> bool:
        data = event["data"]
        if "partnerId" in data:
            return bool(data["partnerId"] == self.partner)
        return self.series is None or data.get("seriesId") in self.series


class Scene:
    """All of it; time stands still unless it is moved."""

    def __init__(self) -> None:
        self.model = MemoryDynamoDB()
        for table in (ENDPOINTS, DELIVERIES):
            self.model.call("CreateTable", table)
        self.now = NOW
        connection = connect(self.model)
        self.endpoints = EndpointsStore(connection, ENDPOINTS["TableName"])
        self.log = DeliveryLog(connection, DELIVERIES["TableName"])
        self.queues = QueuesInMemory(self.clock)
        self.bus = Bus()
        self.reaches: dict[str, Reached | None] = {"acme": Reached("acme"), "beta": Reached("beta", frozenset(("b",)))}
        self.posts: list[Post] = []
        self.answers: Callable[[Post], Answered | Unanswered] = lambda _: OK
        self.directory = Directory(self.endpoints, "live", self.clock)

    def clock(self) -> int:
        return self.now

    def send(self, post: Post) -> Answered | Unanswered:
        """As a sender: the attempt takes its time."""
        self.posts.append(post)
        answer = self.answers(post)
        self.now += answer.millis
        return answer

    @property
    def exchange(self) -> Exchange:
        return Exchange(self.directory, self.endpoints, self.log, self.queues, self.reaches.get, self.clock)

    @property
    def station(self) -> Station:
        return Station(
            self.endpoints, self.log, self.queues, self, lambda: KEY, self.reaches.get, self.clock, lambda: 0.0
        )

    @property
    def desk(self) -> Desk:
        publisher = EventPublisher(self.bus, "the-bus")
        return Desk(self.endpoints, self.log, self.queues, publisher, lambda: True, self.clock)

    @property
    def again(self) -> Again:
        return Again(self.endpoints, self.log, self.queues, self.clock)

    def event(
        self, number: int = 1, kind: str = "EpisodeUnlocked", at: int | None = None, **data: Any
    ) -> dict[str, Any]:
        return {
            "specVersion": 1,
            "id": f"evt-{number:026d}",
            "type": kind,
            "version": 1,
            "subject": "viewer:mia",
            "occurredAt": rfc3339(self.now if at is None else at),
            "data": data or {"personId": "mia", "seriesId": "the-last-train"},
        }

    def fan_out(self, *args: Any, **data: Any) -> FannedOut:
        return fan_out(self.exchange, self.event(*args, **data))

    def work(self, most: int = 100) -> list[Worked]:
        """Works off every message whose time has come."""
        worked: list[Worked] = []
        while len(worked) < most and (message := self.queues.take()) is not None:
            worked.append(deliver(self.station, message))
        return worked

    def sweep(self) -> Dispatched:
        return dispatch(self.desk)

    def pass_time(self, ms: int) -> list[Worked]:
        """Lets time go by, with a sweep every minute; minutes in which nothing can happen are passed over."""
        until, worked = self.now + ms, []
        while self.now < until:
            self.now = min(max(self.now + MINUTE, self._next() // MINUTE * MINUTE), until)
            self.sweep()
            worked += self.work()
        return worked

    def _next(self) -> int:
        """When something is due next; whoever looks for lost messages has something to do every few minutes."""
        times = [due.due_at for due in self.log.due(10**13, 1)] + [waiting.at for waiting in self.queues.waiting]
        silent = any(each.made == each.due_at == 0 and each.state == "pending" for each in self.deliveries())
        return self.now if silent else min(times, default=10**13)

    def add(self, endpoint: Endpoint) -> Endpoint:
        self.endpoints.add(endpoint)
        return endpoint

    def find(self, name: str = "e1") -> Endpoint:
        for partner in ("acme", "beta"):
            found = self.endpoints.find(partner, "live", name)
            if found is not None:
                return found
        raise LookupError(name)

    def deliveries(self, name: str = "e1") -> list[Delivery]:
        """All of an endpoint, oldest first."""
        return list(self.log.between(name, Wanted(), 100, None, newest_first=False).deliveries)

    def told(self) -> list[dict[str, Any]]:
        return self.bus.told

    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(post.body) for post in self.posts]
