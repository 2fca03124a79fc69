"""Serves creators' payouts, and operators that go on with them. What leaves is decided by the workflow, not here."""

from __future__ import annotations

from itertools import islice

from cliffhanger import bootstrap
from cliffhanger.clock import system_clock
from cliffhanger.errors import (
    Busy,
    CursorInvalid,
    KeyReused,
    NotFound,
    PayoutFeeChanged,
    PayoutRefused,
    ProviderUnavailable,
    SwitchedOff,
    Unavailable,
)
from cliffhanger.payouts.budget import Budget
from cliffhanger.payouts.destinations import get_destination, set_destination
from cliffhanger.payouts.domain import payout_id
from cliffhanger.payouts.service import cancel, existing, list_payouts, quote, request, set_schedule
from cliffhanger.payouts.sweeping import LOST_MS, find_stuck, resume
from cliffhanger.settings import read
from cliffhanger.telemetry.log import logger
from cliffhanger.web.api import Answer, Call, Operation, build_api
from functions.payouts.schemas import (
    AnyPayoutPath,
    PayoutAnswer,
    PayoutBody,
    PayoutDestinationAnswer,
    PayoutDestinationBody,
    PayoutPath,
    PayoutQuoteAnswer,
    PayoutsAnswer,
    PayoutScheduleAnswer,
    PayoutScheduleBody,
    PayoutsQuery,
    QuoteQuery,
    StuckPayouts,
    destination_answer,
    payout_answer,
    quote_answer,
    schedule_answer,
    stuck_answer,
    wish_of,
)

LIST = "payouts"
MOST_STUCK, SEARCH_MS = 200, 15_000
"""So many stuck payouts are named at once, and for so long they are looked for."""


def get_quote(call: Call) -> Answer:
    """What the creator has, what can be paid out, and each way's fee and time, before anything is asked for."""
    found = quote(bootstrap.payout_desk(), call.person, call.query.currency, call.query.amount)
    return Answer(200, quote_answer(found, system_clock()))


def post_payout(call: Call) -> Answer:
    """Asks for a payout: 201 the first time, 200 when the same key finds it."""
    name = payout_id(call.person, call.idempotency_key, bootstrap.request_secret("payouts"))
    asked = request(bootstrap.payout_desk(), call.person, name, wish_of(call.body))
    return Answer(200 if asked.repeated else 201, payout_answer(asked.payout))


def get_payouts(call: Call) -> Answer:
    """The creator's payouts, newest first."""
    cursors, cursor = bootstrap.cursors(), call.query.cursor
    position = cursors.open(LIST, call.person, cursor) if cursor else None
    after = None if position is None else (int(position[0]), str(position[1]))
    found, more = list_payouts(bootstrap.payout_desk(), call.person, call.query.limit, after)
    following = cursors.seal(LIST, call.person, [found[-1].created_at, found[-1].payout]) if more else None
    return Answer(200, PayoutsAnswer([payout_answer(one) for one in found], following))


def get_payout(call: Call) -> Answer:
    """One of the creator's payouts."""
    return Answer(200, payout_answer(existing(bootstrap.payout_desk(), call.person, call.path.payout_id)))


def post_cancellation(call: Call) -> Answer:
    """Calls a payout off; what has left the account arrives or comes back by itself."""
    return Answer(200, payout_answer(cancel(bootstrap.payout_desk(), call.person, call.path.payout_id)))


def read_destination(call: Call) -> Answer:
    """Where the creator's money goes."""
    return Answer(200, destination_answer(get_destination(bootstrap.payout_desk(), call.person)))


def put_destination(call: Call) -> Answer:
    """Names a bank, or another one: answers the provider's page on which that is done."""
    back = f"{read('PUBLIC_ORIGIN')}{call.body.return_to}"
    setting = set_destination(bootstrap.payout_desk(), call.person, call.body.country, back)
    return Answer(200, destination_answer(setting.shown, setting.url))


