"""What a creator has had paid out in a month, so that limits hold whatever happens at once. Pure.

A payout takes its room before anything of it is set aside, and gives it back where it fails; both once, by its id.
"""

from __future__ import annotations

from typing import NamedTuple

from cliffhanger.clock import rfc3339
from cliffhanger.payouts.domain import Payout, refuse
from cliffhanger.payouts.policy import MOST_ASKED_IN_A_DAY, MOST_IN_A_MONTH


class Limits(NamedTuple):
    """The most that may be paid out in a day and in a month (UTC), in the currency's smallest unit; None: any."""

    day: int | None
    month: int | None

    @property
    def at_once(self) -> int | None:
        """The most that may be paid out at once; None: any amount."""
        return min((each for each in self if each is not None), default=None)


class Tally(NamedTuple):
    """The payouts of one person, month (``2026-11``) and currency: id, day of the month and amount of each."""

    person: str
    month: str
    currency: str
    taken: tuple[tuple[str, str, int], ...] = ()
    revision: int = 0

    @property
    def name(self) -> str:
        """What the table knows it by."""
        return f"tally:{self.month}:{self.currency}"


class Asked(NamedTuple):
    """The payouts that a person has asked for on a day (``2026-11-29``, UTC) by their ids, whatever became of them."""

    person: str
    day: str
    payouts: tuple[str, ...] = ()
    revision: int = 0

    @property
    def name(self) -> str:
        """What the table knows it by."""
        return f"asked:{self.day}"

    def and_for(self, payout: Payout) -> Asked:
        """The day with a payout; the same one when that is counted already.

        Raises:
            PayoutRefused: with ``rule`` and ``limit``; no more are taken on that day.
        """
        if payout.payout in self.payouts:
            return self
        if len(self.payouts) >= MOST_ASKED_IN_A_DAY:
            detail = f"At most {MOST_ASKED_IN_A_DAY} payouts may be asked for in a day."
            raise refuse("too_many", detail, limit=MOST_ASKED_IN_A_DAY)
        return self._replace(payouts=(*self.payouts, payout.payout))


def month_of(payout: Payout) -> str:
    """The month in which a payout counts."""
    return day_and_month(payout.created_at)[1]


def day_and_month(at_ms: int) -> tuple[str, str]:
    """The day (``2026-11-29``) and the month (``2026-11``) of a time, in UTC, in which a payout counts."""
    day = rfc3339(at_ms)[:10]
    return day, day[:7]


def room(tally: Tally, day: str, limits: Limits) -> int | None:
    """How much more of a tally's month may be paid out on a day of it; None: any amount."""
    in_day = None if limits.day is None else limits.day - _taken(tally, day)
    in_month = None if limits.month is None else limits.month - _taken(tally)
    left = Limits(in_day, in_month).at_once
    return None if left is None else max(0, left)


def take(tally: Tally, payout: Payout, limits: Limits) -> Tally:
    """The tally with a payout; the same one when it has its room already.

    Raises:
        PayoutRefused: with ``rule`` and, of a limit, ``limit`` and ``left``; the room is not there.
    """
    if any(name == payout.payout for name, _, _ in tally.taken):
        return tally
    day, _ = day_and_month(payout.created_at)
    if len(tally.taken) >= MOST_IN_A_MONTH:
        raise refuse("too_many", f"At most {MOST_IN_A_MONTH} payouts in a month.", limit=MOST_IN_A_MONTH)
    in_day, in_month = _taken(tally, day), _taken(tally)
    if limits.day is not None and in_day + payout.amount > limits.day:
        left = max(0, limits.day - in_day)
        raise refuse("over_day_limit", "That is more than may be paid out in a day.", limit=limits.day, left=left)
    if limits.month is not None and in_month + payout.amount > limits.month:
        left = max(0, limits.month - in_month)
        raise refuse("over_month_limit", "That is more than may be paid out in a month.", limit=limits.month, left=left)
    return tally._replace(taken=(*tally.taken, (payout.payout, day, payout.amount)))


def give_back(tally: Tally, payout: str) -> Tally:
    """The tally without a payout; the same one when it is not there."""
    kept = tuple(one for one in tally.taken if one[0] != payout)
    return tally if len(kept) == len(tally.taken) else tally._replace(taken=kept)


def _taken(tally: Tally, day: str | None = None) -> int:
    """What was paid out of a tally's month, or on a day of it."""
    return sum(amount for _, when, amount in tally.taken if day in (None, when))
