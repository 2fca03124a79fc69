"""Lets synthetic viewers live through a rule set: ``make simulate-rewards RULES=file DAYS= VIEWERS= SEED=``.

Prints what it costs, what stays outstanding, and what farms take; writes one HTML page with plots. The same seed makes
the same page, byte for byte. 0 when each of the farms loses, 1 when one does not, 2 when the rule set is refused.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from cliffhanger.errors import CliffhangerError
from cliffhanger.rewards.bounds import check_bounded
from cliffhanger.rewards.rules import rule_set_of
from cliffhanger.rewards.shipped import shipped
from tools.rewarding.assumptions import assumptions
from tools.rewarding.page import page
from tools.rewarding.tables import tables
from tools.rewarding.world import World

ROOT = Path(__file__).resolve().parent.parent
REPORT = ROOT / "build" / "rewards.html"
LOSE, PAYS, REFUSED = 0, 1, 2


def main(arguments: list[str]) -> int:
    """Simulates, prints and writes; the exit code says whether a farm would pay."""
    wanted = _wanted(arguments)
    out, err = Console(), Console(stderr=True)
    try:
        rules = shipped() if wanted.rules is None else rule_set_of(wanted.rules.read_bytes())
        check_bounded(rules)
    except (CliffhangerError, OSError) as error:
        err.print(f"The rule set is refused: {error}", markup=False)
        return REFUSED
    known = assumptions()
    world = World(rules, known, viewers=wanted.viewers, farm_devices=wanted.farm, seed=wanted.seed)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, disable=not err.is_terminal) as progress:
        most = wanted.days * (len(world.people) + len(world.farmers))
        task = progress.add_task("Days of viewers", total=most)
        outcome = world.live(wanted.days, lambda lived: progress.advance(task, lived))
    for one in tables(outcome, known):
        table = Table(title=one.title, caption=one.says, title_justify="left", caption_justify="left")
        for place, name in enumerate(one.head):
            table.add_column(name, justify="right" if place else "left", no_wrap=not place, overflow="fold")
        for row in one.rows:
            table.add_row(*(cell.replace(", ", "\n") for cell in row))
        out.print(table)
    wanted.report.parent.mkdir(parents=True, exist_ok=True)
    wanted.report.write_text(page(outcome, known))
    paying = [farm.shape.name for farm in outcome.farms if farm.result_usd(known) > 0]
    out.print(
        f"Farms that this pays for: {', '.join(paying)}" if paying else "Each of these farms loses.", markup=False
    )
    out.print(f"Report: {wanted.report}", markup=False, soft_wrap=True)
    return PAYS if paying else LOSE


def _wanted(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="simulate-rewards", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rules", type=Path, help="the rule set's file; what ships, if none")
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--viewers", type=int, default=500)
    parser.add_argument("--farm", type=int, default=20, help="devices of each farm")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--report", type=Path, default=REPORT)
    wanted = parser.parse_args(arguments)
    for name, most in (("days", 730), ("viewers", 1_000_000), ("farm", 10_000)):
        if not 1 <= getattr(wanted, name) <= most:
            parser.error(f"--{name} is from 1 to {most:,}")
    return wanted


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
