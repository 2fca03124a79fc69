"""The use case of receipts: one mail an entry, at most once.

The mark is put before the mail is handed in. A second receipt for one purchase reads as if it was paid twice, and costs
an anxious viewer and a letter to support; one that is missing costs nothing, since the same entry with its proof stands
in the statement. So what may have been sent is not sent again, and what certainly was not is tried again.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Literal, NamedTuple

from cliffhanger.clock import Clock, system_clock
from cliffhanger.errors import Unavailable
from cliffhanger.ledger.names import new_id
from cliffhanger.mail.adapters import MailUnclear
from cliffhanger.mail.domain import Mail, Recipient, Told
from cliffhanger.mail.notices import Notice, render_notice
from cliffhanger.mail.payout_notices import PayoutNotice, render_payout_notice
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
    draw = functools.partial(_receipt, office, told)
    return _send(office, told.event, told.person, draw, clock=clock, make_id=make_id)


def tell_person(
    office: PostOffice,
    mark: str,
    person: str,
    draw: Callable[[Recipient], Mail],
    *,
    clock: Clock = system_clock,
    make_id: Callable[[], str] = new_id,
) -> Outcome:
    """Sends one person what is drawn for them, once at most by its mark.

    Raises:
        Unavailable: it was certainly not sent; asking again is safe.
    """
    return _send(office, mark, person, draw, clock=clock, make_id=make_id)


def send_notice(
    office: PostOffice,
    notice: Notice,
    members: Iterable[str],
    clock: Clock = system_clock,
    make_id: Callable[[], str] = new_id,
) -> list[Outcome]:
    """Sends a notice to each member of a partner, once at most, whoever else cannot be sent to.

    Raises:
        Unavailable: to some it was certainly not sent; asking again is safe.
    """
    outcomes: list[Outcome] = []
    failed: Unavailable | None = None
    for member in sorted(members):
        try:
            outcomes.append(
                _send(
                    office,
                    f"{notice.event}/{member}",
                    member,
                    lambda _: render_notice(notice, office.origin),
                    clock=clock,
                    make_id=make_id,
                )
            )
        except Unavailable as error:
            failed = error
    if failed is not None:
        raise failed
    return outcomes


def send_payout_notice(
    office: PostOffice, notice: PayoutNotice, clock: Clock = system_clock, make_id: Callable[[], str] = new_id
) -> Outcome:
    """Tells a creator what became of their money, or that their bank was changed; once at most.

    Raises:
        Unavailable: it was certainly not sent; asking again is safe.
    """

    def draw(recipient: Recipient) -> Mail:
        return render_payout_notice(notice, recipient.language, office.origin)

    return _send(office, notice.event, notice.person, draw, clock=clock, make_id=make_id)


def _receipt(office: PostOffice, told: Told, recipient: Recipient) -> Mail:
    return render(told.receipt, recipient.language, office.origin)


def _send(
    office: PostOffice,
    mark: str,
    person: str,
    draw: Callable[[Recipient], Mail],
    *,
    clock: Clock,
    make_id: Callable[[], str],
) -> Outcome:
    """Sends one mail to one person, under its mark."""
    if office.sender is None:
        return "off"
    recipient = office.recipients(person)
    if recipient is None:
        return "nobody"
    if not office.mails.begin(mark, make_id(), clock()):
        return "before" if office.mails.state(mark) == "sent" else "unclear"
    try:
        office.sender.send(recipient.address, draw(recipient))
    except Unavailable:
        office.mails.end(mark, "failed")
        raise
    except MailUnclear:
        return "unclear"
    office.mails.end(mark, "sent")
    return "sent"
