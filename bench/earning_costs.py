"""What a million rewards cost, line by line: counted units, measured time and bytes, times the list prices.

Viewers live through the same minutes under the shipped rules: they check in, watch the free episodes of a series from
beat to beat, and see an ad. All of it is asked of the shipped handlers over the in-memory model; what the model takes
is taken off, and what botocore takes for each call, measured for unlocks, put in its place. What brings no reward, most
beats above all, is in the price of those that do. What campaigns give and invitations stands beside it, in
:mod:`bench.campaign_costs`.
"""

from __future__ import annotations

import contextlib
import functools
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from pynamodb.connection import Connection

from bench import cpu, logs
from bench.costs import (
    CALL_MS,
    COLD,
    MILLION,
    Invocation,
    Prices,
    billed_ms,
    lambda_usd,
    logs_usd,
    read_prices,
    settling,
)
from bench.figures import Figure
from bench.fixtures import REQUEST_ID, Counter, Served, again, served
from bench.imports import ENVIRONMENT, run
from cliffhanger import bootstrap
from cliffhanger.functions import spec_of
from cliffhanger.ledger.settling import settle_images
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.rewards.ads_admob import AdMob
from cliffhanger.rewards.ads_keys import AdKeys
from cliffhanger.rewards.watching import BEAT_EVERY_MS
from functions.ads.handler import handler as ads
from functions.rewards.handler import handler as rewards
from tests.support.adapters import replace_in_bootstrap
from tests.support.ads import content, document, signed
from tests.support.campaign_tables import CAMPAIGNS
from tests.support.dynamodb import MemoryDynamoDB, connect
from tests.support.earning import page_of, publish
from tests.support.http import access_token, body_of, event
from tests.support.tables import BLOCKS, CATALOG, CLAIMS, DEVICES, LEDGER, RATES, RULESETS, SWITCHES, WATCHES

TABLES = (LEDGER, CATALOG, RATES, SWITCHES, CLAIMS, DEVICES, WATCHES, RULESETS, BLOCKS, CAMPAIGNS)
VIEWERS, EPISODES = 8, 6
SETTLED_AT_ONCE = 100
WATCH = "POST /v1/series/{seriesId}/episodes/{episode}/watch"
INIT = """
import functions.rewards.handler
from cliffhanger import bootstrap
bootstrap.watching_room()
"""
SETTINGS = {name: name.lower() for name in ("WATCHES_TABLE", "CLAIMS_TABLE", "DEVICES_TABLE", "RULESETS_TABLE")}


class Day(NamedTuple):
    """What one reward takes, on average over the minutes of all viewers; ``settled_*`` is of its settlement.

    ``heard`` are invocations by which the bus tells of something: no gateway is paid for them.
    """

    requests: float
    write_units: float
    read_units: float
    calls: float
    cpu_s: float
    log_bytes: float
    settled_write_units: float
    settled_read_units: float
    rewards: int
    heard: float = 0.0


