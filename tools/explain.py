"""``make explain ACCOUNT=viewer:…``: an account in words: what it holds and owes, its lots, its story, checked.

An account that goes on in volumes is told over all of them.

    make explain ACCOUNT=viewer:4h7d9k2m8q1r5t0v                 on the platform that runs on this machine
    make explain ACCOUNT=series:the-last-train:earned:0 STAGE=dev   in a stage, with the credentials of the environment

Nothing is written. Exit codes: 0 everything that is shown holds; 1 something does not; 2 it cannot be read.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pynamodb.connection import Connection
from pynamodb.exceptions import PynamoDBException

from cliffhanger.errors import CliffhangerError
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.state import State
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.support.explain import Explained, Line, explain
from infra.config import ConfigError, load
from local.environment import DUMMY_KEY, DUMMY_SECRET
from tools import verify_receipt
from tools.auditing import entries
from tools.auditing.items import TEXT, ItemRecord, split

ROOT = Path(__file__).resolve().parent.parent
OUTPUTS = ROOT / ".local" / "outputs.json"
HOLDS, HOLDS_NOT, UNREADABLE = 0, 1, 2
PAGE = 50


class Unreadable(Exception):
    """There is nothing to read from; the message says why."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Explains what the command line names; returns the exit code."""
    parser = argparse.ArgumentParser(prog="explain", description="Explain an account of the ledger.")
    parser.add_argument("account", help="such as viewer:4h7d9k2m8q1r5t0v")
    parser.add_argument("--stage", help="the stage; without it the platform that runs on this machine")
    parser.add_argument("--region", default=os.environ.get("AWS_REGION", "us-east-1"))
    parser.add_argument("--entries", type=int, default=PAGE, help="so many of the newest; 0 for all")
    asked = parser.parse_args(arguments)
    try:
        whole = explained(_ledger(asked.stage, asked.region), asked.account, asked.entries)
    except (ConfigError, Unreadable, CliffhangerError, PynamoDBException) as error:
        said = error.detail if isinstance(error, CliffhangerError) else str(error)
        Console(stderr=True).print(f"Unreadable: {said}", style="red", markup=False, soft_wrap=True)
        return UNREADABLE
    console = Console()
    for part in told(whole):
        console.print(part, highlight=False)
    return HOLDS if all(line.checks.hold for line in whole.lines) else HOLDS_NOT


def explained(ledger: LedgerStore, account: str, count: int) -> Explained:
    """An account with so many of its newest entries, or all of them where that is 0.

    Raises:
        NotFound: it has no entry.
        Busy: the ledger does not answer now.
    """
    page = explain(ledger, account, min(count, PAGE) or PAGE)
    lines, before = list(page.lines), page.before
    while before is not None and (count == 0 or len(lines) < count):
        more = explain(ledger, account, PAGE if count == 0 else min(PAGE, count - len(lines)), before)
        lines, before = [*lines, *more.lines], more.before
    return page._replace(lines=tuple(lines), before=before)


def told(whole: Explained) -> Iterator[Any]:
    """What is shown, part by part."""
    yield f"[bold]{escape(whole.account)}[/]"
    for sentence in whole.words:
        yield f"  {escape(sentence)}"
    if whole.last is not None:
        yield from _holding(whole.last.state)
    yield "[bold]Its story, newest first[/]"
    for line in whole.lines:
        yield from _story(line)
    if whole.before is not None:
        yield f"  … {whole.before - 1} before it (--entries 0 shows all)"
    wrong = [line.seq for line in whole.lines if not line.checks.hold]
    if wrong:
        yield f"[bold red]{len(wrong)} of {len(whole.lines)} entries do not hold: {', '.join(map(str, wrong))}.[/]"
        yield "Freeze the account before anything else, then audit: docs/operations.md."
    else:
        yield f"[bold green]All {len(whole.lines)} entries hold: hash, link, arithmetic.[/]"


def _holding(state: State) -> Iterator[Any]:
    if state.lots:
        table = Table("lot", "coins", "class", "stands for", "expires", title="Lots", title_justify="left")
        for lot in state.lots:
            cash = verify_receipt.money(lot.currency, lot.cash) if lot.currency else ""
            expires = verify_receipt.date(lot.expires_day) if lot.expires_day else "never"
            table.add_row(lot.lot, str(lot.coins), lot.unit, cash, expires)
        yield table
    for hold in state.holds:
        what = verify_receipt.money(hold.currency, hold.amount) if hold.currency else f"{hold.coins} coins"
        until = verify_receipt.date(hold.until // verify_receipt.DAY_MS)
        yield f"  Held: {what}, by {escape(hold.hold)}, until {until}"
    for unit, amount in sorted(state.debt.items()):
        yield f"  [red]Owes {amount} {unit}[/]"
    if state.flags:
        yield f"  Flags: {', '.join(state.flags)}"


def _story(line: Line) -> Iterator[str]:
    mark = "[green]✓[/]" if line.checks.hold else "[red]✗[/]"
    if line.entry is None:
        yield f"{mark} #{line.seq}: {escape(line.fault)}"
        return
    said, detail = _in_words(line.entry)
    yield f"{mark} {escape(said)}"
    yield f"    {escape(detail)}"
    if line.entry.terms:
        terms = json.dumps({key: value for key, value in line.entry.terms.items() if key != "kind"}, sort_keys=True)
        yield f"    [dim]{escape(f'{line.entry.reference}  {terms}')}[/]"
    for account, seq in line.settled.items():
        yield f"    [dim]{escape(account)}: {'on its way' if seq is None else f'settled by its entry {seq}'}[/]"
    failed = [name for name, holds in line.checks._asdict().items() if holds is False]
    if failed:
        yield f"    [red]does not hold: {', '.join(failed)}[/]"


def _in_words(entry: Entry) -> tuple[str, str]:
    """An entry as the receipt verifier tells it: from its bytes, by other code than the product's."""
    chain, volume = split(entry.account)
    body = entry.body.encode()
    record: ItemRecord = (chain, entry.seq, 0, TEXT, entry.reference or "", body, entry.hash, [], volume)
    try:
        read = entries.read(record)
        if read.entry.batch and not read.sources:
            return verify_receipt.title(read.entry), _of_a_roll(entry)
        if read.entry.batch:
            sources = f"settles {len(read.sources)} entries of others"
            return verify_receipt.title(read.entry), f"{sources}: {verify_receipt.summary(read.entry)}"
        return verify_receipt.title(read.entry), verify_receipt.summary(read.entry)
    except (entries.Wrong, verify_receipt.Refuted, LookupError, TypeError, ValueError) as error:
        return f"#{entry.seq}", f"cannot be told: {error}"


def _of_a_roll(entry: Entry) -> str:
    """What an entry says that settles nothing: it closes a volume of its account, or opens one."""
    terms = entry.terms
    return f"full: it goes on at {terms['next']}" if "next" in terms else f"goes on from {terms['before']}"


def _ledger(stage: str | None, region: str) -> LedgerStore:
    if stage and stage != "local":
        return LedgerStore(Connection(region=region), load(stage).ledger)
    try:
        outputs = json.loads(OUTPUTS.read_text())
    except (OSError, ValueError) as error:
        raise Unreadable("No platform runs on this machine (make dev), and no STAGE= is named.") from error
    connection = Connection(
        region=outputs["region"],
        host=outputs["endpointUrl"],
        aws_access_key_id=DUMMY_KEY,
        aws_secret_access_key=DUMMY_SECRET,
    )
    return LedgerStore(connection, outputs["tables"]["ledger"])


if __name__ == "__main__":
    sys.exit(main())
