"""``make audit``: proves the books over an export or the live table, and says what does not hold, where, since when.

    make audit EXPORT=folder                     an export to S3, copied into a folder; or a full one and its changes
    make audit TABLE=cliffhanger-dev-ledger      the live table, with the credentials of the environment
    make audit EXPORT=folder ANCHORS=folder      also holds it against the days' anchors
    make audit TABLE=restored ANCHORS=folder ARGS="--restored-to TIME --note-losses losses.json"
    make audit TABLE=restored ANCHORS=folder ARGS="--losses losses.json"
                                                 after a restore: first notes what it has lost, then accepts just that

Exit codes: 0 the books hold; 1 there are findings; 2 what was named cannot be read, is damaged, or has a hole between
one export and the next: nothing was judged.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.auditing.exports import Export, Unreadable, open_export
from tools.auditing.losses import moment_of, write_losses
from tools.auditing.report import Bars, for_machines, in_words
from tools.auditing.running import IN_FLIGHT_MS, Asked, asked_of, audit
from tools.auditing.tables import Live, Segment, item_count

CLEAN, FINDINGS, UNREADABLE = 0, 1, 2
SEGMENTS = 4
READ_UNITS = 500.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Audits what the command line names; returns the exit code."""
    given = _parser().parse_args(arguments)
    console = Console(stderr=given.json)
    try:
        exports, asked, what = _asked(given)
        with Bars(console) as bars:
            audited = audit(asked, exports, bars)
        if given.note_losses and audited.judged:
            write_losses(given.note_losses, asked.restored_to, audited.tally.losses)
    except Unreadable as error:
        Console(stderr=True).print(f"Unreadable: {error}", style="red", markup=False, soft_wrap=True)
        return UNREADABLE
    if given.json:
        print(for_machines(audited, what))
    else:
        in_words(audited, what, console)
    if not audited.judged:
        return UNREADABLE
    return FINDINGS if audited.tally.findings.counts else CLEAN


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="audit", description="Prove the ledger's books.")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument(
        "--export", type=Path, action="append", help="folder of an export; first a full one, then changes"
    )
    where.add_argument("--table", help="name of the live table")
    parser.add_argument("--region", default=os.environ.get("AWS_REGION", "us-east-1"))
    parser.add_argument("--endpoint", help="address of another DynamoDB than AWS's")
    parser.add_argument("--segments", type=int, default=SEGMENTS, help="how many parts of the table are read at once")
    parser.add_argument("--read-units", type=float, default=READ_UNITS, help="read units a second, at most")
    parser.add_argument("--anchors", type=Path, help="folder of anchors, one folder a day")
    parser.add_argument("--losses", type=Path, action="append", default=[], help="list of what a restore has lost")
    parser.add_argument("--restored-to", help="time to which the table was restored, such as 2026-11-28T06:00:00Z")
    parser.add_argument("--note-losses", type=Path, help="file for the list of what that restore has lost")
    parser.add_argument("--in-flight-minutes", type=int, default=IN_FLIGHT_MS // 60_000)
    parser.add_argument("--workers", type=int, default=min(os.cpu_count() or 1, 8))
    parser.add_argument("--json", action="store_true", help="the verdict as JSON")
    return parser


def _asked(given: argparse.Namespace) -> tuple[list[Export], Asked, str]:
    how: dict[str, Any] = {
        "in_flight_ms": given.in_flight_minutes * 60_000,
        "anchors": given.anchors,
        "workers": given.workers,
        "losses": given.losses,
        "restored_to": _restored_to(given),
    }
    if given.table:
        if not 0 < given.segments <= 1_000 or given.read_units <= 0:
            raise Unreadable("--segments is from 1 to 1,000, --read-units more than 0.")
        live = Live(given.table, given.region, given.endpoint, given.segments, given.read_units)
        now = int(time.time() * 1000)
        segments = [Segment(live, number) for number in range(live.segments)]
        asked = Asked(segments, True, now, item_count(live), **how)
        return [], asked, live.name
    exports = [open_export(folder) for folder in given.export]
    asked = asked_of(exports, **how)
    window = "" if asked.whole else " (a window: what came before it is not judged)"
    return exports, asked, ", ".join(str(folder) for folder in given.export) + window


def _restored_to(given: argparse.Namespace) -> int:
    """The restore point whose losses are to be noted (ms); 0 where none are."""
    if bool(given.restored_to) != bool(given.note_losses):
        raise Unreadable("--restored-to and --note-losses go together.")
    if given.anchors is None and (given.losses or given.note_losses):
        raise Unreadable("what is lost is known by the anchors: --anchors.")
    try:
        return moment_of(given.restored_to) if given.restored_to else 0
    except ValueError as error:
        raise Unreadable(f"--restored-to: {error}.") from error


if __name__ == "__main__":
    sys.exit(main())
