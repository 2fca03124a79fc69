"""Histories with viewers who give, have gifts undone, and bound themselves: among all else that happens, as long."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterable

from cliffhanger.errors import KeyReused
from cliffhanger.ledger.journal import Recorded
from cliffhanger.ledger.names import key_reference, viewer
from cliffhanger.tips.domain import Giver, TipRequest
from cliffhanger.tips.reversal import reverse_tip
from cliffhanger.tips.service import Books, change_limit, give
from tests.simulation import histories
from tests.simulation.histories import STEPS, History
from tests.simulation.running import Failed, Tell, untold
from tests.simulation.world import UNSURE

PRICES = (("rose", 5), ("rose", 5), ("tea", 20))


class GiftHistory(History):
    """A history in which gifts are given as well."""

    def trades(self) -> list[tuple[Callable[[str], None], int]]:
        """What may happen, and how often."""
        return [*super().trades(), (self.tip, 40), (self.undo_tip, 8), (self.bound_tips, 8)]

    def tip(self, person: str) -> None:
        """A gift under a key of its own; asked again under the same, and now and then for another with it."""
        gift, price = self.random.choice(PRICES)
        series = self.random.choice(list(self.stories))
        request = TipRequest(Giver(person), series, 1, gift, self.random.randint(1, 4), price)
        reference = key_reference(self.name("tip"), b"simulation")

        def make() -> Recorded:
            books = Books(self.ledger, self.catalog, lambda: None, self.lanes)
            return give(books, request, reference, self.pace())

        for _ in range(self.random.choice((1, 1, 2))):
            self.once(viewer(person), reference, make)
        if (viewer(person), reference) in self.first and self.random.random() < 0.2:
            books = Books(self.ledger, self.catalog, lambda: None, self.lanes)
            try:
                give(books, request._replace(times=request.times + 1), reference, self.pace())
            except (KeyReused, *UNSURE):
                return
            raise AssertionError("a key has given something else")

    def undo_tip(self, person: str) -> None:
        self.undo(person, "tip", reverse_tip)

    def bound_tips(self, person: str) -> None:
        """Often to the coin what is given already; what is lowered holds at once."""
        coins = self.random.choice((None, 0, 5, 10, 20, 40))
        reference = key_reference(self.name("bound"), b"simulation")
        with contextlib.suppress(*UNSURE):
            allowed = change_limit(self.ledger, person, coins, reference=reference, retrying=self.pace())
            assert coins is None or allowed.own is None or allowed.own <= coins or allowed.following == coins

    def cash_of(self, account: str) -> bool:
        """Whether a lane holds cash that a carry of what unlocks earned would take."""
        return ":tips:" not in account and super().cash_of(account)


def run(
    seed: int, steps: Iterable[int] = range(STEPS), calm: Collection[int] = (), tell: Tell = untold
) -> tuple[History, Failed | None]:
    """One history with gifts, from its seed to its end, or to the first invariant that does not hold."""
    return histories.run(seed, steps, calm, tell, GiftHistory)
