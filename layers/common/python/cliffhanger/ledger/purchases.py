"""Purchases: coins for money, as the chain of their buyer tells them. Pure (LEDGER rules 8, 9, 19, 20).

Everything about an order stands under one prefix, ``purchase:{order}:``

    grant           the coins, with the money that was paid for them, and the bonus beside them
    rev:{name}      money that went back: a refund, or what the payer's bank took (``dispute-…``)
    back:{name}     money that came again after all: that refund failed, that dispute was won

How much of an order is undone follows from which of these stand, whatever order they came in: the sum of what went back
and did not come again, never more than was paid. Each entry moves the account from what was undone before it to what is
undone after it, so that a refund which overtakes its grant leaves nothing behind, and no two refunds take a coin twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from cliffhanger.errors import AmountInvalid, NotRefundable
from cliffhanger.ledger import lots as lotting
from cliffhanger.ledger.consequences import Undone
from cliffhanger.ledger.corrections import granted_lot
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.lots import Lot
from cliffhanger.ledger.names import COIN_UNITS, OWN, OWN_DEFERRED, check_unit, external, platform
from cliffhanger.ledger.planning import Turn, bring, check_amount, living, next_entry
from cliffhanger.ledger.state import Posting

PROVIDER = "stripe"
"""Whose account outside money comes from and goes back to, in lanes."""
CHANNEL = "web"
"""Of lots that were not bought through an app store."""
LOSSES = "losses"
"""The platform's account that bears what nobody can be found for."""
REVERSALS = ("refund", "dispute")
"""Kinds of entries that undo a purchase."""
RETURNS = ("refundFailed", "disputeWon")
"""Kinds of entries that take such an entry back."""


class Deal(NamedTuple):
    """What an order buys: ``coins`` for ``cash``, in the smallest unit of ``currency``, and ``bonus`` coins besides.

    Bought coins never expire; bonus coins live so many days.
    """

    coins: int
    cash: int
    currency: str
    bonus: int = 0
    bonus_days: int = 0

    def check(self) -> None:
        """Lets a deal pass.

        Raises:
            AmountInvalid, NameInvalid: it has no amounts, or no currency.
        """
        check_amount(self.coins)
        check_amount(self.cash)
        if check_unit(self.currency) in COIN_UNITS:
            raise AmountInvalid(f"Nobody pays in {self.currency}.")
        if self.bonus:
            check_amount(self.bonus)
            check_amount(self.bonus_days, most=lotting.MAX_LIFETIME_DAYS)

    def without_bonus(self) -> Deal:
        """The same coins for the same money."""
        return self._replace(bonus=0, bonus_days=0)

    def terms(self) -> dict[str, str | int]:
        """How the entry that grants it declares it."""
        bonus = {"bonus": self.bonus, "bonusDays": self.bonus_days} if self.bonus else {}
        return {"kind": "purchase", "coins": self.coins, "cash": self.cash, "currency": self.currency, **bonus}


class Position(NamedTuple):
    """How much of a deal is undone: money in the smallest unit of its currency, and the coins of each class."""

    cash: int
    coins: int
    bonus: int

    def since(self, before: Position) -> Position:
        """How much more of each that is."""
        return Position(self.cash - before.cash, self.coins - before.coins, self.bonus - before.bonus)


class Story(NamedTuple):
    """What stands of an order: its grant, the entry before that, and by name what undid it and what took that back."""

    grant: Entry | None
    before: Entry | None
    reversals: Mapping[str, Entry]
    returns: Mapping[str, Entry]

    @property
    def deal(self) -> Deal | None:
        """What was bought, as the grant declares it; None before it has come, and where it was no order's."""
        if self.grant is None or "coins" not in self.grant.terms:
            return None
        terms = self.grant.terms
        return Deal(terms["coins"], terms["cash"], terms["currency"], terms.get("bonus", 0), terms.get("bonusDays", 0))

    @property
    def withheld(self) -> int:
        """Bonus coins that the order was made with and that did not come: another purchase had come before."""
        return 0 if self.grant is None else int(self.grant.terms.get("withheld", 0))

    def gone(self, *, but: str = "") -> int:
        """Money that went back and did not come again, in all; without what went under the name ``but``."""
        return sum(
            entry.terms["amount"] for name, entry in self.reversals.items() if name not in self.returns and name != but
        )


