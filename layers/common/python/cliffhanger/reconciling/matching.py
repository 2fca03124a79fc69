"""Holds an order's movements on both sides against each other. Pure; the order in which they come decides nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from cliffhanger.reconciling.domain import (
    CARRIED_DAYS,
    DAY_MS,
    IN_FLIGHT_MS,
    SIGNS,
    UNMATCHED,
    Finding,
    Kind,
    Movement,
    Side,
)


class Window(NamedTuple):
    """From when to when a day reaches. ``first``: no day before it was reconciled, so nothing is known from before."""

    begin_ms: int
    end_ms: int
    first: bool = False

    def in_flight(self, movement: Movement) -> bool:
        """Whether a movement is so young at the end that its counterpart may be under way."""
        return movement.at_ms > self.end_ms - IN_FLIGHT_MS

    def too_early(self, movement: Movement) -> bool:
        """Whether a movement's counterpart may have come before all that is known."""
        return self.first and movement.side == "ledger" and movement.at_ms < self.begin_ms + IN_FLIGHT_MS


class Matched(NamedTuple):
    """What came of some orders: how many pairs, what differs or is missing, and what stays open.

    ``differences`` is what leaves the books though the sides differ: by currency, the provider's amounts less the
    ledger's.
    """

    pairs: int
    findings: tuple[Finding, ...]
    open: tuple[Movement, ...]
    differences: tuple[tuple[str, int], ...]


def match(movements: Iterable[Movement], window: Window) -> Matched:
    """Matches all movements of some orders, as of the end of a day."""
    orders: defaultdict[str, defaultdict[Kind, _Pile]] = defaultdict(lambda: defaultdict(_Pile))
    for movement in movements:
        orders[movement.order][movement.kind].left[movement.side].append(movement)
    pairs, findings, still, differences = 0, list[Finding](), list[Movement](), list[tuple[str, int]]()
    for order in sorted(orders):
        one = _match_order(orders[order], window)
        pairs += one.pairs
        findings += one.findings
        still += one.open
        differences += one.differences
    return Matched(pairs, tuple(findings), tuple(still), tuple(differences))


class _Pile:
    """What is left of one order's movements of one kind, by side, in order of time."""

    def __init__(self) -> None:
        self.left: dict[Side, list[Movement]] = {"provider": [], "ledger": []}
        self.pairs: list[tuple[Movement, Movement]] = []

    def pair(self) -> None:
        """Pairs what is alike: first what says all, then entries that know no amount or no currency."""
        for movements in self.left.values():
            movements.sort(key=lambda movement: (movement.at_ms, movement.where))
        for vague in (False, True):
            entries, self.left["ledger"] = self.left["ledger"], []
            for entry in entries:
                line = next((line for line in self.left["provider"] if _alike(line, entry, vague=vague)), None)
                if line is None:
                    self.left["ledger"].append(entry)
                else:
                    self.left["provider"].remove(line)
                    self.pairs.append((line, entry))

    def differing(self, window: Window) -> list[tuple[Movement, Movement]]:
        """What is left on both sides is one movement said differently, unless a counterpart may be under way."""
        lines, entries = (
            [movement for movement in self.left[side] if not window.in_flight(movement)]
            for side in ("provider", "ledger")
        )
        found = list(zip(lines, entries, strict=False))
        for line, entry in found:
            self.left["provider"].remove(line)
            self.left["ledger"].remove(entry)
        return found


def _match_order(piles: Mapping[Kind, _Pile], window: Window) -> Matched:
    for pile in piles.values():
        pile.pair()
    differing = [pair for pile in piles.values() for pair in pile.differing(window)]
    vague = [(line, entry) for pile in piles.values() for line, entry in pile.pairs if not _same(line, entry)]
    differences = [part for line, entry in (*differing, *vague) for part in (_apart(line), _apart(entry))]
    twice = _paid_twice(piles)
    findings, still = [_difference(*pair) for pair in differing], list[Movement]()
    for pile in piles.values():
        for movement in (*pile.left["provider"], *pile.left["ledger"]):
            code = "paid_twice" if movement in twice else UNMATCHED[movement.side, movement.kind]
            found = None if window.in_flight(movement) else _finding(movement, code, window)
            findings += [found] if found is not None else []
            if window.in_flight(movement) or (found is not None and found.code != "left_open"):
                still.append(movement)
            else:  # given up: it leaves the books as a difference, so that the days' totals go on adding up
                differences.append(_apart(movement))
    return Matched(sum(len(pile.pairs) for pile in piles.values()), tuple(findings), tuple(still), tuple(differences))


def _same(one: Movement, other: Movement) -> bool:
    return (one.amount, one.currency) == (other.amount, other.currency)


def _alike(line: Movement, entry: Movement, *, vague: bool) -> bool:
    amount = line.amount == entry.amount or (vague and entry.amount is None)
    return amount and (line.currency == entry.currency or (vague and not entry.currency))


def _paid_twice(piles: Mapping[Kind, _Pile]) -> list[Movement]:
    """Payments beside one that was granted. One that went back, and was never booked, is done with."""
    if "payment" not in piles:
        return []
    payments = piles["payment"]
    left, refunds = payments.left["provider"], piles["refund"].left["provider"] if "refund" in piles else []
    twice = list(left) if payments.pairs else left[1:]
    for payment in tuple(twice):
        back = next((each for each in refunds if _same(each, payment) and each.at_ms >= payment.at_ms), None)
        if back is not None:
            left.remove(payment)
            refunds.remove(back)
            twice.remove(payment)
    return twice


def _finding(movement: Movement, code: str, window: Window) -> Finding | None:
    """What a movement without a counterpart is called; nothing on the first day, where it may be from before."""
    if window.too_early(movement):
        return None
    line, entry = (movement.where, "") if movement.side == "provider" else ("", movement.where)
    says = _says(movement)
    if movement.at_ms < window.end_ms - CARRIED_DAYS * DAY_MS:
        return Finding("left_open", movement.order, line, entry, f"{code}: {says}", movement.at_ms)
    return Finding(code, movement.order, line, entry, says, movement.at_ms)


def _difference(line: Movement, entry: Movement) -> Finding:
    code = "currency_differs" if entry.currency not in ("", line.currency) else "amount_differs"
    return Finding(code, line.order, line.where, entry.where, f"{_says(line)}, not {_says(entry)}", line.at_ms)


def signed(movement: Movement) -> int:
    """A movement's amount, negative where it goes out; none where it is not known."""
    return SIGNS[movement.kind] * (movement.amount or 0)


def apart(movement: Movement) -> int:
    """By how much a movement without a counterpart holds the sides apart: the provider's amounts less the ledger's."""
    return signed(movement) if movement.side == "provider" else -signed(movement)


def _apart(movement: Movement) -> tuple[str, int]:
    return movement.currency, apart(movement)


def _says(movement: Movement) -> str:
    amount = "an unknown amount" if movement.amount is None else str(movement.amount)
    return f"{movement.kind} of {amount} {movement.currency}".rstrip()
