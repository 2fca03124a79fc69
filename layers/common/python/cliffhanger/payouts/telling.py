"""What of a payout is told on the bus. Pure. An event's id follows from the payout and what became of it."""

from __future__ import annotations

from typing import Any

from cliffhanger.clock import rfc3339
from cliffhanger.events.envelope import Event
from cliffhanger.payouts.domain import Destination, Payout, Rule, Wish


def requested_event(payout: Payout) -> Event:
    """A payout was asked for, and its amount is set aside."""
    return _event("PayoutRequested", payout, payout.created_at, {"speed": payout.speed})


def paid_event(payout: Payout) -> Event:
    """A payout has arrived."""
    return _event("PayoutPaid", payout, payout.paid_at, {"speed": payout.speed})


def failed_event(payout: Payout) -> Event:
    """A payout does not arrive, and all of it stands where it stood before."""
    return _event("PayoutFailed", payout, payout.changed_at, {"rule": payout.rule})


def returned_event(payout: Payout) -> Event:
    """A payout that had arrived was sent back by the bank, and stands on the account again."""
    paid_at = rfc3339(payout.paid_at)
    return _event("PayoutReturned", payout, payout.changed_at, {"rule": payout.rule, "paidAt": paid_at})


def unpaid_week_event(person: str, wish: Wish, week: str, due_at: int, rule: Rule) -> Event:
    """A payout that a schedule asked for was not made: of a week, such as ``2026-W48``, told once."""
    data = {
        "personId": person,
        "week": week,
        "amount": wish.amount,
        "fee": wish.fee,
        "currency": wish.currency,
        "rule": rule,
    }
    return Event("WeeklyPayoutRefused", 1, f"creator:{person}", due_at, data, (person, week, wish.currency))


def changed_event(destination: Destination, pays_from: int) -> Event:
    """Where a creator's money goes was changed, or may have been; nothing is paid out before a time."""
    data = {"personId": destination.person, "paysFrom": rfc3339(pays_from)}
    fact = (destination.person, destination.account, str(destination.changed_at))
    return Event("PayoutDestinationChanged", 1, f"creator:{destination.person}", destination.changed_at, data, fact)


def _event(name: str, payout: Payout, at_ms: int, more: dict[str, Any]) -> Event:
    data = {
        "personId": payout.person,
        "payoutId": payout.payout,
        "amount": payout.amount,
        "fee": payout.fee,
        "currency": payout.currency,
        **more,
    }
    return Event(name, 1, f"creator:{payout.person}", at_ms, data, (payout.person, payout.payout))
