"""Deliberate faults of purchases, refunds and disputes."""

from __future__ import annotations

from tests.simulation.bug import LEDGER, UNLOCKS, Bug

PURCHASE_BUGS = {
    "a series gives the same money back twice": Bug(
        UNLOCKS + "reversal", "given=given_back(ledger, head, original)", "given={}"
    ),
    "a second order brings the bonus of a first purchase again": Bug(
        LEDGER + "purchasing", "or not is_preceded(ledger, on, len(known))", "or not known"
    ),
    "a first purchase that was refunded early has lost its bonus": Bug(
        LEDGER + "purchasing",
        "if not first_only or turn.head is None or not is_preceded(ledger, on, len(known)):",
        "if not first_only or turn.head is None or not (known or is_preceded(ledger, on, 0)):",
    ),
    "a purchase forgets the refund that came before it": Bug(
        LEDGER + "purchases", "undone = position(deal, story.gone())", "undone = position(deal, 0)"
    ),
    "each refund of an order takes back as if it were the first": Bug(
        LEDGER + "refunding", "    before = story.gone()\n", "    before = 0\n"
    ),
    "more goes back than was paid": Bug(LEDGER + "purchases", "min(deal.cash, gone), deal.cash", "gone, deal.cash"),
    "coins of a part that went back are rounded up": Bug(
        LEDGER + "consequences", "return coins * self.part // self.whole", "return -(-coins * self.part // self.whole)"
    ),
    "a dispute that was won before anybody heard of it takes the coins": Bug(
        LEDGER + "refunding",
        "story.grant is None or name in story.returns:\n        return next_entry(turn, alive, postings=(), "
        "state=alive.state)\n    before",
        "story.grant is None:\n        return next_entry(turn, alive, postings=(), state=alive.state)\n    before",
    ),
    "money that came again still counts as gone": Bug(
        LEDGER + "purchases", "if name not in self.returns and name != but", "if name != but"
    ),
    "spent coins of a refunded order are not owed": Bug(LEDGER + "refunding", "    if owed:\n", "    if owed < 0:\n"),
    "a refund takes the coins of any order": Bug(
        LEDGER + "refunding", "if lot.lot == own or _alike(lot, deal))", "if lot.lot)"
    ),
    "a refund owes coins that are still there": Bug(
        LEDGER + "refunding",
        "        count = min(coins, lot.coins)\n        if count or",
        "        count = min(coins, lot.coins // 2)\n        if count or",
    ),
    "a refund leaves the bonus": Bug(LEDGER + "refunding", "let_go(turn, gift, more.bonus,", "let_go(turn, gift, 0,"),
    "a dispute that was won brings the bonus again that had expired": Bug(
        LEDGER + "refunding", 'else min(more.bonus, _taken_of(reversal, "bonus"))', "else more.bonus + 1"
    ),
    "what had been spent of a grant is not owed once its day has come": Bug(
        LEDGER + "lapsing", "gone = min(coins, lapsed(lot, at))", "gone = coins"
    ),
}
