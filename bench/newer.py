"""Movements of the mix that set coins aside, follow from facts, or come from budgets; made by the shipped use cases."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import NamedTuple

from cliffhanger.ledger.budgets import Budget, fund, grant_from
from cliffhanger.ledger.consequences import Reward
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.holding import Held, place_coins, post
from cliffhanger.ledger.journal import Retrying
from cliffhanger.ledger.lots import DAY_MS
from cliffhanger.ledger.movements import SPENDABLE_ON_EPISODES
from cliffhanger.ledger.names import budget_grant_reference, new_id
from cliffhanger.ledger.planning import Ask, Turn
from cliffhanger.ledger.rewarding import Consequence, give_reward
from cliffhanger.ledger.settlement import plan_batch
from cliffhanger.ledger.store import LedgerStore

HELD, POSTED = 20, 15
"""Coins that are set aside, and how many of them are posted."""


class Mover(NamedTuple):
    """Whose movement it is, and when; ids and amounts are drawn."""

    ledger: LedgerStore
    account: str
    draw: random.Random
    now: int

    def id(self) -> str:
        """An id as the product makes them."""
        return new_id(self.draw.randbytes)

    def pace(self) -> Retrying:
        """A loop at that time."""
        return Retrying(clock=lambda: self.now)


def _placed(mover: Mover) -> tuple[Held, Entry]:
    held = Held(mover.account, mover.id())
    units = SPENDABLE_ON_EPISODES
    placed = place_coins(mover.ledger, held, coins=HELD, units=units, lifetime_ms=DAY_MS, retrying=mover.pace())
    return held, placed.entry


def _hold(mover: Mover) -> Entry:
    return _placed(mover)[1]


def _post(mover: Mover) -> Entry:
    held, _ = _placed(mover)
    destination = f"creator:{mover.id()}"
    return post(mover.ledger, held, amount=POSTED, destination=destination, retrying=mover.pace()).entry


def _reward(mover: Mover) -> Entry:
    cashback = Consequence(mover.account, "cashback", mover.id())
    return give_reward(mover.ledger, cashback, Reward("bonus", 10, 14), retrying=mover.pace()).entry


def _win(mover: Mover) -> Entry:
    """Two grants of budgets, as their settlement brings them onto the chain."""
    sources = [_granted(mover), _granted(mover)]
    entry = plan_batch(mover.account, mover.ledger.head(mover.account), sources, mover.now).entry
    mover.ledger.append(entry)
    return entry


def _granted(mover: Mover) -> Entry:
    chain = Budget(mover.id(), "2026-11").slice(mover.draw.randrange(64))
    asked = Ask(f"fund:{mover.id()}", bytes(32), {"kind": "funding", "coins": 1_000})
    funded = fund(Turn(chain, None, mover.now, asked), unit="game", coins=1_000, source="external:brand")
    person = mover.account.removeprefix("viewer:")
    ask = Ask(budget_grant_reference(person, mover.id()), bytes(32), {"kind": "grant"})
    coins = mover.draw.randint(5, 40)
    turn = Turn(chain, funded, mover.now, ask)
    return grant_from(turn, viewer=mover.account, unit="game", coins=coins, lifetime_days=14)


NEWER: dict[str, Callable[[Mover], Entry]] = {"hold": _hold, "post": _post, "reward": _reward, "win": _win}
