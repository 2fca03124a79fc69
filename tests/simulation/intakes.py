"""Lanes whose number changes, volumes that are full soon, and carries to creators: more that may happen."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from cliffhanger.dynamo import Unclear
from cliffhanger.errors import NothingToCarry
from cliffhanger.ledger.carries import carry_reference
from cliffhanger.ledger.carrying import Carriage, carry_lane
from cliffhanger.ledger.journal import Recorded
from cliffhanger.ledger.names import MAX_EARNED_LANES
from cliffhanger.ledger.rolling import roll_if_full, tail
from cliffhanger.revenue.domain import day_of
from cliffhanger.revenue.waterfall import share_out
from tests.simulation.disasters import Disasters, Item, Key
from tests.simulation.intake_rules import COINS
from tests.simulation.shares import divided, split_of
from tests.simulation.trades import CREATOR
from tests.simulation.world import UNSURE

PAYEES = (CREATOR, CREATOR, "creator:dora")
LANES = (1, 1, 2, 3, MAX_EARNED_LANES)
END = "2099-12-31"
TORN_ROLLS = 0.3
"""How often a restore loses the entry that opens a volume, if nothing came after it."""


class Intakes(Disasters):
    """What is carried, for which period and to whom, and who asks again."""

    def intakes(self) -> list[tuple[Callable[[str], None], int]]:
        """What may happen, and how often."""
        return [(self.carry, 10), (self.carry_all, 3), (self.change_lanes, 5), (self.roll, 3)]

    def carry(self, _person: str) -> None:
        """One lane, for a period that may have been carried before; to one of two, who may both ask."""
        series = self.random.choice(list(self.stories))
        lanes = [account for account in self.audit.chains if account.startswith(f"series:{series}:")]
        full = [account for account in lanes if self.cash_of(account)]
        lane = int(self.random.choice(full or lanes).rpartition(":")[2]) if lanes else 0
        carriage = divided(Carriage(series, self.random.choice(PAYEES), self.period()), f"{self.seed}/{self.now}")
        terms = {"income": "earned", "series": series, "day": carriage.period, "split": 1}

        def make() -> Recorded:
            return carry_lane(self.ledger, carriage, lane, terms=terms, retrying=self.pace())

        for _ in range(self.random.choice((1, 1, 2))):
            self.once(carriage.destination, carry_reference(series, lane, carriage.period), make)

    def period(self) -> str:
        """A few periods come over and over, and now and then there is a new one."""
        return self.name("p") if self.random.random() < 0.4 else f"q{self.random.randint(1, 3)}"

    def carry_all(self, _person: str) -> None:
        """The waterfall, of one series: every lane; whoever is cut short is followed by somebody who goes on."""
        series, day = self.random.choice(list(self.stories)), day_of(self.now)
        try:
            share_out(
                self.ledger, split_of(series, CREATOR.partition(":")[2], str(self.seed)), day, retrying=self.pace()
            )
        except UNSURE:
            return

    def change_lanes(self, _person: str) -> None:
        self.lanes = self.random.choice(LANES)

    def roll(self, _person: str) -> None:
        """Somebody else rolls what is full, beside settlement."""
        rolling = [account for account in self.audit.chains if account.startswith(("series:", "external:"))]
        if not rolling:
            return
        try:
            head = tail(self.ledger, self.random.choice(rolling))
        except Unclear:
            return
        if head is not None:
            roll_if_full(self.ledger, head, self.now)

    def as_of_some_point(self) -> dict[Key, Item]:
        """As it is restored; now and then without the entry that opens the newest volume of an account."""
        items = super().as_of_some_point()
        opened = [key for key in items if "." in key[0] and (key[0], key[1] - 1) not in items]
        newest = [key for key in opened if (key[0], key[1] + 1) not in items]
        for key in newest:
            if self.random.random() < TORN_ROLLS:
                del items[key]
        return items

    def carry_rest(self) -> None:
        """At the end, with the faults gone: nothing that a series has ever earned is left on any lane.

        All the lanes that one may have are gone through for one series, twice; of the others those that there are.
        """
        searched = self.random.choice(list(self.stories))
        for _ in range(2):
            share_out(
                self.ledger, split_of(searched, CREATOR.partition(":")[2], str(self.seed)), END, retrying=self.pace()
            )
        lanes = {account.partition(".")[0] for account in self.audit.chains if account.startswith("series:")}
        for _, series, _, lane in sorted(account.split(":") for account in lanes):
            if series != searched:
                with contextlib.suppress(NothingToCarry):
                    carry_lane(self.ledger, Carriage(series, CREATOR, "end"), int(lane), retrying=self.pace())
        self.check()
        for account, chain in self.audit.chains.items():
            if account.startswith("series:"):
                assert not self.cash_of(account), f"{account} was forgotten, with {chain[-1]['state']}"

    def cash_of(self, account: str) -> bool:
        """Whether a lane holds cash."""
        balances = self.audit.chains[account][-1]["state"].get("balances", {})
        return any(amount > 0 and unit not in COINS for unit, amount in balances.items())
