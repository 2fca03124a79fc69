"""Coins are bought, and their money goes back, comes again, late, twice, in parts and before the coins have come."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Literal, NamedTuple

from cliffhanger.ledger.journal import Recorded
from cliffhanger.ledger.names import viewer
from cliffhanger.ledger.purchases import Deal
from cliffhanger.ledger.purchasing import OrderChain, record_grant, record_return, record_reversal
from cliffhanger.unlocks.reversal import reverse_unlock
from tests.simulation.trades import Trades

NAMES = ("r1", "r2", "dispute-1")


class Order(NamedTuple):
    """One order, whether its bonus is a first purchase's, and the amounts that go back of it, by name."""

    on: OrderChain
    deal: Deal
    first_only: bool
    amounts: dict[str, int]


class Orders(Trades):
    """Facts of orders, as the provider's notices bring them; each is told again now and then, in any order."""

    def __init__(self, seed: int, calm: Collection[int], tell: Callable[[str], None]) -> None:
        super().__init__(seed, calm, tell)
        self.orders: list[Order] = []

    def trades(self) -> list[tuple[Callable[[str], None], int]]:
        """What may happen, and how often."""
        mine = [(self.buy, 7), (self.money_goes, 8), (self.money_comes_again, 4), (self.regret, 4)]
        return [*super().trades(), *mine]

    def known(self, person: str, new: float) -> Order:
        """An order of late, or one of which this is the first fact."""
        if self.orders and self.random.random() >= new:
            return self.random.choice(self.orders[-5:])
        coins = self.random.randint(5, 60)
        cash = coins * self.random.choice((9, 9, 7)) + self.random.choice((0, 1))
        bonus = self.random.choice((0, self.random.randint(1, 20)))
        deal = Deal(coins, cash, "USD", bonus, self.random.choice((1, 9)) if bonus else 0)
        amounts = {name: self.random.choice((cash, self.random.randint(1, cash))) for name in NAMES}
        first_only = bool(bonus) and self.random.random() < 0.5
        self.orders.append(Order(OrderChain(viewer(person), self.name("o")), deal, first_only, amounts))
        return self.orders[-1]

    def buy(self, person: str) -> None:
        """Paid; one time in three the notice of an order that is known comes, late or again."""
        on, deal, first_only, _ = self.known(person, 0.65)

        def make() -> Recorded:
            return record_grant(self.ledger, on, deal, first_only=first_only, retrying=self.pace())

        made = self.once(on.account, f"{on.prefix}grant", make)
        if made is not None:
            said = {"first", "withheld"} & set(made.entry.terms)
            assert len(said) == first_only, "an offer for a first purchase is not said to be one"

    def money_goes(self, person: str) -> None:
        """A refund, whole or in part, or what the payer's bank takes."""
        self.take_money(self.known(person, 0.15), self.random.choice(NAMES))

    def take_money(self, order: Order, name: str) -> None:
        """What goes back of an order under that name."""
        on, _, _, amounts = order

        def make() -> Recorded:
            kind: Literal["refund", "dispute"] = "dispute" if name.startswith("dispute") else "refund"
            return record_reversal(self.ledger, on, name, amounts[name], kind=kind, retrying=self.pace())

        self.once(on.account, f"{on.prefix}rev:{name}", make)

    def regret(self, person: str) -> None:
        """Of coins that were bought and spent both is undone, the unlock and the purchase, in either order."""
        self.check()
        replay = self.replay(person)
        bought = {order.on.prefix: order for order in self.orders if order.on.account == viewer(person)}
        lots = {str(seq): bought.get(one["reference"].removesuffix("grant")) for seq, one in replay.entries.items()}
        spent = [
            (seq, order)
            for seq, one in replay.entries.items()
            if one["terms"]["kind"] == "unlock" and seq not in replay.reversed
            for order in (lots.get(portion[0]) for portion in one.get("spent", []))
            if order is not None
        ]
        if not spent:
            self.buy(person)
            return
        seq, order = self.random.choice(spent[-4:])
        original, name = self.entries[viewer(person), seq], max(NAMES, key=lambda name: order.amounts[name])
        undoings = [
            lambda: self.take_money(order, name),
            lambda: self.undo_entry(person, original, "unlock", reverse_unlock),
        ]
        self.random.shuffle(undoings)
        for undo in undoings:
            undo()

    def money_comes_again(self, person: str) -> None:
        """That refund failed, or that dispute was won; now and then before anybody heard that it had begun."""
        on = self.known(person, 0.05).on
        name = self.random.choice(NAMES)

        def make() -> Recorded:
            won = name.startswith("dispute")
            kind: Literal["refundFailed", "disputeWon"] = "disputeWon" if won else "refundFailed"
            return record_return(self.ledger, on, name, kind=kind, retrying=self.pace())

        self.once(on.account, f"{on.prefix}back:{name}", make)
