"""Tips: bought coins that a viewer gives to a series for nothing in return, and what bounds them a day. Pure.

Only bought coins are given: granted ones stand for no cash, so that a gift of them would be none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from cliffhanger.clock import rfc3339
from cliffhanger.errors import AccountFrozen, NameInvalid, SpendLimitReached
from cliffhanger.ledger import lots as lotting
from cliffhanger.ledger.debts import check_no_debt
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.movements import check_coins, check_limit, legs_of
from cliffhanger.ledger.names import MAX_EARNED_LANES, earned_lane, lane_of
from cliffhanger.ledger.planning import Living, Turn, living, next_entry
from cliffhanger.ledger.state import TIP_RULES

TIP = "tip"
"""The kind of a tip's entry."""
SPENDABLE_ON_TIPS = frozenset({"coin"})
_LANE = re.compile(r"series:([^:]+):tips:\d+")


class Tip(NamedTuple):
    """Coins for a series: how many, to which lane, and how many a day the house lets anybody give.

    ``tipped`` tells what the account has given on a day, counted since 1970-01-01 UTC; it is asked only where the day's
    whole spending could go beyond the limit.
    """

    coins: int
    destination: str
    house_coins: int
    tipped: Callable[[int], int]


def tips_of(series: str, source: str, lanes: int) -> str:
    """The lane of a series' tips for one source, of so many: apart from what unlocks earn, and shared apart.

    Raises:
        NameInvalid: it is no series, or so many lanes there never are.
    """
    if not 0 < lanes <= MAX_EARNED_LANES:
        raise NameInvalid(f"From 1 to {MAX_EARNED_LANES} lanes, not {lanes!r}")
    return earned_lane(series, lane_of(source, lanes), "tips")


def tip_coins(turn: Turn, tip: Tip) -> Entry:
    """Gives bought coins, oldest first; the cash they stand for moves with them, to the same account.

    It counts to the day's spending, and not to what the series has had for its episodes: who gives opens nothing by it.

    Raises:
        AccountFrozen: support has frozen the account.
        DebtOutstanding: with ``debt``: what is owed is repaid before anything is given away.
        SpendLimitReached: with ``rule`` (``day``, ``tips``, ``houseTips``), ``limitCoins``, ``spentCoins``,
            ``resetsAt``.
        InsufficientCoins: with ``priceCoins``, ``balanceCoins`` and ``missingCoins``, of bought coins.
        NameInvalid: the reference does not belong on the account.
    """
    alive = living(turn)
    state = alive.state
    if state.frozen:
        raise AccountFrozen("Spending is stopped; ask support.")
    check_no_debt(state)
    check_limit(alive, "day", state.spent_on(alive.today), tip.coins)
    _check_tips(alive, tip)
    check_coins(alive, SPENDABLE_ON_TIPS, tip.coins)
    spent, remaining = lotting.allocate(state.lots, tip.coins, SPENDABLE_ON_TIPS)
    after = state._replace(lots=remaining, day=(alive.today, state.spent_on(alive.today) + tip.coins))
    return next_entry(turn, alive, postings=legs_of(spent, tip.destination), state=after, spent=spent)


def tip_limit(limits: Mapping[str, int], day: int) -> int | None:
    """The viewer's own limit on tips on a day, in coins; None for none."""
    own, since, following = (limits.get(rule) for rule in TIP_RULES)
    return own if since is None or day < since else following


def set_tip_limit(turn: Turn, coins: int | None) -> Entry:
    """Lays down the viewer's own limit on tips, in coins a day; None for none.

    A lower one holds at once, a higher one, or none, from the next day (UTC) on: nobody raises it in the heat of it.

    Raises:
        NameInvalid: the reference does not belong on the account.
    """
    alive = living(turn)
    limits = {rule: limit for rule, limit in alive.state.limits.items() if rule not in TIP_RULES}
    held = tip_limit(alive.state.limits, alive.today)
    own, since, following = TIP_RULES
    limits |= {} if coins is None else {own: coins}
    if held is not None and (coins is None or coins > held):
        limits |= {own: held, since: alive.today + 1} | ({} if coins is None else {following: coins})
    return next_entry(turn, alive, postings=(), state=alive.state._replace(limits=dict(sorted(limits.items()))))


def tipped_in(entries: Iterable[Entry], day: int) -> int:
    """Coins given on a day by entries of one chain, newest first down to that day at least, less what was reversed."""
    given, undone = 0, set()
    for entry in entries:
        if entry.at // lotting.DAY_MS < day:
            break
        if entry.terms.get("kind") == "reversal":
            undone.add(entry.terms.get("reverses"))
        elif entry.terms.get("kind") == TIP and entry.at // lotting.DAY_MS == day and entry.seq not in undone:
            given += sum(portion.coins for portion in entry.spent)
    return given


def tipped_series(entry: Entry) -> str | None:
    """The series that a tip was given to, or that gives one back; None for any other entry."""
    if entry.terms.get("kind") not in (TIP, "reversal"):
        return None
    found = (_LANE.fullmatch(side) for line in entry.postings for side in (line.source, line.destination))
    return next((match[1] for match in found if match), None)


def _check_tips(alive: Living, tip: Tip) -> None:
    own = tip_limit(alive.state.limits, alive.today)
    limit = tip.house_coins if own is None else min(own, tip.house_coins)
    # All that was spent today is at least what was given today: only beyond the limit does the difference matter.
    if alive.state.spent_on(alive.today) + tip.coins <= limit:
        return
    already = tip.tipped(alive.today)
    if already + tip.coins > limit:
        raise SpendLimitReached(
            f"At most {limit} coins are given a day and {already} are.",
            rule="houseTips" if own is None or own > tip.house_coins else "tips",
            limitCoins=limit,
            spentCoins=already,
            priceCoins=tip.coins,
            resetsAt=rfc3339((alive.today + 1) * lotting.DAY_MS),
        )
