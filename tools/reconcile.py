"""``make reconcile``: a day's balance lines of the payment provider against the ledger, and every difference by name.

    make reconcile                               today, on the platform that runs on this machine
    make reconcile STAGE=dev DAY=2026-11-27      a day of a stage, with the credentials of the environment

Nothing is written. Exit codes: 0 everything agrees; 1 there are findings; 2 a side cannot be read.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.connection import Connection
from pynamodb.exceptions import PynamoDBException

from cliffhanger.anchoring.adapters import ExportBucket
from cliffhanger.clock import system_clock
from cliffhanger.dynamo import Unclear
from cliffhanger.errors import CliffhangerError
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.scan import LedgerScan
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.payments.breaker import Breaker
from cliffhanger.payments.ports import BalanceLine
from cliffhanger.payments.secret import api_key_in, read_text
from cliffhanger.payments.stripe_adapter import StripeProvider
from cliffhanger.payments.stripe_calls import StripeCalls
from cliffhanger.reconciling.adapters import ExportedEntries, NoReports, ReportBucket, ScannedEntries, disk_shelves
from cliffhanger.reconciling.domain import FINDINGS
from cliffhanger.reconciling.report import Day, document_of, rows_of, said_of
from cliffhanger.reconciling.service import Desk, Entries, Provider, day_at, reconcile_day
from local.environment import DUMMY_KEY, DUMMY_SECRET

ROOT = Path(__file__).resolve().parent.parent
OUTPUTS = ROOT / ".local" / "outputs.json"
AGREES, DIFFERS, UNREADABLE = 0, 1, 2
SHOWN = 10
"""Findings of each kind that are shown to a person; JSON has them all."""


class Unreadable(Exception):
    """A side cannot be read; the message says why."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Reconciles what the command line names; returns the exit code."""
    parser = argparse.ArgumentParser(prog="reconcile", description="Hold the payment provider against the ledger.")
    parser.add_argument("--stage", help="the stage; without it the platform that runs on this machine")
    parser.add_argument("--day", type=_day, help="such as 2026-11-27, in UTC; today unless told otherwise")
    parser.add_argument("--region", default=os.environ.get("AWS_REGION", "us-east-1"))
    parser.add_argument("--json", action="store_true", help="the report as JSON")
    asked = parser.parse_args(arguments)
    now = system_clock()
    console = Console(stderr=asked.json)
    try:
        desk = _of_stage(asked.stage, asked.region) if asked.stage not in (None, "local") else _of_machine()
        with Reading(console) as reading:
            day = reconcile_day(reading.watched(desk), asked.day or day_at(now), now)
    except (Unreadable, CliffhangerError, Unclear, PynamoDBException, BotoCoreError, ClientError) as error:
        Console(stderr=True).print(f"Unreadable: {error}", style="red", markup=False, soft_wrap=True)
        return UNREADABLE
    if asked.json:
        print(document_of(day), end="")
    else:
        in_words(day, console)
    return DIFFERS if day.found else AGREES


