"""What a viewer is shown of rewards: the ladder, today's tasks with what they have brought, and what waits."""

from __future__ import annotations

from typing import NamedTuple

from cliffhanger.rewards.ads import KIND
from cliffhanger.rewards.amounts import Flat, Metered
from cliffhanger.rewards.bounds import most_of
from cliffhanger.rewards.checking import CheckinStanding, checkin_standing, standing_today
from cliffhanger.rewards.claims import Claim
from cliffhanger.rewards.earning import Desk, Earner, counting
from cliffhanger.rewards.pending import OPEN, Pending
from cliffhanger.rewards.planner import rule_for
from cliffhanger.rewards.rules import Kind

TASKS: tuple[Kind, ...] = ("watch.episode", "watch.series", "watch.minutes")


class Task(NamedTuple):
    """What a viewer may do today: the coins for each time, those had, and the most of the day.

    ``every_s`` is after how many seconds the coins come, None where they come for a whole.
    """

    kind: Kind
    coins: int
    had_coins: int
    most_coins: int
    every_s: int | None


class Overview(NamedTuple):
    """How a viewer stands with rewards; coins had today and the most that the house gives in a day."""

    checkin: CheckinStanding
    tasks: tuple[Task, ...]
    had_coins: int
    most_coins: int
    pending: tuple[Pending, ...]


def overview(desk: Desk, earner: Earner, *, ads: bool = False) -> Overview:
    """How a viewer stands with rewards; ``ads`` says whether there are any to be seen.

    Raises:
        Busy, Unavailable: a table does not answer.
    """
    rules, now = desk.rules(), desk.clock()
    waiting = desk.claims.of(earner.person)
    known = standing_today(desk, earner, now)
    had = counting(known.had, waiting, known.day.date)
    tasks = []
    for kind in (*TASKS, *((KIND,) if ads else ())):
        claim = Claim(kind, earner.person, "", now, "", country=earner.country, age=earner.age)
        rule = rule_for(rules, claim)
        if rule is None or not isinstance(rule.amount, (Flat, Metered)):
            continue
        every_s = rule.amount.every_s if isinstance(rule.amount, Metered) else None
        tasks.append(Task(kind, rule.amount.coins, had.of(rule.name).coins, most_of(rule), every_s))
    return Overview(
        checkin_standing(desk, earner, known, waiting),
        tuple(tasks),
        had.house,
        rules.day_caps.house_viewer_coins,
        tuple(sorted((one for one in waiting if one.status in OPEN and not one.campaign), key=lambda one: one.due_at)),
    )
