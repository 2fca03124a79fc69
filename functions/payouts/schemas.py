"""What payouts are asked with and what they answer. Amounts are in the currency's smallest unit."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from cliffhanger.clock import rfc3339
from cliffhanger.payouts.destinations import Shown
from cliffhanger.payouts.domain import Payout, Speed, Status, Wish
from cliffhanger.payouts.policy import RESERVE_BASIS_POINTS, RESERVE_DAYS
from cliffhanger.payouts.schedules import Rhythm, Schedule
from cliffhanger.payouts.service import Option, Quote
from cliffhanger.payouts.sweeping import Advice, Stuck
from cliffhanger.web.fields import DEFAULT_LIMIT, Cursor, Limit, whole

MOST = 100_000_000_000
Currency = Annotated[str, Meta(pattern=whole("[A-Z]{3}"), description="ISO 4217", examples=["USD"])]
Amount = Annotated[int, Meta(ge=1, le=MOST, examples=[12_500])]
Name = Annotated[
    str, Meta(pattern=whole("[a-z0-9][a-z0-9-]{0,31}"), description="A payout", examples=["9k3m1q8v4t6x0b2c"])
]
PersonId = Annotated[
    str, Meta(pattern=whole("[a-z0-9][a-z0-9-]{0,31}"), description="A creator", examples=["4h7d9k2m8q1r5t0v"])
]
Country = Annotated[
    str, Meta(pattern=whole("[A-Z]{2}"), max_length=2, description="A country (ISO 3166-1 alpha-2)", examples=["US"])
]
ReturnTo = Annotated[
    str,
    Meta(
        pattern=whole(r"/(?:[A-Za-z0-9._~!$&'()*+,;=:@%?-][A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?"),
        max_length=300,
        description="Where the creator comes back to: a path on our own origin",
        examples=["/earnings.html"],
    ),
]


class QuoteQuery(Struct, rename="camel", forbid_unknown_fields=True):
    """The currency, and how much of it; all that is payable where no amount is named."""

    currency: Currency = "USD"
    amount: Amount | None = None


class PayoutBody(Struct, rename="camel", forbid_unknown_fields=True):
    """How much is to leave the account, in which way, and the fee that was shown of it."""

    currency: Currency
    amount: Amount
    speed: Speed
    fee_shown: Annotated[int, Meta(ge=0, le=MOST, examples=[125])]


class PayoutPath(Struct, rename="camel"):
    """The path of one payout."""

    payout_id: Name


class AnyPayoutPath(Struct, rename="camel"):
    """The path of one payout of anybody's."""

    person_id: PersonId
    payout_id: Name


class PayoutsQuery(Struct, rename="camel", forbid_unknown_fields=True):
    """Which page of the payouts."""

    limit: Limit = DEFAULT_LIMIT
    cursor: Cursor = ""


class PayoutDestinationBody(Struct, rename="camel", forbid_unknown_fields=True):
    """The country of the bank, which is never changed once told, and where the creator comes back to."""

    country: Country
    return_to: ReturnTo = "/earnings.html"


class PayoutScheduleBody(Struct, rename="camel", forbid_unknown_fields=True):
    """How often money is paid out by itself."""

    rhythm: Rhythm


class PayoutOptionAnswer(Struct, rename="camel"):
    """One way of paying out: its fee, what arrives, between when and when; ``rule`` is what is in the way, or null."""

    speed: Speed
    fee: int
    arrives: int
    earliest_at: str
    latest_at: str
    rule: str | None


class PayoutQuoteAnswer(Struct, rename="camel"):
    """What a creator has, and what a payout would come to.

    ``held`` is set aside for payouts under way. What is ``recent`` stays, all that came in within ``recentDays``; and
    ``reserve``: ``reserveBasisPoints`` of what came in before that within ``reserveDays``, for what is taken back of
    it; and what is ``disputed``: shares of payments whose bank has taken them back. ``payable`` is what is left.
    """

    currency: str
    balance: int
    held: int
    debt: int
    recent: int
    recent_days: int
    reserve: int
    reserve_basis_points: int
    reserve_days: int
    disputed: int
    payable: int
    minimum: int
    amount: int
    options: list[PayoutOptionAnswer]


