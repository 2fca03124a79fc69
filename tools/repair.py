"""``make repair``: settles what settlement has missed, and notes what the table of what is due lacks.

    make repair STAGE=dev CONFIRM=dev ARGS=--dry-run      says what it would do, and changes nothing
    make repair STAGE=dev CONFIRM=dev                     does it; may be repeated, and run beside the consumers
    make repair STAGE=dev CONFIRM=dev EXPORT=folder       of an export's window alone, and tells its events again
    python tools/repair.py --table NAME --restored        mends a restored table, before anybody else writes to it

Exit codes: 0 nothing is left to do; 1 something is left that a person must look at; 2 it could not go on.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.connection import Connection

from cliffhanger.clock import rfc3339
from cliffhanger.dynamo import Unclear
from cliffhanger.errors import Busy, EventsRefused, Unavailable
from cliffhanger.events.publisher import EventPublisher
from cliffhanger.expiry.service import Backfilled, wait_anew
from cliffhanger.expiry.store import DueStore
from cliffhanger.ledger.repairing import GRACE_MS, Images, Repair, Repaired, repair
from cliffhanger.ledger.scan import LedgerScan
from cliffhanger.ledger.store import LedgerStore

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from infra.config import ConfigError, load
from tools.auditing.exports import Unreadable
from tools.repairing import Retold, open_window, tell_again

DONE, LEFT, STOPPED = 0, 1, 2
SEGMENTS = 16
SHOWN = 50


def main(arguments: Sequence[str] | None = None) -> int:
    """Repairs the table that the command line names; returns the exit code."""
    given = _parser().parse_args(arguments)
    began = time.monotonic()
    try:
        given.table = given.table or load(given.stage).ledger
        refused = _refusal(given)
        if refused:
            print(f"Refused: {refused}", file=sys.stderr)
            return STOPPED
        whole = _carry_out(given)
    except (ConfigError, Unreadable) as error:
        print(f"Refused: {error}", file=sys.stderr)
        return STOPPED
    except (Busy, EventsRefused, Unavailable, Unclear) as stopped:
        print(f"Stopped: {stopped}. What was done stays done; run it again.", file=sys.stderr)
        return STOPPED
    print(f"{time.monotonic() - began:.1f} s")
    return DONE if whole else LEFT


def _refusal(given: argparse.Namespace) -> str:
    ledger, *_ = [described(given, name) for name in (given.table, given.due) if name]
    if given.restored and has_stream(ledger):
        return f"{given.table} has a stream, as live ledgers have; marks are taken away only where nobody else writes."
    if given.restored and given.export:
        return "a restored table is mended from itself, not from an export."
    if not 0 < given.segments <= 1_000:
        return "--segments is from 1 to 1,000."
    return ""


def _carry_out(given: argparse.Namespace) -> bool:
    """Each step says what it did before the next begins; whether nothing is left for a person to look at."""
    window = open_window(given.export, given.table) if given.export else None
    connection = connection_of(given)
    ledger, scan = LedgerStore(connection, given.table), LedgerScan(connection, given.table)
    source: Images = window or scan
    grace_ms = given.grace_minutes * 60_000
    run = Repair(ledger, scan, dry=given.dry_run, restored=given.restored, grace_ms=grace_ms)
    repaired = repair(run, source, given.segments)
    _say(in_words(repaired, dry=given.dry_run))
    whole = repaired.whole
    if given.due:
        noted = wait_anew(DueStore(connection, given.due), ledger, _all(source, given.segments), dry=given.dry_run)
        _say(waits_in_words(noted, dry=given.dry_run))
        whole = whole and not noted.unreadable
    if given.bus and window is not None and not given.dry_run:
        retold = tell_again(EventPublisher(bus_client(given), given.bus), window.images(), _progress)
        _say(retold_in_words(retold))
        whole = whole and not retold.poison
    return whole


def _all(source: Images, segments: int) -> Any:
    return (image for segment in range(segments) for image in source.images(segment, segments))


def _say(lines: Sequence[str]) -> None:
    for line in lines:
        print(line, flush=True)


def _progress(entries: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{entries} entries told again ", end="", file=sys.stderr, flush=True)


def connection_of(given: argparse.Namespace) -> Connection:
    """A connection to the table's DynamoDB, with the credentials of the environment."""
    return Connection(region=given.region, host=given.endpoint)


