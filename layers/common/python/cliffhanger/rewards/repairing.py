"""The use case of mending a run of check-ins: a day that was missed is paid for with coins, and counts like the others.

A repair is one entry of the viewer's chain, `repair:{date}`, once for a date. It says with which run it stands, so that
the next check-in goes on from it; it brings no coins itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cliffhanger.errors import InsufficientCoins, PriceChanged, RepairUnavailable
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.planning import Turn
from cliffhanger.ledger.rewarding import repair_run
from cliffhanger.rewards.checking import CheckinStanding, checkin_standing, offer_on, repair_of, standing_today
from cliffhanger.rewards.claims import Claim
from cliffhanger.rewards.days import date_after
from cliffhanger.rewards.diary import KIND, diary_of
from cliffhanger.rewards.earning import Desk, Earner
from cliffhanger.rewards.planner import rule_for
from cliffhanger.rewards.tallies import today


def repair(desk: Desk, earner: Earner, date: str, price_shown_coins: int) -> tuple[Entry, CheckinStanding]:
    """Mends the run on a date for the price that the client displayed; asked again, it answers with the first entry.

    Of several days that were missed the oldest comes first.

    Raises:
        RepairUnavailable: nothing can be mended on that date; ``date`` is one that can be, if any. Nothing changed.
        PriceChanged: with the present ``priceCoins``; nothing changed.
        InsufficientCoins: with ``missingCoins``, and ``packId`` where a pack covers them; nothing changed.
        AccountFrozen, SpendLimitReached: the account refuses; nothing changed.
        RewardRefused: more is listed of the viewer than anybody comes to.
        SwitchedOff: operators have stopped rewards.
        Busy, Undecided, Unavailable: try again.
    """
    waiting = desk.claims.of(earner.person)

    def price(turn: Turn) -> tuple[int, Mapping[str, Any]]:
        desk.check_open()
        now = turn.now if turn.head is None else max(turn.now, turn.head.at)
        day = today(desk.ledger, turn.account, turn.head, now, earner.zone).day
        diary = diary_of(desk.ledger, turn.account, day.date, waiting)
        offer = offer_on(diary, day.date, repair_of(desk, earner, now))
        if offer is None or offer.dates[0] != date:
            other = {} if offer is None else {"date": offer.dates[0]}
            raise RepairUnavailable("There is nothing to mend on that day.", **other)
        if offer.coins != price_shown_coins:
            raise PriceChanged(f"It costs {offer.coins} coins now.", priceCoins=offer.coins)
        before = diary.on(date_after(date, -1))
        rules = desk.rules()
        rule = rule_for(rules, Claim(KIND, earner.person, "", now, "", country=earner.country, age=earner.age))
        by = {} if rule is None else {"rule": rule.name, "version": rules.version}
        return offer.coins, {"run": before.run + 1, "zone": day.zone, **by}

    try:
        entry = repair_run(
            desk.ledger, earner.account, date, price, retrying=desk.retrying._replace(clock=desk.clock)
        ).entry
    except InsufficientCoins as short:
        raise _with_pack(short, desk.clock()) from short
    known = standing_today(desk, earner, desk.clock())
    return entry, checkin_standing(desk, earner, known, waiting)


def _with_pack(short: InsufficientCoins, now: int) -> InsufficientCoins:
    """A refusal for want of coins that names the smallest pack which covers what is missing, where one does."""
    from cliffhanger.commerce.domain import edition_at, smallest_pack  # noqa: PLC0415 - only who is short pays for it

    pack = smallest_pack(int(str(short.members["missingCoins"])), edition_at(now))
    return short if pack is None else InsufficientCoins(short.detail, **short.members, packId=pack)