class Minutes:
    """Viewers of the shipped handlers over the model, what they have asked and what it took."""

    def __init__(self, connection: Connection, service: Served) -> None:
        self.connection = connection
        self.clock = service.clock
        self._log = service.log
        self.counter = Counter(connection)
        self._inside = _timed(connection)
        self.reset()

    def reset(self) -> None:
        """Starts again at nothing."""
        self.counter.reset()
        self.requests = self.heard = 0
        self.cpu_s = self._inside[0] = 0.0
        self._logged = len(self._log.getvalue().encode())

    def spend(self, act: Callable[[], Any]) -> Any:
        """What comes of an act, whose time counts."""
        began = time.process_time()
        try:
            return act()
        finally:
            self.cpu_s += time.process_time() - began

    def ask(self, handler: Callable[..., dict[str, Any]], asked: dict[str, Any]) -> Any:
        """What is answered, at what cost.

        Raises:
            RuntimeError: it is refused.
        """
        answer = self.spend(lambda: handler(asked, type("Context", (), {"aws_request_id": REQUEST_ID})))
        self.requests += 1
        if answer["statusCode"] >= 300:
            raise RuntimeError(answer["body"])
        return body_of(answer)

    def hear(self, act: Callable[[], Any]) -> None:
        """An invocation by the bus."""
        self.spend(act)
        self.heard += 1

    @contextlib.contextmanager
    def aside(self) -> Iterator[None]:
        """What happens meanwhile does not count."""
        counter, inside = self.counter, self._inside[0]
        kept = counter.reads.copy(), counter.writes.copy(), counter.calls.copy()
        yield
        counter.reads, counter.writes, counter.calls = kept
        self._inside[0] = inside

    def each(self, entries: list[dict[str, Any]], rewards: int, function: str = "rewards") -> Day:
        """What one of so many rewards took since the last reset, with the settlement of their entries, as images."""
        counter, unlock = self.counter, cpu.unlock_cost()
        calls, writes, reads = sum(counter.calls.values()), counter.write, counter.read
        cpu_s = self.cpu_s - self._inside[0] + calls * unlock.bare_s / unlock.calls
        invocations = self.requests + self.heard
        own = len(self._log.getvalue().encode()) - self._logged + invocations * logs.bytes_of_invocation(function, 0)
        counter.reset()
        settle_images(LedgerStore(again(self.connection), LEDGER["TableName"]), entries)
        return Day(
            requests=self.requests / rewards,
            write_units=writes / rewards,
            read_units=reads / rewards,
            calls=calls / rewards,
            cpu_s=cpu_s / rewards,
            log_bytes=own / rewards,
            settled_write_units=counter.write / rewards,
            settled_read_units=counter.read / rewards,
            rewards=rewards,
            heard=self.heard / rewards,
        )

    def live(self, person: str) -> None:
        """One viewer's minutes."""
        token = access_token(person, country="DE", age=30)
        device = f"phone-of-{person}"

        def ask(route: str, body: Any = None, **path: str) -> Any:
            method = route.split(maxsplit=1)[0]
            made = event(method, "/", route=route, path_parameters=path or None, body=body, token=token)
            return self.ask(rewards, made)

        ask("GET /v1/rewards")
        ask("POST /v1/rewards/checkin", {"device": device})
        session = None
        for number in range(1, EPISODES):
            place = {"seriesId": "two-of-us", "episode": str(number)}
            told = ask(WATCH, {"device": device, "session": session}, **place)
            position = 0
            while not told["counted"]:
                self.clock.now += BEAT_EVERY_MS
                position += BEAT_EVERY_MS
                told = ask("POST /v1/watch/beats", {"session": told["session"], "positionMs": position})
            session = told["session"]
        offered = ask("POST /v1/rewards/ads", {"device": device, "placement": "web"})
        query = signed(content(offered["customData"], self.clock.now, ad_unit=offered["adUnit"]))
        self.ask(ads, event("GET", "/v1/webhooks/admob") | {"rawQueryString": query})
        ask("GET /v1/rewards/ads/{viewId}", viewId=offered["viewId"])


@functools.cache
def day() -> Day:
    """Lived through once a run."""
    model = MemoryDynamoDB()
    for table in TABLES:
        model.call("CreateTable", table)
    connection = connect(model)
    with served(connection) as service, pytest.MonkeyPatch.context() as monkeypatch:
        publish(bootstrap.catalog_store(), page_of("two-of-us", EPISODES))
        replace_in_bootstrap(monkeypatch, "request_secret", lambda _purpose: b"the-key-of-rewards-in-the-bench!")
        desk = bootstrap.rewards_desk()._replace(clock=service.clock)
        replace_in_bootstrap(monkeypatch, "rewards_desk", lambda: desk)
        network = AdMob(AdKeys(document, service.clock, lambda: None))
        turnstile = bootstrap.ad_turnstile()._replace(desk=desk, network=network)
        replace_in_bootstrap(monkeypatch, "ad_turnstile", lambda: turnstile)
        minutes = Minutes(connection, service)
        minutes.live("warm")
        minutes.reset()
        for number in range(VIEWERS):
            minutes.live(f"viewer-{number}")
        mine = written(model, "viewer-")
        return minutes.each(mine, len(mine))


