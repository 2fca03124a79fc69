"""The use case of receipts: one mail an entry, at most once.

The mark is put before the mail is handed in. A second receipt for one purchase reads as if it was paid twice, and costs
an anxious viewer and a letter to support; one that is missing costs nothing, since the same entry with its proof stands
in the statement. So what may have been sent is not sent again, and what certainly was not is tried again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, NamedTuple

from cliffhanger.clock import Clock, system_clock
from cliffhanger.errors import Unavailable
from cliffhanger.ledger.names import new_id
from cliffhanger.mail.adapters import MailUnclear
from cliffhanger.mail.domain import Recipient, Told
from cliffhanger.mail.templates import render

if TYPE_CHECKING:
    from cliffhanger.mail.adapters import Sender
    from cliffhanger.mail.store import MailsStore

Outcome = Literal["sent", "nobody", "before", "unclear", "off"]
"""``nobody``: no verified address, or nobody any more. ``before``: it was sent already. ``unclear``: it may have been.
``off``: the stage sends no mail."""

Recipients = Callable[[str], Recipient | None]
"""Who a person is to a postman, asked at the moment of sending."""


class PostOffice(NamedTuple):
    """What receipts are sent with. ``sender`` is None where the stage has no address to send as."""

    mails: MailsStore
    recipients: Recipients
    sender: Sender | None
    origin: str


def send_receipt(
    office: PostOffice, told: Told, clock: Clock = system_clock, make_id: Callable[[], str] = new_id
) -> Outcome:
    """Sends the receipt that an event asks for.

    Raises:
        Unavailable: it was certainly not sent; asking again is safe.
    """
    if office.sender is None:
        return "off"
    recipient = office.recipients(told.person)
    if recipient is None:
        return "nobody"
    if not office.mails.begin(told.event, make_id(), clock()):
        return "before" if office.mails.state(told.event) == "sent" else "unclear"
    try:
        office.sender.send(recipient.address, render(told.receipt, recipient.language, office.origin))
    except Unavailable:
        office.mails.end(told.event, "failed")
        raise
    except MailUnclear:
        return "unclear"
    office.mails.end(told.event, "sent")
    return "sent"
