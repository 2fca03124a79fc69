"""What is due of a claim that has waited: as much as caps, and the allowance, by which it was decided still leave.

Of claims that are decided at the same moment none sees the others. By now all are listed, and their order is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from cliffhanger.errors import Busy, RewardRefused
from cliffhanger.ledger.consequences import Reward
from cliffhanger.ledger.names import viewer
from cliffhanger.rewards.allowance import Leeway
from cliffhanger.rewards.earning import MOST_EVER, UNIT, busy_instead, consequence_of, refusal
from cliffhanger.rewards.facts import rule_of
from cliffhanger.rewards.pending import Pending, before, of_day
from cliffhanger.rewards.rules import OWN_DOING, Allowance
from cliffhanger.rewards.tallies import ever_of

if TYPE_CHECKING:
    from cliffhanger.ledger.planning import Turn
    from cliffhanger.ledger.store import LedgerStore


class Due:
    """What is due of a claim of the house's, given what else is ``listed`` of its viewer."""

    def __init__(self, ledger: LedgerStore, pending: Pending, listed: Iterable[Pending]) -> None:
        self._ledger = ledger
        self._pending = pending
        self._listed = tuple(listed)
        longer = [one for one in self._listed if (one.at, one.name) < (pending.at, pending.name)]
        figures = pending.caps.allowance if pending.kind in OWN_DOING else None
        self._leeway = Leeway(ledger, None if figures is None else Allowance(*figures), longer)
        self._within_caps = self._capped()

    def decide(self, turn: Turn) -> tuple[Reward, Mapping[str, Any]]:
        """How much it is, and on what terms: decided in its turn, so that sums hold whatever happens at once.

        Raises:
            RewardRefused: nothing is left of it.
            Unclear: a read did not succeed.
            Busy: likewise, or what was ever had stands too far back: it is owed all the same.
        """
        pending, coins = self._pending, self._within_caps
        try:
            ever = ever_of(self._ledger, turn.account, turn.head)
        except RewardRefused as error:
            raise Busy("What was ever had stands too far back.") from error
        left = self._leeway.at_least(ever)
        if left is not None and left < coins:
            left = self._leeway.in_all(turn, ever)
        coins = coins if left is None else min(coins, left)
        if coins <= 0:
            raise refusal(pending.rule, pending.version, pending.reasons)
        terms = {**pending.terms, "rule": pending.rule, "version": pending.version, "on": pending.day}
        terms["ever"] = list(ever.plus(pending.kind, coins))
        if pending.decided_by:
            terms["actor"] = pending.decided_by
        return Reward(UNIT, coins, pending.lifetime_days), terms

    def _capped(self) -> int:
        """Coins under the caps, after those that came before.

        What is paid at once is not listed, and counts for a cap of all time alone.
        """
        caps, earlier = self._pending.caps, before(self._pending, self._listed)
        today = of_day(earlier, self._pending.day)
        if caps.day_times is not None and len(today) >= caps.day_times:
            return 0
        room = self._pending.coins
        if caps.day_coins is not None:
            room = min(room, caps.day_coins - sum(one.coins for one in today))
        if caps.coins is not None:
            room = min(room, caps.coins - sum(one.coins for one in earlier) - self._unlisted())
        return room

    def _unlisted(self) -> int:
        """Coins that the chain says were paid by the claim's rule before it, and that are not listed."""
        ledger, pending, account = self._ledger, self._pending, viewer(self._pending.person)
        kinds = f"reward:{rule_of(pending.kind)}:"
        known_of = (consequence_of(one.person, one.kind, one.fact) for one in (*self._listed, pending))
        ours = {f"{fact.prefix}grant" for fact in known_of}

        def paid() -> int:
            known = ledger.references(account, kinds)[:MOST_EVER]
            seqs = [seq for reference, seq in known if reference.endswith(":grant") and reference not in ours]
            entries = [ledger.entry(account, seq) for seq in seqs]
            return sum(
                int(one.terms["coins"])
                for one in entries
                if one.terms.get("rule") == pending.rule and one.at < pending.at
            )

        return int(busy_instead(paid))
