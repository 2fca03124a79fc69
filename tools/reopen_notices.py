"""Lets Stripe tell again what it has told since a restore point: names the events, and forgets that they are done.

    python tools/reopen_notices.py --table NAME --since 2026-11-28T06:00:00Z            names them, and changes nothing
    python tools/reopen_notices.py --table NAME --since 2026-11-28T06:00:00Z --forget   forgets that they are done

A notice that is done is not worked off again, and its event was not kept: only Stripe can send it once more. Whatever
the books have of it already stays one fact, by its own reference.

Exit codes: 0 done; 2 it could not go on.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from cliffhanger.clock import ms_of, system_clock
from cliffhanger.errors import Unavailable
from cliffhanger.payments.notices import KEPT_S
from cliffhanger.payments.recording import done_since
from cliffhanger.payments.store import NoticesStore
from tools.repair import connection_of

DONE, STOPPED = 0, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Names the events, one a line on standard output, and forgets that they are done if asked to; the exit code."""
    given = _parser().parse_args(arguments)
    try:
        since = ms_of(given.since)
    except ValueError:
        print(f"Refused: {given.since} is no time such as 2026-11-28T06:00:00Z.", file=sys.stderr)
        return STOPPED
    now = system_clock()
    if not 0 <= now - since <= KEPT_S * 1_000:
        print("Refused: notices are known for 90 days, and none is of the future.", file=sys.stderr)
        return STOPPED
    notices, count = NoticesStore(connection_of(given), given.table), 0
    try:
        for key in done_since(notices, since, now):
            if given.forget:
                notices.forget(key)
            print(key.event, flush=True)
            count += 1
    except Unavailable as stopped:
        print(f"Stopped: {stopped}. Run it again: what was named and forgotten is named no more.", file=sys.stderr)
        return STOPPED
    said = "are known no more: let Stripe send each again" if given.forget else "would be forgotten"
    print(f"{count} events {said}.", file=sys.stderr)
    return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="reopen_notices", description="Let Stripe's events be worked off once more.")
    parser.add_argument("--table", required=True, help="name of the table of notices")
    parser.add_argument("--since", required=True, help="the restore point, such as 2026-11-28T06:00:00Z")
    parser.add_argument("--region", default=os.environ.get("AWS_REGION", "us-east-1"))
    parser.add_argument("--endpoint", help="address of another DynamoDB than AWS's")
    parser.add_argument("--forget", action="store_true", help="forget that they were worked off")
    return parser


if __name__ == "__main__":
    sys.exit(main())