class PayoutAnswer(Struct, rename="camel"):
    """One payout. ``arrives`` is the amount less the fee; ``arrivesAt`` when, as far as the provider says.

    ``rule`` is why it failed or came back, ``bankCode`` what the bank said, ``waitsFor`` why it does not go on now.
    """

    payout_id: str
    status: Status
    currency: str
    amount: int
    fee: int
    arrives: int
    speed: Speed
    created_at: str
    changed_at: str
    arrives_at: str | None
    paid_at: str | None
    rule: str | None
    bank_code: str | None
    waits_for: str | None


class PayoutsAnswer(Struct, rename="camel"):
    """A page of payouts, newest first."""

    payouts: list[PayoutAnswer]
    next_cursor: str | None


class PayoutDestinationAnswer(Struct, rename="camel"):
    """Where a creator's money goes. Name and bank only the provider knows.

    ``paysFrom`` is when the cooling-off after a change ends; ``rule`` what is in the way of payouts, or null;
    ``url`` the provider's page to go on with, where one was asked for: once, and within minutes.
    """

    set: bool
    ready: bool
    country: str | None
    pays_from: str | None
    rule: str | None
    url: str | None


class PayoutScheduleAnswer(Struct, rename="camel"):
    """How often money is paid out by itself, and when next."""

    rhythm: Rhythm
    next_at: str | None


class StuckPayout(Struct, rename="camel"):
    """A payout that does not go on, and what to do about it.

    ``advice``: ``resume`` it, ``top_up`` our balance at the provider, ``switch_on`` payouts, ``ask_provider``,
    ``look_at_log`` of the workflow's function, or ``wait``.
    """

    person_id: str
    running: bool
    advice: Advice
    payout: PayoutAnswer


class StuckPayouts(Struct, rename="camel"):
    """Payouts that do not go on, those first that have not moved for longest.

    ``more``: there may be more than could be named, or looked at in time.
    """

    payouts: list[StuckPayout]
    more: bool


def wish_of(body: PayoutBody) -> Wish:
    """What a request asks for."""
    return Wish(body.amount, body.currency, body.speed, body.fee_shown)


def quote_answer(quote: Quote, now: int) -> PayoutQuoteAnswer:
    """A quote as the API shows it."""
    standing = quote.standing
    recent = min(standing.recent, standing.balance)
    reserve = min(standing.reserve, standing.balance - recent)
    return PayoutQuoteAnswer(
        standing.currency,
        standing.balance,
        standing.held,
        standing.debt,
        recent,
        quote.hold_days,
        reserve,
        RESERVE_BASIS_POINTS,
        RESERVE_DAYS,
        min(standing.disputed, standing.balance - recent - reserve),
        standing.payable,
        quote.minimum,
        quote.amount,
        [_option(option, quote.amount, now) for option in quote.options],
    )


def payout_answer(payout: Payout) -> PayoutAnswer:
    """A payout as the API shows it."""
    return PayoutAnswer(
        payout.payout,
        payout.status,
        payout.currency,
        payout.amount,
        payout.fee,
        payout.net,
        payout.speed,
        rfc3339(payout.created_at),
        rfc3339(payout.changed_at),
        _moment(payout.arrives_at),
        _moment(payout.paid_at),
        payout.rule or None,
        payout.bank_code or None,
        payout.waits_for or None,
    )


def destination_answer(shown: Shown, url: str | None = None) -> PayoutDestinationAnswer:
    """A destination as the API shows it."""
    found = shown.destination
    return PayoutDestinationAnswer(
        found is not None,
        found is not None and found.ready,
        None if found is None else found.country,
        _moment(shown.pays_from),
        shown.rule,
        url,
    )


def schedule_answer(schedule: Schedule) -> PayoutScheduleAnswer:
    """A schedule as the API shows it."""
    return PayoutScheduleAnswer(schedule.rhythm, _moment(schedule.due_at))


def stuck_answer(stuck: Stuck) -> StuckPayout:
    """A payout that does not go on, as operators are shown it."""
    return StuckPayout(stuck.payout.person, stuck.running, stuck.advice, payout_answer(stuck.payout))


def _option(option: Option, amount: int, now: int) -> PayoutOptionAnswer:
    earliest, latest = now + option.arrival.earliest_ms, now + option.arrival.latest_ms
    arrives = max(0, amount - option.fee)
    return PayoutOptionAnswer(option.speed, option.fee, arrives, rfc3339(earliest), rfc3339(latest), option.rule)


def _moment(at_ms: int) -> str | None:
    return rfc3339(at_ms) if at_ms else None
