"""Told of purchases, refunds, payouts and disabled endpoints by the product's own bus: sends a receipt, or a notice.

An event may come twice, or again at a replay; each is sent once at most. What raises here is told again by Lambda,
twice, and is then kept by the function's failure destination, from which it can be replayed.
"""

from __future__ import annotations

from typing import Any

from cliffhanger import bootstrap
from cliffhanger.mail.domain import told_by
from cliffhanger.mail.notices import Notice, notice_by
from cliffhanger.mail.payout_notices import payout_notice_by
from cliffhanger.mail.service import send_notice, send_payout_notice, send_receipt, tell_person
from cliffhanger.mail.verifications import Standing, render_standing, standing_by
from cliffhanger.telemetry.log import logger
from cliffhanger.telemetry.metrics import count

COUNTED = {"sent": "ReceiptsSent", "unclear": "ReceiptsUnclear"}


def handler(event: dict[str, Any], _context: object) -> dict[str, str]:
    """Sends the receipt of one event; ``outcome`` says in a word what became of it.

    Raises:
        Unavailable: it was certainly not sent; Lambda calls again.
        LookupError, TypeError, ValueError: the event is none of ours.
    """
    notice = notice_by(event["detail"])
    if notice is not None:
        return _tell_members(notice)
    payout = payout_notice_by(event["detail"])
    if payout is not None:
        sent = send_payout_notice(bootstrap.post_office(), payout)
        logger().info("payout notice", about=payout.event, kind=payout.kind, outcome=sent)
        return {"outcome": sent}
    standing = standing_by(event["detail"])
    if standing is not None:
        return _tell_creator(standing)
    told = told_by(event["detail"])
    if told is None:
        logger().info("no receipt", about=event["detail"].get("id"))
        return {"outcome": "ignored"}
    outcome = send_receipt(bootstrap.post_office(), told)
    if outcome in COUNTED:
        count(COUNTED[outcome], 1)
    tell = logger().warning if outcome in ("unclear", "off") else logger().info
    tell("receipt", about=told.event, order=told.receipt.order, outcome=outcome)
    return {"outcome": outcome}


def _tell_members(notice: Notice) -> dict[str, str]:
    """Tells a partner's members of an endpoint that was disabled."""
    partner = bootstrap.partners_store().find(notice.partner)
    members: frozenset[str] = frozenset() if partner is None else partner.members
    outcomes = send_notice(bootstrap.post_office(), notice, members)
    sent = outcomes.count("sent")
    logger().info("notice", about=notice.event, partner=notice.partner, members=len(members), sent=sent)
    return {"outcome": "sent" if sent else "nobody"}


def _tell_creator(standing: Standing) -> dict[str, str]:
    """Tells a creator what was decided of who they are."""
    office = bootstrap.post_office()
    outcome = tell_person(
        office, standing.event, standing.person, lambda to: render_standing(standing, to.language, office.origin)
    )
    logger().info("standing", about=standing.event, outcome=outcome)
    return {"outcome": outcome}
