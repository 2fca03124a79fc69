"""The report of a day: its totals, which must add up, its findings, and what it hands to the next day. Pure."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from cliffhanger.clock import rfc3339
from cliffhanger.errors import InternalError
from cliffhanger.payments.ports import BalanceLine
from cliffhanger.reconciling.domain import FINDINGS, KINDS, Finding, Movement
from cliffhanger.reconciling.matching import apart, signed

VERSION = 1
MAX_KEPT = 10_000
"""Findings that a report holds; all of them are counted."""
PROVIDER_SUMS = (*KINDS, "fees", "payouts", "transfers", "topups", "reserves", "other")


class Opening(NamedTuple):
    """What the day before hands on: balances by currency, what is open, and entries of its last minutes by place.

    ``first``: no day before was reconciled. Then balances begin at nothing.
    """

    first: bool = True
    balances: Mapping[str, int] = {}
    open: tuple[Movement, ...] = ()
    recent: frozenset[str] = frozenset()


class Sums:
    """One currency: what the provider's lines and the ledger's entries come to."""

    def __init__(self, opening: int = 0) -> None:
        self.opening = opening
        self.provider: Counter[str] = Counter()
        self.ledger: Counter[str] = Counter()
        self.open_before = self.open_after = self.differences = 0

    @property
    def closing(self) -> int:
        """The balance at the provider, as its lines have it: opening and all of the day's lines."""
        return self.opening + sum(self.provider.values())

    @property
    def unexplained(self) -> int:
        """What the sides moved apart by, less what is open and what differs. Anything but zero is a fault of ours."""
        moved = sum(self.provider[kind] - self.ledger[kind] for kind in KINDS)
        return moved - (self.open_after - self.open_before) - self.differences


class Day(NamedTuple):
    """A reconciled day. ``counts``: lines, entries, pairs, in flight; ``found``: findings by code, all of them."""

    day: str
    first: bool
    counts: Mapping[str, int]
    sums: Mapping[str, Sums]
    findings: tuple[Finding, ...]
    found: Mapping[str, int]
    open: tuple[Movement, ...]
    recent: tuple[str, ...]


class Totals:
    """The sums of all currencies while a day is read."""

    def __init__(self, opening: Opening) -> None:
        self._sums: defaultdict[str, Sums] = defaultdict(Sums)
        for currency, balance in opening.balances.items():
            self._sums[currency].opening = balance
        for movement in opening.open:
            self._sums[movement.currency].open_before += apart(movement)

    def line(self, line: BalanceLine, summed: str) -> None:
        """One line of the provider: its amount under what it is, its fee under fees."""
        sums = self._sums[line.currency].provider
        sums[summed] += line.amount
        sums["fees"] -= line.amount - line.net

    def entry(self, movement: Movement) -> None:
        """One entry of the ledger."""
        self._sums[movement.currency].ledger[movement.kind] += signed(movement)

    def end(self, still_open: Iterable[Movement], differences: Iterable[tuple[str, int]]) -> Mapping[str, Sums]:
        """The sums, once it is known what is open and what differs."""
        for movement in still_open:
            self._sums[movement.currency].open_after += apart(movement)
        for currency, amount in differences:
            self._sums[currency].differences += amount
        return {currency: self._sums[currency] for currency in sorted(self._sums)}


def document_of(day: Day) -> str:
    """The report for programs, as JSON; the next day begins with it."""
    document = {
        "v": VERSION,
        "day": day.day,
        "first": day.first,
        "clean": not day.found,
        "counts": dict(day.counts),
        "currencies": {currency: _sums_document(sums) for currency, sums in day.sums.items()},
        "found": dict(day.found),
        "findings": [{**each._asdict(), "at_ms": rfc3339(each.at_ms)} for each in day.findings],
        "open": [list(movement) for movement in day.open],
        "recent": list(day.recent),
    }
    return json.dumps(document, indent=1, sort_keys=True) + "\n"


def opening_of(document: str | bytes) -> Opening:
    """What a day's report hands to the next.

    Raises:
        InternalError: it is no report.
    """
    try:
        report = json.loads(document)
        if report["v"] != VERSION:
            raise InternalError(f"A report of version {report['v']} is not known here.")
        return Opening(
            first=False,
            balances={currency: sums["closing"] for currency, sums in report["currencies"].items()},
            open=tuple(Movement(*each) for each in report["open"]),
            recent=frozenset(report["recent"]),
        )
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise InternalError("What should be a report of a day is none.") from error


def text_of(day: Day) -> str:
    """The report for people: one table a currency, then each finding with its likely cause and what to do."""
    found = sum(day.found.values())
    head = f"{day.day}: {found} findings" if found else f"{day.day}: everything agrees"
    counts = ", ".join(f"{name} {count}" for name, count in day.counts.items())
    lines = [head, counts, ""]
    if day.first:
        lines += ["The first day: balances begin at nothing, and its first hour may answer to payments before it.", ""]
    for currency, sums in day.sums.items():
        lines += [*_table(currency or "currency not known", rows_of(sums)), ""]
    for code, count in sorted(day.found.items()):
        lines += [f"{code} ({count})", f"  cause: {FINDINGS[code].cause}", f"  do:    {FINDINGS[code].do}"]
        lines += [f"  - {said_of(each)}" for each in day.findings if each.code == code]
        lines.append("")
    return "\n".join(lines)


def said_of(finding: Finding) -> str:
    """One finding on one line."""
    places = " ".join(place for place in (finding.line, finding.entry) if place)
    return f"{rfc3339(finding.at_ms)}  order {finding.order or '-'}  {finding.says}  ({places})"


def rows_of(sums: Sums) -> Sequence[tuple[str, int]]:
    """The rows of a currency's table, in the order in which they add up; nothing is left out but zeros."""
    provider = [(f"provider: {name}", sums.provider[name]) for name in PROVIDER_SUMS if sums.provider[name]]
    ledger = [(f"ledger: {kind}", sums.ledger[kind]) for kind in KINDS if sums.ledger[kind]]
    proof = [("open before", sums.open_before), ("open now", sums.open_after), ("differences", sums.differences)]
    return (
        ("opening", sums.opening),
        *provider,
        ("closing", sums.closing),
        *ledger,
        *((name, amount) for name, amount in proof if amount),
        ("unexplained", sums.unexplained),
    )


def _table(title: str, rows: Sequence[tuple[str, int]]) -> list[str]:
    width = max(len(name) for name, _ in rows)
    return [title, *(f"  {name:<{width}}  {amount:>16,}" for name, amount in rows)]


def _sums_document(sums: Sums) -> dict[str, Any]:
    return {
        "opening": sums.opening,
        "provider": {name: sums.provider[name] for name in PROVIDER_SUMS if sums.provider[name]},
        "closing": sums.closing,
        "ledger": {kind: sums.ledger[kind] for kind in KINDS if sums.ledger[kind]},
        "openBefore": sums.open_before,
        "openAfter": sums.open_after,
        "differences": sums.differences,
        "unexplained": sums.unexplained,
    }
