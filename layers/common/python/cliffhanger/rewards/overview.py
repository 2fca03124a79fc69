"""What a viewer is shown of rewards: the ladder, the tasks of today and what they have brought, and what waits."""

from __future__ import annotations

from typing import NamedTuple

from cliffhanger.errors import RewardRefused
from cliffhanger.ledger.planning import Ask, Turn
from cliffhanger.rewards.ads import KIND
from cliffhanger.rewards.allowance import Leeway
from cliffhanger.rewards.amounts import Flat, Metered
from cliffhanger.rewards.bounds import most_of
from cliffhanger.rewards.checking import CheckinStanding, checkin_standing, standing_today
from cliffhanger.rewards.claims import Claim
from cliffhanger.rewards.earning import NO_TERMS, Desk, Earner, busy_instead
from cliffhanger.rewards.pending import OPEN, Pending
from cliffhanger.rewards.planner import rule_for
from cliffhanger.rewards.rules import Kind
from cliffhanger.rewards.tallies import counting, ever_of

TASKS: tuple[Kind, ...] = ("watch.episode", "watch.series", "watch.minutes")
_NOTHING_ASKED = Ask("", b"", NO_TERMS)


class Task(NamedTuple):
    """What a viewer may do today: the coins for each time, those had, and the most of the day.

    ``every_s`` is after how many seconds the coins come, None where they come for a whole.
    """

    kind: Kind
    coins: int
    had_coins: int
    most_coins: int
    every_s: int | None


class Left(NamedTuple):
    """Coins that are left of a viewer's allowance, and how many more an ad and a purchase bring."""

    coins: int
    per_ad_coins: int
    per_purchase_coins: int


class Overview(NamedTuple):
    """How a viewer stands with rewards; coins had today and the most that the house gives in a day.

    ``allowance`` is None where the rules have none.
    """

    checkin: CheckinStanding
    tasks: tuple[Task, ...]
    had_coins: int
    most_coins: int
    pending: tuple[Pending, ...]
    allowance: Left | None = None


def overview(desk: Desk, earner: Earner, *, ads: bool = False) -> Overview:
    """How a viewer stands with rewards; ``ads`` says whether there are any to be seen.

    Raises:
        RewardRefused: more is listed of the viewer than anybody comes to.
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
        _left(desk, earner, waiting),
    )


def _left(desk: Desk, earner: Earner, waiting: tuple[Pending, ...]) -> Left | None:
    allowance = desk.rules().allowance
    if allowance is None:
        return None
    leeway = Leeway(desk.ledger, allowance, waiting)

    def read() -> int:
        head = desk.ledger.head(earner.account)
        turn = Turn(earner.account, head, desk.clock(), _NOTHING_ASKED)
        return leeway.in_all(turn, ever_of(desk.ledger, earner.account, head)) or 0

    try:
        coins = max(0, busy_instead(read))
    except RewardRefused:  # what was had cannot be found, and nothing is given
        coins = 0
    return Left(coins, allowance.per_ad_coins, allowance.per_purchase_coins)
