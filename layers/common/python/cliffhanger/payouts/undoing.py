"""How a payout ends that does not arrive: what is held is released, or what has left comes back and is booked."""

from __future__ import annotations

import contextlib

from cliffhanger.errors import HoldMissing
from cliffhanger.ledger import holding
from cliffhanger.ledger.returning import posted, record_returned
from cliffhanger.payments.connect import Sending
from cliffhanger.payouts.desk import Desk, changed, held_of
from cliffhanger.payouts.domain import Payout, Rule
from cliffhanger.payouts.noting import (
    AGAIN,
    BACK,
    OVER,
    WAITING,
    Done,
    Overtaken,
    blamed,
    give_room_back,
    wait_for,
    written,
)
from cliffhanger.payouts.service import existing
from cliffhanger.payouts.telling import failed_event, returned_event

SETTLED_S = 180
"""So long a step runs at most: what any of them has asked for before is done by then, or never will be."""


def fail(desk: Desk, payout: Payout, rule: Rule) -> Done:
    """Ends a payout whose money has not left: what is set aside is released, and its room in the month given back.

    Why is written first: whoever goes on, should we be broken off, must not pay what was said to have failed.
    """
    rule = blamed(desk, payout, rule).rule or rule
    try:
        ended = holding.void(desk.ledger, held_of(payout), terms={"payout": rule}, retrying=desk.retrying).entry
    except HoldMissing:
        pass  # nothing was set aside
    else:
        if ended.terms.get("kind") == "post":
            return BACK
    give_room_back(desk, payout)
    over = existing(desk, payout.person, payout.payout).moved("failed", desk.clock(), rule=rule, token="")
    desk.tell([failed_event(over)])
    return OVER if changed(desk, over) else AGAIN


def release_failed(desk: Desk, payout: Payout) -> None:
    """Releases what was set aside for a payout that somebody else had failed meanwhile; of others, nothing."""
    if payout.status == "failed":
        with contextlib.suppress(HoldMissing):
            holding.void(desk.ledger, held_of(payout), terms={"payout": payout.rule}, retrying=desk.retrying)


def stop(desk: Desk, payout: Payout, rule: Rule, code: str = "") -> Done:
    """Stops a payout that is not to be sent, or was refused: its money may have left the account in the books."""
    if posted(desk.ledger, held_of(payout)) is None:
        return fail(desk, payout, rule)
    blamed(desk, payout, rule, code)
    return BACK


def bring_back(desk: Desk, person: str, name: str) -> Done:
    """Takes back what was sent, and books it on the creator's account again: once, whatever failed."""
    payout = existing(desk, person, name)
    if payout.status in ("failed", "returned"):
        return OVER
    try:
        if payout.status != "returning":
            payout = written(desk, payout.moved("returning", desk.clock(), token=""))
        if not _reversed(desk, payout):
            return Done("wait", SETTLED_S)
    except Overtaken:
        return AGAIN
    except WAITING as error:
        return wait_for(desk, payout, error)
    record_returned(desk.ledger, held_of(payout), terms={"payout": payout.rule}, retrying=desk.retrying)
    give_room_back(desk, payout)
    over = payout.moved("returned" if payout.paid_at else "failed", desk.clock())
    desk.tell([returned_event(over) if payout.paid_at else failed_event(over)])
    return OVER if changed(desk, over) else AGAIN


def has_left(desk: Desk, payout: Payout) -> bool:
    """Whether the books say that a payout's money has left, though the table does not: it was restored.

    Only what an operator goes on with is looked up: until then an execution knows what it has done. What has left is
    not judged any more: it is looked for.
    """
    return payout.executions > 1 and posted(desk.ledger, held_of(payout)) is not None


def sending_of(payout: Payout) -> Sending:
    """What the provider is asked to send, or to take back."""
    return Sending(payout.payout, payout.person, payout.account, payout.net, payout.currency, payout.refusals)


def _reversed(desk: Desk, payout: Payout) -> bool:
    """Takes the transfer back, where there is one; False where one may still be made, by a call that was given up."""
    transfer = payout.transfer
    if not transfer and "transfer" in payout.tried:
        transfer = desk.provider.find_transfer(payout.payout)
        if not transfer:
            return desk.clock() >= payout.changed_at + SETTLED_S * 1_000
    if transfer:
        desk.provider.reverse(transfer, sending_of(payout))
    return True
