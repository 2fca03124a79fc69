"""Completes halves of settlements in a restored table, as an audit's JSON names them (``tools/auditing/mending.py``).

    make audit TABLE=cliffhanger-dev-ledger-restored ARGS=--json > report.json
    .venv/bin/python tools/mend.py --table cliffhanger-dev-ledger-restored --report report.json

A report keeps 200 findings of a code: audit and mend again until nothing is left. A table under the live one's name is
refused: there, settlement itself is at work. Exit codes: 0 all was mended; 1 something is left; 2 it cannot be done.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.auditing.findings import Finding
from tools.auditing.mending import mend

MENDED, LEFT, REFUSED = 0, 1, 2
LIVE = re.compile(r"cliffhanger-[a-z0-9]+-ledger")


def main(arguments: Sequence[str] | None = None, client: Any | None = None) -> int:
    """Mends what the report names; returns the exit code."""
    parser = argparse.ArgumentParser(prog="mend", description="Complete halves of settlements in a restored table.")
    parser.add_argument("--table", required=True)
    parser.add_argument("--report", required=True, type=Path, help="what an audit of this table wrote with --json")
    parser.add_argument("--region", default=os.environ.get("AWS_REGION", "us-east-1"))
    asked = parser.parse_args(arguments)
    if LIVE.fullmatch(asked.table):
        print(f"Refused: {asked.table} is the name of a live ledger.", file=sys.stderr)
        return REFUSED
    try:
        report = json.loads(asked.report.read_text())
        audited, kept = report["audited"], report["kept"]
        findings = [Finding(**{name: each[name] for name in Finding._fields}) for each in kept]
    except (OSError, ValueError, LookupError, TypeError) as error:
        print(f"Refused: {asked.report} is no report of an audit: {error}", file=sys.stderr)
        return REFUSED
    if audited != asked.table:
        print(f"Refused: the report is of {audited}.", file=sys.stderr)
        return REFUSED
    done = mend(client or _client(asked.region), asked.table, findings)
    print(f"{done.marked} marks set, {done.unmarked} taken away, {len(done.left)} left.")
    return LEFT if done.left else MENDED


def _client(region: str) -> Any:
    import boto3  # noqa: PLC0415 - a refusal need not wait for it

    return boto3.client("dynamodb", region_name=region)


if __name__ == "__main__":
    sys.exit(main())
