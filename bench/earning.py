"""What earning writes, counted over the in-memory model, what it costs, and what a cold start of it imports."""

from __future__ import annotations

import compileall

from bench import campaign_costs, earning_costs
from bench.figures import Figure
from bench.imports import BARE, ENVIRONMENT, ROOT, ROUNDS, run
from cliffhanger.rewards.checking import check_in
from cliffhanger.rewards.viewing import Watched
from cliffhanger.rewards.watching import BEAT_EVERY_MS
from tests.support.earning import EPISODES, LENGTH, EarningWorld, earner
from tests.support.tables import CLAIMS, DEVICES, LEDGER, WATCHES

TABLES = [table["TableName"] for table in (LEDGER, WATCHES, CLAIMS, DEVICES)]
DAY_MS = 86_400_000
REWARDS = """
import functions.rewards.handler
from cliffhanger import bootstrap
bootstrap.watching_room()
bootstrap.rate_limiter()
bootstrap.switches()
"""


def measure() -> list[Figure]:
    """The figures of watching, checking in and starting, and what a million rewards cost."""
    return [*_watching(), _checkin(), _cold_start(), *earning_costs.measure(), *campaign_costs.measure()]


def _watching() -> list[Figure]:
    """A viewer of some days watches a series' episodes one after the other, under the shipped rules."""
    world, who = EarningWorld(), earner()
    world.watch(who, 1)
    world.now += DAY_MS
    watched: Watched | None = None
    before, calls = _written(world), world.model.calls
    for episode in range(2, EPISODES + 1):
        watched = world.watch(who, episode, after=watched)
    watcher = world.watches.find(who.person)
    credited = 0 if watcher is None else watcher.credited_ms
    minutes = credited / 60_000
    told = f"{EPISODES - 1} episodes of {LENGTH // 1000} s, {minutes:.1f} minutes credited, {world.coins('mia')} coins"
    between = world.begin(who, 1, after=watched)
    beat_before = _written(world)
    world.beats(who, between, 2, wait_ms=BEAT_EVERY_MS)
    return [
        Figure("watch.write_units_per_credited_minute", (beat_before - before) / minutes, 2, told),
        Figure("watch.write_units_per_beat", (_written(world) - beat_before) / 2, 0, "between two checkpoints"),
        Figure("watch.calls_per_credited_minute", (world.model.calls - calls) / minutes, None, "of DynamoDB"),
    ]


def _checkin() -> Figure:
    world, who = EarningWorld(), earner()
    check_in(world.desk, who)
    world.now += DAY_MS
    before = _written(world)
    check_in(world.desk, who)
    return Figure("checkin.write_units", _written(world) - before, 2, "the second day's, entry and index")


def _cold_start() -> Figure:
    for folder in ("layers/common/python", "functions"):
        compileall.compile_dir(ROOT / folder, quiet=2)
    settings = {name: name.lower() for name in ("WATCHES_TABLE", "CLAIMS_TABLE", "DEVICES_TABLE", "RULESETS_TABLE")}
    programs = {"bare": BARE, "rewards": REWARDS}
    times: dict[str, list[float]] = {name: [] for name in programs}
    heavy: list[str] = []
    for _ in range(ROUNDS):
        for name, body in programs.items():
            spent, loaded = run(body, ENVIRONMENT | settings)
            times[name].append(spent)
            heavy += loaded if name == "rewards" else []
    least = {name: min(values) for name, values in times.items()}
    told = ", ".join(f"{name} {value:.0f} ms" for name, value in least.items())
    if heavy:
        told += f"; loads {', '.join(sorted(set(heavy)))}"
    return Figure("rewards.cold_import_ratio", least["rewards"] / least["bare"], 1.4, f"min of {ROUNDS}: {told}")


def _written(world: EarningWorld) -> float:
    return sum(world.model.meter.units(table).write for table in TABLES)
