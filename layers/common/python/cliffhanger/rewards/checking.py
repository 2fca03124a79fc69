"""Use cases of checking in. A check-in is one entry of the viewer's chain and nothing else: it states the run and zone.

So there is nothing beside the ledger that could disagree with it, and a check-in costs what its entry costs.
"""

from __future__ import annotations

import contextlib
from typing import NamedTuple

from cliffhanger.errors import RewardRefused
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.rewards.amounts import Ladder, worth
from cliffhanger.rewards.checkin import Checkin, check_apart, run_on
from cliffhanger.rewards.claims import Claim
from cliffhanger.rewards.days import Day, date_after, ends_at
from cliffhanger.rewards.earning import Desk, Earned, Earner, Fact, busy_instead, earn
from cliffhanger.rewards.pending import Pending
from cliffhanger.rewards.planner import rule_for
from cliffhanger.rewards.rules import Kind, Rule
from cliffhanger.rewards.tallies import Today, today

KIND: Kind = "checkin"
_LOOKED_BACK_DAYS = 10


class CheckinStanding(NamedTuple):
    """How a viewer stands: the day, the last check-in, and the run that stands or that a check-in would make.

    ``ladder`` are the coins of each rung, and ``rung`` is the run's, counted from 0; empty where nothing is given.
    """

    day: Day
    last: Checkin | None
    run: int
    ladder: tuple[int, ...]

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
    last = _last(desk.ledger, earner.account, day, waiting)
    if last is None or last.date != day.date:
        check_apart(last, day, now)
    run = run_on(last, day.date)
    told = {"run": run, "zone": day.zone}
    earned = [earn(desk, earner, Fact(KIND, day.date, run, told, day.date))]
    bonus = rule_for(desk.rules(), _claim(earner, "streak", now))
    if bonus is not None and worth(bonus.amount, run):
        with contextlib.suppress(RewardRefused):  # a cap, or too little proof: the check-in stands all the same
            earned.append(earn(desk, earner, Fact("streak", day.date, run, {"run": run}, day.date)))
    done = Checkin(day.date, day.zone, run, now)
    return CheckinStanding(day, done, run, _ladder(desk, earner, now)), tuple(earned)


def checkin_standing(desk: Desk, earner: Earner, known: Today, waiting: tuple[Pending, ...]) -> CheckinStanding:
    """How a viewer stands, without checking in.

    Raises:
        Busy: the ledger does not answer now.
    """
    last = _last(desk.ledger, earner.account, known.day, waiting)
    return CheckinStanding(known.day, last, run_on(last, known.day.date), _ladder(desk, earner, desk.clock()))


def standing_today(desk: Desk, earner: Earner, now: int) -> Today:
    """The viewer's day, and what they have had of it.

    Raises:
        Busy: the ledger does not answer now.
    """

    def read() -> Today:
        return today(desk.ledger, earner.account, desk.ledger.head(earner.account), now, earner.zone)

    found: Today = busy_instead(read)
    return found


def _last(ledger: LedgerStore, account: str, day: Day, waiting: tuple[Pending, ...]) -> Checkin | None:
    """The last check-in, which is on the ledger, or waits."""
    begins = f"reward:{KIND}:{date_after(day.date, -_LOOKED_BACK_DAYS)}"
    ends = f"reward:{KIND}:{day.date};"  # ";" follows ":", and no id contains either
    known = busy_instead(lambda: ledger.references_between(account, begins, ends, 2 * _LOOKED_BACK_DAYS))
    seq = max((seq for name, seq in known if name.endswith(":grant")), default=None)
    found = []
    if seq is not None:
        entry = busy_instead(lambda: ledger.entry(account, seq))
        date = str(entry.reference).split(":")[2]
        found.append(Checkin(date, entry.terms["zone"], entry.terms["run"], entry.at))
    found += [
        Checkin(one.fact, one.terms["zone"], one.terms["run"], one.at)
        for one in waiting
        if one.kind == KIND and one.counts
    ]
    return max(found, default=None)


def _ladder(desk: Desk, earner: Earner, now: int) -> tuple[int, ...]:
    rule = rule_for(desk.rules(), _claim(earner, KIND, now))
    return _rungs(rule)


def _rungs(rule: Rule | None) -> tuple[int, ...]:
    if rule is None:
        return ()
    return rule.amount.coins if isinstance(rule.amount, Ladder) else (worth(rule.amount, 1),)


def _claim(earner: Earner, kind: Kind, now: int) -> Claim:
    return Claim(kind, earner.person, "", now, "", country=earner.country, age=earner.age)
