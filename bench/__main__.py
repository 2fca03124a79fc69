"""``python -m bench [--skip-platform] [--only NAME]``: measures, prints one table, writes ``bench/results.json``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from bench import (
    auditor,
    campaigns,
    checkouts,
    conflicts,
    costs,
    cpu,
    earning,
    imports,
    kyc,
    ledgers,
    page,
    payments,
    payouts,
    postgres,
    ready,
    rewarding,
    shares,
    simulations,
    sizes,
    tips,
    transcodes,
    units,
)
from bench.figures import Figure, save, show
from bench.webhooks import costs as webhook_costs
from bench.webhooks import runs as webhook_runs

RESULTS = Path(__file__).resolve().parent / "results.json"
PARTS: dict[str, Callable[[], list[Figure]]] = {
    "units": units.measure,
    "sizes": sizes.measure,
    "conflicts": conflicts.measure,
    "imports": imports.measure,
    "cpu": cpu.measure,
    "costs": costs.measure,
    "payments": payments.measure,
    "checkouts": checkouts.measure,
    "payouts": payouts.measure,
    "kyc": kyc.measure,
    "simulations": simulations.measure,
    "rewarding": rewarding.measure,
    "ledgers": ledgers.measure,
    "postgres": postgres.measure,
    "earning": earning.measure,
    "tips": tips.measure,
    "shares": shares.measure,
    "campaigns": campaigns.measure,
    "auditor": auditor.measure,
    "webhook-costs": webhook_costs.measure,
    "webhooks": webhook_runs.measure,
    "transcodes": transcodes.measure,
    "ready": ready.measure,
    "page": page.measure,
}


def main() -> int:
    """0 when every target is met, 1 when one is missed."""
    arguments = argparse.ArgumentParser(prog="bench", description="Measures Cliffhanger and prints one table.")
    arguments.add_argument("--skip-platform", action="store_true", help="leave out what starts the local platform")
    arguments.add_argument("--only", choices=list(PARTS), help="one part only")
    chosen = arguments.parse_args()
    parts = dict(PARTS)
    if chosen.skip_platform:
        del parts["ready"], parts["page"]
        parts["units"] = units.by_rule
    if chosen.only:
        parts = {name: measure for name, measure in parts.items() if name == chosen.only}
    figures: list[Figure] = []
    for name, measure in parts.items():
        Console(stderr=True).print(f"measuring {name} ...", style="dim")
        figures += measure()
    save(figures, RESULTS)
    return 0 if show(figures) else 1


if __name__ == "__main__":
    sys.exit(main())
