"""Use cases of checking in. A check-in is one entry of the viewer's chain and nothing else: it states the run and zone.

So there is nothing beside the ledger that could disagree with it, and a check-in costs what its entry costs.
"""

from __future__ import annotations

import contextlib
from typing import NamedTuple

from cliffhanger.errors import RewardRefused
from cliffhanger.rewards.amounts import Ladder, Milestone, Milestones, Repair, worth
from cliffhanger.rewards.checkin import Checkin, check_apart, mendable, missed, run_on
from cliffhanger.rewards.claims import Claim
from cliffhanger.rewards.days import Day, days_between, ends_at
from cliffhanger.rewards.diary import KIND, Diary, diary_of
from cliffhanger.rewards.earning import Desk, Earned, Earner, Fact, busy_instead, earn
from cliffhanger.rewards.pending import Pending
from cliffhanger.rewards.planner import rule_for
from cliffhanger.rewards.rules import Kind, Rule
from cliffhanger.rewards.tallies import Today, today


class Offer(NamedTuple):
    """What mends a run: the dates that were missed, oldest first, coins for each, and today's run once it is mended."""

    dates: tuple[str, ...]
    coins: int
    run: int


class CheckinStanding(NamedTuple):
    """How a viewer stands: the day, the last check-in, and the run that stands or that a check-in would make.

    ``ladder`` are the coins of each rung, and ``rung`` is the run's, counted from 0; empty where nothing is given.
    ``offer`` is None where there is nothing to mend. ``milestone`` is the next that the run comes to, today's own until
    the viewer has checked in; None where none is left.
    """

    day: Day
    last: Checkin | None
    run: int
    ladder: tuple[int, ...]
    offer: Offer | None = None
    milestone: Milestone | None = None

    @property
    def done(self) -> bool:
        """Whether the viewer has checked in today."""
        return self.last is not None and self.last.date == self.day.date

    @property
    def rung(self) -> int:
        """Where on the ladder the run is."""
        return (self.run - 1) % len(self.ladder) if self.ladder else 0

    @property
    def next_at(self) -> int:
        """When the next day begins, in milliseconds."""
        return ends_at(self.day)


def check_in(desk: Desk, earner: Earner) -> tuple[CheckinStanding, tuple[Earned, ...]]:
    """Checks in for today, once: asked again, it answers with what the first one brought.

    Raises:
        CheckinTooSoon: the viewer has moved, and the last check-in is less than twenty hours ago.
        RewardRefused: the rules give nothing for it; nothing changed.
        SwitchedOff: operators have stopped rewards.
        Busy, Undecided, Unavailable: try again.
    """
    desk.check_open()
    waiting = desk.claims.of(earner.person)
    now = desk.clock()
    day = standing_today(desk, earner, now).day
    diary = busy_instead(lambda: diary_of(desk.ledger, earner.account, day.date, waiting))
    last = busy_instead(diary.last)
    if last is None or last.date != day.date:
        check_apart(last, day, now)
    run = run_on(last, day.date)
    told = {"run": run, "zone": day.zone}
    earned = [earn(desk, earner, Fact(KIND, day.date, run, told, day.date))]
    bonus = _bonus(desk, earner, now)
    if bonus is not None and worth(bonus.amount, run):
        with contextlib.suppress(RewardRefused):  # a cap, or too little proof: the check-in stands all the same
            earned.append(earn(desk, earner, Fact("streak", day.date, run, {"run": run}, day.date)))
    done = Checkin(day.date, day.zone, run, now)
    offer = busy_instead(lambda: offer_on(diary, day.date, repair_of(desk, earner, now)))
    milestone = _milestone(bonus, run + 1)
    return CheckinStanding(day, done, run, _ladder(desk, earner, now), offer, milestone), tuple(earned)


def checkin_standing(desk: Desk, earner: Earner, known: Today, waiting: tuple[Pending, ...]) -> CheckinStanding:
    """How a viewer stands, without checking in.

    Raises:
        Busy: the ledger does not answer now.
    """
    today, now = known.day.date, desk.clock()
    diary = busy_instead(lambda: diary_of(desk.ledger, earner.account, today, waiting))
    last = busy_instead(diary.last)
    offer = busy_instead(lambda: offer_on(diary, today, repair_of(desk, earner, now)))
    run, done = run_on(last, today), last is not None and last.date == today
    milestone = _milestone(_bonus(desk, earner, now), run + done)
    return CheckinStanding(known.day, last, run, _ladder(desk, earner, now), offer, milestone)


def offer_on(diary: Diary, today: str, repair: Repair | None) -> Offer | None:
    """What would mend the viewer's run today, by the ladder's rule; None where nothing does.

    Raises:
        Unclear: a read did not succeed.
    """
    if repair is None:
        return None
    missing = mendable(missed(diary.days, today), today, repair, len(diary.repairs))
    if not missing:
        return None
    before = diary.on(max(day for day in diary.days if day < missing[0]))
    since = days_between(missing[0], today) + 1
    return Offer(missing, repair.coins, before.run + since)


def repair_of(desk: Desk, earner: Earner, now: int) -> Repair | None:
    """What mending a run costs the viewer by the rules, None where it cannot be mended."""
    rule = rule_for(desk.rules(), _claim(earner, KIND, now))
    return rule.amount.repair if rule is not None and isinstance(rule.amount, Ladder) else None


def standing_today(desk: Desk, earner: Earner, now: int) -> Today:
    """The viewer's day, and what they have had of it.

    Raises:
        Busy: the ledger does not answer now.
    """

    def read() -> Today:
        return today(desk.ledger, earner.account, desk.ledger.head(earner.account), now, earner.zone)

    found: Today = busy_instead(read)
    return found


def _ladder(desk: Desk, earner: Earner, now: int) -> tuple[int, ...]:
    rule = rule_for(desk.rules(), _claim(earner, KIND, now))
    return _rungs(rule)


def _bonus(desk: Desk, earner: Earner, now: int) -> Rule | None:
    return rule_for(desk.rules(), _claim(earner, "streak", now))


def _milestone(bonus: Rule | None, since: int) -> Milestone | None:
    """The first milestone of a run from a day of it on."""
    if bonus is None or not isinstance(bonus.amount, Milestones):
        return None
    return next((step for step in bonus.amount.steps if step.days >= since), None)


def _rungs(rule: Rule | None) -> tuple[int, ...]:
    if rule is None:
        return ()
    return rule.amount.coins if isinstance(rule.amount, Ladder) else (worth(rule.amount, 1),)


def _claim(earner: Earner, kind: Kind, now: int) -> Claim:
    return Claim(kind, earner.person, "", now, "", country=earner.country, age=earner.age)
