"""A creator's account or a slice of a budget, replayed from raw entries: balances, holds, what was granted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from tests.simulation.replay import DAY_MS, week_end
from tests.simulation.share_rules import check_carry, check_recovery

Document = dict[str, Any]
CAP = 2
"""The most grants that a person has of the budget in the histories."""


class Leg(NamedTuple):
    """What one source moves on an account: signed amounts per unit, and the lots that it has sealed for the account."""

    amounts: dict[str, int]
    lots: list[tuple[str, int, int]]
    """Unit, coins, and the day of their expiry."""
    at: int = 0
    """When the source was written, in milliseconds: what had expired by then is not taken back."""


class CashHold(NamedTuple):
    """Cash that is set aside."""

    name: str
    until: int
    currency: str
    amount: int

    def packed(self) -> list[Any]:
        return [self.name, self.until, [self.currency, self.amount]]


class Guarded:
    """The state after the entries so far."""

    def __init__(self, account: str) -> None:
        self.account = account
        self.entries: dict[int, Document] = {}
        self.references: set[str] = set()
        self.balances: dict[str, int] = {}
        self.debt: dict[str, int] = {}
        self.holds: dict[str, CashHold] = {}

    def apply(self, document: Document, legs: Iterable[Leg] = ()) -> None:
        """Replays one entry, and holds it against what the rules make of it."""
        self.entries[document["seq"]] = document
        if "sources" in document:
            for leg in legs:
                self._settle(leg)
        else:
            reference = document["reference"]
            assert reference not in self.references, f"{reference} stands twice"
            self.references.add(reference)
            self._move(document)
        assert all(amount >= 0 for amount in self.balances.values()), f"{self.account} is overdrawn: {self.balances}"
        held: dict[str, int] = {}
        for hold in self.holds.values():
            held[hold.currency] = held.get(hold.currency, 0) + hold.amount
        expected = {
            "balances": {unit: amount for unit, amount in self.balances.items() if amount},
            "debt": {unit: owed for unit, owed in self.debt.items() if owed},
            "held": held,
            "holds": [hold.packed() for hold in self.holds.values()],
        }
        for part in {*expected, *document["state"]}:
            was = document["state"].get(part) or None
            assert was == (expected.get(part) or None), f"{self.account}/{document['seq']}: other {part}"

    def _settle(self, leg: Leg) -> None:
        """What arrives repays debt first; what is taken and not there any more is owed."""
        for unit, amount in leg.amounts.items():
            owed = self.debt.get(unit, 0)
            repaid = min(owed, max(0, amount))
            has = self.balances.get(unit, 0) + amount - repaid
            short = max(0, -has) if self.account.startswith("creator:") else 0
            self.debt[unit] = owed - repaid + short
            self.balances[unit] = has + short

    def _move(self, document: Document) -> None:
        terms = document["terms"]
        kinds: dict[str, Callable[[Document, list[Any]], None]] = {
            "opening": lambda *_: None,
            "funding": self._fund,
            "grant": self._grant,
            "reversal": self._take_back,
            "transfer": self._send,
            "hold": self._hold,
            "post": self._resolve,
            "void": self._resolve,
            "expiry": self._resolve,
            "carry": lambda one, _: self._settle(Leg(check_carry(one), [])),
            "recovery": lambda one, _: self._settle(Leg(check_recovery(one), [])),
        }
        kinds[terms["kind"]](document, terms.get("asked", []))

    def _add(self, unit: str, amount: int) -> None:
        self.balances[unit] = self.balances.get(unit, 0) + amount

    # --- budgets -----------------------------------------------------------------------------------------------------

    def _fund(self, document: Document, _asked: list[Any]) -> None:
        ((unit, coins, source, to),) = document["postings"]
        assert (source, to) == ("external:brand", ".")
        self._add(unit, coins)

    def _grant(self, document: Document, asked: list[Any]) -> None:
        person, unit, coins, days = asked
        reversed_before = any(one.startswith(f"{document['reference']}:rev:") for one in self.references)
        if reversed_before:
            assert document["postings"] == [], "granted although it had been reversed"
            return
        mine = [one for one in self.references if one.startswith(f"grant:{person}:") and ":rev:" not in one]
        assert len(mine) <= CAP, "granted more often than the budget allows"
        expires = week_end(document["at"], days)
        assert document["postings"] == [[unit, coins, ".", f"viewer:{person}"]], "another grant than was asked for"
        assert document["lots"] == [[f"viewer:{person}", unit, coins, expires]], "other lots than were granted"
        self._add(unit, -coins)

    def _take_back(self, document: Document, _asked: list[Any]) -> None:
        reference, _, case = document["reference"].rpartition(":rev:")
        others = {one for one in self.references if one.startswith(f"{reference}:rev:")} - {document["reference"]}
        assert case, document["reference"]
        assert not others, f"{reference} was reversed twice"
        granted = [one for one in self.entries.values() if one.get("reference") == reference]
        if not granted:
            assert document["postings"] == [], "reversed what was not granted"
            return
        ((viewer, unit, coins, expires),) = granted[0]["lots"]
        _, gone = document["terms"].get("lapsed", ("", 0))
        assert not gone or (0 < gone < coins and document["at"] >= expires * DAY_MS), "let go what had not expired"
        assert document["postings"] == [[unit, coins - gone, viewer, "."]], "took back another amount"
        self._add(unit, coins - gone)

    def _send(self, document: Document, _asked: list[Any]) -> None:
        ((unit, coins, source, to),) = document["postings"]
        budget = self.account.rpartition(":")[0]
        assert source == "."
        assert to != self.account, "a slice sends to itself"
        assert to.rpartition(":")[0] == budget, "a slice sends to another budget"
        self._add(unit, -coins)

    # --- holds of cash -----------------------------------------------------------------------------------------------

    def _hold(self, document: Document, asked: list[Any]) -> None:
        currency, amount, life = asked
        assert not any(self.debt.values()), "set aside although it owes"
        assert document["postings"] == []
        name = document["reference"].split(":")[1]
        self.holds[name] = CashHold(name, document["at"] + life, currency, amount)
        self._add(currency, -amount)

    def _resolve(self, document: Document, asked: list[Any]) -> None:
        kind, at = document["terms"]["kind"], document["at"]
        hold = self.holds.pop(document["reference"].split(":")[1])
        posted: list[list[Any]] = []
        if kind == "post":
            amount, to = asked
            assert at < hold.until, "posted after its time"
            assert 0 < amount <= hold.amount, "posted more than was held"
            posted = [[hold.currency, amount, ".", to]]
            self._add(hold.currency, -amount)
        assert kind != "expiry" or at >= hold.until, "expired before its time"
        assert document["postings"] == posted, f"the {kind} moves other amounts"
        self._add(hold.currency, hold.amount)
