"""Cashback on a slice, judged anew: what a claim sets aside, returns take back and a confirmation gives.

It shares no code with the product: what holds is said here a second time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tools.verify_receipt import Entry

Fault = tuple[str, str]
CASHBACK = re.compile(r"cashback:([^:]+):([^:]+):(claim|confirm|rev:.+)")


class Purse:
    """One fact: the coins for the whole of it, how much of the whole came back, and whether it was confirmed."""

    __slots__ = ("coins", "confirmed", "returned", "whole")

    def __init__(self) -> None:
        self.coins = self.returned = 0
        self.whole = 1
        self.confirmed = False

    @property
    def left(self) -> int:
        """What the returns have left of the coins."""
        return self.coins - self.coins * min(self.returned, self.whole) // self.whole


class Purses:
    """All facts of one slice."""

    def __init__(self) -> None:
        self._purses: dict[str, Purse] = {}

    def faults(self, entry: Entry) -> Iterator[Fault]:
        """What an entry moves that the ones before it do not allow."""
        found = CASHBACK.fullmatch(entry.reference)
        if found is None:
            return
        purse = self._purses.setdefault(f"{found[1]}:{found[2]}", Purse())
        person, terms = f"viewer:{found[1]}", entry.terms
        before, taken = purse.left, bool(purse.coins)
        try:
            if found[3] == "claim":
                purse.coins, purse.whole = int(terms["coins"]), max(1, int(terms["whole"]))
                if purse.whole != terms["whole"]:
                    yield "cashback_wrong", f"the whole of {found[2]} is {terms['whole']}"
                expected = {"pending": purse.left}
            elif found[3] == "confirm":
                purse.confirmed = True
                expected = {"pending": -before, person: before}
            else:
                purse.returned += int(terms["returned"])
                expected = {person if purse.confirmed else "pending": purse.left - before if taken else 0}
        except (LookupError, TypeError, ValueError):
            yield "cashback_wrong", "its terms do not say what was claimed, or came back"
            return
        if purse.confirmed and found[3].startswith("rev:"):
            expected[person] += _let_go(terms)
        moved = _moved(entry)
        if moved != {side: coins for side, coins in expected.items() if coins}:
            yield "cashback_wrong", f"{entry.reference} moves {moved}, and {expected} is left to move"


def _let_go(terms: Mapping[str, Any]) -> int:
    """How many of the coins a return does not take of the viewer, because they have expired by themselves."""
    match terms.get("lapsed"):
        case [str(), int(coins)] if coins > 0:
            return coins
    return 0


def _moved(entry: Entry) -> dict[str, int]:
    """What other accounts get of it, whatever the unit."""
    moved: dict[str, int] = {}
    for _, amount, source, destination in entry.postings:
        for side, signed in ((source, -amount), (destination, amount)):
            if side.startswith((".", "platform:expired-")):
                continue
            name = "pending" if side.startswith("platform:pending-") else side
            moved[name] = moved.get(name, 0) + signed
    return {side: coins for side, coins in moved.items() if coins}
