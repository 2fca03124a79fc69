"""What is left of a viewer's allowance: of what the house ever pays them for what they alone stand for.

A script makes up devices and watches for nothing, so that this is bounded for all time by what others have vouched for:
ads that their network has signed for, and purchases of coins. What it was paid for so far the chain states
(:mod:`.tallies`); what waits counts as if it were paid.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from cliffhanger.ledger.names import reward_prefix
from cliffhanger.rewards.facts import rule_of
from cliffhanger.rewards.rules import OWN_DOING, Allowance

if TYPE_CHECKING:
    from cliffhanger.ledger.planning import Turn
    from cliffhanger.ledger.store import LedgerStore
    from cliffhanger.rewards.claims import Ever
    from cliffhanger.rewards.pending import Pending


class Leeway:
    """Says what is left of a viewer's allowance, given what waits of theirs; None where the rules have none."""

    def __init__(self, ledger: LedgerStore, allowance: Allowance | None, waiting: Iterable[Pending]) -> None:
        self._ledger = ledger
        self._allowance = allowance
        self._waiting = [one for one in waiting if one.waits and one.kind in OWN_DOING and not one.campaign]

    def at_least(self, ever: Ever) -> int | None:
        """So many coins are left at least: without a look at purchases, nor at whether what waits was paid by now."""
        return self._left(ever, 0, self._waiting)

    def in_all(self, turn: Turn, ever: Ever) -> int | None:
        """So many coins are left. What has changed since the head was read keeps the next entry from being written.

        Raises:
            Unclear, Busy: a read did not succeed.
        """
        from cliffhanger.rewards.buying import purchases_of  # noqa: PLC0415 - only who has used up the rest pays for it

        if self._allowance is None:
            return None
        waiting = [one for one in self._waiting if not self._stands(turn.account, one)]
        return self._left(ever, purchases_of(self._ledger, turn), waiting)

    def _left(self, ever: Ever, purchases: int, waiting: Iterable[Pending]) -> int | None:
        if self._allowance is None:
            return None
        return self._allowance.of(ever.ads, purchases) - ever.own - sum(one.coins for one in waiting)

    def _stands(self, account: str, one: Pending) -> bool:
        """Whether what was listed as waiting stands on the chain by now, whose sums have it then."""
        grant = f"{reward_prefix(rule_of(one.kind), one.fact)}grant"
        return bool(self._ledger.references_between(account, grant, grant, 1))
