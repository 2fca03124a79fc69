"""Tells the events of an export of the ledger on the bus, under the ids that they had: whoever has them does nothing.

    python tools/retell.py --stage dev --export folder             says how many there are, and tells nobody
    python tools/retell.py --stage dev --export folder --tell      tells them
    python tools/retell.py --table NAME --bus NAME --export full --export changes --tell

What receivers have built from events is built anew by that. The ledger is not read, and nothing in it changes; what
settlement has missed is :mod:`tools.repair`'s.

Exit codes: 0 all were told; 1 of some entries nothing can be told; 2 it could not go on.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from cliffhanger.errors import EventsRefused
from cliffhanger.events.publisher import EventPublisher
from infra.config import ConfigError, load
from tools.auditing.exports import Unreadable
from tools.repair import bus_client, retold_in_words
from tools.repairing import open_window, tell_again

DONE, LEFT, STOPPED = 0, 1, 2


class Nobody:
    """A bus that nobody hears."""

    def put_events(self, Entries: Sequence[Any]) -> dict[str, int]:  # noqa: ARG002, N803 - botocore's name
        """Takes them all."""
        return {"FailedEntryCount": 0}


def main(arguments: Sequence[str] | None = None) -> int:
    """Tells the events of the exports that the command line names, if asked to; returns the exit code."""
    parser = _parser()
    given = parser.parse_args(arguments)
    if given.table and not given.bus:
        parser.error("--table goes with --bus")
    try:
        table = given.table or load(given.stage).ledger
        bus = given.bus or f"cliffhanger-{given.stage}-events"
        window = open_window(given.export, table)
    except (ConfigError, Unreadable) as error:
        print(f"Refused: {error}", file=sys.stderr)
        return STOPPED
    client = bus_client(given) if given.tell else Nobody()
    try:
        retold = tell_again(EventPublisher(client, bus), window.images())
    except EventsRefused as stopped:
        print(f"Stopped: {stopped}. Run it again: who has heard some of it knows them by their ids.", file=sys.stderr)
        return STOPPED
    for line in retold_in_words(retold, dry=not given.tell):
        print(line)
    return LEFT if retold.poison else DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="retell", description="Tell the events of an export of the ledger again.")
    ledger = parser.add_mutually_exclusive_group(required=True)
    ledger.add_argument("--table", help="name of the ledger's table, which the export must be of; with --bus")
    ledger.add_argument("--stage", help="the stage whose ledger and whose bus it is")
    parser.add_argument("--bus", help="name of another bus than the stage's")
    parser.add_argument("--export", type=Path, action="append", required=True, help="folder of an export")
    parser.add_argument("--tell", action="store_true", help="tell them, rather than say how many there are")
    parser.add_argument("--region", default=os.environ.get("AWS_REGION", "us-east-1"))
    parser.add_argument("--endpoint", help="address of another EventBridge than AWS's")
    return parser


if __name__ == "__main__":
    sys.exit(main())