def position(deal: Deal, gone: int) -> Position:
    """What of a deal is undone when so much of its money went back: coins in proportion, rounded down."""
    undone = Undone(min(deal.cash, gone), deal.cash)
    return Position(undone.part, undone.of(deal.coins), undone.of(deal.bonus))


def grant_purchase(turn: Turn, deal: Deal, story: Story) -> Entry:
    """Credits what was bought less what has been undone of it; an entry without postings where that is everything.

    Raises:
        NameInvalid: the reference does not belong on the account.
    """
    account, alive = turn.account, living(turn)
    undone = position(deal, story.gone())
    coins, cash, bonus = deal.coins - undone.coins, deal.cash - undone.cash, deal.bonus - undone.bonus
    if not cash:
        return next_entry(turn, alive, postings=(), state=alive.state)
    payer = external(PROVIDER, account)
    lot = Lot(str(turn.seq), "coin", coins, lotting.NEVER, cash, deal.currency, CHANNEL)
    state, repaid = bring(account, alive.state, lot)
    postings = [Posting("coin", coins, payer, OWN), Posting(deal.currency, cash, payer, OWN_DEFERRED), *repaid]
    if bonus:
        gift = Lot(f"{turn.seq}.1", "bonus", bonus, lotting.expiry_day(alive.at, deal.bonus_days))
        state, _ = bring(account, state, gift)
        postings.append(Posting("bonus", bonus, platform("issued", account), OWN))
    return next_entry(turn, alive, postings=postings, state=state)


def check_left(story: Story, amount: int) -> None:
    """Lets an amount pass that an order has left: what was paid for it, less what went back.

    Raises:
        NotRefundable: with ``rule`` ``not_paid``, or ``more_than_paid`` and ``leftAmount``.
    """
    deal = story.deal
    if deal is None:
        raise NotRefundable("Nothing has been paid for it.", rule="not_paid")
    left = deal.cash - min(deal.cash, story.gone())
    if amount > left:
        raise NotRefundable(f"Of what was paid there is {left} left.", rule="more_than_paid", leftAmount=left)


def own_lot(story: Story) -> str:
    """The name of the lot that an order's coins became: their own, or an older one at the same price."""
    if story.grant is None:
        return ""
    lot = granted_lot(story.grant, story.before, "coin")
    return str(story.grant.seq) if lot is None else lot.lot


def check_unspent(turn: Turn, story: Story, days: int) -> None:
    """Lets an order pass whose payer may have all of the money again: in time, and with nothing of it used.

    Bonus coins that have expired by themselves were not used. Time is the chain's.

    Raises:
        NotRefundable: with ``rule`` ``not_paid``, ``refunded_before``, ``too_late`` or ``coins_spent``.
    """
    deal, alive = story.deal, living(turn)
    if deal is None or story.grant is None:
        raise NotRefundable("Nothing has been paid for it.", rule="not_paid")
    if story.gone():
        raise NotRefundable("Some of its money has gone back already.", rule="refunded_before")
    if alive.at >= story.grant.at + days * lotting.DAY_MS:
        raise NotRefundable(f"It is more than {days} days ago.", rule="too_late")
    coins = {lot.lot: lot.coins for lot in alive.state.lots}
    bonus = granted_lot(story.grant, story.before, "bonus")
    kept = not deal.bonus or (bonus is not None and (bonus.expired(alive.at) or coins.get(bonus.lot, 0) >= deal.bonus))
    if not kept or coins.get(own_lot(story), 0) < deal.coins:
        raise NotRefundable("Coins of it have been spent.", rule="coins_spent")
