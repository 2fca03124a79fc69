"""How an entry is undone on an operator's word, by what it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from cliffhanger.support.domain import is_reward, is_unlock
from cliffhanger.tips.domain import is_tip
from cliffhanger.tips.reversal import reverse_tip
from cliffhanger.unlocks.reversal import reverse_unlock
from cliffhanger.wallet.service import take_back_grant, take_back_reward

if TYPE_CHECKING:
    from cliffhanger.ledger.entries import Entry
    from cliffhanger.ledger.journal import Recorded, Retrying
    from cliffhanger.ledger.store import LedgerStore

Undo = Callable[["LedgerStore", "Entry", str, Mapping[str, Any], "Retrying | None"], "Recorded"]
"""Reverses an entry by a case, once, on these terms."""


def undoing(original: Entry) -> Undo:
    """What reverses an entry: an unlock, a tip, a reward, or another grant of the house."""
    if is_unlock(original):
        return reverse_unlock
    if is_tip(original):
        return reverse_tip
    return take_back_reward if is_reward(original) else take_back_grant
