"""Use cases of creators: what a payout would cost and when it would arrive, asking for one, and how it stands."""

from __future__ import annotations

from typing import NamedTuple

from cliffhanger.errors import KeyReused, NotFound, PayoutFeeChanged, PayoutRefused
from cliffhanger.payouts.desk import Desk, until_written
from cliffhanger.payouts.domain import Destination, Payout, Rule, Speed, Wish, refuse, rule_in
from cliffhanger.payouts.policy import ARRIVALS, CURRENCIES, DAY_MS, Arrival, terms_of
from cliffhanger.payouts.schedules import Rhythm, Schedule
from cliffhanger.payouts.standing import Standing, check_money, check_person, standing_of
from cliffhanger.payouts.tallies import Asked, day_and_month, month_of, take


class Option(NamedTuple):
    """One way of having an amount paid out: its fee, when it arrives, and the rule that is in the way, if one is."""

    speed: Speed
    fee: int
    arrival: Arrival
    rule: Rule | None


class Quote(NamedTuple):
    """What a payout of an amount would come to now."""

    standing: Standing
    amount: int
    minimum: int
    options: tuple[Option, ...]
    hold_days: int


class Requested(NamedTuple):
    """A payout, and whether it had been asked for before."""

    payout: Payout
    repeated: bool


