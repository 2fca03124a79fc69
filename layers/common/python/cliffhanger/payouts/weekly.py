"""Weekly payouts: of those who want one, all that may leave, once in a week; and whoever gets none is told why."""

from __future__ import annotations

from collections.abc import Iterator

from cliffhanger.errors import CliffhangerError, PayoutFeeChanged, PayoutRefused, SwitchedOff
from cliffhanger.payouts.budget import Budget
from cliffhanger.payouts.desk import Desk
from cliffhanger.payouts.domain import Wish, rule_in, weekly_id
from cliffhanger.payouts.policy import terms_of
from cliffhanger.payouts.schedules import Schedule, week_of
from cliffhanger.payouts.service import request
from cliffhanger.payouts.standing import currencies_of, standing_of
from cliffhanger.payouts.sweeping import Swept, listed
from cliffhanger.payouts.tallies import day_and_month, room
from cliffhanger.payouts.telling import unpaid_week_event


def pay_weekly(desk: Desk, budget: Budget) -> Iterator[Swept]:
    """Asks for the week's payouts of those who want one, by the standard way; once in a week.

    It is for all that is payable, or for as much as the limits of the day and the month leave room for. Where a rule is
    in the way, the creator is told of it by an event and a mail, once for the week; the next one is tried anew.

    Raises:
        Unavailable: the table does not tell.
        SwitchedOff: operators have stopped payouts; what is due stays due.
    """
    desk.go()
    for due in listed(desk, "schedules", desk.clock(), budget):
        schedule = desk.payouts.schedule(due.person)
        if schedule.rhythm == "none" or schedule.due_at > desk.clock():
            continue
        try:
            outcome = ",".join(_pay_week(desk, schedule))
        except SwitchedOff:
            raise
        except CliffhangerError as error:
            yield Swept(due.person, due.item, error.code, left=True)
            continue
        following = schedule.come_round(desk.clock())
        if desk.payouts.put_schedule(following):
            yield Swept(due.person, due.item, outcome or "nothing_payable")


def _pay_week(desk: Desk, schedule: Schedule) -> Iterator[str]:
    """What came of each currency's payout of a week: that it was asked for, or the rule in its way."""
    person, week = schedule.person, week_of(schedule.due_at)
    for currency in currencies_of(desk, person):
        payable = standing_of(desk, person, currency).payable
        found = terms_of(currency, "standard")
        if found is None or payable < found[0]:
            continue
        payout = weekly_id(person, currency, week)
        known = desk.payouts.find(person, payout)
        amount = _amount(desk, person, currency, payable, found[0]) if known is None else known.amount
        fee = found[1].of(amount) if known is None else known.fee
        wish = Wish(amount, currency, "standard", fee)
        try:
            request(desk, person, payout, wish)
            yield "asked"
        except PayoutRefused as refused:
            desk.tell([unpaid_week_event(person, wish, week, schedule.due_at, rule_in(refused))])
            yield rule_in(refused)
        except PayoutFeeChanged:
            yield "fee_changed"


def _amount(desk: Desk, person: str, currency: str, payable: int, minimum: int) -> int:
    """What is asked for: what there is room for, unless that is below the minimum; then the rule itself refuses it."""
    day, month = day_and_month(desk.clock())
    left = room(desk.payouts.tally(person, month, currency), day, desk.verified(person, currency).limits)
    within = payable if left is None else min(payable, left)
    return within if within >= minimum else payable