class Reading:
    """Shows on a terminal how many lines and entries have been read; elsewhere nothing."""

    def __init__(self, console: Console) -> None:
        columns = (TextColumn("{task.description:<16}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._progress = Progress(*columns, console=console, disable=not console.is_terminal)

    def __enter__(self) -> Self:
        """Begins to show."""
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Leaves what was shown last."""
        self._progress.stop()

    def watched(self, desk: Desk) -> Desk:
        """The same desk; what is read on it is counted."""
        lines, entries = (self._progress.add_task(name, total=None) for name in ("Provider's lines", "Entries"))
        return desk._replace(
            provider=_WatchedProvider(desk.provider, self._progress, lines),
            entries=_WatchedEntries(desk.entries, self._progress, entries),
        )


class _WatchedProvider:
    def __init__(self, provider: Provider, progress: Progress, task: TaskID) -> None:
        self._provider, self._progress, self._task = provider, progress, task

    def balance_lines(self, since_ms: int, until_ms: int) -> Iterator[BalanceLine]:
        """As the provider's."""
        yield from self._progress.track(self._provider.balance_lines(since_ms, until_ms), task_id=self._task)


class _WatchedEntries:
    def __init__(self, entries: Entries, progress: Progress, task: TaskID) -> None:
        self._entries, self._progress, self._task = entries, progress, task

    def ready(self, day: str) -> bool:
        """As the ledger's."""
        return self._entries.ready(day)

    def purchases(self, day: str) -> Iterator[Entry]:
        """As the ledger's."""
        yield from self._progress.track(self._entries.purchases(day), task_id=self._task)


def in_words(day: Day, console: Console) -> None:
    """The report for people."""
    for code, count in day.found.items():
        console.print(f"[bold red]{code}[/] ({count})", highlight=False)
        console.print(f"  {FINDINGS[code].cause}\n  [bold]{escape(FINDINGS[code].do)}[/]", highlight=False)
        for finding in [each for each in day.findings if each.code == code][:SHOWN]:
            console.print(f"  - {escape(said_of(finding))}", highlight=False, soft_wrap=True)
    if day.sums:
        table = Table(title=f"{day.day} in the smallest unit of each currency", title_justify="left")
        table.add_column("", no_wrap=True)
        for currency in day.sums:
            table.add_column(currency or "?", justify="right")
        names = list(dict.fromkeys(name for sums in day.sums.values() for name, _ in rows_of(sums)))
        for name in sorted(names, key=_place):
            amounts = [dict(rows_of(sums)).get(name, 0) for sums in day.sums.values()]
            table.add_row(name, *(f"{amount:,}" for amount in amounts))
        console.print(table)
    counts = ", ".join(f"{count:,} {name}" for name, count in day.counts.items())
    found = sum(day.found.values())
    verdict = f"{found} findings" if found else "Everything agrees"
    console.print(f"{verdict}: {counts}.", style="bold red" if found else "bold green")


def _place(name: str) -> int:
    order = ("opening", "provider", "closing", "ledger", "open before", "open now", "differences", "unexplained")
    return order.index(name.partition(":")[0])


def _of_stage(stage: str, region: str) -> Desk:
    sts, s3, secrets = (_client(name, region_name=region) for name in ("sts", "s3", "secretsmanager"))
    named = f"cliffhanger-{stage}-{{}}-{sts.get_caller_identity()['Account']}-{region}"
    return Desk(
        _stripe(secrets, stage, None),
        ExportedEntries(ExportBucket(s3, named.format("exports"))),
        ReportBucket(s3, named.format("reports")),
        disk_shelves,
    )


def _of_machine() -> Desk:
    try:
        outputs = json.loads(OUTPUTS.read_text())
    except (OSError, ValueError) as error:
        raise Unreadable("No platform runs on this machine (make dev), and no STAGE= is named.") from error
    keys: Any = {"aws_access_key_id": DUMMY_KEY, "aws_secret_access_key": DUMMY_SECRET}
    region, endpoint = outputs["region"], outputs["endpointUrl"]
    connection = Connection(region=region, host=endpoint, **keys)
    LedgerStore(connection, outputs["tables"]["ledger"])
    secrets = _client("secretsmanager", region_name=region, endpoint_url=endpoint, **keys)
    entries = ScannedEntries(LedgerScan(connection, outputs["tables"]["ledger"]))
    return Desk(_stripe(secrets, "local", outputs["stripeUrl"]), entries, NoReports(), disk_shelves)


def _client(service: str, **settings: str) -> Any:
    import boto3  # noqa: PLC0415 - half a second that a mistake on the command line need not wait

    make: Any = boto3.client
    return make(service, **settings)


def _stripe(secrets: Any, stage: str, base: str | None) -> StripeProvider:
    def key() -> str:
        return api_key_in(read_text(secrets, f"cliffhanger/{stage}/stripe-key"))

    return StripeProvider(StripeCalls(key, Breaker(system_clock), base), stage)


def _day(text: str) -> str:
    return date.fromisoformat(text).isoformat()


if __name__ == "__main__":
    sys.exit(main())
