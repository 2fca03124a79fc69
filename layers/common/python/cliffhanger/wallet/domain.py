"""What a wallet shows, from the last entry of the viewer's chain. Pure."""

from __future__ import annotations

from typing import NamedTuple

from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.lots import Lot, spend_order, spendable


class Wallet(NamedTuple):
    """Coins by class, and the living lots in the order of spending; ``as_of`` is the last entry's seq, 0 for none."""

    bought: int
    bonus: int
    lots: tuple[Lot, ...]
    as_of: int

    @property
    def total(self) -> int:
        """All coins that can pay for episodes."""
        return self.bought + self.bonus


def wallet_of(head: Entry | None, now: int) -> Wallet:
    """The wallet after an entry, without what has expired since. ``now`` in milliseconds."""
    if head is None:
        return Wallet(0, 0, (), 0)
    at = max(now, head.at)
    living = [lot for lot in spend_order(head.state.lots) if not lot.expired(at)]
    return Wallet(
        bought=spendable(living, frozenset({"coin"}), at),
        bonus=spendable(living, frozenset({"bonus"}), at),
        lots=tuple(living),
        as_of=head.seq,
    )
