"""Many histories on every core, or one, told step by step.

    python -m tests.simulation --seeds 20000
    python -m tests.simulation --seed 7 [--steps 0-3,9] [--calm 3]
    python -m tests.simulation --bugs

A failure is shrunk, and the command is printed that replays what is left of it. Exit status: 0 when nothing was found
(with ``--bugs``: when every fault was caught), 1 otherwise, 2 for arguments that say nothing.
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
from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from tests.simulation.histories import STEPS, Failed, run
from tests.simulation.living import Told, live
from tests.simulation.seeded_bugs import BUGS, CAUGHT_BY, caught_within
from tests.simulation.shrinking import shrink, unlisted

CHUNK = 8
MOST_FAILURES = 5
"""So many failures are shrunk and shown; more of the same teach nothing."""


def many(console: Console, seeds: range, workers: int) -> int:
    """Runs histories, and prints what they met and what they found."""
    began = time.monotonic()
    totals: collections.Counter[str] = collections.Counter()
    failures: list[Told] = []
    for told in _watched(console, seeds, workers):
        totals.update(steps=told.steps, calls=told.calls, entries=told.entries)
        totals.update({"crashes": told.crashes, "rivals between two calls": told.rivals, "carries": told.carries})
        totals.update({f"fault: {name}": count for name, count in told.struck.items()})
        if told.failed is not None:
            failures.append(told)
            console.print(f"[red]seed {told.seed} failed[/red]: {told.failed[:300]}", markup=True)
    seconds = time.monotonic() - began
    table = Table("what", "count", title=f"{len(seeds):,} histories in {seconds:,.0f} s")
    for name, count in totals.most_common():
        table.add_row(name, f"{count:,}")
    table.add_row("carries per history", f"{totals['carries'] / len(seeds):.1f}")
    table.add_row("histories per minute", f"{len(seeds) * 60 / seconds:,.0f}")
    table.add_row("failures", f"{len(failures):,}")
    table.columns[1].justify = "right"
    console.print(table)
    for told in failures[:MOST_FAILURES]:
        explain(console, told.seed)
    return 1 if failures else 0


def _watched(console: Console, seeds: range, workers: int) -> Iterator[Told]:
    columns = (TextColumn("Histories"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    pool = multiprocessing.get_context("spawn").Pool(workers)
    with pool, Progress(*columns, console=console) as progress:
        task = progress.add_task("Histories", total=len(seeds))
        for told in pool.imap_unordered(live, seeds, chunksize=CHUNK):
            progress.advance(task)
            yield told


def explain(console: Console, seed: int) -> None:
    """Shrinks a failing history and tells what is left of it."""
    _, failed = run(seed)
    if failed is None:
        console.print(f"seed {seed} does not fail when it runs alone")
        return
    shrunk = shrink(seed, failed)
    steps = STEPS if failed.step is None else failed.step + 1
    console.print(f"\nseed {seed}: {steps} steps shrunk to {len(shrunk.steps)} in {shrunk.runs} runs. To replay it:")
    console.print(f"  {shrunk.command}", markup=False, highlight=False, soft_wrap=True)
    one(console, seed, shrunk.steps, shrunk.calm)


def one(console: Console, seed: int, steps: tuple[int, ...], calm: frozenset[int]) -> int:
    """Runs one history and tells its steps."""
    _, failed = run(seed, steps, calm, lambda line: console.print(line, markup=False, highlight=False))
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
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--seed", type=int, help="one history, told step by step")
    parser.add_argument("--steps", type=unlisted, default=tuple(range(STEPS)), help="of one history: 0-3,9")
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
        return many(console, range(options.first, options.first + options.seeds), options.workers)
    chosen = options.steps != tuple(range(STEPS))
    status = one(console, options.seed, options.steps, frozenset(options.calm))
    if status and not chosen:
        explain(console, options.seed)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