def written(model: MemoryDynamoDB, whose: str) -> list[dict[str, Any]]:
    """The entries, as images, of accounts that have this in their name."""
    images = [one["dynamodb"]["NewImage"] for one in model.stream(LEDGER["TableName"]) if one["eventName"] == "INSERT"]
    return [image for image in images if whose in str(image["account"])]


def _timed(connection: Connection) -> list[float]:
    """CPU seconds that calls spend in what stands for DynamoDB."""
    client: Any = connection.client
    spent, serve = [0.0], client._make_api_call  # noqa: SLF001 - pynamodb calls just this

    def timed(operation: str, parameters: dict[str, Any]) -> Any:
        began = time.process_time()
        try:
            return serve(operation, parameters)
        finally:
            spent[0] += time.process_time() - began

    client._make_api_call = timed  # noqa: SLF001
    return spent


def lines_of(each: Day, prices: Prices, settled: Invocation, cold_s: float) -> dict[str, float]:
    """USD for a million rewards by line."""
    price, memory_mb = prices.each, spec_of("rewards").memory_mb
    write, read = price["dynamodb.write_unit"], price["dynamodb.read_unit"]
    invocations = each.requests + each.heard
    warm = billed_ms(memory_mb, each.cpu_s / invocations, each.calls / invocations * CALL_MS)
    own = Invocation(memory_mb, warm + COLD * billed_ms(memory_mb, cold_s, 0), 0)
    batch = lambda_usd(settled, prices) + logs_usd(settled.log_bytes, prices)
    usd = {
        "dynamodb": each.write_units * write + each.read_units * read,
        "lambda": invocations * lambda_usd(own, prices),
        "api": each.requests * price["api.request"],
        "logs": logs_usd(each.log_bytes, prices)
        + each.requests * logs_usd(logs.access_bytes(), prices, logs.access_class()),
        "settlement": each.settled_write_units * write
        + each.settled_read_units * read
        + batch / SETTLED_AT_ONCE
        + price["dynamodb.stream_read_by_lambda"],
    }
    return {name: value * MILLION for name, value in usd.items()}


@functools.cache
def init_s() -> float:
    """CPU seconds of the function's initialisation: the least of some."""
    return min(run(INIT, ENVIRONMENT | SETTINGS)[0] for _ in range(3)) / 1_000


def measure() -> list[Figure]:
    """The sum of what a million rewards cost, and its lines."""
    prices, each = read_prices(), day()
    usd = lines_of(each, prices, settling(SETTLED_AT_ONCE), init_s())
    how = {
        "dynamodb": f"{each.write_units:.1f} write units, {each.read_units:.1f} read units",
        "lambda": f"{each.requests:.1f} requests with {each.cpu_s / each.requests * 1e3:.2f} ms of CPU and "
        f"{each.calls / each.requests:.1f} calls each",
        "api": f"{each.requests:.1f} requests: most of them beats, which bring nothing by themselves",
        "logs": f"{each.log_bytes:.0f} bytes of our own",
        "settlement": f"{each.settled_write_units:.2f} write units, in deliveries of {SETTLED_AT_ONCE}",
    }
    told = (
        f"{VIEWERS} viewers check in, watch {EPISODES - 1} episodes of 90 s and see an ad: {each.rewards} rewards; "
        f"list prices of {prices.date} in {prices.region}"
    )
    return [
        Figure("rewards.usd_per_million", sum(usd.values()), None, told),
        *(Figure(f"rewards.usd_per_million_{name}", usd[name], None, how[name]) for name in usd),
    ]