def read_schedule(call: Call) -> Answer:
    """Whether money is paid out by itself."""
    return Answer(200, schedule_answer(bootstrap.payout_desk().payouts.schedule(call.person)))


def put_schedule(call: Call) -> Answer:
    """Has money paid out every week, or not; asking for what is so already changes nothing."""
    return Answer(200, schedule_answer(set_schedule(bootstrap.payout_desk(), call.person, call.body.rhythm)))


def get_stuck(_: Call) -> Answer:
    """Payouts that do not go on, each with what to do about it: so many as one call can name and has time for.

    Those whose execution has just ended are among them: whoever is woken by its alarm does not wait for an hour.
    """
    desk = bootstrap.payout_desk()
    budget = Budget(desk.clock, desk.clock() + SEARCH_MS)
    found = list(islice(find_stuck(desk, budget, LOST_MS), MOST_STUCK + 1))
    more = len(found) > MOST_STUCK or not budget.enough
    return Answer(200, StuckPayouts([stuck_answer(one) for one in found[:MOST_STUCK]], more))


def post_resumption(call: Call) -> Answer:
    """Goes on with a payout whose execution has ended otherwise than by its own states."""
    person, name = call.path.person_id, call.path.payout_id
    found = resume(bootstrap.payout_desk(), person, name)
    logger().info("support", operation="resumePayout", operator=call.person, payout=name, outcome=found.status)
    return Answer(200, payout_answer(found))


def post_stop(call: Call) -> Answer:
    """Calls a creator's payout off, unless it has left."""
    person, name = call.path.person_id, call.path.payout_id
    found = cancel(bootstrap.payout_desk(), person, name)
    logger().info("support", operation="stopPayout", operator=call.person, payout=name, outcome=found.status)
    return Answer(200, payout_answer(found))


AGAIN = (Busy, Unavailable)
ONE = {200: PayoutAnswer}

handler = build_api(
    "payouts",
    {
        "quotePayout": Operation(
            get_quote, query=QuoteQuery, answers={200: PayoutQuoteAnswer}, problems=(PayoutRefused, *AGAIN)
        ),
        "requestPayout": Operation(
            post_payout,
            body=PayoutBody,
            answers={201: PayoutAnswer, 200: PayoutAnswer},
            problems=(KeyReused, PayoutRefused, PayoutFeeChanged, SwitchedOff, *AGAIN),
            keyed=True,
        ),
        "listPayouts": Operation(
            get_payouts, query=PayoutsQuery, answers={200: PayoutsAnswer}, problems=(CursorInvalid, Unavailable)
        ),
        "getPayout": Operation(get_payout, path=PayoutPath, answers=ONE, problems=(NotFound, Unavailable)),
        "cancelPayout": Operation(post_cancellation, path=PayoutPath, answers=ONE, problems=(NotFound, *AGAIN)),
        "getPayoutDestination": Operation(
            read_destination, answers={200: PayoutDestinationAnswer}, problems=(ProviderUnavailable, Unavailable)
        ),
        "setPayoutDestination": Operation(
            put_destination,
            body=PayoutDestinationBody,
            answers={200: PayoutDestinationAnswer},
            problems=(ProviderUnavailable, *AGAIN),
        ),
        "getPayoutSchedule": Operation(read_schedule, answers={200: PayoutScheduleAnswer}, problems=(Unavailable,)),
        "setPayoutSchedule": Operation(
            put_schedule, body=PayoutScheduleBody, answers={200: PayoutScheduleAnswer}, problems=AGAIN
        ),
        "listStuckPayouts": Operation(get_stuck, answers={200: StuckPayouts}, problems=(Unavailable,)),
        "resumePayout": Operation(post_resumption, path=AnyPayoutPath, answers=ONE, problems=(NotFound, *AGAIN)),
        "stopPayout": Operation(post_stop, path=AnyPayoutPath, answers=ONE, problems=(NotFound, *AGAIN)),
    },
    bootstrap.rate_limiter,
)
