"""What payouts write into the books: an amount is set aside, then leaves the account with its fee.

A ledger that was restored has lost what was written since, while the money is gone: the table of payouts still tells of
it. The same entries are written again then, under the same references, or the creator would be paid a second time.
"""

from __future__ import annotations

from typing import Literal

from cliffhanger.ledger import holding
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.holds import Fee
from cliffhanger.ledger.journal import Recorded, Retrying
from cliffhanger.ledger.names import external, platform
from cliffhanger.ledger.returning import payout_reference, posted, record_returned
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.payouts.desk import held_of
from cliffhanger.payouts.domain import HOLD_MS, Payout, Status, creator

STRIPE, FEES = "stripe", "payout-fees"
LEFT: frozenset[Status] = frozenset({"inTransit", "paid", "returning"})
"""The money has left. Of one that is ``sending`` it may have, once a transfer was asked for."""
Lost = Literal["post", "return", "release"]


def set_aside(ledger: LedgerStore, payout: Payout, retrying: Retrying | None = None) -> Entry:
    """Sets the amount aside, once.

    Raises: as :func:`cliffhanger.ledger.holding.place_cash`.
    """
    return holding.place_cash(
        ledger,
        held_of(payout),
        currency=payout.currency,
        amount=payout.amount,
        lifetime_ms=HOLD_MS,
        terms={"payout": payout.speed, "fee": payout.fee, "why": "payout"},
        retrying=retrying,
    ).entry


def let_leave(ledger: LedgerStore, payout: Payout, retrying: Retrying | None = None) -> Recorded:
    """The amount leaves the account for the provider's, its fee for the platform's, in one entry.

    The answer is the resolution of what was set aside: look at its ``kind``, for it may have been released before.

    Raises: as :func:`cliffhanger.ledger.holding.post`.
    """
    return holding.post(
        ledger,
        held_of(payout),
        amount=payout.net,
        destination=external(STRIPE, creator(payout.person)),
        fee=Fee(payout.fee, platform(FEES, creator(payout.person))) if payout.fee else None,
        terms={"payout": payout.speed},
        retrying=retrying,
    )


def came_back(ledger: LedgerStore, payout: Payout) -> Entry | None:
    """The entry by which a payout's money came back; None where there is none.

    Raises:
        Unclear: the ledger does not answer now.
    """
    account, back = creator(payout.person), payout_reference(payout.payout)
    found = (seq for name, seq in ledger.references(account, back) if name == back)
    return next((ledger.entry(account, seq) for seq in found), None)


def lost_of(ledger: LedgerStore, payout: Payout) -> Lost | None:
    """What the books lack of a payout; None where nothing.

    That its money left the account; that it came back; or, where neither is in the books, that what they still set
    aside for it was released.

    Raises:
        Unclear: the ledger does not answer now.
    """
    held = held_of(payout)
    over = payout.status in ("failed", "returned")
    if posted(ledger, held) is None:
        asked_for = payout.status == "sending" and "transfer" in payout.tried
        if asked_for or payout.status in LEFT:
            return "post"
        head = ledger.head(held.account) if over else None
        return "release" if head and any(hold.hold == held.hold for hold in head.state.holds) else None
    if not over:
        return None
    return "return" if came_back(ledger, payout) is None else None


def book_again(ledger: LedgerStore, payout: Payout, lost: Lost, retrying: Retrying | None = None) -> bool:
    """Writes what the books lack of a payout; False where they say that what was set aside has been released.

    Raises:
        InsufficientFunds: income is lost too, and comes first.
        AccountFrozen, DebtOutstanding, HoldsFull, HoldExpired: the account refuses; nothing changed but the hold.
        Busy, Undecided: try again.
    """
    if lost == "return":
        record_returned(ledger, held_of(payout), terms={"payout": payout.rule}, retrying=retrying)
        return True
    if lost == "release":
        holding.void(ledger, held_of(payout), terms={"payout": payout.rule}, retrying=retrying)
        return True
    set_aside(ledger, payout, retrying)
    kind: str = let_leave(ledger, payout, retrying).entry.terms["kind"]
    return kind == "post"
