"""What the workflow looks at before the amount of a payout is set aside: all that its request has met, once more."""

from __future__ import annotations

from cliffhanger.payouts.booking import set_aside
from cliffhanger.payouts.desk import Desk
from cliffhanger.payouts.domain import Payout, creator, refuse
from cliffhanger.payouts.noting import take_room
from cliffhanger.payouts.standing import check_money, check_person, standing_of


def check_and_set_aside(desk: Desk, payout: Payout) -> None:
    """Checks everything, and sets the amount aside where it may be.

    Raises:
        PayoutRefused: the rule that is in the way.
        AccountFrozen, DebtOutstanding, InsufficientFunds, HoldsFull: what the ledger has against it.
    """
    check_wanted(payout)
    check_person(desk, payout)
    take_room(desk, payout)
    standing = standing_of(desk, payout.person, payout.currency)
    if not _holds(desk, payout):
        check_money(standing, payout)
    entry = set_aside(desk.ledger, payout, desk.retrying)
    if entry.state.balances.get(payout.currency, 0) < standing.kept:
        raise refuse("over_payable", "Another payout was first, and the reserve stays.")


def check_wanted(payout: Payout) -> None:
    """Lets a payout pass that nobody has called off.

    Raises:
        PayoutRefused: somebody has.
    """
    if payout.canceled:
        raise refuse("canceled", "It was called off.")


def _holds(desk: Desk, payout: Payout) -> bool:
    """Whether the amount is set aside already: what was checked then need not be, and could not be, checked again."""
    head = desk.ledger.head(creator(payout.person))
    return head is not None and any(hold.hold == payout.payout for hold in head.state.holds)