def described(given: argparse.Namespace, name: str) -> dict[str, Any]:
    """What DynamoDB says of a table.

    Raises:
        Unreadable: there is no such table, or it may not be looked at.
    """
    client: Any = connection_of(given).client
    try:
        return dict(client.describe_table(TableName=name)["Table"])
    except (BotoCoreError, ClientError) as error:
        raise Unreadable(f"{name}: {error}") from error


def has_stream(table: dict[str, Any]) -> bool:
    """Whether a table may be a stage's ledger: a restore leaves no stream."""
    return bool(table.get("StreamSpecification", {}).get("StreamEnabled"))


def bus_client(given: argparse.Namespace) -> Any:
    """A client of the bus, with the credentials of the environment."""
    import boto3  # noqa: PLC0415 - half a second that only a window needs

    return boto3.client("events", region_name=given.region, endpoint_url=given.endpoint)


def in_words(repaired: Repaired, *, dry: bool) -> list[str]:
    """What was seen and done, for people."""
    would = "would be " if dry else ""
    lines = [
        f"{repaired.entries} entries looked at.",
        f"{repaired.marked} marks {would}set again that batches had and their sources lacked.",
        f"{repaired.legs} legs {would}settled"
        + (f", the oldest of {rfc3339(repaired.oldest_at)}." if repaired.oldest_at else "."),
    ]
    if repaired.freed:
        lines.insert(2, f"{repaired.freed} marks {would}taken away whose batches were lost.")
    if repaired.retracted:
        lines.insert(1, f"{repaired.retracted} batches {would}retracted whose sources were lost.")
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


def waits_in_words(noted: Backfilled, *, dry: bool) -> list[str]:
    """What the table of what is due lacked, for people."""
    lines = [f"{noted.waiting} of {noted.accounts} accounts wait for something to expire."]
    if not dry:
        lines.append(f"{noted.noted} of those waits were noted anew.")
    return [*lines, *(f"Cannot be read: the head of {account}." for account in noted.unreadable[:SHOWN])]


def retold_in_words(retold: Retold, *, dry: bool = False) -> list[str]:
    """What was told again, for people."""
    lines = [f"{retold.events} events of {retold.entries} entries {'would be' if dry else 'were'} told again."]
    return [*lines, *(f"Cannot be told: {one.account}/{one.seq}: {one.detail}" for one in retold.poison[:SHOWN])]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="repair", description="Settle what settlement has missed.")
    ledger = parser.add_mutually_exclusive_group(required=True)
    ledger.add_argument("--table", help="name of the ledger's table")
    ledger.add_argument("--stage", help="the stage whose ledger it is")
    parser.add_argument("--due", help="name of the table of what is due; what it lacks is noted")
    parser.add_argument("--export", type=Path, action="append", help="folder of an export of the window to replay")
    parser.add_argument("--bus", help="name of the bus on which the window's events are told again")
    parser.add_argument("--restored", action="store_true", help="nobody else writes: retract halves, free marks")
    parser.add_argument("--region", default=os.environ.get("AWS_REGION", "us-east-1"))
    parser.add_argument("--endpoint", help="address of another DynamoDB than AWS's")
    parser.add_argument("--segments", type=int, default=SEGMENTS, help="in how many parts the table is read")
    parser.add_argument("--grace-minutes", type=int, default=GRACE_MS // 60_000, help="what is younger is under way")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done")
    return parser


if __name__ == "__main__":
    sys.exit(main())