def quote(desk: Desk, person: str, currency: str, amount: int | None) -> Quote:
    """What paying out an amount would cost and when it would arrive; all that is payable unless one is named.

    Raises:
        PayoutRefused: there are no payouts in that currency.
        Busy, Unavailable: try again.
    """
    if currency not in CURRENCIES:
        raise refuse("currency", "There are no payouts in this currency.")
    minimum, fees = CURRENCIES[currency]
    standing = standing_of(desk, person, currency)
    wanted = standing.payable if amount is None else amount
    destination = desk.payouts.destination(person)
    options = []
    for speed, fee in fees.items():
        wish = Wish(wanted, currency, speed, fee.of(wanted))
        options.append(Option(speed, wish.fee, ARRIVALS[speed], _rule(desk, person, wish, standing, destination)))
    return Quote(standing, wanted, minimum, tuple(options), desk.hold_ms // DAY_MS)


def request(desk: Desk, person: str, payout: str, wish: Wish) -> Requested:
    """Asks for a payout, once by its id; asked again, the first one answers, before any rule is looked at.

    Raises:
        KeyReused: that id is another wish's.
        SwitchedOff: operators have stopped payouts.
        PayoutRefused, PayoutFeeChanged: nothing was done.
        Busy, Unavailable: try again.
    """
    known = desk.payouts.find(person, payout)
    if known is None:
        desk.go()
        made = _new(desk, person, payout, wish)
        check_wish(desk, made)
        _count(desk, made)
        known = made._replace(revision=1) if desk.payouts.put(made._replace(revision=1)) else None
        if known is not None:
            start(desk, known)
            return Requested(known, repeated=False)
        known = existing(desk, person, payout)  # a rival with the same key was first
    if known.hash != wish.hash:
        raise KeyReused("This key was used for another payout.")
    start(desk, known)
    return Requested(known, repeated=True)


def start(desk: Desk, payout: Payout) -> None:
    """Starts a payout's execution, unless it has been.

    Raises:
        Unavailable: it may or may not have been started; asking again, or the sweep, will.
    """
    if payout.status == "requested":
        desk.workflow.start(payout.execution, {"person": payout.person, "payout": payout.payout})


def existing(desk: Desk, person: str, payout: str) -> Payout:
    """A payout.

    Raises:
        NotFound: the creator has no such payout.
        Unavailable: try again.
    """
    found = desk.payouts.find(person, payout)
    if found is None:
        raise NotFound("There is no such payout.")
    return found


def list_payouts(desk: Desk, person: str, limit: int, after: tuple[int, str] | None) -> tuple[tuple[Payout, ...], bool]:
    """A page of a creator's payouts, newest first, after a time and id; and whether there are more.

    Raises:
        Unavailable: try again.
    """
    found = desk.payouts.of(person)
    if after is not None:
        found = tuple(one for one in found if (-one.created_at, one.payout) > (-after[0], after[1]))
    return found[:limit], len(found) > limit


def cancel(desk: Desk, person: str, payout: str) -> Payout:
    """Calls a payout off: its money stays, if it has not left yet. What has left arrives, or comes back, by itself.

    What a bank has is not called off. Of what it was asked for and has not answered, it is found out first.

    Raises:
        NotFound: there is no such payout.
        Busy, Unavailable: try again.
    """

    def attempt() -> Payout | None:
        found = existing(desk, person, payout)
        if found.canceled or found.sent or found.status not in ("requested", "held", "sending", "inTransit"):
            return found
        called_off = found._replace(canceled=True, revision=found.revision + 1)
        return called_off if desk.payouts.put(called_off) else None

    return until_written(desk, attempt)


def set_schedule(desk: Desk, person: str, rhythm: Rhythm) -> Schedule:
    """Has a creator's money paid out by itself, or not; what is so already stays as it is.

    Raises:
        Busy, Unavailable: try again.
    """

    def attempt() -> Schedule | None:
        found = desk.payouts.schedule(person)
        if found.rhythm == rhythm:
            return found
        following = found.set_to(rhythm, desk.clock())
        return following if desk.payouts.put_schedule(following) else None

    return until_written(desk, attempt)


def check_wish(desk: Desk, payout: Payout) -> None:
    """Lets a payout pass that may be asked for now.

    Raises:
        PayoutRefused, PayoutFeeChanged: the rule that is in the way.
        Busy, Unavailable: it cannot be told now.
    """
    found = terms_of(payout.currency, payout.speed)
    if found is None:
        raise refuse("currency", "There are no payouts of that kind in this currency.")
    fee = found[1].of(payout.amount)
    if payout.fee != fee:
        raise PayoutFeeChanged("Show the new fee, and ask again.", fee=fee)
    check_person(desk, payout)
    check_money(standing_of(desk, payout.person, payout.currency), payout)
    tally = desk.payouts.tally(payout.person, month_of(payout), payout.currency)
    take(tally, payout, desk.verified(payout.person, payout.currency).limits)
    destination = desk.payouts.destination(payout.person)
    if payout.speed == "instant" and destination is not None and not destination.instant:
        raise refuse("speed", "This bank takes no instant payouts.")


def _new(desk: Desk, person: str, payout: str, wish: Wish) -> Payout:
    """A payout of a wish, as it would be asked for now."""
    now = desk.clock()
    destination = desk.payouts.destination(person)
    account = "" if destination is None else destination.account
    return Payout(
        payout,
        person,
        wish.amount,
        wish.fee,
        wish.currency,
        wish.speed,
        created_at=now,
        hash=wish.hash,
        account=account,
        changed_at=now,
    )


def _asked(desk: Desk, payout: Payout) -> Asked:
    """What its creator has asked for on a payout's day."""
    day, _ = day_and_month(payout.created_at)
    return desk.payouts.asked(payout.person, day)


def _count(desk: Desk, payout: Payout) -> None:
    """Counts that a payout is asked for, once, before it is written.

    Raises:
        PayoutRefused: its creator has asked for as many in a day as may be.
        Busy, Unavailable: try again.
    """

    def attempt() -> bool | None:
        asked = _asked(desk, payout)
        after = asked.and_for(payout)
        if after is asked or desk.payouts.put_asked(after._replace(revision=asked.revision + 1)):
            return True
        return None

    until_written(desk, attempt)


def _rule(desk: Desk, person: str, wish: Wish, standing: Standing, destination: Destination | None) -> Rule | None:
    """The first rule that would refuse a wish now."""
    payout = _new(desk, person, "quote", wish)
    try:
        check_person(desk, payout)
        check_money(standing, payout)
        tally = desk.payouts.tally(person, month_of(payout), wish.currency)
        take(tally, payout, desk.verified(person, wish.currency).limits)
        _asked(desk, payout).and_for(payout)
    except PayoutRefused as refused:
        return rule_in(refused)
    unsupported = wish.speed == "instant" and destination is not None and not destination.instant
    return "speed" if unsupported else None
