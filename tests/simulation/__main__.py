"""Many histories on every core, or one, told step by step.

    python -m tests.simulation --seeds 20000
    python -m tests.simulation --family payouts --seeds 2000
    python -m tests.simulation --seed 7 [--family payouts] [--steps 0-3,9] [--calm 3]
    python -m tests.simulation --bugs

Of many, each family has its share, unless one is chosen; one history is of the main family then. A failure is shrunk,
and the command is printed that replays what is left of it. Exit status: 0 when nothing was found (with ``--bugs``: when
every fault was caught), 1 otherwise, 2 for arguments that say nothing.
"""

from __future__ import annotations

import argparse
import collections
import json
import multiprocessing
import os
import sys
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from tests.simulation.families import FAMILIES, MAIN, Family, parted
from tests.simulation.living import Told, live_of
from tests.simulation.running import Failed
from tests.simulation.seeded_bugs import BUGS, CAUGHT_BY, caught_within
from tests.simulation.shrinking import shrink, unlisted

CHUNK = 8
MOST_FAILURES = 5
"""So many failures are shrunk and shown; more of the same teach nothing."""


def many(console: Console, histories: Sequence[tuple[str, int]], workers: int) -> int:
    """Runs histories, given by family and seed, and prints what they met and what they found."""
    began = time.monotonic()
    totals: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    failures: list[Told] = []
    for told in _watched(console, histories, workers):
        totals[told.family].update({"histories": 1, "failures": 0, "steps": told.steps, **told.met})
        if told.failed is not None:
            totals[told.family]["failures"] += 1
            failures.append(told)
            console.print(f"[red]{told.family}: seed {told.seed} failed[/red]: {told.failed[:300]}", markup=True)
    _print_totals(console, totals, time.monotonic() - began)
    for told in failures[:MOST_FAILURES]:
        explain(console, FAMILIES[told.family], told.seed)
    return 1 if failures else 0


def _print_totals(console: Console, totals: Mapping[str, collections.Counter[str]], seconds: float) -> None:
    families = [name for name in FAMILIES if name in totals]
    count = sum(totals[name]["histories"] for name in families)
    table = Table(
        "what", *families, title=f"{count:,} histories in {seconds:,.0f} s, {count * 60 / seconds:,.0f} a minute"
    )
    for column in table.columns[1:]:
        column.justify = "right"
    together: collections.Counter[str] = collections.Counter()
    for name in families:
        together.update(totals[name])
    last = ("histories", "failures")
    for what in (*(what for what, _ in together.most_common() if what not in last), *last):
        table.add_row(what, *(f"{totals[name][what]:,}" if what in totals[name] else "" for name in families))
    console.print(table)


def _watched(console: Console, histories: Sequence[tuple[str, int]], workers: int) -> Iterator[Told]:
    columns = (TextColumn("Histories"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    pool = multiprocessing.get_context("spawn").Pool(workers)
    with pool, Progress(*columns, console=console) as progress:
        task = progress.add_task("Histories", total=len(histories))
        for told in pool.imap_unordered(live_of, histories, chunksize=CHUNK):
            progress.advance(task)
            yield told


def explain(console: Console, family: Family, seed: int) -> None:
    """Shrinks a failing history and tells what is left of it."""
    _, failed = family.run(seed)
    if failed is None:
        console.print(f"{family.name}: seed {seed} does not fail when it runs alone")
        return
    shrunk = shrink(family, seed, failed)
    steps = family.steps if failed.step is None else failed.step + 1
    fewer = f"{steps} steps shrunk to {len(shrunk.steps)} in {shrunk.runs} runs"
    console.print(f"\n{family.name}: seed {seed}: {fewer}. To replay it:")
    console.print(f"  {shrunk.command}", markup=False, highlight=False, soft_wrap=True)
    one(console, family, seed, shrunk.steps, shrunk.calm)


def one(console: Console, family: Family, seed: int, steps: tuple[int, ...], calm: frozenset[int]) -> int:
    """Runs one history and tells its steps."""
    _, failed = family.run(seed, steps, calm, lambda line: console.print(line, markup=False, highlight=False))
    if failed is None:
        console.print(f"seed {seed}: nothing was found in {len(steps)} steps")
        return 0
    at = "at its end" if failed.step is None else f"in step {failed.step}"
    console.print(f"[red]seed {seed} failed {at}[/red]")
    _print_error(console, failed)
    return 1


def _print_error(console: Console, failed: Failed) -> None:
    console.print("".join(traceback.format_exception(failed.error)), markup=False, highlight=False)


def plant(console: Console, workers: int) -> int:
    """Plants each deliberate fault, prints how many histories it took to catch it, and keeps which of them did."""
    found: dict[str, Any] = {}
    columns = (TextColumn("Faults"), BarColumn(), MofNCompleteColumn())
    pool = multiprocessing.get_context("spawn").Pool(workers)
    with pool, Progress(*columns, console=console) as progress:
        task = progress.add_task("Faults", total=len(BUGS))
        for name, seeds in pool.imap_unordered(caught_within, BUGS):
            found[name] = seeds
            progress.advance(task)
    table = Table("deliberate fault", "histories until caught")
    table.columns[1].justify = "right"
    for name in BUGS:
        table.add_row(name, str(found[name]) if isinstance(found[name], int) else f"[red]{found[name]}[/red]")
    first = {name: found[name] - 1 for name in BUGS if isinstance(found[name], int)}
    caught = len(first)
    CAUGHT_BY.write_text(json.dumps(first, indent=1) + "\n")
    table.add_section()
    table.add_row("caught", f"{caught} of {len(BUGS)}")
    console.print(table)
    return 0 if caught == len(BUGS) else 1


def main(arguments: list[str]) -> int:
    """Runs what the arguments say."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=300, help="how many histories")
    parser.add_argument("--first", type=int, default=0, help="the first seed of each family")
    parser.add_argument("--family", choices=FAMILIES, help="histories of this family alone")
    parser.add_argument("--seed", type=int, help="one history, told step by step")
    parser.add_argument("--steps", type=unlisted, help="of one history: 0-3,9")
    parser.add_argument("--calm", type=unlisted, default=(), help="its steps without faults and rivals")
    parser.add_argument("--bugs", action="store_true", help="plant the deliberate faults instead")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args(arguments)
    if options.seeds < 1 or options.workers < 1:
        parser.error("at least one history, and one worker")
    console = Console()
    if options.bugs:
        return plant(console, options.workers)
    if options.seed is None:
        return many(console, list(parted(options.seeds, options.first, options.family)), options.workers)
    family = FAMILIES[options.family or MAIN]
    status = one(console, family, options.seed, options.steps or tuple(range(family.steps)), frozenset(options.calm))
    if status and not options.steps:
        explain(console, family, options.seed)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
