"""Names what a restored ledger lacks of payouts that were made since, and writes it: before anybody is paid again.

    python tools/rebook_payouts.py --table NAME --payouts NAME --dry-run    names it, and changes nothing
    python tools/rebook_payouts.py --table NAME --payouts NAME              writes it; may be repeated

The table of payouts is the one that was never restored. While money moves, nothing is to be found here: the switch
``payouts`` is off.

Exit codes: 0 the books lack nothing; 1 they lack something still; 2 it could not go on.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from pynamodb.connection import Connection

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from cliffhanger.dynamo import Unclear
from cliffhanger.errors import Busy, CliffhangerError, Unavailable, Undecided
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.payouts.booking import Lost, book_again, lost_of
from cliffhanger.payouts.domain import Payout
from cliffhanger.payouts.store import PAYOUT, PayoutsStore
from tools.repair import connection_of

WHOLE, LACKING, STOPPED = 0, 1, 2
PAGE_ITEMS = 500
_SAID: dict[Lost, str] = {"post": "has left the account", "return": "has come back", "release": "is held no more"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Goes through the table of payouts that the command line names; returns the exit code."""
    given = _parser().parse_args(arguments)
    connection = connection_of(given)
    ledger, payouts = LedgerStore(connection, given.table), PayoutsStore(connection, given.payouts)
    looked_at = lacking = left = 0
    try:
        for payout in payouts_in(connection, given.payouts, payouts):
            looked_at += 1
            lost = lost_of(ledger, payout)
            if lost is None:
                continue
            lacking += 1
            said = "would be written" if given.dry_run else _written(ledger, payout, lost)
            left += said != "written"
            print(
                f"{payout.person}/{payout.payout}, {payout.status}: "
                f"the books do not say that {payout.amount} {payout.currency} {_SAID[lost]}: {said}",
                flush=True,
            )
    except (Busy, Unavailable, Unclear, Undecided) as stopped:
        print(f"Stopped: {stopped}. What was written stays written; run it again.", file=sys.stderr)
        return STOPPED
    print(f"{looked_at} payouts looked at; of {lacking} the books lacked something, of {left} they still do.")
    return LACKING if left else WHOLE


def payouts_in(connection: Connection, table: str, payouts: PayoutsStore) -> Iterator[Payout]:
    """Every payout of the table, as it stands when it is read.

    Raises:
        Unavailable: the table does not answer.
    """
    start = None
    while True:
        page = connection.scan(table, limit=PAGE_ITEMS, exclusive_start_key=start)
        for item in page["Items"]:
            if item["item"]["S"].startswith(PAYOUT):
                found = payouts.find(item["person"]["S"], item["item"]["S"].removeprefix(PAYOUT))
                if found is not None:
                    yield found
        start = page.get("LastEvaluatedKey")
        if start is None:
            return


def _written(ledger: LedgerStore, payout: Payout, lost: Lost) -> str:
    """What came of writing it, in a word: what an account refuses is left to a person."""
    try:
        return "written" if book_again(ledger, payout, lost) else "what was set aside for it has been released"
    except (Busy, Unavailable, Undecided):
        raise
    except CliffhangerError as refused:
        return refused.code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="rebook_payouts", description="Write again what a restore has lost of payouts."
    )
    parser.add_argument("--table", required=True, help="name of the ledger's table")
    parser.add_argument("--payouts", required=True, help="name of the table of payouts")
    parser.add_argument("--region", default=os.environ.get("AWS_REGION", "us-east-1"))
    parser.add_argument("--endpoint", help="address of another DynamoDB than AWS's")
    parser.add_argument("--dry-run", action="store_true", help="name what is lacking, and write nothing")
    return parser


if __name__ == "__main__":
    sys.exit(main())
