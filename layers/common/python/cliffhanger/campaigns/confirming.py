"""Cashback becomes the viewer's when its return window has closed; or a reviewer takes what is held back.

Both are decided by what stands on the slice, so that they may be asked for again by whoever comes next.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from cliffhanger.campaigns.claiming import pending_of
from cliffhanger.campaigns.domain import PERIOD
from cliffhanger.clock import Clock, system_clock
from cliffhanger.ledger.budgets import Budget
from cliffhanger.ledger.cashback import Standing
from cliffhanger.ledger.cashing import Cashback, cashback_of, confirm_cashback, find_cashback, return_goods
from cliffhanger.ledger.journal import Retrying
from cliffhanger.rewards.pending import Pending

if TYPE_CHECKING:
    from cliffhanger.campaigns.claims import CampaignClaims
    from cliffhanger.ledger.store import LedgerStore

REFUSED = "refused"
"""The name of the return by which a reviewer takes back what is left."""


class Cashier(NamedTuple):
    """What becomes of claims that campaigns pay for; what :mod:`cliffhanger.rewards.paying` asks.

    ``check_open`` raises SwitchedOff where operators have stopped campaigns.
    """

    ledger: LedgerStore
    claims: CampaignClaims
    check_open: Callable[[], None]
    clock: Clock = system_clock
    retrying: Retrying = Retrying()

    def confirm(self, pending: Pending) -> None:
        """Confirms what remains of a claim whose window has closed. Safe to repeat.

        A claim that was noted and never came to stand is given up; one that waits for a reviewer goes on waiting.

        Raises:
            CashbackNotDue: it is too early.
            Busy, Undecided, Unavailable: try again.
        """
        cashback = _cashback(pending)
        standing = find_cashback(self.ledger, cashback)
        if standing.claim is None:
            if pending.status == "asked":
                self.claims.give_up(pending, at=self.clock())
            else:  # the ledger was restored to a time before it
                self.claims.decide(pending, "refused", by="", at=self.clock())
            return
        held = "held" in standing.claim.terms and not pending.decided_by
        if standing.remaining and standing.confirmation is None and not held:
            by = {"actor": pending.decided_by} if pending.decided_by else {}
            confirm_cashback(self.ledger, cashback, terms=by, retrying=self._pace)
            standing = find_cashback(self.ledger, cashback)
        note(self.claims, pending, standing, self.clock())

    def refuse(self, pending: Pending, by: str) -> None:
        """Gives what is left of a claim back to its budget, as a reviewer decides. Safe to repeat.

        Raises:
            Busy, Undecided, Unavailable: try again.
        """
        cashback = _cashback(pending)
        if find_cashback(self.ledger, cashback).remaining:
            return_goods(self.ledger, cashback, REFUSED, _rest, terms={"actor": by}, retrying=self._pace)

    @property
    def _pace(self) -> Retrying:
        return self.retrying._replace(clock=self.clock)


def note(claims: CampaignClaims, known: Pending, standing: Standing, at: int) -> None:
    """Lists a claim as it stands on its slice.

    Raises:
        Busy, Unavailable: it may or may not have been noted; again is harmless.
    """
    if standing.claim is not None:
        claims.settle(pending_of(known, standing, standing.claim), standing.seq, at=at)


def _rest(standing: Standing) -> int:
    return 1 if standing.claim is None else max(1, int(standing.claim.terms["whole"]) - standing.returned)


def _cashback(pending: Pending) -> Cashback:
    terms = pending.terms
    return cashback_of(Budget(terms["campaign"], PERIOD), pending.person, pending.fact, int(terms["slices"]))
