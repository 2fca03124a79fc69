"""What a million rewards cost, line by line: counted units, measured time and bytes, times the list prices.

Viewers live through the same minutes under the shipped rules: they check in, watch the free episodes of a series from
beat to beat, and see an ad. All of it is asked of the shipped handlers over the in-memory model; what the model takes
is taken off, and what botocore takes for each call, measured for unlocks, put in its place. What brings no reward, most
beats above all, is in the price of those that do.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

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
from bench.fixtures import REQUEST_ID, Counter, Hand, again, served
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
    """What one reward takes, on average over the minutes of all viewers; ``settled_*`` is of its settlement."""

    requests: float
    write_units: float
    read_units: float
    calls: float
    cpu_s: float
    log_bytes: float
    settled_write_units: float
    settled_read_units: float
    rewards: int


class Minutes:
    """Viewers of the shipped handlers, and what they have asked."""

    def __init__(self, counter: Counter, clock: Hand) -> None:
        self.counter = counter
        self.clock = clock
        self.requests = 0
        self.cpu_s = 0.0

    def ask(self, handler: Callable[..., dict[str, Any]], asked: dict[str, Any]) -> Any:
        """What is answered, at what cost.

        Raises:
            RuntimeError: it is refused.
        """
        began = time.process_time()
        answer = handler(asked, type("Context", (), {"aws_request_id": REQUEST_ID}))
        self.cpu_s += time.process_time() - began
        self.requests += 1
        if answer["statusCode"] >= 300:
            raise RuntimeError(answer["body"])
        return body_of(answer)

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
    counter, inside = Counter(connection), _timed(connection)
    with served(connection) as service, pytest.MonkeyPatch.context() as monkeypatch:
        publish(bootstrap.catalog_store(), page_of("two-of-us", EPISODES))
        replace_in_bootstrap(monkeypatch, "request_secret", lambda _purpose: b"the-key-of-rewards-in-the-bench!")
        desk = bootstrap.rewards_desk()._replace(clock=service.clock)
        replace_in_bootstrap(monkeypatch, "rewards_desk", lambda: desk)
        network = AdMob(AdKeys(document, service.clock, lambda: None))
        turnstile = bootstrap.ad_turnstile()._replace(desk=desk, network=network)
        replace_in_bootstrap(monkeypatch, "ad_turnstile", lambda: turnstile)
        minutes = Minutes(counter, service.clock)
        minutes.live("warm")
        counter.reset()
        minutes.requests, minutes.cpu_s, inside[0] = 0, 0.0, 0.0
        logged = len(service.log.getvalue().encode())
        for number in range(VIEWERS):
            minutes.live(f"viewer-{number}")
        lines = len(service.log.getvalue().encode()) - logged
    return _day(minutes, inside[0], lines, model, connection)


def _day(minutes: Minutes, inside_s: float, lines: int, model: MemoryDynamoDB, connection: Any) -> Day:
    counter, unlock = minutes.counter, cpu.unlock_cost()
    calls, writes, reads = sum(counter.calls.values()), counter.write, counter.read
    images = [one["dynamodb"]["NewImage"] for one in model.stream(LEDGER["TableName"]) if one["eventName"] == "INSERT"]
    mine = [image for image in images if "viewer-" in str(image["account"])]
    counter.reset()
    settle_images(LedgerStore(again(connection), LEDGER["TableName"]), mine)
    count = len(mine)
    cpu_s = minutes.cpu_s - inside_s + calls * unlock.bare_s / unlock.calls
    own = lines + minutes.requests * logs.bytes_of_invocation("rewards", 0)
    return Day(
        requests=minutes.requests / count,
        write_units=writes / count,
        read_units=reads / count,
        calls=calls / count,
        cpu_s=cpu_s / count,
        log_bytes=own / count,
        settled_write_units=counter.write / count,
        settled_read_units=counter.read / count,
        rewards=count,
    )


def _timed(connection: Any) -> list[float]:
    """CPU seconds that calls spend in what stands for DynamoDB."""
    spent, serve = [0.0], connection.client._make_api_call  # noqa: SLF001 - pynamodb calls just this

    def timed(operation: str, parameters: dict[str, Any]) -> Any:
        began = time.process_time()
        try:
            return serve(operation, parameters)
        finally:
            spent[0] += time.process_time() - began

    connection.client._make_api_call = timed  # noqa: SLF001
    return spent


def lines_of(each: Day, prices: Prices, settled: Invocation, init_s: float) -> dict[str, float]:
    """USD for a million rewards by line."""
    price, memory_mb = prices.each, spec_of("rewards").memory_mb
    write, read = price["dynamodb.write_unit"], price["dynamodb.read_unit"]
    warm = billed_ms(memory_mb, each.cpu_s / each.requests, each.calls / each.requests * CALL_MS)
    own = Invocation(memory_mb, warm + COLD * billed_ms(memory_mb, init_s, 0), 0)
    batch = lambda_usd(settled, prices) + logs_usd(settled.log_bytes, prices)
    usd = {
        "dynamodb": each.write_units * write + each.read_units * read,
        "lambda": each.requests * lambda_usd(own, prices),
        "api": each.requests * price["api.request"],
        "logs": logs_usd(each.log_bytes, prices)
        + each.requests * logs_usd(logs.access_bytes(), prices, logs.access_class()),
        "settlement": each.settled_write_units * write
        + each.settled_read_units * read
        + batch / SETTLED_AT_ONCE
        + price["dynamodb.stream_read_by_lambda"],
    }
    return {name: value * MILLION for name, value in usd.items()}


def measure() -> list[Figure]:
    """The sum of what a million rewards cost, and its lines."""
    prices, each = read_prices(), day()
    init_s = min(run(INIT, ENVIRONMENT | SETTINGS)[0] for _ in range(3)) / 1_000
    usd = lines_of(each, prices, settling(SETTLED_AT_ONCE), init_s)
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
