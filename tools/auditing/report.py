"""What the auditor says: a progress bar, one table, the findings; or all of it as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from tools.auditing.findings import CODES, Finding
from tools.auditing.running import Audited

SHOWN = 25
"""Findings that are shown to a person; JSON has all that are kept."""


class Bars:
    """Progress on a terminal: one bar a step. Elsewhere nothing is shown until the end."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            TextColumn("{task.description:<24}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
            console=console, disable=not console.is_terminal,
        )  # fmt: skip
        self._task: Any = None
        self._total = 0

    def __enter__(self) -> Self:
        """Begins to show."""
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Leaves what was shown last."""
        self.at(self._total)
        self._progress.stop()

    def stage(self, name: str, total: int) -> None:
        """The step before is over, and another begins."""
        self.at(self._total)
        self._total = total
        self._task = self._progress.add_task(name, total=max(total, 1))

    def at(self, done: int) -> None:
        """So much of it is done."""
        if self._task is not None:
            self._progress.update(self._task, completed=min(done, self._total))


def in_words(audited: Audited, what: str, console: Console) -> None:
    """The verdict for people."""
    tally = audited.tally
    for finding in tally.findings.kept[:SHOWN]:
        for line in _lines(finding):
            console.print(line, highlight=False)
    more = sum(tally.findings.counts.values()) - len(tally.findings.kept[:SHOWN])
    if more > 0:
        console.print(f"… and {more} more (--json tells {len(tally.findings.kept)} of them)")
    table = Table(title=f"Audit of {escape(what)}", title_justify="left")
    table.add_column("", no_wrap=True)
    table.add_column("", justify="right")
    for name in ("accounts", "entries", "batches", "legs", "settled", "in flight", "anchored", "accepted"):
        table.add_row(name, f"{tally.counts[name]:,}")
    for unit in sorted({*tally.worth, *audited.open}):
        table.add_row(f"{unit}: heads + open", f"{tally.worth[unit]:,} + {audited.open[unit]:,}")
    for code, count in tally.findings.counts.most_common():
        table.add_row(f"[red]{code}", f"[red]{count:,}")
    table.add_row("took", f"{audited.seconds:.1f} s, {audited.peak_mb:.0f} MB")
    console.print(table)
    console.print(verdict(audited), style="bold red" if tally.findings.counts else "bold green")


def verdict(audited: Audited) -> str:
    """All in one sentence."""
    found = sum(audited.tally.findings.counts.values())
    if not audited.judged:
        return f"Not judged: what was read is damaged ({found} findings)."
    if found:
        return f"{found} findings. Each code is explained in docs/auditor.md."
    counts = audited.tally.counts
    lost = f" {counts['accepted']:,} anchored heads were lost by a restore." if counts["accepted"] else ""
    return f"The books hold: {counts['entries']:,} entries, {counts['legs']:,} legs.{lost}"


def for_machines(audited: Audited, what: str) -> str:
    """The verdict for programs, as JSON."""
    tally = audited.tally
    document = {
        "audited": what,
        "clean": not tally.findings.counts,
        "judged": audited.judged,
        "counts": dict(tally.counts),
        "units": {
            unit: {"heads": tally.worth[unit], "open": audited.open[unit]}
            for unit in sorted({*tally.worth, *audited.open})
        },
        "findings": dict(tally.findings.counts),
        "kept": [finding.document() for finding in tally.findings.kept],
        "seconds": round(audited.seconds, 3),
        "peakMb": round(audited.peak_mb, 1),
    }
    return json.dumps(document, indent=2)


def _lines(finding: Finding) -> Sequence[str]:
    where = " ".join(
        part
        for part in (finding.account, f"#{finding.seq}" if finding.seq else "", finding.reference)
        if part
    )  # fmt: skip
    since = f" since {datetime.fromtimestamp(finding.since / 1000, UTC):%Y-%m-%d %H:%M:%S} UTC" if finding.since else ""
    known = CODES[finding.code]
    return (
        f"[red]{finding.code}[/] {escape(where)}{since}: {escape(finding.detail)}",
        f"    {known.means}. [dim]{known.do}[/]",
    )
