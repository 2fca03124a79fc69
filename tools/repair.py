"""``make repair``: settles what settlement has missed, and gives marks back that a restore has lost.

    make repair STAGE=dev CONFIRM=dev ARGS=--dry-run    says what it would do, and changes nothing
    make repair STAGE=dev CONFIRM=dev                   does it; may be repeated, and run beside the consumers

Exit codes: 0 nothing is left to do; 1 something is left that a person must look at; 2 it could not go on.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence

from pynamodb.connection import Connection

from cliffhanger.clock import rfc3339
from cliffhanger.dynamo import Unclear
from cliffhanger.errors import Busy
from cliffhanger.ledger.repairing import GRACE_MS, Repair, Repaired, repair
from cliffhanger.ledger.scan import LedgerScan
from cliffhanger.ledger.store import LedgerStore

DONE, LEFT, STOPPED = 0, 1, 2
SEGMENTS = 16
SHOWN = 50


def main(arguments: Sequence[str] | None = None) -> int:
    """Repairs the table that the command line names; returns the exit code."""
    given = _parser().parse_args(arguments)
    connection = connection_of(given)
    ledger, scan = LedgerStore(connection, given.table), LedgerScan(connection, given.table)
    run = Repair(ledger, scan, dry=given.dry_run, grace_ms=given.grace_minutes * 60_000)
    began = time.monotonic()
    try:
        repaired = repair(run, scan, given.segments)
    except (Busy, Unclear) as stopped:
        print(f"Stopped: {stopped}. What was mended stays mended; run it again.", file=sys.stderr)
        return STOPPED
    for line in in_words(repaired, dry=given.dry_run):
        print(line)
    print(f"{time.monotonic() - began:.1f} s")
    return DONE if repaired.whole else LEFT


def connection_of(given: argparse.Namespace) -> Connection:
    """A connection to the table's DynamoDB, with the credentials of the environment."""
    return Connection(region=given.region, host=given.endpoint)


def in_words(repaired: Repaired, *, dry: bool) -> list[str]:
    """What was seen and done, for people."""
    would = "would be " if dry else ""
    lines = [
        f"{repaired.entries} entries looked at.",
        f"{repaired.marked} marks {would}set again that batches had and their sources lacked.",
        f"{repaired.legs} legs {would}settled"
        + (f", the oldest of {rfc3339(repaired.oldest_at)}." if repaired.oldest_at else "."),
    ]
    if repaired.rolls:
        lines.append(f"{repaired.rolls} rolls {would}completed, of which one half was there.")
    if repaired.waiting:
        lines.append(f"{repaired.waiting} legs are under way and left to the stream.")
    for account, seq, reason, detail in repaired.poison[:SHOWN]:
        lines.append(f"Cannot be settled: {account}/{seq} ({reason}): {detail}")
    for torn in repaired.torn[:SHOWN]:
        beside = f" with {torn.counterparty}" if torn.counterparty else ""
        lines.append(f"Does not agree: {torn.account}/{torn.seq}{beside}: {torn.reason}")
    more = len(repaired.poison[SHOWN:]) + len(repaired.torn[SHOWN:])
    return [*lines, f"... and {more} more."] if more else lines


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="repair", description="Settle what settlement has missed.")
    parser.add_argument("--table", required=True, help="name of the ledger's table")
    parser.add_argument("--region", default=os.environ.get("AWS_REGION", "us-east-1"))
    parser.add_argument("--endpoint", help="address of another DynamoDB than AWS's")
    parser.add_argument("--segments", type=int, default=SEGMENTS, help="in how many parts the table is read")
    parser.add_argument("--grace-minutes", type=int, default=GRACE_MS // 60_000, help="what is younger is under way")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done")
    return parser


if __name__ == "__main__":
    sys.exit(main())
