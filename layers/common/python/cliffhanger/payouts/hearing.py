"""What the provider tells of payouts and creators' accounts: twice, late, too early, or of others.

Nothing is believed as it was told: it is looked up as it stands now. Who waits by a token is answered; what had been
paid and came back is booked back at once.
"""

from __future__ import annotations

from typing import Literal

from cliffhanger.errors import Unavailable
from cliffhanger.ledger.names import is_id
from cliffhanger.payments.routing import Subject
from cliffhanger.payouts.desk import Desk, changed, until_written
from cliffhanger.payouts.destinations import look_up
from cliffhanger.payouts.domain import Destination, Payout
from cliffhanger.payouts.noting import Done, blamed
from cliffhanger.payouts.policy import COOLING_OFF_MS
from cliffhanger.payouts.telling import changed_event
from cliffhanger.payouts.undoing import bring_back

Word = Literal["foreign", "answered", "late", "pending", "returned", "done_before", "noted"]
BANK_CHANGED = "v2.core.account[configuration.recipient].updated"


def hear(desk: Desk, subject: Subject) -> Word:
    """Takes one thing that the provider has told, exactly once, however often it is told.

    Raises:
        ProviderUnavailable, Unavailable, Busy: tell it again.
    """
    if subject.kind.startswith("payout."):
        return _hear_of_payout(desk, subject)
    return _hear_of_account(desk, subject)


def _hear_of_payout(desk: Desk, subject: Subject) -> Word:
    told = desk.provider.told_of(subject.account, subject.identity) if subject.account else None
    payout = None
    if told is not None and is_id(told.person) and is_id(told.payout):
        payout = desk.payouts.find(told.person, told.payout)
    if told is None or payout is None or payout.account != subject.account:
        return "foreign"
    status, code = told.sent.status, told.sent.code
    if status == "pending":
        return "pending"
    if status == "failed" and payout.status in ("paid", "returning"):
        return _come_back(desk, payout, code)
    if payout.status not in ("sending", "inTransit"):
        return "done_before"
    if status == "failed":
        payout = blamed_once(desk, payout, code)
        if payout.paid_at:
            return _come_back(desk, payout, code)  # it was closed meanwhile
    if not payout.token:
        return "late"  # the execution asks for itself when its time is over, and hears the same
    heard = desk.workflow.answer(payout.token, Done(status).document())
    _forget_token(desk, payout, told.sent.sent)
    return "answered" if heard else "late"


def blamed_once(desk: Desk, payout: Payout, code: str) -> Payout:
    """The payout with why it failed; its token stays, by which its execution is answered."""

    def attempt() -> Payout | None:
        found = desk.payouts.find(payout.person, payout.payout) or payout
        if found.rule:
            return found
        return changed(desk, found._replace(rule="bank_refused", bank_code=code))

    return until_written(desk, attempt)


def _come_back(desk: Desk, payout: Payout, code: str) -> Word:
    """A bank sent back what had been paid: it is booked back here, for its execution is long over."""
    if payout.status == "paid":
        blamed(desk, payout, "bank_refused", code)
    if bring_back(desk, payout.person, payout.payout).outcome != "over":
        raise Unavailable("What came back cannot be taken back from the provider's account yet.")
    return "returned"


def _forget_token(desk: Desk, payout: Payout, sent: str) -> None:
    """A token is used once; by whom it was taken, its execution has heard, or has asked for itself meanwhile."""

    def attempt() -> Payout | None:
        found = desk.payouts.find(payout.person, payout.payout)
        if found is None or found.token != payout.token:
            return found or payout
        return changed(desk, found._replace(token="", sent=sent))

    until_written(desk, attempt)


def _hear_of_account(desk: Desk, subject: Subject) -> Word:
    shown = look_up(desk, subject.identity)
    if not is_id(shown.person):
        return "foreign"

    def attempt() -> Destination | None:
        found = desk.payouts.destination(shown.person)
        if found is None or found.account != subject.identity:
            return Destination("", "", "")
        after = found.becomes(ready=shown.ready)
        if subject.kind == BANK_CHANGED and found.named:
            after = after._replace(changed_at=max(found.changed_at, subject.at_ms))
        if after == found:
            return found
        if after.changed_at != found.changed_at:
            desk.tell([changed_event(after, after.changed_at + COOLING_OFF_MS)])
        after = after._replace(revision=found.revision + 1)
        return after if desk.payouts.put_destination(after) else None

    return "noted" if until_written(desk, attempt).person else "foreign"
